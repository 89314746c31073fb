"""The messenger port on Telegram: a view becomes a screen in the chat's language, an error a verdict."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from telegram.error import TelegramError

from bot.chat.outcomes import outcome_of
from bot.chat.paced import Turn
from bot.chat.pacing import Halted, Pacer, Priority
from bot.chat.show import button_fields, entity_fields
from bot.chat.wire import PacedBot
from bot.domain.message import Screen
from bot.screens import broadcast
from bot.screens import digest as screens
from bot.screens.catalogue import words
from bot.screens.reader import Reader
from bot.services.broadcasting import Said
from bot.services.delivering import RightsLost
from bot.services.digests import Digest
from bot.services.ports import Address, Busy, Outcome, Sent

_SENT_ALREADY = Turn(Priority.DIGEST, taken=True)


@dataclass(frozen=True, slots=True)
class TelegramLetter:
    """A screen on its way to a chat."""

    bot: PacedBot
    address: Address
    screen: Screen
    silent: bool
    paid: bool
    blocks: tuple[dict[str, Any], ...] = ()

    def plain(self) -> "TelegramLetter":
        return replace(self, screen=replace(self.screen, entities=(), buttons=()), blocks=())

    async def send(self) -> Outcome:
        method, content = ("sendRichMessage", self._rich()) if self.blocks else ("sendMessage", self._classic())
        fields: dict[str, Any] = {
            "chat_id": self.address.chat_id,
            "message_thread_id": self.address.thread_id,
            "disable_notification": self.silent or None,
            "allow_paid_broadcast": self.paid or None,
        }
        if self.screen.buttons:
            fields["reply_markup"] = {"inline_keyboard": button_fields(self.screen.buttons)}
        try:
            return Sent(await self.bot.send_raw(method, fields | content, _SENT_ALREADY))
        except TelegramError as failure:
            return outcome_of(failure)

    def _classic(self) -> dict[str, Any]:
        return {
            "text": self.screen.text,
            "entities": entity_fields(self.screen.entities),
            "link_preview_options": {"is_disabled": True},
        }

    def _rich(self) -> dict[str, Any]:
        return {"rich_message": {"blocks": list(self.blocks)}}


@dataclass(frozen=True, slots=True)
class TelegramMessenger:
    """`paid` sends at up to 1,000 a second for Telegram Stars (core.telegram.org/bots/api#sendmessage)."""

    bot: PacedBot
    pacer: Pacer
    title: str
    paid: bool = False

    async def ready(self, address: Address) -> Busy | None:
        try:
            await self.pacer.slot(address.chat_id, Priority.DIGEST)
        except Halted as halted:
            return Busy(max(halted.wait, timedelta(milliseconds=1)))
        return None

    async def name_of(self, chat_id: int) -> str:
        try:
            chat = await self.bot.get_chat(chat_id)
        except TelegramError:
            return str(chat_id)
        return chat.title or chat.full_name or str(chat_id)

    def write(self, address: Address, view: object, *, silent: bool = False) -> TelegramLetter:
        blocks: tuple[dict[str, Any], ...] = ()
        if isinstance(view, Digest) and view.form == "rich":
            blocks = tuple(screens.rich_blocks(self._reader(address, view.language), view))
        return TelegramLetter(self.bot, address, self._screen(address, view), silent, self.paid, blocks)

    def _screen(self, address: Address, view: object) -> Screen:
        match view:
            case Digest():
                return screens.digest(self._reader(address, view.language), view)
            case Said():
                return broadcast.said(self._reader(address, view.language), view)
            case RightsLost():
                reader = self._reader(address, view.language)
                return screens.rights_lost(reader, view.chat)
        raise TypeError(f"there is no screen for {type(view).__name__}")

    def _reader(self, address: Address, language: str) -> Reader:
        # Groups and channels have negative ids.
        return Reader(words(language), self.title, self.bot.username, private=address.chat_id > 0)
