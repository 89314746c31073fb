"""What admins have uploaded, and what they changed."""
