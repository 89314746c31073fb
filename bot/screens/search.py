"""What a search found, why, and the ways to narrow or widen it."""

from dataclasses import dataclass

from bot.domain.action import NarrowSearch, Origin, SearchExactly, ShowCategories, ShowHome, ShowList
from bot.domain.message import Button, Screen, Text, TextBuilder, utf16_length
from bot.screens.reader import Reader, clip, rows
from bot.screens.shelf import TITLE_LIMIT, facts, open_buttons
from bot.services.readers.browsing import Card
from bot.services.search.searching import SearchView

QUERY_LIMIT = 80


@dataclass(frozen=True, slots=True)
class Ways:
    """What stands for queries in buttons: the one asked, the same without its filters, one for each to try instead."""

    key: str
    anywhere: str = ""
    nearest: tuple[str, ...] = ()


def results(reader: Reader, view: SearchView, ways: Ways, *, exact: bool = False) -> Screen:
    """Cards with the matches in bold, and the ways on."""
    key = ways.key
    text = TextBuilder()
    _add_head(text, reader, view)
    for number, result in enumerate(view.results, 1):
        text.add(f"\n\n{number}. ")
        text.quote(_clipped(result.title, TITLE_LIMIT), "bold")
        text.add("\n" + facts(reader, result.card))
        if result.where:
            text.add("\n" + reader.words(f"search.where_{result.where.kind}", name=clip(result.where.name, 60)))
        if result.snippet:
            text.add("\n").quote(result.snippet, "blockquote")
    if not view.results:
        _add_advice(text, reader, view)
    built = text.build()
    origin = Origin("s", key, view.number)
    cards = [result.card for result in view.results]
    buttons = (
        *rows(open_buttons(reader, cards, origin), 5 if reader.private else 3),
        _turning(reader, view, key),
        _exactly(reader, view, key) if not exact else (),
        *rows(_nearest(view, ways), 3 if not view.advice.unknown else 1),
        *rows(_narrower(reader, view, key), 2),
        (reader.button("anywhere", ShowList(Origin("s", ways.anywhere))),) if ways.anywhere else (),
        (reader.button("categories", ShowCategories()), reader.button("home", ShowHome())),
    )
    return Screen(built.text, built.entities, tuple(row for row in buttons if row))


def ask(reader: Reader, queries: list[tuple[str, str]]) -> Screen:
    """An empty search: what to look for, and what this chat looked for before as (query, its key)."""
    words = reader.words
    how = words("search.ask_how")
    if not reader.private:
        how = reader.sentences(how, words("search.ask_in_group"))
    text = TextBuilder().add(words("search.ask"), "bold").add("\n" + how)
    buttons = [Button(clip(query, 24), ShowList(Origin("s", key))) for query, key in queries]
    built = text.build()
    last = (reader.button("latest", ShowList()), reader.button("categories", ShowCategories()))
    return Screen(built.text, built.entities, (*rows(buttons, 2), last))


def related(reader: Reader, title: str, cards: tuple[Card, ...], origin: Origin, back: Button) -> Screen:
    """Posts near a post."""
    text = TextBuilder().add(reader.words("search.related"), "bold").add("\n" + clip(title, TITLE_LIMIT))
    for number, card in enumerate(cards, 1):
        text.add(f"\n\n{number}. ").quote(clip(card.title, TITLE_LIMIT), "bold").add("\n" + facts(reader, card))
        if card.excerpt:
            text.add("\n").quote(card.excerpt, "expandable_blockquote")
    if not cards:
        text.add("\n\n" + reader.words("search.related_none"))
    built = text.build()
    return Screen(
        built.text, built.entities, tuple(row for row in (tuple(open_buttons(reader, cards, origin)), (back,)) if row)
    )


def card_text(reader: Reader, card: Card, snippet: Text) -> Text:
    """A card to be sent from inline mode: title, facts, and a quote."""
    text = TextBuilder().quote(clip(card.title, TITLE_LIMIT), "bold").add("\n" + facts(reader, card))
    if snippet:
        text.add("\n").quote(snippet, "blockquote")
    return text.build()


def _clipped(text: Text, limit: int) -> Text:
    """A text as `clip` cuts it, with the entities that are left whole."""
    cut = clip(text.text, limit)
    end = utf16_length(cut if cut == text.text else cut.removesuffix("…"))
    return Text(cut, tuple(entity for entity in text.entities if entity.offset + entity.length <= end))


def _add_head(text: TextBuilder, reader: Reader, view: SearchView) -> None:
    words = reader.words
    asked = _asked(reader, view)
    if view.results and view.corrected is not None:
        text.add(words("search.none", query=asked) + "\n" if not view.is_partial else "")
        before, _, after = words("search.instead", query="\0").partition("\0")
        text.add(before).add(clip(view.corrected, QUERY_LIMIT), "bold").add(after)
    elif view.results:
        text.add(asked, "bold")
    elif view.query or view.filters or not (view.unread or view.nameless):
        text.add(_why_none(reader, view, asked))
    if view.results:
        # Of many only the best are here to be read: a number that promises more would lead to a page that is none.
        count = words("search.best" if view.is_capped else "shelf.found", n=view.total)
        text.add(" · " + count)
        if view.pages > 1:
            text.add(" · " + words("shelf.page", number=view.number + 1, pages=view.pages))
        if view.is_partial:
            text.add("\n" + words("search.partial"))
    for value in view.unread:
        text.add("\n" if text.units else "").add(words("search.unread", value=clip(value, 40)))
    for value in view.nameless:
        text.add("\n" if text.units else "").add(words("search.nameless", value=clip(value, 40)))


def _why_none(reader: Reader, view: SearchView, asked: str) -> str:
    """That nothing was found, and what about the filters is to blame."""
    words = reader.words
    if view.is_too_slow:
        return words("search.too_slow", query=asked)
    if view.leaves_no_day:
        return words("search.no_day")
    lines = [words(f"search.no_{one.kind}", name=clip(one.value, 40)) for one in view.advice.unknown]
    if not lines and not view.query:
        return words("search.none_within", within=" · ".join(_within(reader, view)))
    lines = lines or [words("search.none", query=asked)]
    if view.advice.outside:
        key = "search.outside_many" if view.advice.is_outside_capped else "search.outside"
        lines.append(words(key, n=view.advice.outside))
    return "\n".join(lines)


def _asked(reader: Reader, view: SearchView) -> str:
    """What was asked as one line: the words, then what they were looked for in."""
    return " · ".join([clip(view.query, QUERY_LIMIT) or reader.words("search.everything"), *_within(reader, view)])


def _within(reader: Reader, view: SearchView) -> list[str]:
    """What the words were looked for in."""
    within = []
    for one in view.filters:
        value = clip(one.value, 24)
        dated = {"after": "search.since", "before": "search.before"}.get(one.kind)
        within.append(reader.words(dated, day=value) if dated else value)
    return within


def _nearest(view: SearchView, ways: Ways) -> list[Button]:
    return [
        Button(clip(term, 32), ShowList(Origin("s", key)))
        for term, key in zip(view.advice.nearest, ways.nearest, strict=False)
    ]


def _add_advice(text: TextBuilder, reader: Reader, view: SearchView) -> None:
    words = reader.words
    if view.advice.nearest:
        text.add("\n" + words("search.nearest"))
    elif view.query and not (view.advice.outside or view.leaves_no_day):
        text.add("\n" + words("search.try"))


def _turning(reader: Reader, view: SearchView, key: str) -> tuple[Button, ...]:
    buttons = []
    if view.number > 0:
        buttons.append(reader.button("previous", ShowList(Origin("s", key, view.number - 1))))
    if view.number + 1 < view.pages:
        buttons.append(reader.button("next", ShowList(Origin("s", key, view.number + 1))))
    return tuple(buttons)


def _narrower(reader: Reader, view: SearchView, key: str) -> list[Button]:
    if view.total < 2:
        return []
    names = {"category": "search.in_category", "tag": "search.in_tag"}
    return [
        Button(reader.words(names[facet.kind], name=clip(facet.name, 18)), NarrowSearch(key, facet.kind[0], facet.key))
        for facet in view.facets
    ]


def _exactly(reader: Reader, view: SearchView, key: str) -> tuple[Button, ...]:
    if view.corrected is None:
        return ()
    return (Button(reader.words("search.exactly", query=clip(view.query, 24)), SearchExactly(key)),)
