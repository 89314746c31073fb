"""What an info string says about a code block: its language, and the file name or title it shows."""

import re
from functools import lru_cache

_NAME = re.compile(r"[.{\s]*(?:language-|lang-|code-cell\}?\s*)?([A-Za-z0-9_+#-]++)(?!\s*=)", re.IGNORECASE)
_CAPTION = re.compile(r"""(?:title|filename|file|name|caption)\s*[=:]\s*(?:"([^"]*)"|'([^']*)'|([^\s,}"']+))""")
_HEXO = re.compile(r"\S+\s+(?![{\[(])([^={}]+?)(?:\s+https?://\S+(?:\s+.*)?)?")
_SPELLING = {
    "c++": "cpp",
    "c#": "csharp",
    "f#": "fsharp",
    "js": "javascript",
    "ts": "typescript",
    "py": "python",
    "python3": "python",
    "ipython": "python",
    "ipython3": "python",
    "pycon": "python",
    "sh": "bash",
    "shell": "bash",
    "zsh": "bash",
    "console": "bash",
    "yml": "yaml",
    "rb": "ruby",
    "rs": "rust",
    "golang": "go",
    "md": "markdown",
    "htm": "html",
    "objective-c": "objectivec",
    "objc": "objectivec",
    "kt": "kotlin",
    "hs": "haskell",
    "dockerfile": "docker",
    "tex": "latex",
}
_NONE = {"text", "txt", "plain", "plaintext", "none", "no-highlight", "nohighlight", "null", "undefined"}
_MATH_LANGUAGES = {"math", "katex", "mathjax", "{math}"}
# MyST's `:label: loss` before the formula of a `{math}`.
_OPTIONS = re.compile(r"\A(?:[ \t]*:[\w-]+:[^\n]*\n)+")


def formula_of(info: str, text: str) -> str | None:
    """The formula that a block of code holds, None when it holds code."""
    return _OPTIONS.sub("", text).strip() if info.strip().lower() in _MATH_LANGUAGES else None


@lru_cache(maxsize=1024)
def language_of(info: str) -> str:
    """A lower-case word without punctuation a client could trip on, or nothing."""
    match = _NAME.match(info)
    if match is None:
        return ""
    word = match.group(1).lower()
    word = _SPELLING.get(word, word)
    return "" if word in _NONE or word[0].isdigit() else re.sub(r"[^a-z0-9_-]", "", word)


@lru_cache(maxsize=1024)
def caption_of(info: str) -> str:
    if " " not in info.strip() and "=" not in info:
        return ""
    if match := _CAPTION.search(info):
        return next((group for group in match.groups() if group), "").strip()
    match = _HEXO.fullmatch(info.strip())
    return match.group(1).strip() if match else ""
