"""YAML front matter, read without its dangers: no anchors, aliases or tags, flat and short, every scalar a string."""

from collections.abc import Iterator

import yaml

from bot.content.block import MAX_DEPTH, MAX_EVENTS, Block, Finding, FrontMatterError, Value
from bot.content.problems import Code
from bot.content.yaml_advice import explain, find_slip, quoted_line
from bot.content.yaml_kept import keep_as_written

# More lines than this are told of when these are mended.
MAX_SLIPS = 10
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
# YAML 1.1 ends a line at these, editors do not: the numbers of lines would drift.
_ODD_LINE_ENDS = str.maketrans("\u2028\u2029", "  ")


def load_yaml(text: str) -> Block:
    """The block's keys and values. Raises FrontMatterError, with advice, when it cannot be read."""
    text, findings = keep_as_written(text.translate(_ODD_LINE_ENDS))
    try:
        block = _loaded(text)
    except FrontMatterError as error:
        error.others, error.mended = _read_on(text, error.finding)
        raise
    block.findings[:0] = findings
    return block


def _read_on(text: str, slip: Finding) -> tuple[tuple[Finding, ...], Block | None]:
    """What else stops the block when `slip`, and what follows, is mended as advised; the block if nothing does then.

    An author mends a file once, not once a line. What has no line to offer may be an echo of the mending, and waits.
    """
    lines = text.split("\n")
    slips = [slip]
    while len(slips) <= MAX_SLIPS:
        mended = slips[-1].facts.get("mended", "")
        if not mended or mended[0] in "\"'":
            break
        line = lines[slips[-1].line]
        lines[slips[-1].line] = line[: len(line) - len(line.lstrip())] + mended
        try:
            return tuple(slips[1:]), _loaded("\n".join(lines))
        except FrontMatterError as error:
            found = error.finding
        if "mended" not in found.facts or any(found.line == one.line for one in slips):
            break
        slips.append(found)
    return tuple(slips[1:MAX_SLIPS]), None


def _loaded(text: str) -> Block:
    block = Block()
    try:
        events = _safe_events(text)
    except yaml.MarkedYAMLError as error:
        raise explain(text, error) from None
    except yaml.YAMLError:
        raise FrontMatterError(Code.FRONT_MATTER_UNREADABLE, text=text.split("\n", 1)[0]) from None
    walk = iter(events)
    for event in walk:
        if isinstance(event, yaml.MappingStartEvent):
            _fill(block, walk)
            return block
        if isinstance(event, yaml.SequenceStartEvent) or (isinstance(event, yaml.ScalarEvent) and event.value):
            raise find_slip(text.split("\n"), _line(event)) or FrontMatterError(Code.FRONT_MATTER_NO_KEYS, _line(event))
    return block


def _safe_events(text: str) -> list[yaml.Event]:
    """The parse events, walked before anything is built from them: composing is where YAML kills a process."""
    events: list[yaml.Event] = []
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        if len(events) >= MAX_EVENTS:
            raise FrontMatterError(Code.FRONT_MATTER_TOO_MANY, _line(event), limit=str(MAX_EVENTS))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise FrontMatterError(Code.FRONT_MATTER_TOO_DEEP, _line(event), limit=str(MAX_DEPTH))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            raise _refusal(Code.YAML_ANCHOR, event, text)
        if getattr(event, "anchor", None) is not None:
            raise _refusal(Code.YAML_ANCHOR, event, text)
        if getattr(event, "tag", None) is not None:
            raise _refusal(Code.YAML_TAG, event, text)
        events.append(event)
    return events


def _refusal(code: Code, event: yaml.Event, text: str) -> FrontMatterError:
    line = text.split("\n")[_line(event)]
    return FrontMatterError(code, _line(event), text=line.strip(), mended=quoted_line(line))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line if event.start_mark else 0


def _fill(block: Block, walk: Iterator[yaml.Event]) -> None:
    for event in walk:
        if isinstance(event, yaml.MappingEndEvent):
            return
        key = _build(event, walk)
        value = _build(next(walk), walk)
        if isinstance(key, str):
            block.put(key, value, _line(event))
        elif key is not None:
            block.find(Code.KEY_NOT_TEXT, _line(event))


def _build(event: yaml.Event, walk: Iterator[yaml.Event]) -> Value:
    """The value that begins at `event`; the rest of it is taken from `walk`. As deep as MAX_DEPTH at most."""
    if isinstance(event, yaml.ScalarEvent):
        is_null = event.style in {None, ""} and event.value in _NULLS
        return None if is_null else str(event.value)
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Value] = []
        for inner in walk:
            if isinstance(inner, yaml.SequenceEndEvent):
                break
            items.append(_build(inner, walk))
        return items
    pairs: dict[str, Value] = {}
    for inner in walk:
        if isinstance(inner, yaml.MappingEndEvent):
            break
        key = _build(inner, walk)
        # A key that is no text (`{{ title }}` of an unfilled template) still shows that something is there.
        pairs[key if isinstance(key, str) else "?"] = _build(next(walk), walk)
    return pairs
