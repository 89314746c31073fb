"""Every kind of problem content can have, in one table: its code, verdict and words.

The Chinese catalogue has the same codes and the same `{facts}`; `problem` is the one way content makes a Problem.
"""

from enum import StrEnum
from string import Formatter
from typing import Self

from bot.domain.errors import HeliographError
from bot.domain.problem import Problem, Severity

# A fact may quote the file; so much is enough to recognise a line in a chat.
FACT_CHARACTERS = 120

_ERROR, _WARNING = Severity.ERROR, Severity.WARNING


class Code(StrEnum):
    """A problem's stable name; it carries the verdict and the English sentences with `{facts}` in braces."""

    severity: Severity
    what: str
    mend: str

    def __new__(cls, name: str, severity: Severity, what: str, mend: str) -> Self:
        code = str.__new__(cls, name)
        code._value_ = name
        code.severity, code.what, code.mend = severity, what, mend
        return code

    @property
    def facts(self) -> frozenset[str]:
        """The names of the facts its sentences need."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.what + self.mend) if name)

    # fmt: off
    # (One kind reads best on three lines: its code, what is wrong, how to mend it.)
    # The folder and its files.
    FOLDER_MISSING = ("folder-missing", _ERROR,
        "the content folder {folder} is not there",
        "make it, or set HELIOGRAPH_CONTENT to the right folder")
    FOLDER_UNREADABLE = ("folder-unreadable", _ERROR,
        "the folder cannot be read: {reason}",
        "give the bot the right to read and open it")
    FOLDER_TOO_DEEP = ("folder-too-deep", _ERROR,
        "the folder lies more than {limit} folders deep",
        "move it up; nothing in it is read")
    FOLDER_PATH_TOO_LONG = ("folder-path-too-long", _ERROR,
        "the folder's path has more than {limit} bytes",
        "shorten its name, or those of the folders above; nothing in it is read")
    FOLDER_UNMARKED = ("folder-unmarked", _ERROR,
        "this folder is not loaded: it lacks the file `.heliograph` of the folder that all replicas share",
        "mount that folder here; if this one is meant, run `heliograph sync --allow-withdraw` on it")
    FOLDER_OF_OTHERS = ("folder-of-others", _ERROR,
        "this folder is not loaded: its file `.heliograph` is not that of the folder that all replicas share",
        "mount that folder here; if this one is meant, run `heliograph sync --allow-withdraw` on it")
    FILE_GONE = ("file-gone", _ERROR,
        "the file is not there any more",
        "put it back, or leave it: its post is withdrawn")
    FILE_IS_LINK = ("file-is-link", _ERROR,
        "this is a symbolic link, and links are not followed",
        "put the file or folder itself here")
    FILE_NOT_REGULAR = ("file-not-regular", _ERROR,
        "this is a device, pipe or socket, not a file",
        "remove it, or give it another extension")
    FILE_UNREADABLE = ("file-unreadable", _ERROR,
        "the file cannot be read: {reason}",
        "give the bot the right to read it")
    FILE_NAME_UNUSABLE = ("file-name-unusable", _ERROR,
        "the name holds control characters or is not valid UTF-8",
        "rename it")
    FILE_OUTSIDE = ("file-outside", _ERROR,
        "the path leads out of the content folder",
        "name a file inside it")
    FILE_TOO_LARGE = ("file-too-large", _ERROR,
        "the file is {size}, and {limit} is the most that is read",
        "split it into several, or make it smaller")
    # Its text.
    FILE_NOT_TEXT = ("file-not-text", _ERROR,
        "this is not a text file",
        "remove it, or give it an extension that fits what it is")
    FILE_EMPTY = ("file-empty", _WARNING,
        "the file is empty, so there is no post",
        "write it, or delete it")
    BODY_EMPTY = ("body-empty", _WARNING,
        "there is no text below the front matter, so there is no post",
        "write the text, or a `summary`")
    ENCODING_UTF16 = ("encoding-utf16", _ERROR,
        "the text is UTF-16",
        "save it as UTF-8")
    ENCODING_UNKNOWN = ("encoding-unknown", _ERROR,
        "the text is neither UTF-8 nor GB18030",
        "save it as UTF-8")
    ENCODING_GB18030 = ("encoding-gb18030", _WARNING,
        "the text is not UTF-8 and is read as GB18030",
        "save it as UTF-8")
    ENCODING_BROKEN = ("encoding-broken", _WARNING,
        "bytes that are no UTF-8 stand here and are shown as �",
        "type the characters again; there are {count} such places")
    CONTROL_CHARACTERS = ("control-characters", _WARNING,
        "control characters are left out, {count} in all",
        "delete them; they are invisible in most editors")
    # The front matter as a whole.
    FRONT_MATTER_UNCLOSED = ("front-matter-unclosed", _ERROR,
        "the front matter is not closed",
        "add a line with only {mark} after its last key")
    FRONT_MATTER_TOO_LONG = ("front-matter-too-long", _ERROR,
        "the front matter is longer than {limit}",
        "move text below it, into the post")
    FRONT_MATTER_TOO_DEEP = ("front-matter-too-deep", _ERROR,
        "the front matter is nested more than {limit} levels deep",
        "make it flatter")
    FRONT_MATTER_TOO_MANY = ("front-matter-too-many", _ERROR,
        "the front matter has more than {limit} values",
        "move data out of it")
    FRONT_MATTER_NO_KEYS = ("front-matter-no-keys", _ERROR,
        "the front matter is no list of `key: value` lines",
        "write keys, such as `title: …`, or remove the marks around it")
    FRONT_MATTER_UNREADABLE = ("front-matter-unreadable", _ERROR,
        "the front matter cannot be read at `{text}`",
        "check the quotes, brackets and spaces on this line and the one before it")
    YAML_ANCHOR = ("yaml-anchor", _ERROR,
        "`{text}` uses an anchor or alias (& or *), which are not read",
        "write the value out, or put it in quotes: {mended}")
    YAML_TAG = ("yaml-tag", _ERROR,
        "`{text}` uses a YAML tag (!), which are not read",
        "write the value without it, or put it in quotes: {mended}")
    YAML_TAB = ("yaml-tab", _ERROR,
        "the line begins with a tab, which YAML does not take",
        "indent it with spaces")
    YAML_INDENT = ("yaml-indent", _ERROR,
        "the indentation of `{text}` does not fit the lines above it",
        "begin it in the same column as its neighbours")
    VALUE_NEEDS_QUOTES = ("value-needs-quotes", _ERROR,
        "`{text}` needs quotes",
        "write {mended}")
    QUOTE_UNCLOSED = ("quote-unclosed", _ERROR,
        "the quote in `{text}` is not closed",
        "write {mended}")
    LIST_UNCLOSED = ("list-unclosed", _ERROR,
        "the bracket in `{text}` is not closed",
        "write {mended}")
    COLON_NEEDS_SPACE = ("colon-needs-space", _ERROR,
        "`{text}` has no space after the colon",
        "write {mended}")
    COLON_FULL_WIDTH = ("colon-full-width", _ERROR,
        "`{text}` has a full-width colon after the key",
        "write {mended}")
    LINE_NOT_KEY = ("line-not-key", _ERROR,
        "`{text}` is no `key: value` line",
        "write a key and a colon before it, or close the front matter above it")
    TOML_COLON = ("toml-colon", _ERROR,
        "`{text}` has a colon, but between +++ marks the front matter is TOML",
        "write {mended}")
    TOML_KEY_TWICE = ("toml-key-twice", _ERROR,
        "the front matter gives `{key}` twice",
        "delete one of them")
    JSON_COMMA = ("json-comma", _ERROR,
        "the JSON front matter has a comma before a closing bracket",
        "delete that comma")
    # One value.
    KEY_TWICE = ("key-twice", _WARNING,
        "`{key}` is given twice, first on line {first}; this one counts",
        "delete one of them")
    KEY_NOT_TEXT = ("key-not-text", _WARNING,
        "a key here is a list or a map, and is left out",
        "put it in quotes if it is text")
    TEXT_EXPECTED = ("text-expected", _WARNING,
        "`{key}` is a list or a map where text belongs, and is left out",
        "write {key}: some text, in quotes if it holds brackets")
    LIST_EXPECTED = ("list-expected", _WARNING,
        "`{key}` has an entry that is no name, which is left out",
        "write {key}: [one, two]")
    NUMBER_EXPECTED = ("number-expected", _WARNING,
        "`{key}` is `{value}`, which is no number, and is left out",
        "write {key}: 1")
    YES_NO_EXPECTED = ("yes-no-expected", _WARNING,
        "`{key}` is `{value}`, neither true nor false, so the post stays hidden",
        "write {key}: true or {key}: false")
    DATE_UNREADABLE = ("date-unreadable", _WARNING,
        ("`{key}` is `{value}`, which cannot be read as a date; "
         "without another date a new post is dated today and goes out at once"),
        "write {key}: 2026-01-31, or {key}: 2026-01-31T09:00+08:00")
    DATE_IMPOSSIBLE = ("date-impossible", _WARNING,
        ("`{key}` is `{value}`, and there is no such day or time; "
         "without another date a new post is dated today and goes out at once"),
        "write {key}: 2026-01-31, or {key}: 2026-01-31T09:00+08:00")
    MOMENT_UNREADABLE = ("moment-unreadable", _WARNING,
        "`{key}` is `{value}`, which cannot be read as a date, and is left out",
        "write {key}: 2026-01-31, or {key}: 2026-01-31T09:00+08:00")
    MOMENT_IMPOSSIBLE = ("moment-impossible", _WARNING,
        "`{key}` is `{value}`, and there is no such day or time, so it is left out",
        "write {key}: 2026-01-31, or {key}: 2026-01-31T09:00+08:00")
    DATE_NO_ZONE = ("date-no-zone", _WARNING,
        "`{key}` has no time zone and is read in {zone}",
        "write {mended}, or set HELIOGRAPH_TIMEZONE")
    LANGUAGE_UNKNOWN = ("language-unknown", _WARNING,
        "`{key}` is `{value}`, which is no language, and is left out",
        "write {key}: zh, or {key}: en")
    SLUG_UNUSABLE = ("slug-unusable", _WARNING,
        "`{key}` is `{value}`, which cannot be a slug, and is left out",
        "write letters, digits and hyphens")
    SLUG_CHANGED = ("slug-changed", _WARNING,
        "`{key}` is `{value}`, which becomes `{slug}`",
        "write `{key}: {slug}`, or another one of letters, digits and hyphens")
    VALUE_TOO_LONG = ("value-too-long", _WARNING,
        "`{key}` is longer than {limit} characters and is cut",
        "make it shorter")
    WORDS_SPLIT = ("words-split", _WARNING,
        "`{key}: {value}` is read as {count} names, one a word",
        'write {key}: [{listed}], or {key}: ["{value}"] if it is one name')
    HASH_KEPT = ("hash-kept", _WARNING,
        "`{hash}` would be a comment in YAML and is kept as text",
        "put the value in quotes: {mended}")
    BACKSLASH_KEPT = ("backslash-kept", _WARNING,
        "a backslash in `{text}` would be an escape in YAML and is kept as it stands",
        "use single quotes: {mended}")
    # The shelf.
    SLUG_TAKEN = ("slug-taken", _ERROR,
        "the slug `{slug}` ({language}) is that of {other} already",
        "give one of the two another slug, or a `lang` of its own if it is a translation")
    # Writing.
    FOLDER_READ_ONLY = ("folder-read-only", _ERROR,
        "the content folder cannot be written: {reason}",
        "publish through the folder itself, or give the bot the right to write")
    FILE_UNWRITABLE = ("file-unwritable", _ERROR,
        "the file could not be written: {reason}",
        "mend that and try again; nothing was changed")
    FILE_CHANGED = ("file-changed", _ERROR,
        "the file was changed meanwhile by somebody else",
        "look at what is there now, and decide again")
    NOT_REWRITABLE = ("not-rewritable", _ERROR,
        "the front matter is written so that `{key}` cannot be set safely",
        "set {key} in the file yourself and send it again")
    IMAGE_MISSING = ("image-missing", _WARNING,
        "the image {source} is neither in the upload nor in the folder",
        "send it too, under that name")
    IMAGE_NOT_FOUND = ("image-not-found", _WARNING,
        "the image {source} is not in the folder, so readers get only its description",
        "put it beside the post under that name, or correct its path")
    TITLE_MISSING = ("title-missing", _WARNING,
        "there is neither a `title` nor a heading, so the post is called `{title}`, as its file is",
        "write `title: …` between --- marks above the text, or begin the text with a heading")
    FORMULA_BROKEN = ("formula-broken", _WARNING,
        "the formula `{formula}` cannot be read, so readers get its source",
        "close its braces and environments, and check its commands")
    LINK_LOST = ("link-lost", _WARNING,
        "the link {target} leads to no post of the folder, so readers cannot follow it",
        "correct its path, or add that post")
    POST_TWICE = ("post-twice", _WARNING,
        "{other} has the same title and date",
        "write `slug: {slug}` to replace it, or leave this if both shall stand")
    # Bundles.
    ARCHIVE_BROKEN = ("archive-broken", _ERROR,
        "the zip file is damaged",
        "make it again and send it again")
    ARCHIVE_TOO_MANY = ("archive-too-many", _ERROR,
        "the zip file holds {count} files, and {limit} is the most",
        "send it in parts")
    ARCHIVE_TOO_LARGE = ("archive-too-large", _ERROR,
        "the zip file unpacks to more than {limit}",
        "send it in parts")
    ARCHIVE_UNSUPPORTED = ("archive-unsupported", _ERROR,
        "the zip file is encrypted or packed in an unusual way",
        "make it anew with plain zip, without a password")
    ARCHIVE_NAME = ("archive-name", _ERROR,
        "the zip file holds `{name}`, a name that leads out of it",
        "remove that entry")
    ARCHIVE_EMPTY = ("archive-empty", _ERROR,
        "the zip file holds neither a post nor an image",
        "put Markdown files into it")
    SLUG_SHARED = ("slug-shared", _WARNING,
        "the slug `{slug}` ({language}) is that of {other} already, so this post gets `{given}`",
        "give it a slug of its own to choose one")
    # Images.
    IMAGE_TOO_LARGE = ("image-too-large", _ERROR,
        "the image is {size}, and {limit} is the most",
        "make it smaller")
    IMAGE_TOO_WIDE = ("image-too-wide", _ERROR,
        "the image is {width} × {height} pixels; width and height may be {limit} together",
        "make it smaller")
    IMAGE_TYPE = ("image-type", _ERROR,
        "this is no PNG, JPEG, GIF or WebP image",
        "convert it to one of these")
    IMAGE_BROKEN = ("image-broken", _ERROR,
        "the image's header is damaged or cut off",
        "save it again")
    # fmt: on


class ContentError(HeliographError):
    """A file or folder was refused; `problem` says why and how to mend it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def problem(code: Code, file: str, line: int = 0, **facts: str) -> Problem:
    """The problem of this kind at this place; `facts` are exactly those its sentences name, long ones cut."""
    short = {name: _cut(facts[name]) for name in sorted(code.facts)}
    return Problem(file, line, code.severity, code.what.format(**short), code.mend.format(**short), str(code), short)


def _cut(fact: str) -> str:
    flat = " ".join(fact.split())
    return flat if len(flat) <= FACT_CHARACTERS else flat[: FACT_CHARACTERS - 1] + "…"
