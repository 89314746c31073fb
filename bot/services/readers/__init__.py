"""What readers do: browse, open posts, choose how they read."""
