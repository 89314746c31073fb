"""What somebody may mean who names a category or tag that there is not."""

from itertools import product

from bot.domain.subscription import Followed, Kind
from bot.search import correct
from bot.services.delivery.digests import fold_words
from bot.storage.engine import Database
from bot.storage.shelf import listing
from bot.storage.shelf.topics import Kind as TopicKind


async def nearest(db: Database, name: str, *, language: str) -> Followed | None:
    """The category or tag whose name, in either language, is most like this; after `#` a tag. None when none is."""
    wanted = fold_words(name.removeprefix("#"))
    limit = max(1, len(wanted) // 3)
    kinds = (Kind.TAG,) if name.startswith("#") else (Kind.CATEGORY, Kind.TAG)
    near: list[tuple[int, int, Followed]] = []
    async with db.read() as connection:
        for rank, (kind, tongue) in enumerate(product(kinds, dict.fromkeys((language, "zh", "en")))):
            for row in await listing.all_topics(connection, tongue, TopicKind(str(kind))):
                for called in {fold_words(row.name), fold_words(row.path.rpartition("/")[2])}:
                    errors = 0 if len(wanted) > 1 and wanted in called else correct.distance(wanted, called, limit)
                    if errors <= limit and errors < len(wanted):
                        near.append((errors, rank, Followed(kind, row.key, row.name)))
    return min(near, key=lambda one: one[:2])[2] if near else None
