"""What a product is, by the words on its label."""
