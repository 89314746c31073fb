"""Keeps the shelf true to the content folder: at start, when files change, every few minutes, and when asked."""

import asyncio
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.content.watch import watch
from bot.services.ports import Clock, Indexer
from bot.services.shelf import syncing
from bot.services.shelf.recognising import Replica
from bot.services.shelf.sync_report import SyncReport
from bot.storage.engine import Database
from bot.storage.shelf.visibility import Turned

log = logging.getLogger(__name__)

# An editor saves in several steps; what has not changed for so long is whole.
SETTLE = timedelta(milliseconds=200)
# So many written posts leave the search index in parts that are worth merging.
MANY_POSTS = 50


@dataclass
class Shelving:
    """One at a time: a sync that is asked for while one runs follows it."""

    db: Database
    root: Path
    zone: ZoneInfo
    language: str
    now: Clock
    zone_is_assumed: bool = False
    indexer: Indexer | None = None
    push_hold: int = syncing.PUSH_HOLD
    replica: Replica = field(default_factory=Replica)
    logs_folder: bool = True  # whether trouble with the folder is logged; a command says it itself
    observe: Callable[[float], None] = lambda seconds: None  # told how long each look took
    last: SyncReport | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def sync(
        self, *, allow_withdraw: bool = False, adopt: bool = False, settled: Collection[str] = ()
    ) -> SyncReport:
        """Load what changed in the folder; see `syncing.sync`."""
        async with self._turn:
            began, before = asyncio.get_running_loop().time(), self.last
            self.last = await self._sync(allow_withdraw=allow_withdraw, adopt=adopt, settled=settled)
            if self.logs_folder:
                _log_folder(before or SyncReport(), self.last)
            if self.last.look_again:
                await self._sync(allow_withdraw=False)
            self.observe(asyncio.get_running_loop().time() - began)
        if self.indexer and len(self.last.added) + len(self.last.changed) >= MANY_POSTS:
            await self.indexer.tidy(self.db)
        if self.last.added or self.last.changed or self.last.withdrawn or self.last.refused:
            log.info("The shelf changed: %s", self.last.summary)
        return self.last

    async def _sync(self, *, allow_withdraw: bool, adopt: bool = False, settled: Collection[str] = ()) -> SyncReport:
        return await syncing.sync(
            self.db,
            self.root,
            now=self.now(),
            zone=self.zone,
            language=self.language,
            zone_is_assumed=self.zone_is_assumed,
            settle=SETTLE,
            settled=settled,
            indexer=self.indexer,
            allow_withdraw=allow_withdraw,
            adopt=adopt,
            replica=self.replica,
            push_hold=self.push_hold,
        )

    async def turn_due(self) -> list[Turned]:
        """Publish what is due and take down what has expired, without any change in the folder."""
        return await syncing.turn_due(self.db, now=self.now(), indexer=self.indexer)

    async def follow(self) -> None:
        """Sync after every settled change, until cancelled."""
        async for changed in watch(self.root, settle=SETTLE):
            try:
                await self.sync(settled=changed)
            except Exception:
                # The tick border: the next change, or the next tick, tries again.
                log.exception("The content folder could not be loaded")


def _log_folder(before: SyncReport, now: SyncReport) -> None:
    """Once, not at every look, that the folder is not the replicas' own or cannot be read, or lacks files."""
    if now.stranger and now.stranger != before.stranger:
        log.error("Posts stay as they are: %s", now.stranger)
    elif before.stranger and not now.stranger:
        log.info("The content folder is the one that all replicas share again")
    if now.unreadable and now.unreadable != before.unreadable:
        log.error("Posts stay as they are: %s", now.unreadable)
    elif before.unreadable and not now.unreadable:
        log.info("The content folder can be read again")
    if now.unmarked and now.unmarked != before.unmarked:
        log.warning("Replicas cannot tell whether they share one content folder: %s", now.unmarked)
    _log_held(before.held_withdrawals, now)


def _log_held(before: Collection[str], now: SyncReport) -> None:
    if now.held_withdrawals and set(now.held_withdrawals) != set(before):
        number = len(now.held_withdrawals)
        lost = "1 post has lost its file" if number == 1 else f"{number} posts have lost their files"
        log.warning("%s; what is gone stays on the shelf until an admin withdraws it in /status", lost)
    elif before and not now.held_withdrawals and not (now.withdrawn or now.stranger or now.unreadable):
        log.info("The posts that had lost their files have them again")
