"""What the log calls the publishing of a file."""

from collections.abc import Mapping

from bot.domain.post import State
from bot.services.authors.proving import Ready
from bot.storage.authors.managing import ManagedPost

# What a new file is called when readers do not have it yet.
_NEW: Mapping[State, str] = {State.DRAFT: "draft", State.SCHEDULED: "schedule"}


def act(ready: Ready, before: ManagedPost | None) -> str:
    """A new post, a new version of the one `before`, or another moment at which readers have that."""
    edition = ready.prepared.edition
    if ready.present is None:
        return _NEW.get(edition.state, "publish")
    if edition.state is State.SCHEDULED:
        is_same = before is not None and (before.state, before.publish_at) == (edition.state, edition.publish_at)
        return "replace" if is_same else "schedule"
    return "withdraw" if edition.state is State.DRAFT and ready.present.is_public else "replace"
