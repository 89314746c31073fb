"""The border to Telegram: updates in, answers out; every error ends here."""

import contextlib
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, Self, TypeAlias

from telegram import CallbackQuery, Message, Update
from telegram.error import BadRequest, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackContext,
    CallbackQueryHandler,
    ChatMemberHandler,
    ChosenInlineResultHandler,
    ExtBot,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.chat import attempts, inline, show
from bot.chat.attempts import NotNowError
from bot.chat.callback_data import decode
from bot.chat.desk import Desk
from bot.chat.failing import Cause, asks_us, is_passing, report, sentence, was_answered
from bot.chat.handlers import fallback, membership
from bot.chat.inbound.shape import fault_of
from bot.chat.inbound.throttling import Verdict
from bot.chat.routes import Answer, Routes
from bot.chat.show import New, Toast, Told
from bot.chat.transport.outcomes import came_too_late
from bot.chat.updates import RawUpdate, kind_of
from bot.chat.visit import Visit, meet, visit_anyway, visit_of
from bot.chat.wording import argument, command
from bot.screens import home as home_screens
from bot.services import asking
from bot.services.search import recalling

log = logging.getLogger(__name__)

Context: TypeAlias = CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]
"""PTB's context; we keep nothing in its dictionaries."""
App: TypeAlias = Application[Any, Any, Any, Any, Any, Any]

ALLOWED_UPDATES: Final = ("message", "callback_query", "my_chat_member", "inline_query", "chosen_inline_result")
"""What the bot has a use for; Telegram sends nothing else."""

_UNREADABLE: Final = (TypeError, ValueError, AttributeError, LookupError, ArithmeticError, OSError, RecursionError)
"""What PTB raises about an object of another Bot API than its own: a field that is missing, or of another type."""

# Edited commands and forwarded history are no new wishes; channels have no one to answer, nor have their posts in the
# group where they are discussed.
_NEW = filters.UpdateType.MESSAGE & ~filters.IS_AUTOMATIC_FORWARD


class Reception:
    """Turns updates into visits, asks the handler, shows the answer. Use it as an async context manager.

    `failed` is told why of every update that ended in an apology, or was left out.
    """

    def __init__(self, desk: Desk, routes: Routes, failed: Callable[[Cause], None] = lambda cause: None) -> None:
        self._app: App = ApplicationBuilder().bot(desk.bot).updater(None).job_queue(None).build()
        self._desk = desk
        self._routes = routes
        self._failed = failed
        self._install(self._app)

    async def __aenter__(self) -> Self:
        await self._app.initialize()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._app.shutdown()

    def _install(self, app: App) -> None:
        app.add_handler(CallbackQueryHandler(self._on_tap))
        app.add_handler(InlineQueryHandler(self._on_inline))
        app.add_handler(ChosenInlineResultHandler(self._on_chosen))
        app.add_handler(ChatMemberHandler(self._on_membership, ChatMemberHandler.MY_CHAT_MEMBER))
        app.add_handler(MessageHandler(_NEW, self._on_message))
        app.add_error_handler(self._on_error)

    async def handle(self, raw: RawUpdate, verdict: Verdict) -> None:
        """Do what an update asks for; or say that it asks too much, or that it failed.

        Raises NotNowError when it failed before anything was shown, and may succeed when the database answers.
        """
        fault = fault_of(raw)
        if fault:
            log.error("Update %s is left out: it cannot be read: %s", raw["update_id"], fault)
            self._failed(Cause.UNREADABLE)
            return
        try:
            update = Update.de_json(raw, self._desk.bot)
        except _UNREADABLE as error:
            log.error("Update %s (%s) is left out: it cannot be read: %r", raw["update_id"], kind_of(raw), error)
            self._failed(Cause.UNREADABLE)
            return
        if verdict is Verdict.ALLOW:
            with attempts.attempt() as attempt:
                await self._app.process_update(update)
            if attempt.is_off:
                raise NotNowError
            return
        try:
            await self._decline(update, verdict)
        except TelegramError as error:
            self._report(update.update_id, error)

    async def _decline(self, update: Update, verdict: Verdict) -> None:
        """Say why nothing is done, where somebody waits to hear it."""
        if verdict is Verdict.FAILED:
            self._failed(Cause.DATABASE)
            await self._apologise(update, NotNowError())
            return
        visit = await visit_anyway(update, self._desk)
        text = visit.reader.words("error.too_fast") if visit else ""
        if update.callback_query is not None:
            await _answer(update.callback_query, Toast(text))
        elif visit is not None and visit.private and verdict is Verdict.NOTICE:
            await self._say(visit, home_screens.plain(text))

    async def _on_message(self, update: Update, context: Context) -> None:
        visit = await visit_of(update, self._desk)
        message = update.message
        if visit is None or message is None:
            return
        name = command(message, self._desk.username)
        if name in self._routes.commands:
            await self._on_command(visit, message, name)
        elif not inline.is_card(self._desk, message):
            await self._say(visit, await fallback.other(self._desk, visit, message))

    async def _on_command(self, visit: Visit, message: Message, name: str) -> None:
        if visit.private and visit.reader.admin and not visit.preferences.known:
            # Admins are told of things unasked, in the language of their app.
            await meet(self._desk, visit)
        if name != "cancel":
            await self._drop_question(visit)
        said = argument(message)
        answer = await self._routes.commands[name](self._desk, replace(visit, styles=said.entities), said.text)
        await self._say(visit, answer)

    async def _drop_question(self, visit: Visit) -> None:
        """Who commands something else does not mean the next words as an answer."""
        db = self._desk.db
        asked = await asking.pending(db, visit.chat_id, visit.user_id, now=self._desk.now()) if visit.user_id else None
        if asked is not None:
            await asking.close(db, visit.chat_id, asked.user_id)

    async def _on_tap(self, update: Update, context: Context) -> None:
        query = update.callback_query
        assert query is not None
        visit, toast = None, Toast("")
        try:
            visit = await visit_of(update, self._desk)
            if visit is not None:
                toast = await self._tapped(query, visit)
        except Exception as error:
            visit = visit or await visit_anyway(update, self._desk)
            if visit is not None and not was_answered(error):
                toast = Toast(sentence(error, visit), alert=True)
            # The button must not go on spinning; the error itself is told at the border, whether it does or not.
            with contextlib.suppress(TelegramError):
                await _answer(query, toast)
            raise
        await _answer(query, toast)

    async def _tapped(self, query: CallbackQuery, visit: Visit) -> Toast:
        words = visit.reader.words
        decoded = decode(query.data or "")
        if decoded is None:
            return Toast(words("error.old_button"))
        action, owner = decoded
        if owner is not None and owner != query.from_user.id:
            return Toast(words("error.not_yours"), alert=True)
        handler = self._routes.actions.get(type(action))
        if handler is None:
            return Toast(words("error.old_button"))
        answer = await handler(self._desk, visit, action)
        if isinstance(answer, Toast):
            return answer
        # Who turns a page that everybody may turn does not take it from the others.
        same = replace(visit, is_shared=owner is None)
        if isinstance(answer, Told):
            await show.edit(self._desk, same, answer.screen)
            return Toast(answer.text)
        if isinstance(answer, New):
            await show.send(self._desk, visit, answer.screen)
        elif answer is not None:
            await show.edit(self._desk, same, answer)
        return Toast("")

    async def _on_inline(self, update: Update, context: Context) -> None:
        assert update.inline_query is not None
        await inline.answer(self._desk, update.inline_query)

    async def _on_chosen(self, update: Update, context: Context) -> None:
        await recalling.record_choice(self._desk.db, now=self._desk.now())

    async def _on_membership(self, update: Update, context: Context) -> None:
        changed = update.my_chat_member
        visit = await visit_of(update, self._desk)
        if changed is not None and visit is not None:
            # A greeting is for all whom it greets.
            await self._say(replace(visit, is_shared=True), await membership.changed(self._desk, visit, changed))

    async def _say(self, visit: Visit, answer: Answer) -> None:
        if isinstance(answer, New | Told):
            answer = answer.screen
        if isinstance(answer, Toast):
            answer = home_screens.plain(answer.text)
        if answer is not None:
            await show.send(self._desk, visit, answer)

    async def _on_error(self, update: object, context: Context) -> None:
        """An expected error becomes its sentence; anything else is logged, and the reader sees one apology."""
        if isinstance(update, Update) and is_passing(update, context.error):
            return
        self._report(update.update_id if isinstance(update, Update) else None, context.error)
        if isinstance(update, Update):
            await self._apologise(update, context.error)

    def _report(self, number: int | None, error: BaseException | None) -> None:
        cause = report(number, error)
        if cause is not None:
            self._failed(cause)

    async def _apologise(self, update: Update, error: BaseException | None) -> None:
        message = update.message
        if message is None or error is None or not asks_us(message, self._desk, self._routes):
            return
        visit = await visit_anyway(update, self._desk)
        if visit is not None:
            # Telegram may refuse this too: whoever blocked the bot hears nothing.
            with contextlib.suppress(TelegramError):
                await show.send(self._desk, visit, home_screens.plain(sentence(error, visit)))


async def _answer(query: CallbackQuery, toast: Toast) -> None:
    try:
        # core.telegram.org/bots/api#answercallbackquery: text of 0-200 characters.
        await query.answer(toast.text[:200] or None, show_alert=toast.alert)
    except BadRequest as error:
        if not came_too_late(error):
            raise
