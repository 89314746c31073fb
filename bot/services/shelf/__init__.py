"""The content folder onto the shelf: what changed is read, named, shelved and withdrawn."""
