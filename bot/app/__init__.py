"""The composition root: the one package that knows every other, for production, demo and tests alike."""

from bot.app.ground import make_data_folder, open_database_of, sync_once, system_clock
from bot.app.opening import open_app
from bot.app.running import Heliograph

__all__ = ["Heliograph", "make_data_folder", "open_app", "open_database_of", "sync_once", "system_clock"]
