"""Files in, Documents and Problems out."""
