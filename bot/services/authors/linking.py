"""Links in what an author sends: those that lead to no post, neither on the shelf nor sent with it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from bot.domain.post import fold_name
from bot.services.authors.proving import Proof, Wish
from bot.services.shelf.proofreading import FileLink, file_links, lost_link, nodes, stem_names
from bot.storage.engine import Database
from bot.storage.shelf import post_names


async def with_lost_links(
    db: Database, proofs: Sequence[Proof], wishes: Sequence[Wish], paths: Collection[str]
) -> list[Proof]:
    """The proofs, each with a warning for every link that names a post's file and leads nowhere.

    `paths` are the files of the content folder.
    """
    links = {proof.item: _links(proof, wish) for proof, wish in zip(proofs, wishes, strict=True)}
    wanted = {name for found in links.values() for link in found for name in link.names}
    if not wanted:
        return list(proofs)
    async with db.read() as connection:
        known = set(await post_names.keys_by_name(connection, wanted))
    # A draft is there too, and what is sent together is published together.
    known |= wanted & ({*paths, *stem_names(paths)} | set(_sent_names(proofs, wishes)))
    return [
        replace(proof, problems=(*proof.problems, *lost))
        if (lost := [lost_link(link, proof.name) for link in links[proof.item] if known.isdisjoint(link.names)])
        else proof
        for proof in proofs
    ]


def _links(proof: Proof, wish: Wish) -> list[FileLink]:
    if proof.ready is None or wish.document is None:
        return []
    return file_links(wish.document, nodes(proof.ready.tree), proof.ready.path)


def _sent_names(proofs: Sequence[Proof], wishes: Sequence[Wish]) -> Iterator[str]:
    for proof, wish in zip(proofs, wishes, strict=True):
        yield from stem_names([proof.name])
        if proof.ready is not None:
            yield proof.ready.path
            yield from (fold_name(name) for name in (wish.slug, wish.title))
