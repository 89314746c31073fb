"""Takes the question from around a topic: it says what kind of answer is wanted, not what the answer is about."""

from collections.abc import Sequence
from typing import TypeAlias

from bot.search.tokens import Kind, bigrams
from bot.search.units import Join, Unit, cjk_unit

# Longer ones before those that they begin with.
_STARTS = (
    "请问", "如何理解", "怎么理解", "怎样理解", "如何实现", "怎么实现", "如何使用", "怎么使用", "怎么用", "如何",
    "怎么", "怎样", "什么是", "什么叫", "何为", "为什么", "为何", "介绍一下", "解释一下", "讲讲", "谈谈",
    "有没有关于", "有没有", "有关", "关于", "帮我找一下", "帮我找", "我想了解", "我想知道", "我想学", "想了解",
    "想知道", "谁知道", "求",
)  # fmt: skip
_ENDS = (
    "是怎么回事", "是什么意思", "是什么", "什么意思", "怎么回事", "有什么用", "有什么作用", "有什么区别",
    "的作用是什么", "的区别是什么", "区别是什么", "有哪些", "怎么学", "怎么用", "怎么做", "怎么办", "怎么写", "怎么样",
    "怎么理解", "怎么实现", "怎么使用", "怎么解决", "如何学习", "如何理解", "如何使用", "如何实现", "如何解决",
    "是干什么的", "是做什么的", "的原理", "的文章", "的教程", "吗", "呢",
)  # fmt: skip
# A question that is still being typed: 是怎么回. 区别 and 如何 may begin one, but are words by themselves.
_BEGUN = tuple(
    sorted({end[:letters] for end in _ENDS if end[0] in "是有怎什" for letters in range(2, len(end))}, key=len)
)[::-1]
# Alone they are questions too, or say what kind of text is wanted.
_WORDS = frozenset((
    *_STARTS, *_ENDS,
    "什么", "教程", "笔记", "详解", "原理", "原理详解", "面试题", "入门", "总结", "学习", "区别", "介绍", "解析",
))  # fmt: skip

# An English question opens with one of these and goes on in small words: `how do i use`, `can you explain the`.
_OPENERS = frozenset(["what", "whats", "why", "how", "please"])
_OPENING_PAIRS = frozenset((
    "can you", "could you", "i want", "i need", "i would", "tell me", "show me", "explain the", "explain how",
    "explain what", "explain why", "when to", "when should", "where is",
    "where are", "which is", "which are", "who is", "difference between", "differences between", "the difference",
    "introduction to", "intro to", "guide to",
))  # fmt: skip
_SMALL = frozenset((
    "a", "an", "the", "is", "are", "was", "were", "does", "do", "did", "can", "could", "should", "would", "to",
    "i", "you", "we", "me", "it", "s", "about", "between", "of", "use", "using", "explain", "tell", "show",
    "want", "need", "like", "know", "learn", "understand", "more", "difference", "differences", "please",
))  # fmt: skip
# What the answer to a question of the first word does: `how does X work`.
_CLOSERS = {"how": frozenset(("work", "works")), "what": frozenset(("mean", "means", "do", "for"))}
_KINDS_OF_TEXT = frozenset(["tutorial", "tutorials", "explained", "explanation", "example", "examples", "notes"])
_AFTERTHOUGHTS = ("what is", "what are", "how to", "what", "how", "why")

_VOCABULARY = frozenset((
    *_WORDS, *_OPENERS, *_SMALL, *_KINDS_OF_TEXT, *(word for pair in _OPENING_PAIRS for word in pair.split()),
))  # fmt: skip

# Words that hold a sentence together: two posts that share them share no topic.
_FUNCTION_WORDS = frozenset((
    "a", "an", "the", "and", "or", "but", "of", "in", "on", "at", "to", "for", "from", "by", "with", "as", "is",
    "are", "was", "were", "be", "been", "it", "its", "this", "that", "these", "those", "i", "you", "we", "they",
    "he", "she", "me", "my", "your", "our", "their", "do", "does", "did", "has", "have", "had", "not", "no",
    "so", "if", "then", "than", "there", "here", "can", "will", "would", "should", "could", "may", "what",
    "which", "who", "when", "where", "why", "how", "about", "into",
))  # fmt: skip
# 什么 and 如何, as they stand in titles: what they ask is no topic either.
_QUESTION_PAIRS = frozenset(pair for phrase in (*_STARTS, *_ENDS) for pair in bigrams(phrase))

Grouped: TypeAlias = Sequence[tuple[Unit, int]]


def without_question(units: list[Unit], groups: list[int]) -> tuple[list[Unit], list[int]]:
    """`units` without the question around them; unchanged when nothing else would be left."""
    left: Grouped = list(zip(units, groups, strict=True))
    changed = True
    while changed and left:
        shorter = _without_end(_without_start(left))
        changed = len(shorter) != len(left) or shorter != left
        left = shorter
    if all(unit.text in _VOCABULARY for unit, _ in left):
        return units, groups
    return [unit for unit, _ in left], [group for _, group in left]


def little_words(units: Sequence[Unit], joins: Sequence[Join]) -> frozenset[int]:
    """The places of words that only hold a sentence together; in `my_list` and `to-1` they are part of a name."""
    named = {number for join in joins if join.typed for number in range(join.start, join.end)}
    return frozenset(
        number for number, unit in enumerate(units) if unit.text in _FUNCTION_WORDS and number not in named
    )


def tells_nothing(token: str) -> bool:
    """Whether two posts that share a token share no topic by it: it holds a sentence together, or asks a question."""
    return token in _FUNCTION_WORDS or token in _QUESTION_PAIRS


def _without_start(left: Grouped) -> Grouped:
    words = [unit.text for unit, _ in left]
    if opening := _opening(words):
        closes = len(left) - opening > 1 and words[-1] in _CLOSERS.get(words[0], ())
        return left[opening:-1] if closes else left[opening:]
    if len(left) > 1 and words[0] in _KINDS_OF_TEXT:
        return left[1:]
    first, group = left[0]
    if first.kind is not Kind.CJK:
        return left
    if first.text in _WORDS and len(left) > 1:
        return left[1:]
    for start in _STARTS:
        if first.text.startswith(start) and len(first.text) >= len(start) + 2:
            return [(cjk_unit(first.text[len(start) :]), group), *left[1:]]
    return left


def _opening(words: Sequence[str]) -> int:
    """How many of the words open an English question; the last word never does."""
    if words[0] not in _OPENERS and " ".join(words[:2]) not in _OPENING_PAIRS:
        return 0
    count = 1 if words[0] in _OPENERS else 2
    while count < len(words) and words[count] in _SMALL:
        count += 1
    return count if count < len(words) else 0


def _without_end(left: Grouped) -> Grouped:
    words = [unit.text for unit, _ in left]
    if len(left) > 1 and words[-1] in _KINDS_OF_TEXT:
        return left[:-1]
    for phrase in _AFTERTHOUGHTS:
        asked = phrase.split()
        if len(words) > len(asked) and words[-len(asked) :] == asked:
            return left[: -len(asked)]
    last, group = left[-1]
    if last.kind is not Kind.CJK:
        return left
    if last.text in _WORDS and len(left) > 1:
        return left[:-1]
    for end in (*_ENDS, *_BEGUN):
        if last.text.endswith(end) and len(last.text) >= len(end) + 2:
            return [*left[:-1], (cjk_unit(last.text[: -len(end)]), group)]
    return left
