"""Previews in the chat: a message below a proof, or in the place of what was tapped."""

from telegram.error import BadRequest, EndPointNotFound

from bot.chat import albums, rich, show
from bot.chat.desk import Desk
from bot.chat.routes import Answer
from bot.chat.show import Toast, keyboard
from bot.chat.transport.outcomes import cannot_edit, changed_nothing
from bot.chat.visit import Visit
from bot.screens.post import PostScreen, RichScreen


async def send(desk: Desk, visit: Visit, made: PostScreen) -> Answer:
    """A message of its own; a rich one that Telegram refuses is said to be refused."""
    if not isinstance(made.screen, RichScreen):
        await show.send(desk, visit, made)
        return None
    try:
        await rich.send(desk, visit, made.screen, keyboard(made.screen.buttons))
    except (BadRequest, EndPointNotFound):
        return Toast(visit.reader.words("upload.rich_refused"), alert=True)
    return None


async def turn(desk: Desk, visit: Visit, made: PostScreen) -> Answer:
    """In the place of the message that was tapped; a rich one that Telegram refuses is said to be refused."""
    if not isinstance(made.screen, RichScreen):
        return made
    assert visit.message_id is not None
    try:
        await rich.edit(desk, visit, made.screen, keyboard(made.screen.buttons))
    except BadRequest as error:
        if changed_nothing(error):
            return None
        if cannot_edit(error):
            return await send(desk, visit, made)
        return Toast(visit.reader.words("upload.rich_refused"), alert=True)
    await albums.remove(desk, visit, visit.message_id)
    return None
