"""The messenger port on Telegram: a view becomes a screen in the chat's language, an error a verdict."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from telegram.error import TelegramError

from bot.chat.show import button_fields, entity_fields
from bot.chat.transport.outcomes import outcome_of
from bot.chat.transport.paced import Turn
from bot.chat.transport.pacing import Halted, Pacer, Priority, Slot
from bot.chat.transport.wire import PacedBot
from bot.domain.message import Screen
from bot.screens import broadcast
from bot.screens import digest as screens
from bot.screens.catalogue import words
from bot.screens.reader import Reader
from bot.services import ports
from bot.services.delivery.broadcasting import Said
from bot.services.delivery.digests import Digest
from bot.services.delivery.warning import RightsLost
from bot.services.ports import Address, Busy, Outcome, Sent

_SENT_ALREADY = Turn(Priority.DIGEST, taken=True)


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says, as the JSON object of a request to `method`; whom to is not in it.

    `simpler` says the same where this is refused; without it the text alone does.
    """

    method: str
    body: bytes
    text: str
    simpler: "Content | None" = None

    def to(self, fields: dict[str, object]) -> bytes:
        """The whole request, with these fields too."""
        return b"".join((json.dumps(fields).encode()[:-1], b", ", self.body[1:]))


@dataclass(frozen=True, slots=True)
class TelegramLetter:
    """A message on its way to a chat."""

    bot: PacedBot
    pacer: Pacer
    address: Address
    content: Content
    silent: bool
    paid: bool

    def plain(self) -> "TelegramLetter":
        return replace(self, content=self.content.simpler or _classic(Screen(self.content.text)))

    async def send(self, slot: ports.Slot) -> Outcome:
        assert isinstance(slot, Slot)
        fields: dict[str, object] = {"chat_id": self.address.chat_id}
        if self.address.thread_id is not None:
            fields["message_thread_id"] = self.address.thread_id
        if self.silent:
            fields["disable_notification"] = True
        if self.paid:
            fields["allow_paid_broadcast"] = True
        body = self.content.to(fields)
        try:
            await self.pacer.leave(slot)
            number = await self.bot.send_written(self.content.method, self.address.chat_id, body, _SENT_ALREADY)
        except Halted as halted:
            return _busy(halted)
        except TelegramError as failure:
            return outcome_of(failure)
        return Sent(number)


@dataclass(frozen=True, slots=True)
class TelegramMessenger:
    """`paid` sends at up to 1,000 a second for Telegram Stars (core.telegram.org/bots/api#sendmessage)."""

    bot: PacedBot
    pacer: Pacer
    title: str
    paid: bool = False
    zone: tzinfo = UTC

    async def ready(self, address: Address, *, ahead: float = 0.0) -> ports.Slot | Busy:
        try:
            return await self.pacer.reserve(address.chat_id, Priority.DIGEST, ahead=ahead)
        except Halted as halted:
            return _busy(halted)

    async def name_of(self, chat_id: int) -> str:
        try:
            chat = await self.bot.get_chat(chat_id)
        except TelegramError:
            return str(chat_id)
        return chat.title or chat.full_name or str(chat_id)

    async def admins_of(self, chat_id: int) -> list[int]:
        try:
            members = await self.bot.get_chat_administrators(chat_id)
        except TelegramError:
            return []
        return [member.user.id for member in members if not member.user.is_bot]

    def write(self, address: Address, view: object, *, silent: bool = False) -> TelegramLetter:
        return TelegramLetter(self.bot, self.pacer, address, self._content(address, view), silent, self.paid)

    def _content(self, address: Address, view: object) -> Content:
        match view:
            case Digest(pages=1):
                # Nothing in it names the digest, so that it is everybody's who gets these posts.
                return _written(self._reader(address, view.language), replace(view, subscriber_id=0, delivery_id=0))
            case Digest():
                return _digest(self._reader(address, view.language), view)
            case Said():
                return _written(self._reader(address, view.language), view)
            case RightsLost():
                return _classic(
                    screens.rights_lost(self._reader(address, view.language), view.chat, topic_closed=view.topic_closed)
                )
        raise TypeError(f"there is no screen for {type(view).__name__}")

    def _reader(self, address: Address, language: str) -> Reader:
        # Groups and channels have negative ids.
        return Reader(words(language), self.title, self.bot.username, address.chat_id > 0, zone=self.zone)


def _busy(halted: Halted) -> Busy:
    return Busy(max(halted.wait, timedelta(milliseconds=1)))


@lru_cache(maxsize=64)
def _written(reader: Reader, view: Digest | Said) -> Content:
    """Kept, because thousands are sent the same one after the other."""
    return _digest(reader, view) if isinstance(view, Digest) else _classic(broadcast.said(reader, view))


def _digest(reader: Reader, view: Digest) -> Content:
    screen = screens.digest(reader, view)
    if view.form != "rich":
        return _classic(screen)
    made = _content("sendRichMessage", screen, {"rich_message": {"blocks": screens.rich_blocks(reader, view)}})
    # A Bot API server that knows no rich messages refuses them all, and a digest is of little use without its buttons.
    return replace(made, simpler=_classic(screen))


def _classic(screen: Screen) -> Content:
    says = {
        "text": screen.text,
        "entities": entity_fields(screen.entities),
        "link_preview_options": {"is_disabled": True},
    }
    return _content("sendMessage", screen, says)


def _content(method: str, screen: Screen, says: dict[str, Any]) -> Content:
    if screen.buttons:
        says["reply_markup"] = {"inline_keyboard": button_fields(screen.buttons)}
    return Content(method, json.dumps(says).encode(), screen.text)
