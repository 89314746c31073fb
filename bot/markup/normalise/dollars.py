"""Whether two dollars mean a formula, money, or names of a shell."""

import re

LATEX_SIGN = re.compile(r"\\[A-Za-z{]|[\^_]")
# A letter alone, or letters each by itself with signs between them: `$ i $`, `$ n - 1 $`, `$ f(x) = 0 $`.
_LETTERS = re.compile(
    r"[ \t]+(?:[A-Za-zα-ωΑ-Ω]|(?=[(|]?[ \t]*[A-Za-zα-ωΑ-Ω])(?=[^-+*/=<>(]*[-+*/=<>(])"
    r"(?:[A-Za-zα-ωΑ-Ω](?![ \t]*[A-Za-zα-ωΑ-Ω])|[0-9 \t()+*/=<>,.|-]){2,40})[ \t]+"
)
_LETTER = re.compile(r"[A-Za-zα-ωΑ-Ω]'{0,2}[ \t]+")
_BESIDE = re.compile(r"[A-Za-z0-9\\]")
_COMMAND = re.compile(r"\\[A-Za-z]+(?:\{[^{}]*\})?")
# Words in a row: a name like `tanh` or `GPU` stands alone in a formula.
_PHRASE = re.compile(r"(?<![A-Za-z])[A-Za-z]{3,}+[ \t]++[A-Za-z]{2}|[\u3040-\u30ff\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]{3}|[\u3040-\u30ff\u3400-\u9fff]")
# What no amount of money is, so that a number may follow its second dollar: `76.3$\pm$0.2`, `$>$5`.
_MEANT = re.compile(r"\\[A-Za-z]|\A[<>=~≤≥≈±×+-]\Z")
# An amount in a Chinese sentence, which needs no space before its next formula: 每次$5，其中$n$为次数.
_AMOUNT = re.compile(r"\d[\d.,]*[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
_SHELL_NAME = re.compile(r"[A-Z_][A-Z0-9_]+(?![A-Za-z0-9_])[^\\^={}]*")


def mean_formula(content: str, before: str, after: str) -> bool:
    """Whether dollars around `content` do; `before` and `after` are the characters beside them, empty for none."""
    if after.isdecimal() and not _MEANT.search(content):
        return False
    # A letter right after it tells that the second dollar begins something.
    if after.isascii() and after.isalpha() and (_SHELL_NAME.fullmatch(content) or _AMOUNT.match(content)):
        return False
    return _closes(content, before + after)


def _closes(content: str, around: str) -> bool:
    """Whether dollars around `content` mean a formula: space inside them tells money, unless LaTeX tells otherwise.

    `around` is what stands before the first and after the second.
    """
    if not content or not (content[0].isspace() or content[-1].isspace()):
        return bool(content)
    if _BESIDE.search(around) or ("\n" in content and not ("\\begin{" in content and "\\end{" in content)):
        return False
    if _LETTERS.fullmatch(content) or _LETTER.fullmatch(content):
        return True
    if not LATEX_SIGN.search(content):
        return False
    words = _PHRASE if "\\" in content else _WORD
    return words.search(_COMMAND.sub("", content)) is None
