"""BallDontLie's box scores: when a game is final, and what its lines become."""

from datetime import UTC, date, datetime

import pytest
from source_bodies import HOU_OKC, OPENING, box_game, box_object, five, line

from nbhelpers.errors import Broken
from nbhelpers.raw.boxscores import boxscore_rows, envelope, final_games, judged, minutes_played, odd_games, unfinished
from nbhelpers.season import PLAN_SEASON

SEASON = PLAN_SEASON
FETCHED = datetime(2025, 10, 22, 11, 5, tzinfo=UTC)


def rows_of(*home_players: dict) -> list[dict]:
    game = box_game(home_players=list(home_players) + five("h"))
    rows = boxscore_rows(game, OPENING, SEASON, "objects/one.json", FETCHED)
    return [row for row in rows if row["team_abbr"] == "OKC"][: len(home_players)]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("37", 37), ("05", 5), ("00", 0), ("", 0), (None, 0), ("12:30", 12.5), ("PT27M03.00S", 27.05), ("PT27M", 27)],
)
def test_minutes_are_read_in_every_format_the_source_has_used(text, minutes):
    assert minutes_played(text, "here") == minutes


@pytest.mark.parametrize("text", ["DNP", "12:75", "-3", "PT", "37 min", "３７"])
def test_minutes_in_any_other_format_are_broken_and_quoted(text):
    with pytest.raises(Broken, match=f"here: min is '{text}'"):
        minutes_played(text, "here")


def test_a_line_becomes_a_row_with_the_game_beside_it():
    made = {"fgm": 13, "fga": 23, "fg3m": 5, "fg3a": 8, "ftm": 8, "fta": 10, "pts": 39}
    other = {"ast": 7, "reb": 11, "oreb": 4, "dreb": 7, "stl": 1, "blk": 2, "turnover": 3, "pf": 5, "plus_minus": -4}
    [row] = rows_of(line("Alperen", "Şengün", "37", **made, **other))
    identifier = row.pop("bdl_player_id")
    assert isinstance(identifier, int)
    assert row == {
        "game_id": HOU_OKC, "game_date": OPENING, "season_year": 2025, "game_status": "Final", "period": 4,
        "is_postseason": False, "home_team_abbr": "OKC", "away_team_abbr": "HOU",
        "home_team_score": 125, "away_team_score": 124, "team_abbr": "OKC",
        "player_full_name": "Alperen Şengün", "player_lookup": "alperensengun", "jersey_number": "7", "position": "G",
        "minutes": "37", "minutes_played": 37.0, "did_play": True,
        "points": 39, "assists": 7, "rebounds": 11, "offensive_rebounds": 4, "defensive_rebounds": 7, "steals": 1,
        "blocks": 2, "turnovers": 3, "personal_fouls": 5, "field_goals_made": 13, "field_goals_attempted": 23,
        "three_pointers_made": 5, "three_pointers_attempted": 8, "free_throws_made": 8, "free_throws_attempted": 10,
        "plus_minus": -4, "source_file_path": "objects/one.json", "fetched_at": FETCHED,
    }  # fmt: skip


def test_a_statistic_that_the_source_lacks_is_none_and_not_zero():
    [row] = rows_of(line("Lu", "Dort", "20", pts=0, fga=None))
    assert (row["points"], row["field_goals_attempted"], row["assists"], row["plus_minus"]) == (0, None, None, None)


def test_who_has_no_minute_played_only_if_something_was_counted_and_plus_minus_does_not_count():
    rows = rows_of(
        line("Sat", "Out", "00", pts=0, pf=0, plus_minus=0),
        line("Few", "Seconds", "00", pts=0, pf=1, plus_minus=0),
        line("Stood", "Aside", "00", pts=0, pf=0, plus_minus=3),
        line("Not", "Dressed", None),
    )
    assert [(row["minutes"], row["minutes_played"], row["did_play"]) for row in rows] == [
        ("00", 0.0, False), ("00", 0.0, True), ("00", 0.0, False), (None, 0.0, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": "3rd Qtr", "period": 3}, "unfinished: 3rd Qtr"),
        ({"status": "2025-10-21T23:30:00Z", "period": 0}, "unfinished: 2025-10-21T23:30:00Z"),
        ({"period": 3}, "unfinished: Final in period 3"),
        ({"home_players": five("h")[:4] + [line("Sat", "Out", "00")]}, "unfinished: only 4 of OKC have played"),
        ({"away_players": five("a") + five("a")[:1]}, "player {} is listed twice"),
    ],
)
def test_a_game_is_not_final_until_status_period_and_both_teams_say_so(changes, reason):
    game = box_game(**changes)
    twice = five("a")[0]["player"]["id"]
    assert final_games([game], OPENING) == {}
    assert unfinished([game], OPENING) == {HOU_OKC: reason.format(twice)}


def test_a_final_game_is_found_by_its_id_also_after_overtime():
    game = box_game(period=6)
    assert final_games([game], OPENING) == {HOU_OKC: game}
    assert unfinished([game], OPENING) == {}


def test_a_game_listed_twice_alike_is_one_game():
    assert final_games([box_game(), box_game()], OPENING) == {HOU_OKC: box_game()}


def test_a_game_listed_twice_differently_is_not_final():
    answer = [box_game(), box_game(home_team_score=126), box_game()]
    assert final_games(answer, OPENING) == {}
    assert unfinished(answer, OPENING) == {HOU_OKC: "listed twice, differently"}


@pytest.mark.parametrize(
    ("game", "said"),
    [
        (box_game(day=date(2025, 10, 22)), "date of a game in it is 2025-10-22"),
        ("a game", "date is absent"),
    ],
)
def test_an_answer_of_another_date_is_broken_as_a_whole(game, said):
    with pytest.raises(Broken) as stopped:
        final_games([game], OPENING)
    assert stopped.value.what.startswith("box scores of 2025-10-21")
    assert said in stopped.value.what


@pytest.mark.parametrize(
    ("game", "said"),
    [
        (box_game(home="SEA"), "abbreviation: team 'SEA' is not one of the NBA's 30"),
        (box_game(status=None), "20251021_HOU_OKC: status is absent"),
        (box_game(home_team_score="many"), "home_team_score is 'many'"),
        (box_game(home_players=[line("Lu", "Dort", pts="eight")]), "Lu Dort: pts is 'eight'"),
        (box_game(home_players=[line("Lu", "Dort", pts="８")]), "Lu Dort: pts is '８'"),
        (box_game(home_players=[line("Lu", "Dort", pts=8.5)]), "Lu Dort: pts is 8.5"),
        (box_game(home_players=[line("Lu", "Dort", pts=True)]), "Lu Dort: pts is True"),
        (box_game(home_players=[line("Lu", "Dort", pts=2**63)]), "Lu Dort: pts is 9223372036854775808"),
        (box_game(home_players=[line("", "")]), "a player's name is ''"),
    ],
)
def test_a_game_of_another_shape_costs_itself_alone_and_names_the_field(game, said):
    answer = [game, box_game("GSW", "LAL")]
    assert list(final_games(answer, OPENING)) == ["20251021_GSW_LAL"]
    [reason] = unfinished(answer, OPENING).values()
    assert reason.startswith("unusable: box scores of 2025-10-21")
    assert said in reason
    assert odd_games(judged(answer, OPENING)) == [reason.removeprefix("unusable: ")]


def test_a_number_may_be_text_or_four_point_zero_and_idle_lines_may_hold_nulls():
    idle = dict.fromkeys(["pts", "reb", "plus_minus"])
    rows = rows_of(line("Lu", "Dort", 20, pts="8", reb=4.0, plus_minus="-3"), line("Sat", "Out", "00", **idle))
    assert [(row["points"], row["rebounds"], row["plus_minus"], row["did_play"]) for row in rows] == [
        (8, 4, -3, True), (None, None, None, False),
    ]  # fmt: skip
    assert [row["minutes"] for row in rows] == ["20", "00"]


def test_a_player_of_one_name_is_known_by_it():
    [row] = rows_of(line("Nene", None))
    assert (row["player_full_name"], row["player_lookup"]) == ("Nene", "nene")


def test_who_was_traded_between_the_two_teams_that_day_is_listed_once_where_he_played():
    idle, active = line("Traded", "Man", "00"), line("Traded", "Man", "12", pts=2)
    game = box_game(home_players=[idle, *five("h")], away_players=[active, *five("a")])
    assert unfinished([game], OPENING) == {}
    rows = boxscore_rows(game, OPENING, SEASON, "one.json", FETCHED)
    assert [row["team_abbr"] for row in rows if row["player_lookup"] == "tradedman"] == ["HOU"]
    both_idle = box_game(home_players=[idle, *five("h")], away_players=[idle, *five("a")])
    rows = boxscore_rows(both_idle, OPENING, SEASON, "one.json", FETCHED)
    assert [row["team_abbr"] for row in rows if row["player_lookup"] == "tradedman"] == ["OKC"]


def test_an_envelope_gives_its_games_and_its_fetch_time_in_utc():
    body = box_object(box_game()) | {"timestamp": "2025-10-22T06:05:00-05:00"}
    assert envelope(body, OPENING, "key") == ([box_game()], FETCHED)
    assert envelope(body | {"timestamp": "2025-10-22T11:05:00"}, OPENING, "key") == ([box_game()], FETCHED)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"date": "2025-10-22"}, "key: date is 2025-10-22"),
        ({"rowCount": 9}, "key: rowCount is 9, but it holds 1 games"),
        ({"timestamp": "yesterday"}, "key: timestamp is 'yesterday'"),
        ({"boxScores": None}, "key: boxScores is absent"),
    ],
)
def test_an_envelope_that_contradicts_itself_is_broken(change, said):
    with pytest.raises(Broken, match=said):
        envelope(box_object(box_game()) | change, OPENING, "key")
