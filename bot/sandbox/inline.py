"""Inline mode: a person asks, the bot answers, the person chooses, and the result stands in the chat `via_bot`."""

from typing import Any

from bot.sandbox import acting, render
from bot.sandbox.errors import bad_request
from bot.sandbox.keyboards import check_markup
from bot.sandbox.limits import (
    MAX_INLINE_QUERY_CHARACTERS,
    MAX_INLINE_RESULT_ID_BYTES,
    MAX_TEXT_CHARACTERS,
)
from bot.sandbox.params import type_of
from bot.sandbox.rich import read_rich_message
from bot.sandbox.text import fix_text
from bot.sandbox.world import InlineQuery, JsonObject, Message, World

# core.telegram.org/bots/api#inlinequeryresultarticle and the cached photo and document.
RESULT_FIELDS = {
    "article": {"title", "url", "description", "thumbnail_url", "thumbnail_width", "thumbnail_height"},
    "photo": {"photo_file_id", "title", "description", "caption", "caption_entities"},
    "document": {"document_file_id", "title", "description", "caption", "caption_entities"},
}
COMMON_FIELDS = {"type", "id", "input_message_content", "reply_markup"}
TEXT_FIELDS = {"message_text", "entities", "link_preview_options"}


def ask(world: World, from_id: int, query: str, *, offset: str = "", chat_type: str = "sender") -> InlineQuery:
    """A person types `@bot query` in some chat; `chat_type` as in the Bot API's InlineQuery."""
    if not world.supports_inline_queries:
        raise bad_request("the bot has no inline mode")
    if len(query) > MAX_INLINE_QUERY_CHARACTERS:
        raise bad_request(f"an inline query has at most {MAX_INLINE_QUERY_CHARACTERS} characters")
    person = world.person(from_id)
    asked = InlineQuery(str(world.next_serial()), from_id, query, offset, world.clock.now())
    world.open_inline(asked)
    payload = {
        "id": asked.id, "from": render.user(person), "query": query, "offset": offset, "chat_type": chat_type,
    }  # fmt: skip
    world.updates.push("inline_query", payload)
    return asked


def check_result(world: World, given: Any) -> JsonObject:
    """A result with its message ready under `sandbox_content`; ApiError 400 when refused."""
    kind = type_of(given)
    if kind not in RESULT_FIELDS:
        raise bad_request(f"Can't parse inline query result: this server knows no type {kind}")
    unknown = set(given) - RESULT_FIELDS[kind] - COMMON_FIELDS
    if unknown:
        raise bad_request(f"Can't parse inline query result: this server knows no {min(unknown)} of {kind}")
    if not 1 <= len(str(given.get("id") or "").encode()) <= MAX_INLINE_RESULT_ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    if kind == "article" and not given.get("title"):
        raise bad_request("Can't parse inline query result: Can't find field \"title\"")
    checked = {**given, "sandbox_content": _content(world, given, kind)}
    if "reply_markup" in given:
        checked["reply_markup"] = check_markup(given["reply_markup"], inline_only=True)
    return checked


def _content(world: World, given: JsonObject, kind: str) -> JsonObject:
    wanted = given.get("input_message_content")
    if wanted is not None:
        return _input_content(world, wanted)
    if kind == "article":
        raise bad_request("Input message content is not specified")
    content = acting.file_content(world.files.get(given.get(f"{kind}_file_id") or "", kind))
    caption, entities = fix_text(given.get("caption") or "", given.get("caption_entities"), may_be_empty=True)
    return {
        **content,
        **({"caption": caption} if caption else {}),
        **({"caption_entities": entities} if entities else {}),
    }


def _input_content(world: World, given: Any) -> JsonObject:
    if isinstance(given, dict) and set(given) == {"rich_message"}:
        # core.telegram.org/bots/api#inputrichmessagecontent: only files sent before.
        return read_rich_message(given["rich_message"], world.files.get)
    if not isinstance(given, dict) or "message_text" not in given:
        raise bad_request("Input message content is not specified")
    unknown = set(given) - TEXT_FIELDS
    if unknown:
        raise bad_request(f"this server knows no {min(unknown)} of an input message content")
    if not isinstance(given["message_text"], str):
        raise bad_request('Field "message_text" must be of type String')
    text, entities = fix_text(given["message_text"], given.get("entities"))
    if len(text) > MAX_TEXT_CHARACTERS:
        raise bad_request("Message is too long")
    preview = given.get("link_preview_options")
    return {
        "text": text,
        **({"entities": entities} if entities else {}),
        **({"link_preview_options": preview} if preview else {}),
    }


def choose(world: World, query_id: str, result_id: str, chat_id: int, *, thread_id: int | None = None) -> Message:
    """The person who asked sends a result to a chat; the bot is told by chosen_inline_result."""
    query = world.inline_queries.get(query_id)
    results = (query.answer or {}).get("results", []) if query else []
    result = next((r for r in results if r["id"] == result_id), None)
    if query is None or result is None:
        raise bad_request("there is no such result")
    markup = result.get("reply_markup")
    message = acting.write(
        world,
        chat_id,
        query.from_id,
        dict(result["sandbox_content"]),
        thread_id=thread_id,
        via_bot=True,
        reply_markup=markup,
        # core.telegram.org/bots/api#choseninlineresult: only a message with a keyboard can be edited later.
        inline_message_id=f"inline-{world.next_serial()}" if markup else None,
    )
    chosen: JsonObject = {
        "result_id": result_id,
        "from": render.user(world.people[query.from_id]),
        "query": query.query,
    }
    if message.inline_message_id:
        world.inline_messages[message.inline_message_id] = (message.chat_id, message.message_id)
        chosen["inline_message_id"] = message.inline_message_id
    if world.inline_feedback:
        world.updates.push("chosen_inline_result", chosen)
    return message


def visible_answer(query: InlineQuery) -> JsonObject | None:
    """The answer as it was given, without the prepared messages."""
    if query.answer is None:
        return None
    hidden = "sandbox_content"
    results = [{name: value for name, value in r.items() if name != hidden} for r in query.answer["results"]]
    return {**query.answer, "results": results}
