"""Settings, read once; nothing below reads the environment."""

from bot.settings.loading import load
from bot.settings.model import LISTEN_SHAPE, PREFIX, Settings, SettingsError

__all__ = ["LISTEN_SHAPE", "PREFIX", "Settings", "SettingsError", "load"]
