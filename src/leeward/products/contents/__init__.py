"""What is in a product: claims, measurements, limits, variability between lots."""
