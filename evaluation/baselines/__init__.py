"""Simple systems to stand beside the model."""
