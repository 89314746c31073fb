"""Uploads gathered file by file until their admin decides: kept in the database, so a restart loses none."""

import asyncio
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.content import pasted
from bot.content.amending import Amended, amend
from bot.content.archive import Bundle, unpack
from bot.content.folder import scan_folder
from bot.domain.errors import HeliographError
from bot.domain.post import fold_name
from bot.services import placing, proving
from bot.services.arriving import Arrived, first_time, is_post_text, kind_of, wrapper
from bot.services.folder import Source
from bot.services.ports import Clock
from bot.services.proving import Proof, Sent, Wish
from bot.storage import managing, posts, uploads
from bot.storage.engine import Connection, Database
from bot.storage.uploads import Upload, UploadFile

KEPT = timedelta(days=1)
# What comes so soon after the last file belongs to it.
JOINS_WITHIN = timedelta(minutes=2)
MAX_FILES = 200
# As much as a bundle may hold, and a little.
MAX_BYTES = 56 * 1024 * 1024


class UploadFullError(HeliographError):
    """The upload holds as much as one may: publish or cancel it, then send the rest."""


@dataclass(frozen=True, slots=True)
class Look:
    """An upload as it stands: a proof for each of its posts, and the images that none of them shows.

    `categories` gives those that other posts have as readers see them, by what they are called; any other is new.
    `image_count` is of all images, photos without a name too.
    """

    upload: Upload
    proofs: tuple[Proof, ...]
    unused: tuple[str, ...]
    categories: Mapping[str, str]
    image_count: int = 0

    def proof(self, item: int) -> Proof | None:
        """The proof of this post; of the only one when `item` is 0."""
        if not item and len(self.proofs) == 1:
            return self.proofs[0]
        return next((proof for proof in self.proofs if proof.item == item), None)

    def category(self, path: str) -> str | None:
        """How readers see a category that there is; None for a new one."""
        return self.categories.get(fold_name(path)) or self.categories.get(fold_name(path.rpartition("/")[2]))


@dataclass(frozen=True, slots=True)
class Uploading:
    """Uploads for one content folder."""

    db: Database
    source: Source
    now: Clock

    async def receive(
        self, admin_id: int, language: str, files: Sequence[Arrived], *, alone: bool = False, album: str = ""
    ) -> str:
        """Add files to what the admin is sending, or (`alone`) to an upload of their own; gives the upload's id.

        What comes under one `album` stays together, whatever comes in between. Raises UploadFullError.
        """
        named = [first_time(file) for file in files]
        async with self.db.write() as connection:
            upload_id = await uploads.of_album(connection, admin_id, album) if album else None
            if alone:
                upload_id = (await self._create(connection, admin_id, language)).id
            elif upload_id is None:
                upload_id = await self._upload_for(connection, admin_id, language, named)
                if album:
                    await uploads.keep_album(connection, admin_id, album, upload_id)
            for file in named:
                await uploads.put_file(connection, upload_id, file.kind, file.name, file.data)
            count, size = await uploads.size(connection, upload_id)
            if count > MAX_FILES or size > MAX_BYTES:
                raise UploadFullError(
                    "This is more than one upload may hold. Publish what is there, then send the rest."
                )
            await uploads.touch(connection, upload_id, now=self.now())
        return upload_id

    async def receive_bundle(
        self, admin_id: int, language: str, name: str, data: bytes, *, album: str = ""
    ) -> tuple[str, Bundle]:
        """Add what a zip file holds. Raises ContentError, or UploadFullError."""
        bundle = await asyncio.to_thread(unpack, name, data)
        root = wrapper([file.name for file in bundle.files])
        files = [Arrived(kind_of(file.name), file.name.removeprefix(root), file.data) for file in bundle.files]
        return await self.receive(admin_id, language, files, album=album), bundle

    async def receive_text(self, admin_id: int, language: str, text: str) -> str | None:
        """Add a pasted post, or one more part of it; None when the text is neither."""
        async with self.db.write() as connection:
            upload = await uploads.newest(connection, admin_id)
            is_recent = upload is not None and self.now() - upload.touched_at < JOINS_WITHIN
            files = await uploads.files(connection, upload.id) if upload is not None and is_recent else []
            open_part = next((file for file in files if file.cut), None)
            if upload is not None and open_part is not None:
                whole = pasted.join([open_part.data.decode(), text])
                cut = open_part.cut + 1 if pasted.was_cut(text) else 0
                await uploads.put_file(connection, upload.id, "pasted", open_part.name, whole.encode(), cut=cut)
            elif is_post_text(text):
                if upload is None or not is_recent or any(file.kind == "pasted" for file in files):
                    upload = await self._create(connection, admin_id, language)
                cut = int(pasted.was_cut(text))
                await uploads.put_file(connection, upload.id, "pasted", "pasted.md", text.encode(), cut=cut)
            else:
                return None
            await uploads.touch(connection, upload.id, now=self.now())
            return upload.id

    async def look(self, upload_id: str, admin_id: int) -> Look | None:
        """Prove the posts of an upload; None when it is gone or another admin's."""
        async with self.db.read() as connection:
            upload = await uploads.get(connection, upload_id)
            if upload is None or upload.admin_id != admin_id:
                return None
            files = await uploads.files(connection, upload_id)
        images = {file.name: file.data for file in files if file.kind == "image"}
        photos = tuple(file.data for file in files if file.kind == "photo")
        sent = [
            Sent(file.id, file.name, file.data, images, photos) for file in files if file.kind in {"post", "pasted"}
        ]
        wishes = await asyncio.to_thread(lambda: [proving.read(self.source, one) for one in sent])
        proofs = await self._prove(wishes)
        proofs, superseded = _newest_of_each(proofs)
        if superseded:
            async with self.db.write() as connection:
                await uploads.drop_files(connection, superseded)
        shown = {data for proof in proofs if proof.ready for data in proof.ready.images.values()}
        unused = tuple(name for name, data in images.items() if data not in shown)
        async with self.db.read() as connection:
            known = await managing.known_categories(connection, upload.language)
        return Look(upload, tuple(proofs), unused, known, len(images) + len(photos))

    async def prove_file(self, path: str, data: bytes) -> Proof:
        """What the file of the content folder at `path` would be with these bytes."""
        wish = await asyncio.to_thread(proving.read, self.source, Sent(0, path, data))
        return (await self._prove([wish]))[0]

    async def shown(self, look: Look) -> None:
        """The admin sees this proof now: publishing goes by what it compared with."""
        async with self.db.write() as connection:
            await uploads.shown(connection, look.upload.id, look.upload.version)
            for proof in look.proofs:
                if proof.ready is not None:
                    before = proof.ready.present.content_hash if proof.ready.present else ""
                    await uploads.prove(connection, proof.item, proof.ready.path, before)

    async def proven(self, upload_id: str) -> Mapping[int, tuple[str | None, str | None]]:
        """What each post was last compared with: path and hash, by item."""
        async with self.db.read() as connection:
            return {
                file.id: (file.proven_path, file.proven_hash) for file in await uploads.files(connection, upload_id)
            }

    async def amend(self, upload_id: str, item: int, values: Sequence[tuple[str, Amended, Sequence[str]]]) -> None:
        """Set front matter of a post: key, value and other spellings of the key. Raises ContentError."""
        async with self.db.read() as connection:
            file = next((one for one in await uploads.files(connection, upload_id) if one.id == item), None)
        if file is None:
            return
        data = file.data
        for key, value, aliases in values:
            data = amend(file.name, data, key, value, aliases=aliases)
        async with self.db.write() as connection:
            await uploads.put_file(connection, upload_id, file.kind, file.name, data)
            await uploads.touch(connection, upload_id, now=self.now())

    async def forget(self, upload_id: str, items: Collection[int] = ()) -> bool:
        """Drop an upload, or these posts of it and, with the last of them, all; False when it is gone already."""
        async with self.db.write() as connection:
            if items:
                await uploads.drop_files(connection, sorted(items))
                left = [file for file in await uploads.files(connection, upload_id) if _is_post(file)]
                if left:
                    await uploads.touch(connection, upload_id, now=self.now())
                    return True
            return await uploads.remove(connection, upload_id)

    async def expire(self) -> list[tuple[Upload, list[str]]]:
        """Drop what nobody touched for a day; gives what went, with its files' names, so that admins can be told."""
        async with self.db.write() as connection:
            old = await uploads.expired(connection, before=self.now() - KEPT)
            names = {one.id: await uploads.names(connection, one.id) for one in old}
            return [(one, names[one.id]) for one in old if await uploads.remove(connection, one.id)]

    async def unshown(self, quiet: timedelta) -> list[Upload]:
        """Uploads that were never proven, because the program ended in between."""
        async with self.db.read() as connection:
            return await uploads.unshown(connection, before=self.now() - quiet)

    async def _upload_for(self, connection: Connection, admin_id: int, language: str, files: Sequence[Arrived]) -> str:
        upload = await uploads.newest(connection, admin_id)
        if upload is not None:
            is_recent = self.now() - upload.touched_at < JOINS_WITHIN
            names = await uploads.names(connection, upload.id)
            brings_no_post = all(file.kind in {"image", "photo"} for file in files)
            if is_recent or brings_no_post or any(file.name in names for file in files):
                return upload.id
        return (await self._create(connection, admin_id, language)).id

    async def _create(self, connection: Connection, admin_id: int, language: str) -> Upload:
        upload_id, now = secrets.token_hex(4), self.now()
        await uploads.create(connection, upload_id, admin_id, language, now=now)
        return Upload(upload_id, admin_id, language, 0, 0, now)

    async def _prove(self, wishes: Sequence[Wish]) -> list[Proof]:
        async with self.db.read() as connection:
            # A file sent under the path of a post is that post, whatever slug it got.
            known = await managing.slugs_by_path(connection, {wish.sent.name for wish in wishes})
            wishes = [replace(wish, slug=known.get(wish.sent.name, wish.slug)) for wish in wishes]
            slugs = {wish.slug for wish in wishes if wish.document}
            holders = list((await posts.holders(connection, slugs=slugs)).values())
            wanted = {placing.target(wish.slug, wish.language, holders, {}).path for wish in wishes if wish.document}
            taken = await managing.slugs_by_path(connection, wanted)
        now = self.now()

        def prove_all() -> list[Proof]:
            paths = [entry.path for entry in scan_folder(self.source.root)]
            return [
                proving.prove(
                    self.source, wish, placing.target(wish.slug, wish.language, holders, taken), paths, now=now
                )
                if wish.document
                else Proof(wish.sent.item, wish.sent.name, wish.problems)
                for wish in wishes
            ]

        return await asyncio.to_thread(prove_all)


def _is_post(file: UploadFile) -> bool:
    return file.kind in {"post", "pasted"}


def _newest_of_each(proofs: Sequence[Proof]) -> tuple[list[Proof], list[int]]:
    """Of posts that would have the same file the last one counts; gives the items of the others too."""
    last = {proof.ready.path: proof.item for proof in proofs if proof.ready}
    kept = [proof for proof in proofs if proof.ready is None or last[proof.ready.path] == proof.item]
    return kept, [proof.item for proof in proofs if proof not in kept]
