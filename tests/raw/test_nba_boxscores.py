"""The NBA's own box score: when it is final, what its lines and totals become, and the schedule entry that it makes."""

from datetime import UTC, date, datetime

import pytest
from source_bodies import HOU_OKC, NBA_ID, OPENING, official_box, official_five, official_line, schedule, scheduled

from nbhelpers import raw
from nbhelpers.errors import Broken
from nbhelpers.raw.nba_boxscores import as_scheduled, attempts_by_team, day_of, player_rows, scheduled_game, team_rows, why_not_final
from nbhelpers.season import PLAN_SEASON

[GAME] = raw.games(schedule(scheduled()), "2025-26", "schedule.json")
FETCHED = datetime(2025, 10, 22, 11, 5, tzinfo=UTC)


def rows_of(*home_players: dict) -> list[dict]:
    body = official_box(home_players=[*home_players, *official_five("h")])
    return player_rows(body, GAME, PLAN_SEASON, "objects/one.json", FETCHED)[: len(home_players)]


def test_a_line_becomes_a_row_with_exact_minutes_and_the_game_beside_it():
    made = {"fieldGoalsMade": 13, "fieldGoalsAttempted": 23, "threePointersMade": 5, "threePointersAttempted": 8}
    other = {"freeThrowsMade": 8, "freeThrowsAttempted": 10, "points": 39, "assists": 7, "reboundsTotal": 11, "reboundsOffensive": 4}
    rest = {"reboundsDefensive": 7, "steals": 1, "blocks": 2, "turnovers": 3, "foulsPersonal": 5, "plusMinusPoints": -4.0}
    [row] = rows_of(official_line("Alperen", "Şengün", "PT37M03.00S", person=1630578, starter="1", **made, **other, **rest))
    assert row == {
        "game_id": HOU_OKC, "nba_game_id": NBA_ID, "game_date": OPENING, "season_year": 2025, "game_status": 3, "period": 4,
        "home_team_abbr": "OKC", "away_team_abbr": "HOU", "home_score": 125, "away_score": 124, "team_abbr": "OKC",
        "person_id": 1630578, "player_name": "Alperen Şengün", "player_lookup": "alperensengun", "starter": True, "did_play": True,
        "not_playing_reason": None, "minutes_played": 37.05,
        "points": 39, "assists": 7, "rebounds": 11, "offensive_rebounds": 4, "defensive_rebounds": 7, "steals": 1, "blocks": 2,
        "turnovers": 3, "personal_fouls": 5, "field_goals_made": 13, "field_goals_attempted": 23, "three_pointers_made": 5,
        "three_pointers_attempted": 8, "free_throws_made": 8, "free_throws_attempted": 10, "plus_minus": -4,
        "source_file_path": "objects/one.json", "fetched_at": FETCHED,
    }  # fmt: skip


def test_who_did_not_play_says_why_and_his_statistics_may_be_null_or_absent():
    sat = official_line("Sat", "Out", "PT00M00.00S", played="0", notPlayingReason="DNP_COACH")
    nulls = official_line("Not", "Dressed", played="0") | {"statistics": dict.fromkeys(sat["statistics"])}
    bare = official_line("No", "Statistics") | {"statistics": None}
    rows = rows_of(sat, nulls, bare)
    assert [(row["did_play"], row["minutes_played"], row["not_playing_reason"]) for row in rows] == [
        (False, 0.0, "DNP_COACH"), (False, 0.0, None), (False, 0.0, None),
    ]  # fmt: skip
    assert [row["points"] for row in rows] == [0, None, None]


def test_a_second_on_the_floor_is_played_and_a_number_may_be_text():
    few = official_line("Few", "Seconds", "PT00M01.00S")
    text = official_line("Written", "Out", points="8", reboundsTotal=4.0)
    assert [(row["did_play"], row["points"], row["rebounds"]) for row in rows_of(few, text)] == [(True, 0, 0), (True, 8, 4)]


def test_a_player_of_one_name_is_known_by_it():
    [row] = rows_of(official_line("", "Nene"))
    assert (row["player_name"], row["player_lookup"]) == ("Nene", "nene")


def test_a_teams_totals_have_the_paint_and_its_players_rebounds():
    statistics = {"points": 125, "reboundsTotal": 55, "reboundsPersonal": 44, "pointsInThePaintAttempted": 47, "pointsInThePaintMade": 26}
    body = official_box()
    body["game"]["homeTeam"]["statistics"] = statistics
    home, away = team_rows(body, GAME, PLAN_SEASON, "one.json", FETCHED)
    assert (home["team_abbr"], home["score"], home["points"], home["rebounds"], home["paint_attempts"], home["paint_makes"]) == (
        "OKC", 125, 125, 44, 47, 26,
    )  # fmt: skip
    assert (away["team_abbr"], away["paint_attempts"], away["steals"]) == ("HOU", 40, None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, ""),
        ({"period": 6}, ""),
        ({"gameStatus": 2, "gameStatusText": "Q3 4:12"}, "unfinished: Q3 4:12"),
        ({"gameStatus": 1, "gameStatusText": None}, "unfinished: game status 1"),
        ({"period": 3}, "unfinished: final in period 3"),
        ({"home_players": official_five("h")[:4]}, "unfinished: only 4 of OKC have played"),
        ({"home_players": official_five("h") + official_five("h")[:1]}, "person {} is listed twice"),
        ({"home_players": [official_line("Lu", "Dort", points="eight"), *official_five("h")]}, "unusable: here, Lu Dort: points is 'eight'."),
        ({"home_players": [official_line("Lu", "Dort", "12 min"), *official_five("h")]}, "unusable: here, Lu Dort: min is '12 min'."),
    ],
)
def test_a_box_score_is_not_final_until_status_period_and_both_teams_say_so(changes, reason):
    twice = official_five("h")[0]["personId"]
    assert why_not_final(official_box(**changes), NBA_ID, "here") == reason.format(twice)


def test_who_was_traded_between_the_two_teams_that_day_is_listed_once_where_he_played():
    idle, active = official_line("Traded", "Man", "PT00M00.00S", person=5), official_line("Traded", "Man", person=5, points=2)
    body = official_box(home_players=[idle, *official_five("h")], away_players=[active, *official_five("a")])
    assert why_not_final(body, NBA_ID, "here") == ""
    rows = player_rows(body, GAME, PLAN_SEASON, "one.json", FETCHED)
    assert [row["team_abbr"] for row in rows if row["person_id"] == 5] == ["HOU"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "game is absent"),
        (official_box("0022500002"), "gameId is 0022500002, not 0022500001"),
        (official_box(home="SEA"), "teamTricode: team 'SEA' is not one of the NBA's 30"),
        (official_box(homeTeam=None), "homeTeam is absent"),
        (official_box(gameStatus="over"), "gameStatus is 'over'"),
    ],
)
def test_a_box_score_of_another_game_or_shape_is_broken_and_names_the_field(body, said):
    with pytest.raises(Broken, match="here") as stopped:
        why_not_final(body, NBA_ID, "here")
    assert said in stopped.value.what


def test_a_box_score_makes_the_entry_of_a_schedule_with_nothing_invented():
    entry = as_scheduled(official_box(), "one.json")
    assert "isNeutral" not in entry and "gameLabel" not in entry
    game = scheduled_game(official_box(), "2025-26", "one.json")
    assert game == raw.Game("2025-26", NBA_ID, HOU_OKC, OPENING, "regular", True, "OKC", "HOU", 3, False, None, 125, 124, "one.json")


def test_the_day_is_the_eastern_one_whatever_the_code_says():
    body = official_box(gameEt="2025-10-21T22:30:00-04:00", gameCode="20251020/HOUOKC")
    assert day_of(body, "here") == OPENING
    assert as_scheduled(body, "here")["gameCode"] == "20251021/HOUOKC"
    with pytest.raises(Broken, match="gameEt is 'tonight'"):
        day_of(official_box(gameEt="tonight"), "here")


def test_attempts_are_those_of_the_players():
    body = official_box(home_players=[official_line("Lu", "Dort", fieldGoalsAttempted=9, fieldGoalsMade=4), *official_five("h")])
    assert attempts_by_team(body, "here") == {"OKC": (9, 4), "HOU": (0, 0)}
    assert day_of(body, "here") == date(2025, 10, 21)
