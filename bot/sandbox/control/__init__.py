"""The control routes, for the chat page and for tests in other processes: people act, everyone watches, faults are set.

Bodies and answers are JSON objects (uploads are multipart). A refusal is `{"ok": false, "error_code", "description"}`
with that HTTP status. `Message`, `User`, `Chat`, `ChatMember` are the Bot API's objects as the bot sees them; a
Message here also has `sandbox: {silent, inline_message_id, keyboard?}`, `keyboard` being a ReplyKeyboardMarkup,
ReplyKeyboardRemove or ForceReply. Parameters in brackets may be left out.

The world
  GET  /sandbox/state  -> {bot, people: [Person], chats: [ChatView], clock, limits, notes, last_event}
  GET  /sandbox/events?after=N             -> text/event-stream, see below
  GET  /sandbox/files/{file_id}            -> the bytes, with their media type
  GET  /sandbox/formula?source=LATEX[&display=1]  -> {mathml: a <math> element safe to insert, or null if unreadable}
  GET  /sandbox/log?after=N&method=M       -> {calls: [Call]}; DELETE forgets them
  GET  /sandbox/clock                      -> {now, frozen}
  POST /sandbox/clock     {now | advance}  -> {now, frozen}; now: ISO time with zone, null = real time; advance: seconds
  POST /sandbox/limits    {per_second, paid_per_second, per_chat, per_group}   (only those given; null = no limit)
  POST /sandbox/updates   {kind, payload, [times]} -> {update_ids}; queues any update as it stands
  Person = {id, first_name, last_name, username, language_code, is_bot, started, blocked, deactivated}
  ChatView = Chat + {members: [ChatMember], topics: [{message_thread_id, name, is_closed}], migrated_to,
                     bot_status, last_message: Message | null}; a private chat has no members
  Call = {number, method, parameters, date, started, ended, status, applied, fault, answer}; status 0 = cut

People
  POST /sandbox/people          {first_name, [last_name, username, language_code, id, started]} -> Person
  POST /sandbox/people/{id}     {[first_name, last_name, username, language_code, deactivated, blocked]} -> Person
  GET  /sandbox/people/{id}/profile        -> {name, description, short_description} in that person's language

Chats
  POST /sandbox/chats           {type, title, creator, [username, is_forum, members: [id], bot: status, bot_rights: {}]}
                                           -> ChatView; type: group, supergroup, channel
  POST /sandbox/chats/{id}/members  {user_id, status, by, [rights, permissions, is_anonymous, custom_title]}
                                           -> ChatMember; adds, promotes, restricts, removes; user_id may be the bot's
  POST /sandbox/chats/{id}/topics   {name, by} -> {message_thread_id, name, is_closed}
  POST /sandbox/chats/{id}/topics/{thread}  {is_closed, by} -> the same
  POST /sandbox/chats/{id}/migrate  {}     -> ChatView of the new supergroup
  GET  /sandbox/chats/{id}/menu?user_id=N  -> {commands: [BotCommand], menu_button}
  GET  /sandbox/chats/{id}/messages?[after=N&before=N&limit=200&thread_id=N] -> {messages: [Message]}, oldest first

Acts
  POST /sandbox/chats/{id}/send     {from, text, [entities, reply_to, thread_id]} -> Message
  POST /sandbox/chats/{id}/upload   multipart: from, kind (photo | document), file,
                                                [caption, reply_to, thread_id] -> Message
  POST /sandbox/chats/{id}/album    multipart: from, kind, file (2 to 10 of them), [caption (as many)]
                                           -> {messages: [Message]}
  POST /sandbox/chats/{id}/edit     {from, message_id, text} -> Message
  POST /sandbox/chats/{id}/tap      {from, message_id, [row, column | data], [wait]}
                                           -> {callback_query_id, [answer: {text, show_alert, url} | null]},
                                              or what else the button does: {url}, {switch_inline_query}, {copy_text},
                                              {message} (a reply keyboard's button); `data` taps with any data;
                                              wait: seconds to wait for the answer
  POST /sandbox/inline              {from, query, [offset, chat_type, wait]} -> {inline_query_id, [answer]}
                                           answer: {results, next_offset, cache_time, is_personal, button} | null
  GET  /sandbox/inline/{query_id}          -> the same
  POST /sandbox/inline/{query_id}/choose   {result_id, chat_id, [thread_id]} -> Message

Faults
  GET    /sandbox/faults                   -> {faults: [Fault]}
  POST   /sandbox/faults  {kind, [method, contains, chat_id, skip, times, code, description, retry_after,
                           migrate_to_chat_id, delay, applied]} -> Fault; see bot.sandbox.faults.Fault
  DELETE /sandbox/faults [/{id}]           -> {removed: count}; held calls go on

Events: each has an `id` line with its number and the server's run, N@RUN, `event: change`, and `data` with
{number, kind, …}:
  message {chat_id, message}, edited {chat_id, message}, deleted {chat_id, message_id}, chat {chat_id},
  person {user_id}, profile {}, clock {now, frozen}, call {call}, chat_action {chat_id, action, message_thread_id},
  callback_answer {chat_id, callback_query_id, from_id, text, show_alert, url},
  inline_answer {inline_query_id, from_id, answer}.
Without `after` the stream starts now; a browser that reconnects goes on from its Last-Event-ID. Where
that is not possible (another run, or too much happened) `event: reset` comes first: read all again.
"""

from starlette.routing import BaseRoute

from bot.sandbox.control import acts, chats, faults, inline, people, watching
from bot.sandbox.world import World


def control_routes(world: World) -> list[BaseRoute]:
    """Every route under /sandbox/."""
    return [
        *watching.routes(world),
        *people.routes(world),
        *chats.routes(world),
        *acts.routes(world),
        *inline.routes(world),
        *faults.routes(world),
    ]
