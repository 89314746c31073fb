"""Subscribers, and the outbox of what is on its way to them."""
