"""The search index, and what was searched for."""
