"""Keeps Python's garbage collector from stopping everybody: what the program is made of is never looked through again.

A full collection of the loaded program takes 50-200 ms, in which no message leaves and no answer either.
"""

import gc

_THRESHOLDS = (10_000, 20, 50)
"""Few looks at the youngest, because almost everything here ends by its count of references."""


def spare_what_is_loaded() -> None:
    """Call it once, when the program has started."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
