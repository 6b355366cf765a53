"""Recalls and other actions: what ships, what is loaded, and which of it a label meets."""
