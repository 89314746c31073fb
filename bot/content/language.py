"""Languages of posts: tags as authors write them, and a guess from the text."""

import re

# So much of a post is enough to tell its language.
SAMPLE_CHARACTERS = 4000

# A file name may end in one of these (`post.zh.md`); an unknown ending belongs to the name (`vue.js.md`).
_KNOWN = re.compile(
    "ar|bg|bn|ca|cs|da|de|el|en|es|et|fa|fi|fr|he|hi|hr|hu|id|it|ja|ko|lt|lv|ms|nb|nl|pl|pt|ro|ru|sk|sl|sr|sv|th|tr|"
    "uk|ur|vi|zh"
)
# A folder may be one of these; `cs`, `it`, `tr` and their like are more often names of subjects.
_FOLDERS = frozenset({"zh", "cn", "en", "ja", "ko", "fr", "de", "es", "ru"})
_WORDS = {
    "chinese": "zh",
    "中文": "zh",
    "简体中文": "zh",
    "繁體中文": "zh-hant",
    "english": "en",
    "英文": "en",
    "cn": "zh",
    "chs": "zh",
    "cht": "zh-hant",
    "zho": "zh",
    "eng": "en",
}
_TAG = re.compile(r"([a-z]{2,3})(?:-[a-z]{3})?(?:-([a-z]{4}))?(?:-([a-z]{2}|\d{3}))?(?:-[a-z0-9-]+)?")
_FOLDER_TAG = re.compile(r"[A-Za-z]{2}(?:[-_][A-Za-z]{2,4})?")
_CODE = re.compile(
    r"```.*?(?:```|\Z)|\]\([^()\n]*\)|<[^<>\n]*>|`[^`\n]*`|\$\$.*?(?:\$\$|\Z)|\$[^$\n]*\$|https?://\S+", re.DOTALL
)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]")
_WORD = re.compile(r"[A-Za-zÀ-ÿ]{2,}")


def parse_tag(text: str) -> str | None:
    """The tag as Document holds it: `zh-CN` and `zh_Hans` are `zh`, `zh-TW` is `zh-hant`, `en-US` is `en`.

    Other languages keep their region (`pt-br`). None when it is no tag of a language.
    """
    folded = text.strip().casefold().replace("_", "-")
    if folded in _WORDS:
        return _WORDS[folded]
    match = _TAG.fullmatch(folded)
    if match is None:
        return None
    language, script, region = match.groups()
    if language == "zh":
        traditional = script == "hant" or (script is None and region in {"tw", "hk", "mo"})
        return "zh-hant" if traditional else "zh"
    if language == "en" or region is None:
        return str(language)
    return f"{language}-{region}"


def of_suffix(suffix: str) -> str | None:
    """The language a file name's last part names (`zh` in `post.zh.md`), None when it is part of the name."""
    tag = parse_tag(suffix) if suffix.isascii() else None
    return tag if tag and _KNOWN.fullmatch(tag.split("-")[0]) else None


def of_folder(name: str) -> str | None:
    """The language a folder is for (`zh-cn`, `en`, Hugo's `content.en`), None when it is a subject's."""
    front, dot, last = name.rpartition(".")
    if dot and front:
        return of_suffix(last) if front.casefold() in {"content", "posts", "post"} else None
    if not _FOLDER_TAG.fullmatch(name):
        return None
    tag = parse_tag(name)
    if tag is None or not _KNOWN.fullmatch(tag.split("-")[0]):
        return None
    return tag if len(name) > 2 or name.casefold() in _FOLDERS else None


def detect(text: str) -> str:
    """`zh` or `en`: two Han characters to three English words, outside code and formulas, make a post Chinese."""
    sample = _CODE.sub(" ", text[:SAMPLE_CHARACTERS])
    return "zh" if len(_HAN.findall(sample)) * 3 >= 2 * max(1, len(_WORD.findall(sample))) else "en"
