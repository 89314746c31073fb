"""Each answer that Telegram gives a sender becomes the outcome that the services act on."""

from datetime import timedelta

import pytest
from telegram import error

from bot.chat.transport.outcomes import (
    came_too_late,
    cannot_edit,
    changed_nothing,
    dislikes_content,
    outcome_of,
    wait_of,
)
from bot.chat.transport.request import MaybeReached, NotReached
from bot.services.ports import Busy, Forbidden, Moved, NotSent, Outcome, Refused, Sent, Unknown, Unreachable
from tests.chat.peer import Answer, peer
from tests.chat.test_request import send


def described(code: int, text: str, parameters: str = "") -> Answer:
    more = f',"parameters":{{{parameters}}}' if parameters else ""
    return Answer(code, f'{{"ok":false,"error_code":{code},"description":"{text}"{more}}}'.encode())


ROWS: list[tuple[Answer, type[Outcome]]] = [  # type: ignore[valid-type]
    (described(429, "Too Many Requests: retry after 9", '"retry_after":9'), Busy),
    (described(403, "Forbidden: bot was blocked by the user"), Unreachable),
    (described(403, "Forbidden: user is deactivated"), Unreachable),
    (described(403, "Forbidden: bot was kicked from the supergroup chat"), Unreachable),
    (described(403, "Forbidden: bot is not a member of the channel chat"), Unreachable),
    (described(403, "Forbidden: bot can't initiate conversation with a user"), Unreachable),
    (described(403, "Forbidden: something new"), Unreachable),
    (described(403, "Forbidden: CHAT_WRITE_FORBIDDEN"), Forbidden),
    (described(400, "Bad Request: group chat was upgraded to a supergroup chat", '"migrate_to_chat_id":-1001'), Moved),
    (described(400, "Bad Request: group chat was upgraded to a supergroup chat"), Unreachable),
    (described(400, "Bad Request: chat not found"), Unreachable),
    (described(400, "Bad Request: PEER_ID_INVALID"), Unreachable),
    (described(400, "Bad Request: message thread not found"), Unreachable),
    (described(400, "Bad Request: not enough rights to send text messages to the chat"), Forbidden),
    (described(400, "Bad Request: need administrator rights in the channel chat"), Forbidden),
    (described(400, "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN"), Forbidden),
    (described(400, "Bad Request: TOPIC_CLOSED"), Forbidden),
    (described(400, "Bad Request: BUTTON_DATA_INVALID"), Refused),
    (described(400, "Bad Request: message is too long"), Refused),
    (described(400, "Bad Request: message is not modified: same content"), Refused),
    (described(401, "Unauthorized"), NotSent),
    (described(404, "Not Found"), NotSent),
    (described(409, "Conflict: terminated by other getUpdates request"), NotSent),
    (described(413, "Request Entity Too Large"), Refused),
    (described(500, "Internal Server Error"), Unknown),
    (Answer(502, b"<html>Bad Gateway</html>"), Unknown),
]


@pytest.mark.parametrize(("answer", "expected"), ROWS, ids=[f"{a.status}-{a.body[-40:]!r}" for a, _ in ROWS])
async def test_answer_means_outcome(answer: Answer, expected: type) -> None:
    async with peer([answer]) as there:
        with pytest.raises(error.TelegramError) as caught:
            await send(there.url)
    assert type(outcome_of(caught.value)) is expected


def test_figures_are_kept() -> None:
    assert outcome_of(error.RetryAfter(31)) == Busy(timedelta(seconds=31))
    assert wait_of(error.RetryAfter(timedelta(seconds=3))) == timedelta(seconds=3)
    assert outcome_of(error.ChatMigrated(-1001)) == Moved(-1001)


def test_edit_that_changes_nothing_has_succeeded() -> None:
    same = error.BadRequest("Bad Request: MESSAGE IS NOT MODIFIED: specified new message content is the same")
    assert outcome_of(same, editing=12) == Sent(12)
    assert changed_nothing(same)
    assert not changed_nothing(error.BadRequest("Bad Request: message to edit not found"))


@pytest.mark.parametrize(
    "said",
    [
        "message to edit not found",
        "MESSAGE_ID_INVALID",
        "message can't be edited",
        "there is no text in the message to edit",
    ],
)
def test_a_message_that_cannot_be_edited_says_nothing_of_what_it_was_to_say(said: str) -> None:
    failure = error.BadRequest(f"Bad Request: {said}")

    assert cannot_edit(failure)
    assert not dislikes_content(failure)


@pytest.mark.parametrize(
    ("failure", "is_disliked"),
    [
        (error.BadRequest("Bad Request: RICH_MESSAGE_INVALID"), True),
        (error.BadRequest("Bad Request: message is too long"), True),
        (error.BadRequest("Bad Request: message is not modified: the same"), False),
        (error.BadRequest("Bad Request: message thread not found"), False),
        (error.BadRequest("Bad Request: not enough rights to send photos to the chat"), False),
        (error.ChatMigrated(-1001), False),
        (error.RetryAfter(3), False),
    ],
)
def test_only_what_is_wrong_with_a_message_itself_is_held_against_it(
    failure: error.TelegramError, is_disliked: bool
) -> None:
    assert dislikes_content(failure) is is_disliked


def test_late_answer_to_a_tap_is_recognised() -> None:
    assert came_too_late(error.BadRequest("Bad Request: query is too old and response timeout expired"))
    assert came_too_late(error.BadRequest("Bad Request: QUERY_ID_INVALID"))
    assert not came_too_late(error.BadRequest("Bad Request: chat not found"))


def test_network_failures_keep_apart_what_was_not_sent_and_what_may_have_been() -> None:
    assert outcome_of(NotReached("refused")) == NotSent("refused")
    assert outcome_of(MaybeReached("lost")) == Unknown("lost")
    assert outcome_of(error.TimedOut()) == Unknown("Timed out")
    assert outcome_of(error.NetworkError("odd")) == Unknown("odd")


def test_unknown_method_is_refused() -> None:
    assert outcome_of(error.EndPointNotFound("no such method")) == Refused("no such method")
