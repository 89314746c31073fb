"""Calls to Telegram: requests over aiohttp, each at its turn, and what their errors mean."""
