"""Seasons and windows: what a run may be about."""

from datetime import date

import pytest

from nbhelpers.errors import BadInput
from nbhelpers.season import (
    DEFAULT_END,
    DEFAULT_START,
    PLAN_SEASON,
    Season,
    is_bootstrap,
    season_year,
    window,
)

TODAY = date(2026, 1, 1)


def test_a_season_knows_its_year_its_factor_start_and_its_end():
    of = PLAN_SEASON
    assert of == Season("2025-26", date(2025, 10, 21))
    assert (of.year, of.factor_start, of.last_day) == (2025, date(2025, 11, 5), date(2026, 6, 30))


def test_a_season_that_opened_at_christmas_has_the_year_of_its_name_and_one_that_ended_in_october_lasts_as_long():
    assert Season("2020-21", date(2020, 12, 22), last_game=date(2021, 7, 20)).last_day == date(2021, 7, 20)
    bubble = Season("2019-20", date(2019, 10, 22), last_game=date(2020, 10, 11))
    assert (bubble.year, bubble.last_day) == (2019, date(2020, 10, 11))


@pytest.mark.parametrize("name", ["2025", "2025-27", "2025-2026", "1999-00", "２０２５-26", "", None])
def test_what_is_no_seasons_name_is_refused(name):
    with pytest.raises(BadInput, match="is not a season's name"):
        season_year(name)


def test_seasons_before_the_first_with_files_are_not_to_be_had_and_no_later_one_is_listed_anywhere():
    with pytest.raises(BadInput, match="'2018-19' is not to be had: the NBA's files begin with 2019-20"):
        season_year("2018-19")
    assert [season_year(name) for name in ("2019-20", "2026-27", "2098-99", "2099-00")] == [2019, 2026, 2098, 2099]


def test_a_window_holds_every_calendar_day_both_ends_included():
    found = window("2025-11-26", "2025-11-28", PLAN_SEASON, TODAY)
    assert found.dates() == [date(2025, 11, 26), date(2025, 11, 27), date(2025, 11, 28)]
    assert str(found) == "2025-11-26 to 2025-11-28"
    assert window("2025-11-26", "2025-11-26", PLAN_SEASON, TODAY).dates() == [date(2025, 11, 26)]


def test_the_plans_window_is_the_default():
    found = window(DEFAULT_START, DEFAULT_END, PLAN_SEASON, TODAY)
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
        window(start, end, PLAN_SEASON, TODAY)
    assert said in str(refused.value)


def test_without_dates_the_window_is_the_season_up_to_yesterday_or_to_its_last_game():
    assert str(window("", "", PLAN_SEASON, TODAY)) == "2025-10-21 to 2025-12-31"
    over = Season("2023-24", date(2023, 10, 24), last_game=date(2024, 6, 17))
    assert str(window("", "", over, TODAY)) == "2023-10-24 to 2024-06-17"
    assert str(window("2024-06-01", "", over, TODAY)) == "2024-06-01 to 2024-06-17"


def test_a_season_that_has_not_begun_has_nothing_to_fill():
    with pytest.raises(BadInput, match="2026-27 has no day to fill yet: it begins on 2026-10-20"):
        window("", "", Season("2026-27", date(2026, 10, 20)), TODAY)


def test_yesterday_is_the_last_day_a_window_may_end_on():
    assert window("2025-11-01", "2025-12-31", PLAN_SEASON, TODAY).end_date == date(2025, 12, 31)


def test_days_0_to_13_are_bootstrap():
    of = PLAN_SEASON
    nights = [date(2025, 10, 21), date(2025, 11, 3), date(2025, 11, 4)]
    assert [is_bootstrap(night, of) for night in nights] == [True, True, False]
