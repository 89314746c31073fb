"""Markdown to one tree, and from the tree to every output; pure and total."""
