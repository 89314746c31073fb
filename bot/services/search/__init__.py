"""What readers search for."""
