"""The messenger port on Telegram: a view becomes a screen in the chat's language, an error a verdict."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from telegram import Message
from telegram.error import TelegramError

from bot.chat.outcomes import outcome_of
from bot.chat.paced import Turn
from bot.chat.pacing import Halted, Pacer, Priority
from bot.chat.show import NO_PREVIEW, keyboard, message_entities
from bot.chat.wire import PacedBot
from bot.domain.message import Screen
from bot.screens import digest as screens
from bot.screens.catalogue import words
from bot.screens.reader import Reader
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
        try:
            message = await (self._send_rich() if self.blocks else self._send_classic())
        except TelegramError as failure:
            return outcome_of(failure)
        return Sent(message.message_id)

    async def _send_classic(self) -> Message:
        return await self.bot.send_message(
            self.address.chat_id,
            self.screen.text,
            entities=message_entities(self.screen.entities),
            reply_markup=keyboard(self.screen.buttons),
            message_thread_id=self.address.thread_id,
            link_preview_options=NO_PREVIEW,
            disable_notification=self.silent,
            allow_paid_broadcast=self.paid or None,
            rate_limit_args=_SENT_ALREADY,
        )

    async def _send_rich(self) -> Message:
        arguments = {
            "chat_id": self.address.chat_id,
            "message_thread_id": self.address.thread_id,
            "rich_message": {"blocks": list(self.blocks)},
            "reply_markup": keyboard(self.screen.buttons),
            "disable_notification": self.silent or None,
            "allow_paid_broadcast": self.paid or None,
        }
        given = {name: value for name, value in arguments.items() if value is not None}
        message: Message = await self.bot.do_api_request(
            "sendRichMessage", api_kwargs=given, return_type=Message, rate_limit_args=_SENT_ALREADY
        )
        return message


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

    def write(self, address: Address, view: object, *, silent: bool = False) -> TelegramLetter:
        blocks: tuple[dict[str, Any], ...] = ()
        if isinstance(view, Digest) and view.form == "rich":
            blocks = tuple(screens.rich_blocks(self._reader(address, view.language), view))
        return TelegramLetter(self.bot, address, self._screen(address, view), silent, self.paid, blocks)

    def _screen(self, address: Address, view: object) -> Screen:
        match view:
            case Digest():
                return screens.digest(self._reader(address, view.language), view)
            case RightsLost():
                reader = self._reader(address, view.language)
                return screens.rights_lost(reader, str(view.reader.chat_id), view.reason)
        raise TypeError(f"there is no screen for {type(view).__name__}")

    def _reader(self, address: Address, language: str) -> Reader:
        # Groups and channels have negative ids.
        return Reader(words(language), self.title, self.bot.username, private=address.chat_id > 0)
