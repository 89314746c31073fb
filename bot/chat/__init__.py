"""The border to Telegram, on python-telegram-bot."""

import os

# python-telegram-bot reads this whenever it gives a duration, and warns for as long as it is not set.
os.environ.setdefault("PTB_TIMEDELTA", "1")
