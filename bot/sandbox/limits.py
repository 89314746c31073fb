"""The platform's numbers, each with where it is written down."""

from datetime import timedelta

# core.telegram.org/bots/api#sendmessage: 1-4096 characters after entities parsing; TDLib counts code points.
MAX_TEXT_CHARACTERS = 4096
# core.telegram.org/bots/api#sendphoto: 0-1024 characters after entities parsing.
MAX_CAPTION_CHARACTERS = 1024
# tdlib/telegram-bot-api Client::get_formatted_text: a longer text is refused before it is parsed.
MAX_RAW_TEXT_BYTES = 1 << 15
# tdlib/td MessageEntity: the rest are dropped in silence, links and code kept first.
MAX_ENTITIES = 100
# core.telegram.org/bots/api#inlinekeyboardbutton: 1-64 bytes.
MAX_CALLBACK_BYTES = 64
# core.telegram.org/bots/api#inlinekeyboardbutton, limits.tginfo.me: rows over 12 and buttons over 300 are cut.
MAX_BUTTONS_IN_ROW = 12
MAX_BUTTONS = 300
# limits.tginfo.me: about 10 kB of reply markup.
MAX_MARKUP_BYTES = 10_240

# core.telegram.org/bots/api#getupdates: 1-100 a request; LONG_POLL_MAX_TIMEOUT of tdlib/telegram-bot-api, seconds.
MAX_UPDATES_IN_ANSWER = 100
MAX_POLL_SECONDS = 50
# core.telegram.org/bots/api#getting-updates: updates are kept for 24 hours. The count is this server's own bound.
MAX_PENDING_UPDATES = 100_000

# core.telegram.org/bots/api#answercallbackquery: 0-200 characters.
MAX_CALLBACK_ANSWER_CHARACTERS = 200
# How long a tap can be answered is not published; a minute is generous.
CALLBACK_ANSWER_TIME = timedelta(seconds=60)
# core.telegram.org/bots/api#answerinlinequery.
MAX_INLINE_RESULTS = 50
MAX_INLINE_RESULT_ID_BYTES = 64
MAX_INLINE_OFFSET_BYTES = 64
MAX_INLINE_QUERY_CHARACTERS = 256
INLINE_CACHE_SECONDS = 300
INLINE_ANSWER_TIME = timedelta(seconds=30)

# core.telegram.org/bots/api#setmycommands and #botcommand.
MAX_COMMANDS = 100
MAX_COMMAND_CHARACTERS = 32
MAX_COMMAND_DESCRIPTION_CHARACTERS = 256
# core.telegram.org/bots/api#setmyname, #setmydescription, #setmyshortdescription.
MAX_NAME_CHARACTERS = 64
MAX_DESCRIPTION_CHARACTERS = 512
MAX_SHORT_DESCRIPTION_CHARACTERS = 120

# core.telegram.org/bots/api#sending-files: photos 10 MB, other files 50 MB; getFile 20 MB.
MAX_PHOTO_BYTES = 10 << 20
MAX_UPLOAD_BYTES = 50 << 20
MAX_DOWNLOAD_BYTES = 20 << 20
# core.telegram.org/bots/api#sendphoto: width and height must not exceed 10000 in total, their ratio 20.
MAX_PHOTO_SIDES = 10_000
MAX_PHOTO_RATIO = 20
# core.telegram.org/bots/api#sendmediagroup.
MIN_ALBUM_ITEMS = 2
MAX_ALBUM_ITEMS = 10
# core.telegram.org/bots/api#deletemessages; a message is deletable by a bot for 48 hours.
MAX_MESSAGES_IN_DELETION = 100
DELETION_TIME = timedelta(hours=48)

# core.telegram.org/bots/api#rich-messages (Bot API 10.1).
MAX_RICH_CHARACTERS = 32_768
MAX_RICH_BLOCKS = 500
MAX_RICH_DEPTH = 16
MAX_RICH_MEDIA = 50
MAX_RICH_COLUMNS = 20
MAX_RICH_BUTTONS_IN_ROW = 8

# This server's own bounds: it keeps everything in memory.
MAX_REQUEST_BYTES = 64 << 20
MAX_LOGGED_CALLS = 2_000
MAX_LOGGED_CHARACTERS = 8_192
MAX_MESSAGES_IN_CHAT = 10_000
MAX_STORED_FILE_BYTES = 512 << 20
MAX_EVENTS = 2_000
MAX_OPEN_QUERIES = 10_000
