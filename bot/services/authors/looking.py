"""An upload as its admin sees it: a proof for each of its posts, made anew at each look."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.content.dates import start_of
from bot.content.folder import scan_folder
from bot.content.problems import Code, problem
from bot.domain.post import fold_name
from bot.markup.plain import shown_title
from bot.services.authors import placing, proving
from bot.services.authors.linking import with_lost_links
from bot.services.authors.proving import Proof, Sent, Wish
from bot.services.ports import Clock
from bot.services.shelf.folder import Source
from bot.storage.authors import managing, uploads
from bot.storage.authors.managing import Dated
from bot.storage.authors.uploads import Upload
from bot.storage.engine import Database
from bot.storage.shelf import posts

# So many replacements, with a few lines of what each changes, fit the one message that lists an upload.
REPLACED_TOGETHER = 5


@dataclass(frozen=True, slots=True)
class Look:
    """An upload as it stands: a proof for each of its posts, and the images that none of them shows.

    `categories` gives those that other posts have as readers see them, by what they are called; any other is new.
    `image_count` is of all images, photos without a name too. `again` are posts that were sent once more since the last
    proof, `doubled` names of files that lost their place to a later one of this upload. `unused_photos` came without a
    name, and no image is missing. `unsure` are images that a post may show which cannot be read yet.
    """

    upload: Upload
    proofs: tuple[Proof, ...]
    unused: tuple[str, ...]
    categories: Mapping[str, str]
    image_count: int = 0
    again: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    unused_photos: int = 0
    unsure: tuple[str, ...] = ()

    def proof(self, item: int) -> Proof | None:
        """The proof of this post; of the only one when `item` is 0."""
        if not item and len(self.proofs) == 1:
            return self.proofs[0]
        return next((proof for proof in self.proofs if proof.item == item), None)

    @property
    def together(self) -> tuple[Proof, ...]:
        """What one tap decides: new posts, and those few replacements whose changes are shown beside them."""
        good = [one for one in self.proofs if one.ready is not None]
        replacing = [one for one in good if one.ready and one.ready.present][REPLACED_TOGETHER:]
        return tuple(one for one in good if one not in replacing)

    def chosen(self, item: int) -> tuple[Proof, ...]:
        """The post that a tap means, or (0) all that it decides together; only what can be published."""
        one = self.proof(item)
        if one is None:
            return () if item else self.together
        return (one,) if one.ready is not None else ()

    def images_of(self, items: Collection[int]) -> frozenset[bytes]:
        """The images that these posts show and no other of the upload does; a post with errors may show any."""
        others = [one for one in self.proofs if one.item not in items]
        if any(one.ready is None for one in others):
            return frozenset()
        own, theirs = (
            {data for one in part if one.ready for data in one.ready.images.values()}
            for part in ([one for one in self.proofs if one.item in items], others)
        )
        return frozenset(own - theirs)

    def category(self, path: str) -> str | None:
        """How readers see a category that there is; None for a new one."""
        return category_name(self.categories, path)


def category_name(known: Mapping[str, str], path: str) -> str | None:
    """What a category is called, of those that are `known` by what they are called; None for a new one."""
    return known.get(fold_name(path)) or known.get(fold_name(path.rpartition("/")[2]))


async def look(db: Database, source: Source, now: Clock, upload_id: str, admin_id: int) -> Look | None:
    """Prove the posts of an upload; None when it is gone or another admin's."""
    async with db.read() as connection:
        upload = await uploads.get(connection, upload_id)
        if upload is None or upload.admin_id != admin_id:
            return None
        files = await uploads.files(connection, upload_id)
    images = {file.name: file.data for file in files if file.kind == "image"}
    photos = tuple(file.data for file in files if file.kind == "photo")
    texts = [file for file in files if file.is_post]
    sent = [Sent(file.id, file.name, file.data, images, photos) for file in texts]
    wishes = await asyncio.to_thread(lambda: [proving.read(source, one) for one in sent])
    proofs = await prove(db, source, now, wishes)
    proofs, doubled = _newest_of_each(proofs)
    if doubled:
        async with db.write() as connection:
            await uploads.drop_files(connection, [one.item for one in doubled])
    async with db.read() as connection:
        known = await managing.known_categories(connection, upload.language)
    return Look(
        upload,
        tuple(proofs),
        _unused(proofs, images),
        known,
        len(images) + len(photos),
        tuple(file.name for file in texts if file.again),
        tuple(one.name for one in doubled),
        len(_unused(proofs, {str(number): data for number, data in enumerate(photos)})),
        _not_shown(proofs, images) if any(proof.ready is None for proof in proofs) else (),
    )


async def prove(db: Database, source: Source, now: Clock, wishes: Sequence[Wish]) -> list[Proof]:
    """What each of these files would be in the content folder."""
    async with db.read() as connection:
        # A file sent under the path of a post is that post, whatever slug it got.
        known = await managing.slugs_by_path(connection, {wish.sent.name for wish in wishes})
        wishes = [replace(wish, slug=known.get(wish.sent.name, wish.slug)) for wish in wishes]
        slugs = {wish.slug for wish in wishes if wish.document}
        holders = list((await posts.holders(connection, slugs=slugs)).values())
        wanted = {placing.target(wish.slug, wish.language, holders, {}).path for wish in wishes if wish.document}
        taken = await managing.slugs_by_path(connection, wanted)
        moment = now()
        days = {_day(source, wish, moment) for wish in wishes if wish.document}
        same_days = {day: await managing.between(connection, *_ends(source, day)) for day in days}

    def prove_all() -> tuple[list[Proof], list[str]]:
        paths = [entry.path for entry in scan_folder(source.root)]
        return [
            proving.prove(source, wish, placing.target(wish.slug, wish.language, holders, taken), paths, now=moment)
            if wish.document
            else Proof(wish.sent.item, wish.sent.name, wish.problems)
            for wish in wishes
        ], paths

    proofs, paths = await asyncio.to_thread(prove_all)
    proofs = [_doubts(source, one, wish, same_days, moment) for one, wish in zip(proofs, wishes, strict=True)]
    return await with_lost_links(db, proofs, wishes, paths)


def _doubts(
    source: Source, proof: Proof, wish: Wish, same_days: Mapping[date, Sequence[Dated]], moment: datetime
) -> Proof:
    """The proof, with a warning when another post has this one's title and day: it may be the same under two slugs."""
    if proof.ready is None or proof.ready.present is not None:
        return proof
    title = fold_name(shown_title(wish.title))
    for other in same_days[_day(source, wish, moment)]:
        if other.slug != wish.slug and fold_name(other.title) == title:
            doubt = problem(
                Code.POST_TWICE,
                proof.name,
                wish.document.slug_line if wish.document else 0,
                other=other.path,
                slug=other.slug,
            )
            return replace(proof, problems=(*proof.problems, doubt))
    return proof


def _day(source: Source, wish: Wish, moment: datetime) -> date:
    given = wish.document.date if wish.document else None
    return (given or moment).astimezone(source.zone).date()


def _ends(source: Source, day: date) -> tuple[datetime, datetime]:
    return start_of(day, source.zone), start_of(day + timedelta(days=1), source.zone)


def _unused(proofs: Sequence[Proof], images: Mapping[str, bytes]) -> tuple[str, ...]:
    """Images that no post of the upload shows; nobody knows what a post shows that cannot be read yet."""
    if any(proof.ready is None for proof in proofs):
        return ()
    return _not_shown(proofs, images)


def _not_shown(proofs: Sequence[Proof], images: Mapping[str, bytes]) -> tuple[str, ...]:
    shown = {data for proof in proofs if proof.ready for data in proof.ready.images.values()}
    return tuple(name for name, data in images.items() if data not in shown)


def _newest_of_each(proofs: Sequence[Proof]) -> tuple[list[Proof], list[Proof]]:
    """Of posts that would have the same file the last one counts; gives the others too."""
    last = {proof.ready.path: proof.item for proof in proofs if proof.ready}
    kept = [proof for proof in proofs if proof.ready is None or last[proof.ready.path] == proof.item]
    return kept, [proof for proof in proofs if proof not in kept]
