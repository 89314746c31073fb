"""The few words a rendered post says itself, in the post's language."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Language: TypeAlias = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Words:
    """Formats take a number."""

    formula: str
    image: str
    picture: str
    described: str
    notes: str
    details: str
    callouts: dict[str, str]

    def callout(self, kind: str) -> str:
        """The title of a callout that has none; a kind nobody knows names itself."""
        return self.callouts.get(_ALIASES.get(kind, kind)) or kind.replace("-", " ").replace("_", " ").capitalize()


_ALIASES = {
    "summary": "abstract",
    "tldr": "abstract",
    "hint": "tip",
    "check": "success",
    "done": "success",
    "primary": "note",
    "default": "note",
    "secondary": "note",
    "help": "question",
    "faq": "question",
    "attention": "warning",
    "warn": "warning",
    "fail": "failure",
    "missing": "failure",
    "error": "danger",
    "cite": "quote",
    "important!": "important",
}

WORDS: dict[Language, Words] = {
    "zh": Words(
        formula="〔式 {}〕",
        image="〔图 {}〕",
        picture="〔图片〕",
        described="〔图：{}〕",
        notes="注释",
        details="详情",
        callouts={
            "note": "注意",
            "abstract": "摘要",
            "info": "信息",
            "todo": "待办",
            "tip": "提示",
            "important": "重要",
            "success": "成功",
            "question": "问题",
            "warning": "警告",
            "caution": "小心",
            "failure": "失败",
            "danger": "危险",
            "bug": "缺陷",
            "example": "示例",
            "quote": "引用",
        },
    ),
    "en": Words(
        formula="[eq. {}]",
        image="[fig. {}]",
        picture="[image]",
        described="[image: {}]",
        notes="Notes",
        details="Details",
        callouts={
            "note": "Note",
            "abstract": "Abstract",
            "info": "Info",
            "todo": "To do",
            "tip": "Tip",
            "important": "Important",
            "success": "Success",
            "question": "Question",
            "warning": "Warning",
            "caution": "Caution",
            "failure": "Failure",
            "danger": "Danger",
            "bug": "Bug",
            "example": "Example",
            "quote": "Quote",
        },
    ),
}
