"""What the machine says of itself where nobody set it: its time zone."""

import os
from pathlib import Path
from zoneinfo import ZoneInfo


def machine_zone() -> ZoneInfo:
    """From TZ, else from where /etc/localtime points; UTC when neither says."""
    for name in (os.environ.get("TZ", "").lstrip(":"), _localtime_name()):
        if name:
            try:
                return ZoneInfo(name)
            except (KeyError, ValueError, OSError):
                continue
    return ZoneInfo("UTC")


def _localtime_name() -> str:
    try:
        target = str(Path("/etc/localtime").readlink())
    except OSError:
        return ""
    return target.partition("zoneinfo/")[2]
