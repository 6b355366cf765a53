"""From label text to what is known of this product, this lot, here, today."""
