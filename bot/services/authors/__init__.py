"""What admins do with posts: upload, look at the proof, publish, change, announce, take back."""
