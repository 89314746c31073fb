"""The use cases; they own transactions and return views."""
