"""Posts near a post: those that are called alike, stand in the same categories and tags, and speak of its title."""

from bot.domain.lookup import Lookup
from bot.search import plan
from bot.search.document import category_token, typed_key
from bot.search.nearness import IN_TEXT, IN_TITLE, SAME_TOPIC, names_of, nearness
from bot.search.rank import SHELF, rarities
from bot.storage.engine import Connection
from bot.storage.index import search, search_statements
from bot.storage.shelf.topics import UNCATEGORISED

MAX_NEAR = 20
# The names of so many are read: the likeliest by what the index alone tells.
MAX_COMPARED = 60


async def near(conn: Connection, post_id: int) -> list[int]:
    """Posts that share what names them with this one, nearest first."""
    post = await search.tokens_of(conn, post_id)
    if post is None:
        return []
    # Posts that name no category have nothing in common; on a shelf of 100,000 of them, asking takes the most time.
    own = names_of(post.title, post.labels.replace(f" {category_token(typed_key(UNCATEGORISED))} ", " "))
    in_titles, anywhere = plan.telling_parts(own.title, own.topics)
    titled = _by_token(in_titles, await search.newest(conn, in_titles))
    # A word in so many titles stands in a great many texts: reading them all would say nothing more.
    common = {token for token, found in titled.items() if len(found) >= plan.LIST_LIMIT}
    anywhere = [lookup for lookup in anywhere if lookup.clauses[0][0] not in common]
    lists = await search.newest(conn, anywhere)
    shelf = await search.size(conn, SHELF)
    holding = _by_token(anywhere, lists)
    rarity = rarities(((token, len(found)) for token, found in holding.items()), shelf)
    rarity |= rarities(((token, plan.TOKEN_LIMIT) for token in common), shelf)
    holding |= {token: titled[token] for token in common}
    likely: dict[int, float] = {}
    for token, found in holding.items():
        for document in found:
            place = IN_TITLE if document in titled.get(token, ()) else IN_TEXT
            worth = rarity[token] * (SAME_TOPIC if token in own.topics else place)
            likely[document] = likely.get(document, 0.0) + worth
    likely.pop(post.id, None)
    names = await search.names(conn, _best(likely)[:MAX_COMPARED])
    others = {number: names_of(*tokens) for number, tokens in names.items()}
    return [search_statements.post_of(one) for one in _best(nearness(own, others, rarity, holding, shelf))[:MAX_NEAR]]


def _by_token(asked: list[Lookup], lists: list[list[int]]) -> dict[str, set[int]]:
    return {lookup.clauses[0][0]: set(found) for lookup, found in zip(asked, lists, strict=True)}


def _best(worth: dict[int, float]) -> list[int]:
    """Documents by their worth, the newest of equals first."""
    return sorted(worth, key=lambda document: (-round(worth[document], 6), -document))
