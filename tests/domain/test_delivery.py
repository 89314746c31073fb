"""What a digest holds: each post once, nothing that was sent, nothing that is not due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.delivery import MAX_ATTEMPTS, Contents, News, choose, contents_of, pause_before_retry
from bot.domain.subscription import Cadence, Followed, Kind, Subscription

EVERYTHING = Followed(Kind.ALL)
NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)
NLP = ("category", "nlp")


def subscription(what: Followed = EVERYTHING, *, cursor: int = 0, planned: int = 9, id_: int = 1) -> Subscription:
    return Subscription(id_, what, Cadence(127, 540, "UTC"), cursor, NINE, NINE + timedelta(days=1), NINE, planned)


def keys(news: list[News]) -> list[str]:
    return [post.key for post in news]


def never(_keyword: str, _post: News) -> bool:
    return False


def test_newest_come_first() -> None:
    news = [News(1, "a"), News(3, "c"), News(2, "b")]

    assert keys(choose(news, [subscription()], mentions=never)) == ["c", "b", "a"]


def test_a_post_in_two_followed_categories_appears_once() -> None:
    post = News(1, "a", frozenset({NLP, ("category", "cv")}))
    both = [subscription(Followed(Kind.CATEGORY, key), id_=n) for n, key in enumerate(("nlp", "cv"))]

    assert keys(choose([post], both, mentions=never)) == ["a"]


def test_a_tag_and_a_category_of_the_same_key_are_two_things() -> None:
    assert (
        choose(
            [News(1, "a", frozenset({("tag", "nlp")}))], [subscription(Followed(Kind.CATEGORY, "nlp"))], mentions=never
        )
        == []
    )


def test_what_was_sent_ahead_of_a_cursor_is_left_out() -> None:
    assert keys(choose([News(1, "a"), News(2, "b")], [subscription()], delivered={2}, mentions=never)) == ["a"]


def test_posts_before_the_cursor_and_after_what_was_planned_are_not_due() -> None:
    news = [News(n, str(n)) for n in range(1, 8)]

    assert keys(choose(news, [subscription(cursor=2, planned=5)], mentions=never)) == ["5", "4", "3"]


def test_nothing_is_due_before_its_time_even_if_its_slot_was_planned() -> None:
    later = replace(subscription(), not_before=NINE + timedelta(days=1))

    assert choose([News(1, "a")], [later], mentions=never) == []


def test_a_preview_holds_what_is_not_due_yet() -> None:
    later = replace(subscription(cursor=1), last_due_at=None)

    assert keys(choose([News(1, "a"), News(2, "b")], [later], mentions=never, up_to=2)) == ["b"]


def test_an_announcement_takes_the_place_of_the_post() -> None:
    assert [post.seq for post in choose([News(1, "a"), News(5, "a")], [subscription()], mentions=never)] == [5]


def test_keywords_are_asked_of_the_posts() -> None:
    def mentions(keyword: str, post: News) -> bool:
        return keyword == "lora" and post.key == "b"

    follows = subscription(Followed(Kind.KEYWORD, "lora"))
    assert keys(choose([News(1, "a"), News(2, "b")], [follows], mentions=mentions)) == ["b"]


def test_contents_move_each_cursor_to_what_was_due() -> None:
    due, idle = subscription(cursor=2, planned=5), replace(subscription(cursor=3, id_=2), last_due_at=None)

    assert contents_of([News(5, "a")], [due, idle]) == Contents((5,), ((1, 2, 5),))


def test_contents_survive_the_database() -> None:
    held = Contents((5, 4), ((1, 2, 5), (7, 0, 5)))

    assert Contents.from_json(held.as_json()) == held  # type: ignore[arg-type]


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 5), (2, 15), (3, 60), (6, 3600), (29, 3600)])
def test_retries_come_soon_and_then_seldom(attempts: int, seconds: int) -> None:
    assert pause_before_retry(attempts) == timedelta(seconds=seconds)


def test_after_a_day_of_failures_it_is_given_up() -> None:
    pauses = [pause_before_retry(attempts) for attempts in range(1, MAX_ATTEMPTS)]

    assert timedelta(hours=20) < sum((pause for pause in pauses if pause), timedelta()) < timedelta(hours=30)
    assert pause_before_retry(MAX_ATTEMPTS) is None


@given(st.lists(st.sampled_from(["publish", "tick", "send", "fail"]), max_size=40))
def test_whatever_happens_every_post_is_sent_once(steps: list[str]) -> None:
    """A model of one subscriber: posts appear, slots are planned, sends succeed or are taken back."""
    newest, sent = 0, []
    now = subscription(planned=0)
    for step in [*steps, "tick", "send"]:
        if step == "publish":
            newest += 1
        elif step == "tick":
            now = replace(now, planned_seq=newest)
        else:
            chosen = choose([News(n, str(n)) for n in range(1, newest + 1)], [now], mentions=never)
            held = contents_of(chosen, [now])
            if step == "send":
                sent += [post.seq for post in chosen]
                for _, _, cursor in held.moved:
                    now = replace(now, cursor=cursor)

    assert sorted(sent) == list(range(1, newest + 1))
