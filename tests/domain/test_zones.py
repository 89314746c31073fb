"""People name their zone as they like, and it is found."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.zones import MATCHES, SHORT_LISTS, as_word, cities, find_zones, from_word, is_zone, zone_at, zone_label


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("北京", "Asia/Shanghai"),
        ("成都市", "Asia/Shanghai"),
        ("乌鲁木齐", "Asia/Urumqi"),
        ("纽约", "America/New_York"),
        ("new york", "America/New_York"),
        ("  Berlin ", "Europe/Berlin"),
        ("São Paulo", "America/Sao_Paulo"),
        ("europe/oslo", "Europe/Oslo"),
        ("xi'an", "Asia/Shanghai"),
        ("Kyiv", "Europe/Kyiv"),
        ("旧金", "America/Los_Angeles"),
    ],
)
def test_a_city_or_a_zone_name_finds_its_zone(typed: str, zone: str) -> None:
    assert find_zones(typed)[0] == zone


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("UTC+8", "Etc/GMT-8"),
        ("GMT+8", "Etc/GMT-8"),
        ("gmt -5", "Etc/GMT+5"),
        ("+08:00", "Etc/GMT-8"),
        ("\N{MINUS SIGN}3", "Etc/GMT+3"),
        ("UTC+5:30", "Asia/Kolkata"),
        ("东八区", "Etc/GMT-8"),
        ("西十一区", "Etc/GMT+11"),
        ("北京时间", "Asia/Shanghai"),
        ("Tokyo time", "Asia/Tokyo"),
    ],
)
def test_a_distance_from_greenwich_is_what_people_write_not_its_opposite(typed: str, zone: str) -> None:
    assert find_zones(typed) == (zone,)


@pytest.mark.parametrize("typed", ["UTC+15", "+5:17", "time", "时间"])
def test_a_distance_that_no_clock_keeps_finds_nothing(typed: str) -> None:
    assert list(find_zones(typed)) == []


def test_no_two_answers_are_called_alike() -> None:
    assert len(find_zones("UTC")) == 1


def test_a_beginning_that_many_share_gives_a_choice() -> None:
    found = find_zones("san")

    assert 1 < len(found) <= MATCHES


@pytest.mark.parametrize("name", ["localtime", "Factory"])
def test_what_a_machine_was_set_to_is_no_zone_that_another_knows(name: str) -> None:
    assert name not in find_zones(name)
    assert not is_zone(name)


@pytest.mark.parametrize("typed", ["", "   ", "xyzzy", "🙂", "../etc/passwd", "a" * 5000])
def test_nonsense_finds_nothing(typed: str) -> None:
    assert list(find_zones(typed)) == []


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        ((39.9, 116.4), "Asia/Shanghai"),
        ((52.5, 13.4), "Europe/Berlin"),
        ((37.4, -122.1), "America/Los_Angeles"),
        ((-36.8, 174.7), "Pacific/Auckland"),
        ((0.0, -150.0), "Etc/GMT+10"),
    ],
)
def test_a_location_finds_the_zone_of_its_neighbourhood(place: tuple[float, float], zone: str) -> None:
    assert zone_at(*place) == zone


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_every_place_on_earth_has_a_zone(latitude: float, longitude: float) -> None:
    assert is_zone(zone_at(latitude, longitude))


def test_every_city_and_every_offer_is_a_zone_of_this_machine() -> None:
    assert all(ZoneInfo(city.zone) for city in cities())
    assert len(cities()) > 200
    assert all(is_zone(zone) for offers in SHORT_LISTS.values() for zone in offers)


@pytest.mark.parametrize(
    "zone", ["Asia/Shanghai", "America/Argentina/Buenos_Aires", "Etc/GMT+10", "Etc/GMT-8", "GMT+0", "UTC"]
)
def test_a_zone_survives_its_button(zone: str) -> None:
    assert from_word(as_word(zone)) == zone


def test_a_forged_button_names_no_zone() -> None:
    assert from_word("..:..:etc:passwd") is None


def test_zones_are_called_as_people_call_them() -> None:
    assert zone_label("Asia/Shanghai", "zh") == "上海"
    assert zone_label("America/New_York", "en") == "New York"
    assert zone_label("America/Port-au-Prince", "en") == "Port-au-Prince"
