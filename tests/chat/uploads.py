"""What tests of publishing share: a house whose first guest is its admin, and files sent into the chat."""

import io
import zipfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bot.sandbox import acting
from bot.sandbox.world import FIRST_PERSON_ID, Message
from tests.chat.publication import Guest, Publication, new_publication, words_of


@asynccontextmanager
async def idle_house(home: Path, template: Path) -> AsyncIterator[Publication]:
    """A publication with one post, not yet served."""
    async with new_publication(home, template, admins=frozenset({FIRST_PERSON_ID})) as made:
        made.post("posts/kept.md", "Kept", date="2026-01-01")
        yield made


async def sends(who: Guest, name: str, data: str | bytes, *, kind: str = "document", caption: str = "") -> str:
    """Sends a file; gives the words of the bot's answer."""
    before = {message.message_id for message in who.seen}
    sends_only(who, name, data, kind=kind, caption=caption)
    found = await who.publication.until(lambda: [message for message in who.seen if message.message_id not in before])
    return words_of(found[-1])


def sends_only(who: Guest, name: str, data: str | bytes, *, kind: str = "document", caption: str = "") -> None:
    """Sends a file and does not wait for an answer."""
    world = who.publication.world
    stored = world.files.add(kind, name, data if isinstance(data, bytes) else data.encode(), None)
    acting.send_file(world, who.chat.id, who.id, stored, caption=caption)


async def sends_together(who: Guest, files: Mapping[str, str | bytes]) -> str:
    """Sends a zip file that holds these; gives the words of the bot's answer."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return await sends(who, "bundle.zip", target.getvalue())


def post(title: str, body: str = "Some words.", **front: str) -> str:
    """A file as an author writes it."""
    lines = [f"title: {title}", *(f"{key}: {value}" for key, value in front.items())]
    return "---\n" + "\n".join(lines) + f"\n---\n\n{body}\n"


def callback(message: Message, label: str) -> str:
    """What the button with this label would send."""
    rows = (message.reply_markup or {}).get("inline_keyboard", [])
    return next(str(key["callback_data"]) for row in rows for key in row if key["text"] == label)


def files(house: Publication) -> dict[str, str]:
    """The posts of the content folder, those in the trash too."""
    return {path.relative_to(house.folder).as_posix(): path.read_text() for path in sorted(house.folder.rglob("*.md"))}
