"""The preview page: three forms of a post side by side, its pictures in the page itself."""

import base64
import tempfile
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from bot.cli.previewing.blocks import blocks_html
from bot.cli.previewing.bubbles import text_html
from bot.cli.rendered import Rendered, caption_of, render
from bot.cli.sources import Source
from bot.content.images import MAX_IMAGE_BYTES, check_image
from bot.content.opening import read_file
from bot.content.problems import ContentError
from bot.markup.classic import FormulaPicture, Page, Picture
from bot.services.readers.illustrating import Illustrator

# The pictures of the page itself: a post with more is better looked at in the chat page.
_MAX_EMBEDDED_BYTES = 40_000_000


async def page(source: Source) -> str:
    """The page as HTML. Formulas are drawn as they will be sent; one that cannot be is shown as source."""
    made = render(source)
    images = _embedded_images(made)
    drawn = await _drawn_formulas(made)
    made = render(source, images=images, undrawable=[latex for latex, picture in drawn.items() if picture is None])
    template = Template((files("bot.cli.previewing") / "page.html").read_text(encoding="utf-8"))
    notes = "".join(f"<li>{escape(note)}</li>" for note in made.notes)
    return template.substitute(
        language=made.language,
        title=escape(made.title),
        path=escape(made.source.shown),
        excerpt=escape(made.excerpt),
        notes=f"<ul>{notes}</ul>" if notes else "<p>Nothing was changed or refused.</p>",
        classic="".join(_bubbles(made, page, images, drawn) for page in made.pages),
        rich="".join(f'<div class="bubble">{blocks_html(blocks)}</div>' for blocks in made.messages),
        web=made.html,
        facts=_facts(made),
    )


def _embedded_images(made: Rendered) -> dict[str, str]:
    """The images of the folder that the post shows, as `data:` URIs by path."""
    found: dict[str, str] = {}
    room = _MAX_EMBEDDED_BYTES
    for path in sorted({path for image in made.images() if (path := made.image_path(image.source))}):
        try:
            data = read_file(made.source.folder.root, path, limit=MAX_IMAGE_BYTES)
            kind = check_image(path, data).type
        except ContentError:
            continue
        if len(data) <= room:
            room -= len(data)
            found[path] = _data_uri(kind, data)
    return found


async def _drawn_formulas(made: Rendered) -> dict[str, str | None]:
    """The formulas that want a picture, as `data:` URIs by LaTeX; None where none could be drawn."""
    found: dict[str, str | None] = {}
    with tempfile.TemporaryDirectory(prefix="heliograph-") as folder:
        async with Illustrator(Path(folder)) as illustrator:
            for picture in (picture for page in made.pages for picture in page.pictures):
                if isinstance(picture, FormulaPicture) and picture.latex not in found:
                    drawing = await illustrator.draw(picture.latex)
                    found[picture.latex] = _data_uri("png", drawing.path.read_bytes()) if drawing else None
    return found


def _data_uri(kind: str, data: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def _bubbles(made: Rendered, page: Page, images: Mapping[str, str], drawn: Mapping[str, str | None]) -> str:
    words = f'<div class="bubble text">{text_html(page.text)}</div>' if page.text.text else ""
    pictures = "".join(_picture(made, picture, images, drawn) for picture in page.pictures)
    return words + (f'<div class="bubble album">{pictures}</div>' if pictures else "")


def _picture(made: Rendered, picture: Picture, images: Mapping[str, str], drawn: Mapping[str, str | None]) -> str:
    if isinstance(picture, FormulaPicture):
        described, source = picture.latex, drawn.get(picture.latex)
    else:
        described, source = picture.alt, images.get(made.image_path(picture.source) or "")
    caption = f"<figcaption>{text_html(caption_of(picture, made.language))}</figcaption>"
    return f'<figure><img alt="{escape(described)}" src="{source or ""}">{caption}</figure>'


def _facts(made: Rendered) -> str:
    pictures = sum(len(page.pictures) for page in made.pages)
    parts = [
        _counted(len(made.pages), "classic page"),
        _counted(pictures, "picture"),
        _counted(len(made.messages), "rich message"),
        f"{made.ms:.0f} ms",
    ]
    return " · ".join(parts)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
