"""What a person sees: a view in, a Screen out."""
