"""Uploads gathered file by file until their admin decides: kept in the database, so a restart loses none."""

import asyncio
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.content import parts
from bot.content.amending import Amended, amend
from bot.content.archive import Bundle, unpack
from bot.domain.errors import HeliographError
from bot.services.authors import looking, proving
from bot.services.authors.arriving import Arrived, first_time, is_post_text, kind_of, wrapper
from bot.services.authors.looking import Look
from bot.services.authors.proving import Proof, Sent
from bot.services.authors.wanting import wanting
from bot.services.ports import Clock
from bot.services.shelf.folder import Source
from bot.storage.authors import uploads
from bot.storage.authors.uploads import Upload
from bot.storage.engine import Connection, Database

KEPT = timedelta(days=1)
# What comes so soon after the last file may belong to it, while its admin has seen no proof.
JOINS_WITHIN = timedelta(minutes=2)
# Of a text on one line; what a search takes.
LONGEST_QUERY = 128
MAX_FILES = 200
# As much as a bundle may hold, and a little.
MAX_BYTES = 56 * 1024 * 1024


class UploadFullError(HeliographError):
    """The upload holds as much as one may: publish or cancel it, then send the rest."""


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A post of an upload that was not decided, and whose place a later upload takes; `left` when others remain."""

    upload: Upload
    name: str
    left: bool


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
        images = {file.name for file in named if file.kind == "image"}
        is_for = None
        if images and not alone and not any(file.kind == "post" for file in named):
            is_for = await wanting(self.db, self.source, admin_id, images)
        async with self.db.write() as connection:
            upload_id = await uploads.of_album(connection, admin_id, album) if album else None
            if alone:
                upload_id = (await self._create(connection, admin_id, language)).id
            elif upload_id is None:
                upload_id = await self._upload_for(connection, admin_id, language, named, is_for=is_for)
                if album:
                    await uploads.keep_album(connection, admin_id, album, upload_id)
            there = set(await uploads.names(connection, upload_id))
            for file in named:
                again = file.kind == "post" and file.name in there
                await uploads.put_file(connection, upload_id, file.kind, file.name, file.data, again=again)
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

    async def receive_text(self, admin_id: int, language: str, text: str, units: int) -> str | None:
        """Add a pasted post, or one more part of it; None when the text is neither.

        `units` are the UTF-16 units of the message, which say whether its app cut it from a longer text, and where.
        """
        cut = units if parts.was_cut(units) else 0
        async with self.db.write() as connection:
            waiting = await uploads.of_admin(connection, admin_id)
            upload = waiting[0] if waiting and self.now() - waiting[0].touched_at < JOINS_WITHIN else None
            files = await uploads.files(connection, upload.id) if upload is not None else []
            open_part = next((file for file in files if file.cut), None)
            whole = open_part.data.decode() if open_part is not None else ""
            goes_on = whole and (not is_post_text(text) or parts.is_open(whole))
            if upload is not None and open_part is not None and goes_on:
                if upload.is_shown and "\n" not in text and units <= LONGEST_QUERY:
                    # Parts come at once: who has seen a proof and types a few words asks for something else.
                    return None
                whole = parts.join(whole, text, open_part.cut)
                await uploads.put_file(connection, upload.id, "pasted", open_part.name, whole.encode(), cut=cut)
            elif is_post_text(text):
                if upload is None or upload.is_shown or any(file.kind == "pasted" for file in files):
                    upload = await self._create(connection, admin_id, language)
                await uploads.put_file(connection, upload.id, "pasted", "pasted.md", text.encode(), cut=cut)
            else:
                return None
            await uploads.touch(connection, upload.id, now=self.now())
            return upload.id

    async def look(self, upload_id: str, admin_id: int) -> Look | None:
        """Prove the posts of an upload; None when it is gone or another admin's."""
        return await looking.look(self.db, self.source, self.now, upload_id, admin_id)

    async def prove_file(self, path: str, data: bytes) -> Proof:
        """What the file of the content folder at `path` would be with these bytes."""
        wish = await asyncio.to_thread(proving.read, self.source, Sent(0, path, data))
        return (await looking.prove(self.db, self.source, self.now, [wish]))[0]

    async def shown(self, look: Look) -> None:
        """The admin sees this proof now: publishing goes by what it compared with."""
        async with self.db.write() as connection:
            await uploads.shown(connection, look.upload.id, look.upload.version)
            for proof in look.proofs:
                if proof.ready is not None:
                    before = proof.ready.present.content_hash if proof.ready.present else ""
                    await uploads.prove(connection, proof.item, proof.ready.path, before)

    async def unseen(self, look: Look) -> None:
        """This proof did not reach the admin after all."""
        async with self.db.write() as connection:
            await uploads.unseen(connection, look.upload.id, look.upload.version)

    async def stands_in(self, upload_id: str, message_id: int) -> None:
        """The last proof of the upload is this message of the bot's."""
        async with self.db.write() as connection:
            await uploads.keep_message(connection, upload_id, message_id)

    async def take_over(self, look: Look) -> list[Overtaken]:
        """Drop from the admin's other uploads what would have the same places as the posts of this one."""
        taken: list[Overtaken] = []
        async with self.db.write() as connection:
            for path in [one.ready.path for one in look.proofs if one.ready is not None]:
                found = await uploads.proven_at(connection, look.upload.admin_id, path, but=look.upload.id)
                for upload_id, file_id, name in found:
                    upload = await uploads.get(connection, upload_id)
                    await uploads.drop_files(connection, [file_id])
                    left = await uploads.has_posts(connection, upload_id)
                    await (
                        uploads.touch(connection, upload_id, now=self.now())
                        if left
                        else uploads.remove(connection, upload_id)
                    )
                    if upload is not None:
                        taken.append(Overtaken(upload, name, left))
        return taken

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

    async def forget(self, upload_id: str, items: Collection[int] = (), images: Collection[bytes] = ()) -> bool:
        """Drop an upload, or these posts of it with these images and, with the last of them, all.

        Gives whether posts of it are left.
        """
        async with self.db.write() as connection:
            if items:
                files = await uploads.files(connection, upload_id) if images else []
                spent = {file.id for file in files if not file.is_post and file.data in images}
                await uploads.drop_files(connection, sorted({*items, *spent}))
                if await uploads.has_posts(connection, upload_id):
                    await uploads.touch(connection, upload_id, now=self.now())
                    return True
            await uploads.remove(connection, upload_id)
            return False

    async def waits(self, upload_id: str) -> bool:
        """Whether posts of this upload are not decided yet."""
        async with self.db.read() as connection:
            return await uploads.has_posts(connection, upload_id)

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

    async def _upload_for(
        self, connection: Connection, admin_id: int, language: str, files: Sequence[Arrived], *, is_for: str | None
    ) -> str:
        """Where files go: to the upload that lacks them, to the one that they mend, to what is being sent."""
        if is_for is not None and await uploads.has_posts(connection, is_for):
            return is_for
        posts = [file for file in files if file.kind == "post"]
        for file in posts or [file for file in files if file.kind == "image"]:
            if named := await uploads.with_name(connection, admin_id, file.name):
                return named
        waiting = await uploads.of_admin(connection, admin_id)
        if waiting:
            newest = waiting[0]
            if not posts or self._is_coming(newest) or not await uploads.has_posts(connection, newest.id):
                return newest.id
        return (await self._create(connection, admin_id, language)).id

    def _is_coming(self, upload: Upload) -> bool:
        """Whether an upload is being sent still: what its admin has seen a proof of is complete."""
        return not upload.is_shown and self.now() - upload.touched_at < JOINS_WITHIN

    async def _create(self, connection: Connection, admin_id: int, language: str) -> Upload:
        upload_id, now = secrets.token_hex(4), self.now()
        await uploads.create(connection, upload_id, admin_id, language, now=now)
        return Upload(upload_id, admin_id, language, 0, 0, now)
