"""Definitions of formulas (`\\newcommand`, `\\def`, `\\DeclareMathOperator`) written out, within a budget."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.markup.formulas.cursor import Cursor
from bot.markup.formulas.nodes import NotLinearError
from bot.markup.formulas.tokens import Token, tokenize, untokenize

MAX_LENGTH = 4000
"""CONTENT.md's cap: a longer formula is shown as its source."""
_DEFINING = {"newcommand", "renewcommand", "providecommand", "def", "DeclareMathOperator"}
_DEFINITIONS = frozenset(Token("command", name) for name in _DEFINING)
_DEFINES = re.compile(rf"\\(?:{'|'.join(_DEFINING)})(?![A-Za-z])")
# What a formula may grow to: definitions that double each other would fill the memory.
_MAX_TOKENS = 16_000
# And all formulas of a post together.
_MAX_POST_TOKENS = 200_000
_MAX_PARAMETERS = 9


@dataclass(frozen=True, slots=True)
class _Macro:
    parameters: int
    body: tuple[Token, ...]
    default: tuple[Token, ...] | None = None


def expand(tokens: Sequence[Token]) -> list[Token] | None:
    """The formula with its macros written out; None when one is malformed, calls itself or grows without end."""
    if _DEFINITIONS.isdisjoint(tokens):
        return list(tokens)
    try:
        return _Expander(tokens, {}).run()
    except NotLinearError:
        return None


class PostMacros:
    """The macros of one post: what a formula defines holds in those after it, as MathJax has it."""

    def __init__(self) -> None:
        self._macros: dict[Token, _Macro] = {}
        self._room = _MAX_POST_TOKENS

    def written_out(self, latex: str) -> str:
        """The formula without definitions and macros, empty when it only defines; as it was where that cannot be."""
        if self._room <= 0 or not (self._macros or _DEFINES.search(latex)):
            return latex
        tokens = tokenize(latex)
        self._room -= len(tokens)
        if _DEFINITIONS.isdisjoint(tokens) and self._macros.keys().isdisjoint(tokens):
            return latex
        expander = _Expander(tokens, self._macros)
        try:
            written = untokenize(expander.run()).strip()
        except NotLinearError:
            written = latex
        self._room -= expander.work
        return written if len(written) <= MAX_LENGTH else latex


class _Expander:
    """Writes one formula out; what it defines is added to `macros`."""

    def __init__(self, tokens: Sequence[Token], macros: dict[Token, _Macro]) -> None:
        self._pending: list[Token] = list(reversed(tokens))
        self._macros = macros
        self.work = 0

    def run(self) -> list[Token]:
        out: list[Token] = []
        while self._pending:
            self.work += 1
            token = self._pending.pop()
            if token.kind == "command" and token.text in _DEFINING:
                self._define(token.text)
            elif token in self._macros:
                self._push(self._substituted(self._macros[token]))
            else:
                out.append(token)
            if self.work > _MAX_TOKENS:
                raise NotLinearError
        return out

    def _push(self, tokens: Sequence[Token]) -> None:
        self.work += len(tokens)
        self._pending.extend(reversed(tokens))

    def _define(self, command: str) -> None:
        starred = self._take("*")
        name = self._argument()
        if len(name) != 1 or name[0].kind != "command":
            raise NotLinearError
        parameters, default = 0, None
        if command == "def":
            parameters = self._parameters()
        elif command != "DeclareMathOperator" and (count := self._option()):
            parameters = int(count[0].text) if count[0].text.isdecimal() else _MAX_PARAMETERS + 1
            default = self._option()
        if parameters > _MAX_PARAMETERS:
            raise NotLinearError
        body = self._argument()
        if command == "DeclareMathOperator":
            star = [Token("char", "*")] if starred else []
            body = [Token("command", "operatorname"), *star, Token("char", "{"), *body, Token("char", "}")]
        self._macros[name[0]] = _Macro(parameters, tuple(body), tuple(default) if default is not None else None)

    def _parameters(self) -> int:
        """How many `#n` stand before a `\\def`'s body."""
        count = 0
        while self._take("#"):
            self._pending.pop()
            count += 1
        return count

    def _substituted(self, macro: _Macro) -> list[Token]:
        arguments: list[Sequence[Token]] = []
        if macro.default is not None:
            arguments.append(self._option() or macro.default)
        while len(arguments) < macro.parameters:
            arguments.append(self._argument())
        out: list[Token] = []
        cursor = Cursor(macro.body)
        while not cursor.at_end:
            token = cursor.next()
            if token != Token("char", "#"):
                out.append(token)
                continue
            digit = cursor.next().text
            if not digit.isdecimal() or not 1 <= int(digit) <= len(arguments):
                raise NotLinearError
            out.extend(arguments[int(digit) - 1])
            if len(out) > _MAX_TOKENS:
                raise NotLinearError
        return out

    def _skip_space(self) -> None:
        while self._pending and self._pending[-1].kind == "space":
            self._pending.pop()

    def _take(self, character: str) -> bool:
        self._skip_space()
        if self._pending and self._pending[-1] == Token("char", character):
            self._pending.pop()
            return True
        return False

    def _argument(self) -> list[Token]:
        if not self._take("{"):
            if not self._pending:
                raise NotLinearError
            return [self._pending.pop()]
        return self._until("}")

    def _option(self) -> list[Token] | None:
        return self._until("]") if self._take("[") else None

    def _until(self, close: str) -> list[Token]:
        depth = 0
        out: list[Token] = []
        while self._pending:
            token = self._pending.pop()
            if token == Token("char", close) and not depth:
                return out
            depth += (token == Token("char", "{")) - (token == Token("char", "}"))
            out.append(token)
        raise NotLinearError
