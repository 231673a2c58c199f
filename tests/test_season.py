"""Seasons and windows: what a run may be about."""

from datetime import date

import pytest

from nbhelpers.errors import BadInput
from nbhelpers.season import (
    DEFAULT_END,
    DEFAULT_SEASON,
    DEFAULT_START,
    OPENING_NIGHTS,
    Season,
    is_bootstrap,
    season,
    window,
)

TODAY = date(2026, 1, 1)


def test_the_known_seasons_and_their_opening_nights():
    assert {name: str(night) for name, night in OPENING_NIGHTS.items()} == {
        "2021-22": "2021-10-19", "2022-23": "2022-10-18", "2023-24": "2023-10-24", "2024-25": "2024-10-22",
        "2025-26": "2025-10-21",
    }  # fmt: skip


def test_a_season_knows_its_year_its_factor_start_and_its_end():
    of = season("2025-26")
    assert of == Season("2025-26", date(2025, 10, 21))
    assert (of.year, of.factor_start, of.last_day) == (2025, date(2025, 11, 5), date(2026, 6, 30))


@pytest.mark.parametrize("name", ["2025", "2026-27", "2025-2026", "", None])
def test_an_unknown_season_is_an_error_and_never_a_guess(name):
    with pytest.raises(BadInput, match=r"known are 2021-22, .*2025-26"):
        season(name)


def test_a_window_holds_every_calendar_day_both_ends_included():
    found = window("2025-11-26", "2025-11-28", "2025-26", TODAY)
    assert found.dates() == [date(2025, 11, 26), date(2025, 11, 27), date(2025, 11, 28)]
    assert str(found) == "2025-11-26 to 2025-11-28"
    assert window("2025-11-26", "2025-11-26", "2025-26", TODAY).dates() == [date(2025, 11, 26)]


def test_the_plans_window_is_the_default():
    found = window(DEFAULT_START, DEFAULT_END, DEFAULT_SEASON, TODAY)
    assert (len(found.dates()), found.start_date) == (57, found.season.opening_night)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2025-11-02", "2025-11-01", "end_date 2025-11-01 is before start_date 2025-11-02"),
        ("2025-10-20", "2025-11-01", "2025-10-20 to 2025-11-01 is not within season 2025-26"),
        ("2025-11-01", "2026-07-01", "is not within season 2025-26 (2025-10-21 to 2026-06-30)"),
        ("2025-11-01", "2026-01-01", "end_date 2026-01-01 is not over yet (today is 2026-01-01 in New York)"),
        ("21.10.2025", "2025-11-01", "start_date '21.10.2025' is not a date"),
        ("2025-11-01", "2025-11-31", "end_date '2025-11-31' is not a date"),
        (date(2025, 11, 1), "2025-11-02", "start_date datetime.date(2025, 11, 1) is not a date"),
    ],
)
def test_a_window_that_cannot_be_is_refused_and_quoted(start, end, said):
    with pytest.raises(BadInput) as refused:
        window(start, end, "2025-26", TODAY)
    assert said in str(refused.value)


def test_yesterday_is_the_last_day_a_window_may_end_on():
    assert window("2025-11-01", "2025-12-31", "2025-26", TODAY).end_date == date(2025, 12, 31)


def test_days_0_to_13_are_bootstrap():
    of = season("2025-26")
    nights = [date(2025, 10, 21), date(2025, 11, 3), date(2025, 11, 4)]
    assert [is_bootstrap(night, of) for night in nights] == [True, True, False]
