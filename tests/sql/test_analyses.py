"""Each table on a season small enough to work out by hand: whole rows, and the rules that have gone wrong before."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny import AT, DNP, Tiny, day, output, staged

from nbhelpers.build import MIN_FEATURE_ROWS
from nbhelpers.raw.identifiers import TEAMS
from nbhelpers.sql import dialect
from nbhelpers.warehouse import DuckDB

D = day(20)  # 2025-11-10, the morning that the story is told for
NIGHTS = [0, 2, 4, 6, 8, 10, 11, 13, 15, 16, 18]  # days of the story's games before it
LAL2_POINTS = [13, 5, 13, 9, 9, 13, 5, 9, 13, 9, 5]
NO_SHOT = {"paint": (0, 0), "mid_range": (0, 0), "three_pt": (0, 0)}


@pytest.fixture
def season(tmp_path) -> Tiny:
    return Tiny(tmp_path)


@pytest.fixture(scope="module")
def story(tmp_path_factory) -> Tiny:
    """BOS plays at LAL eleven times, then on D. LAL2 makes 0, 2 or 4 in the paint, all others always the same.

    LAL11 plays the first three games in place of LAL10 and is listed again on D; LAL12 plays his first game on D.
    """
    story = Tiny(tmp_path_factory.mktemp("story"))
    for nth, (night, points) in enumerate(zip(NIGHTS, LAL2_POINTS, strict=True)):
        others = {"LAL10": None, "LAL11": {}} if nth < 3 else {}
        story.play(day(night), "BOS", "LAL", LAL2={"paint": ((points - 5) // 2, 4)}, **others)
    story.play(D, "BOS", "LAL", LAL2={"paint": (40, 40)}, LAL11=DNP, LAL12={})
    story.load()
    story.build(20, 21, 22)
    story.build(30, 31, 32, 33, 34)
    story.build(40, start=day(18), end=day(18), min_feature_rows=21)
    story.build(40, start=D, min_feature_rows=20)
    return story


def that_day(column: str, when: date = D) -> str:
    return f"{column} = DATE '{when}'"


# Game summaries.


@pytest.fixture(scope="module")
def openers(tmp_path_factory) -> Tiny:
    """BOS at LAL with an overtime; again with odd lines; without play-by-play; in the Cup final; and put off."""
    openers = Tiny(tmp_path_factory.mktemp("openers"))
    lal1 = {"three_pt": (2, 3), "ft": (3, 4), "turnovers": 3, "minutes": 30}
    openers.play(day(0), "BOS", "LAL", period=5, LAL1=lal1)
    openers.play(
        day(2), "BOS", "LAL",
        LAL2=DNP, LAL3={"lookup_known": False}, LAL4=NO_SHOT, LAL5={"shots_lost": 1}, LAL6={"shots_lost": 2},
        LAL7={"personal_fouls": None}, LAL8={"minutes": 0, "did_play": True},
        LAL9={"paint": (0, 0), "mid_range": (0, 0)},
        LAL10={"paint": (1, 16), "mid_range": (0, 0), "three_pt": (0, 0), "ft": (9, 9)}, BOS1={"paint": (0, 0)},
    )  # fmt: skip
    openers.play(day(4), "BOS", "LAL", shots=False, LAL4=NO_SHOT, LAL1={"ft": (9, 9)})
    openers.play(day(6), "BOS", "LAL", kind="cup_final", shots=False)
    openers.play(day(8), "BOS", "LAL")
    openers.games[-1] |= {"is_postponed": True, "game_status": 1}
    openers.load()
    openers.build(20, 21, 22)
    return openers


GAME = {
    "game_id": "20251021_BOS_LAL", "nba_game_id": "0022500001", "game_date": day(0), "season_year": 2025,
    "is_official": True,
}  # fmt: skip


def test_a_players_game_is_his_line_with_his_shots_by_zone(openers):
    # 9 attempts, 0.44 x 4 free throws, 3 turnovers: 13.76 of the team's 112.76, in 30 of 53 minutes.
    assert openers.row("PGS", "game_date = DATE '2025-10-21' AND player_lookup = 'lal1'") == GAME | {
        "player_lookup": "lal1", "player_full_name": "LAL1", "team_abbr": "LAL", "opponent_team_abbr": "BOS",
        "is_home": True, "minutes_played": 30.0, "points": 17, "assists": 2, "rebounds": 5, "offensive_rebounds": 1,
        "defensive_rebounds": 4, "steals": 1, "blocks": 1, "turnovers": 3, "personal_fouls": 3, "fg_makes": 6,
        "fg_attempts": 9, "three_pt_makes": 2, "three_pt_attempts": 3, "ft_makes": 3, "ft_attempts": 4,
        "paint_makes": 3, "paint_attempts": 4, "mid_range_makes": 1, "mid_range_attempts": 2, "has_shot_zones": True,
        "efg_pct": 0.778, "ts_pct": 0.79, "usage_rate": 21.6, "plus_minus": 0, "win_flag": True,
    }  # fmt: skip


def test_a_teams_defence_is_what_the_other_did_over_all_the_minutes_played(openers):
    # LAL: 90 attempts + 0.44 x 4 - 10 + 21 = 102.76 possessions, 98 points, 53 minutes.
    assert openers.row("TDGS", "game_date = DATE '2025-10-21' AND defending_team_abbr = 'BOS'") == GAME | {
        "defending_team_abbr": "BOS", "opponent_team_abbr": "LAL", "home_game": False, "points_allowed": 98,
        "opp_fg_makes": 42, "opp_fg_attempts": 90, "opp_three_pt_makes": 11, "opp_three_pt_attempts": 30,
        "opp_ft_makes": 3, "opp_ft_attempts": 4, "opp_rebounds": 50, "opp_assists": 20, "turnovers_forced": 21,
        "opp_paint_makes": 21, "opp_paint_attempts": 40, "opp_mid_range_makes": 10, "opp_mid_range_attempts": 20,
        "points_in_paint_allowed": 42, "steals": 10, "blocks": 10, "defensive_rebounds": 40, "opp_possessions": 102.76,
        "defensive_rating": 95.37, "opponent_pace": 93.07, "overtime_periods": 1, "win_flag": False,
        "margin_of_victory": -8,
    }  # fmt: skip


def test_a_teams_offence_is_its_own_line_over_all_the_minutes_played(openers):
    assert openers.row("TOGS", "game_date = DATE '2025-10-21' AND team_abbr = 'LAL'") == GAME | {
        "team_abbr": "LAL", "opponent_team_abbr": "BOS", "home_game": True, "points_scored": 98, "fg_makes": 42,
        "fg_attempts": 90, "three_pt_makes": 11, "three_pt_attempts": 30, "ft_makes": 3, "ft_attempts": 4,
        "offensive_rebounds": 10, "rebounds": 50, "assists": 20, "turnovers": 21, "paint_makes": 21,
        "paint_attempts": 40, "mid_range_makes": 10, "mid_range_attempts": 20, "possessions": 102.76,
        "offensive_rating": 95.37, "pace": 93.07, "ts_pct": 0.534, "team_minutes": 265, "overtime_periods": 1,
        "win_flag": True, "margin_of_victory": 8,
    }  # fmt: skip


def zones(openers: Tiny, night: int) -> dict[str, tuple]:
    told = ("has_shot_zones", "paint_makes", "paint_attempts", "mid_range_makes", "mid_range_attempts")
    found = openers.rows("PGS", that_day("game_date", day(night)))
    return {row["player_lookup"]: tuple(row[name] for name in told) for row in found}


def test_zones_are_known_where_the_shots_make_the_attempts_give_or_take_one(openers):
    found = zones(openers, 2)
    assert found["lal3"] == (False, None, None, None, None)  # nobody could tell whose they were
    assert found["lal4"] == (True, 0, 0, 0, 0)  # he took none: a measured zero
    assert found["lal5"] == (True, 2, 4, 1, 2)  # 8 of 9 attempts
    assert found["lal6"] == (False, None, None, None, None)  # 7 of 9
    assert found["lal9"] == (True, 0, 0, 0, 0)  # threes alone
    assert found["lal10"] == (True, 1, 16, 0, 0)


def test_without_play_by_play_zones_are_unknown_even_for_one_who_did_not_shoot(openers):
    assert set(zones(openers, 4).values()) == {(False, None, None, None, None)}
    [team] = {
        (
            row["opp_paint_makes"],
            row["opp_paint_attempts"],
            row["points_in_paint_allowed"],
            row["opp_mid_range_attempts"],
        )
        for row in openers.rows("TDGS", that_day("game_date", day(4)))
    }
    assert team == (None, None, None, None)


def test_one_who_did_not_play_has_no_row_and_one_whose_minutes_round_to_none_has_no_usage_rate(openers):
    rows = {row["player_lookup"]: row for row in openers.rows("PGS", that_day("game_date", day(2)))}
    assert "lal2" not in rows
    assert (rows["lal8"]["minutes_played"], rows["lal8"]["usage_rate"]) == (0.0, None)
    assert rows["lal7"]["personal_fouls"] is None
    assert (rows["lal4"]["efg_pct"], rows["lal4"]["ts_pct"]) == (None, None)


def test_a_tie_is_rounded_away_from_zero(openers):
    assert openers.row("PGS", "game_id = '20251023_BOS_LAL' AND player_lookup = 'lal10'")["efg_pct"] == 0.063  # 1/16


def test_the_cup_final_is_summed_up_and_not_official_and_a_postponed_game_is_not_there(openers):
    for short in ("PGS", "TDGS", "TOGS"):
        found = {(row["game_date"], row["is_official"]) for row in openers.rows(short)}
        assert found == {(day(0), True), (day(2), True), (day(4), True), (day(6), False)}


# Team zones.


def test_a_team_defends_each_zone_as_its_games_say_and_the_league_is_all_teams_with_a_row(story):
    # LAL made 21 x 11 + 2 = 233 of 440 in the paint, BOS 220: the league 453 of 880.
    assert story.row("TDZA", "analysis_date = DATE '2025-11-10' AND team_abbr = 'BOS'") == {
        "team_abbr": "BOS", "analysis_date": D, "games_in_sample": 11, "window_start_date": day(0),
        "window_end_date": day(18), "paint_pct_allowed_last_15": 0.5295, "mid_range_pct_allowed_last_15": 0.5,
        "three_pt_pct_allowed_last_15": 0.3333, "paint_attempts_allowed_per_game": 40.0,
        "mid_range_attempts_allowed_per_game": 20.0, "three_pt_attempts_allowed_per_game": 30.0,
        "paint_defense_vs_league_avg": 1.48, "mid_range_defense_vs_league_avg": 0.0,
        "three_pt_defense_vs_league_avg": 0.0, "defensive_rating_last_15": 92.36, "opponent_points_per_game": 92.36,
        "opponent_pace": 100.0, "strongest_zone": "mid_range", "weakest_zone": "paint", "data_quality_tier": "medium",
    }  # fmt: skip
    lal = story.row("TDZA", "analysis_date = DATE '2025-11-10' AND team_abbr = 'LAL'")
    assert (lal["paint_defense_vs_league_avg"], lal["strongest_zone"], lal["weakest_zone"]) == (
        -1.48,
        "paint",
        "mid_range",
    )


def test_every_team_has_a_zone_analysis_or_a_failure_on_every_date_of_the_slate_and_on_no_other(story):
    accounts: dict[date, list[str]] = {}
    for row in story.rows("TDZA"):
        accounts.setdefault(row["analysis_date"], []).append(row["team_abbr"])
    for row in story.rows("TDZA failures"):
        accounts.setdefault(row["analysis_date"], []).append(row["entity_id"])
    assert accounts.keys() == {day(night) for night in [*NIGHTS, 20]}
    assert all(sorted(teams) == sorted(TEAMS) for teams in accounts.values())


def test_the_fifth_game_makes_a_zone_analysis(story):
    before = story.failures("TDZA", that_day("analysis_date", day(8)))
    assert before["LAL"] == ("INSUFFICIENT_DATA", False, 5, 4, None)
    assert before["MIA"] == ("INSUFFICIENT_DATA", False, 5, 0, None)
    after = story.rows("TDZA", that_day("analysis_date", day(10)))
    assert [(row["team_abbr"], row["games_in_sample"], row["data_quality_tier"]) for row in after] == [
        ("BOS", 5, "low"), ("LAL", 5, "low"),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def long(tmp_path_factory) -> Tiny:
    """BOS at LAL every other day, 18 times; the first without play-by-play, the second and the last full of dunks."""
    long = Tiny(tmp_path_factory.mktemp("long"))
    for nth in range(18):
        dunks = {"LAL5": {"paint": (100, 100)}} if nth in (1, 17) else {}
        long.play(day(2 * nth), "BOS", "LAL", shots=nth > 0, **dunks)
    long.load()
    long.build(21)
    return long


def test_the_game_after_the_fifteenth_sees_the_fifteen_before_it_and_neither_itself_nor_an_older_one(long):
    long.build(30, start=day(32), end=day(34))
    told = ("analysis_date", "games_in_sample", "window_start_date", "window_end_date", "paint_pct_allowed_last_15")
    rows = [tuple(row[name] for name in told) for row in long.rows("TDZA", "team_abbr = 'BOS'")]
    # With the dunks of the second game, 21 x 14 + 119 of 40 x 14 + 136; without, 21 of 40.
    assert rows == [(day(32), 15, day(2), day(30), 0.5934), (day(34), 15, day(4), day(32), 0.525)]


def test_the_more_games_the_higher_the_quality_of_a_zone_analysis(long):
    long.accept_gap("20251021_BOS_LAL")
    long.build(30)
    tiers = {row["games_in_sample"]: row["data_quality_tier"] for row in long.rows("TDZA", "team_abbr = 'LAL'")}
    assert tiers == dict.fromkeys(range(5, 10), "low") | dict.fromkeys(range(10, 15), "medium") | {15: "high"}


def holed(season: Tiny, games: int = 12, hole: int = 3) -> str:
    """BOS at LAL every day; returns the game_id of the one without play-by-play."""
    ids = [
        season.play(day(nth), "BOS", "LAL", shots=nth != hole, LAL2={"lookup_known": nth != 5}) for nth in range(games)
    ]
    season.load()
    season.build(20, 21)
    return ids[hole]


def test_a_game_without_zones_in_the_window_is_incomplete_and_an_accepted_gap_leaves_the_window(season):
    hole, unknown = holed(season), "20251026_BOS_LAL"
    season.build(30, 31, start=day(11))
    assert not season.rows("TDZA") and not season.rows("PSZA")
    assert season.failures("TDZA")["LAL"] == ("INCOMPLETE_UPSTREAM", True, 5, 11, hole)
    players = season.failures("PSZA")
    assert players["bos1"] == ("INCOMPLETE_UPSTREAM", True, 10, 11, hole)
    assert players["lal2"] == ("INCOMPLETE_UPSTREAM", True, 10, 11, f"{hole},{unknown}")

    season.accept_gap(hole)
    season.build(30, 31, start=day(11))
    told = ("games_in_sample", "window_start_date", "window_end_date")
    assert [tuple(row[name] for name in told) for row in season.rows("TDZA")] == [(11 - 1, day(0), day(10))] * 2
    assert {tuple(row[name] for name in told) for row in season.rows("PSZA")} == {(10, day(0), day(10))}
    assert season.failures("PSZA") == {"lal2": ("INCOMPLETE_UPSTREAM", True, 10, 10, unknown)}


def test_too_few_games_outrank_a_game_without_zones(season):
    holed(season, games=5)
    season.build(30, 31, start=day(4))
    assert season.failures("TDZA")["LAL"] == ("INSUFFICIENT_DATA", False, 5, 4, None)
    assert season.failures("PSZA")["lal1"] == ("INSUFFICIENT_DATA", False, 10, 4, None)


def defences(ratings: dict[str, list[float]], **columns: object) -> list[dict]:
    """Game summaries in defence, one a day from opening night, with these ratings."""
    usual = {
        f"opp_{zone}_{what}": n
        for zone in ("paint", "mid_range", "three_pt")
        for what, n in (("makes", 1), ("attempts", 2))
    }
    return [
        usual | columns | {
            "game_id": f"{day(n):%Y%m%d}_{team}", "game_date": day(n), "is_official": True, "defending_team_abbr": team,
            "defensive_rating": rating, "points_allowed": 100, "opponent_pace": 100.0,
        }
        for team, of_team in ratings.items() for n, rating in enumerate(of_team)
    ]  # fmt: skip


def test_a_mean_that_is_half_way_in_decimals_is_rounded_away_from_zero(season):
    season.play(day(10), "BOS", "LAL")
    season.load()
    season.put("TDGS", *defences({"LAL": [110.0] * 9 + [110.05], "BOS": [110.05] + [110.0] * 9}))
    season.build(30, start=day(10))
    assert [row["defensive_rating_last_15"] for row in season.rows("TDZA")] == [110.01, 110.01]  # 110.005


def test_a_difference_that_is_half_way_below_zero_is_rounded_away_from_zero(season):
    season.play(day(5), "BOS", "LAL")
    season.load()
    season.put("TDGS", *defences({"LAL": [100.0] * 5}, opp_paint_makes=40, opp_paint_attempts=80))  # 200 of 400
    season.put("TDGS", *defences({"BOS": [100.0] * 4}, opp_paint_makes=40, opp_paint_attempts=80))
    season.put("TDGS", defences({"BOS": [100.0] * 5}, opp_paint_makes=41, opp_paint_attempts=80)[-1])  # 201 of 400
    season.build(30, start=day(5))
    assert [row["paint_defense_vs_league_avg"] for row in season.rows("TDZA")] == [0.13, -0.13]  # 0.125 either way


def test_neither_the_cup_final_nor_last_season_counts_for_anybody(season):
    for night in range(0, 10, 2):
        season.play(day(night), "BOS", "LAL")
    season.play(day(13), "BOS", "LAL", kind="cup_final", LAL1={"minutes": 40, "paint": (40, 40)})
    season.play(day(16), "BOS", "LAL")
    season.load()
    season.build(20, 21, 22)
    old = {"game_date": day(-10), "is_official": True}
    season.put("TDGS", defences({"LAL": [1.0]})[0] | old, defences({"BOS": [1.0]})[0] | old)
    season.put("PGS", old | {"player_lookup": "lal1", "team_abbr": "LAL", "points": 60, "minutes_played": 1.0})
    season.put("TOGS", old | {"team_abbr": "LAL", "pace": 1.0}, old | {"team_abbr": "BOS", "pace": 1.0})
    season.build(30, 31, 32, 33, start=day(16))
    zones = season.row("TDZA", "team_abbr = 'BOS'")
    assert (zones["games_in_sample"], zones["window_end_date"], zones["defensive_rating_last_15"]) == (5, day(8), 92.0)
    cache = season.row("PDC", "player_lookup = 'lal1'")
    assert (cache["games_played_season"], cache["points_avg_season"], cache["window_end_date"]) == (5, 11.0, day(8))
    assert (cache["team_pace_last_10"], cache["minutes_in_last_7_days"], cache["team_win_pct"]) == (100.0, 0.0, 1.0)
    factors = season.row("PCF", "player_lookup = 'lal1'")
    assert (factors["fatigue_score"], factors["pace_score"]) == (100.0, 0.0)
    assert season.failures("PSZA")["lal1"] == ("INSUFFICIENT_DATA", False, 10, 5, None)


# Player zones.


def test_a_player_shoots_from_where_his_last_ten_games_say(story):
    # 90 attempts in the ten newest of his eleven games: 40 in the paint (20 made), 20 mid-range, 30 threes.
    assert story.row("PSZA", "analysis_date = DATE '2025-11-10' AND player_lookup = 'lal2'") == {
        "player_lookup": "lal2", "analysis_date": D, "team_abbr": "LAL", "games_in_sample": 10,
        "window_start_date": day(2), "window_end_date": day(18), "total_shots_last_10": 90, "paint_rate_last_10": 44.44,
        "mid_range_rate_last_10": 22.22, "three_pt_rate_last_10": 33.33, "paint_pct_last_10": 0.5,
        "mid_range_pct_last_10": 0.5, "three_pt_pct_last_10": 0.3333, "paint_attempts_per_game": 4.0,
        "mid_range_attempts_per_game": 2.0, "three_pt_attempts_per_game": 3.0, "primary_scoring_zone": "paint",
    }  # fmt: skip


def test_fewer_than_ten_played_games_are_too_few_for_player_zones(story):
    assert story.failures("PSZA", that_day("analysis_date")) == {
        "lal10": ("INSUFFICIENT_DATA", False, 10, 8, None),
        "lal11": ("INSUFFICIENT_DATA", False, 10, 3, None),  # listed again, without having played
        "lal12": ("INSUFFICIENT_DATA", False, 10, 0, None),
    }


def test_a_game_he_was_listed_for_and_did_not_play_is_not_one_of_his_ten(season):
    for nth in range(12):
        season.play(day(nth), "BOS", "LAL", LAL2=DNP if nth in (4, 7) else {}, LAL3=DNP if nth < 3 else {})
    season.load()
    season.build(20)
    season.build(31, 33, start=day(11))
    assert season.failures("PSZA") == {
        "lal2": ("INSUFFICIENT_DATA", False, 10, 9, None),
        "lal3": ("INSUFFICIENT_DATA", False, 10, 8, None),
    }
    caches = {row["player_lookup"]: row for row in season.rows("PDC")}
    assert (caches["lal2"]["games_played_season"], caches["lal2"]["points_avg_season"]) == (9, 9.0)
    assert (caches["lal3"]["games_played_season"], caches["lal3"]["window_start_date"]) == (8, day(3))


def test_the_zone_a_player_scores_from(season):
    diets = {
        "LAL1": (4, 0, 6), "LAL2": (3, 3, 4), "LAL3": (39, 35, 26), "LAL4": (39, 34, 27), "LAL5": (0, 0, 0),
        "LAL6": (40, 40, 20),
    }  # fmt: skip
    for nth in range(11):
        shots = {name: dict(zip(NO_SHOT, ((0, n) for n in diet), strict=True)) for name, diet in diets.items()}
        season.play(day(nth), "LAL", "BOS", **shots)
    season.load()
    season.build(20)
    season.build(31, start=day(10))
    told = (
        "primary_scoring_zone",
        "paint_rate_last_10",
        "mid_range_rate_last_10",
        "three_pt_rate_last_10",
        "paint_pct_last_10",
    )
    found = {
        row["player_lookup"]: tuple(row[name] for name in told) for row in season.rows("PSZA", "team_abbr = 'LAL'")
    }
    assert found["lal1"] == ("paint", 40.0, 0.0, 60.0, 0.0)  # the paint is asked about first
    assert found["lal2"] == ("perimeter", 30.0, 30.0, 40.0, 0.0)
    assert found["lal3"] == ("mid_range", 39.0, 35.0, 26.0, 0.0)
    assert found["lal4"] == ("balanced", 39.0, 34.0, 27.0, 0.0)
    assert found["lal5"] == ("balanced", None, None, None, None)  # not a single attempt: unknown, not 0
    assert found["lal6"] == ("paint", 40.0, 40.0, 20.0, 0.0)


def test_after_a_trade_the_games_follow_the_player_and_the_team_is_the_new_one(season):
    for nth in range(10):
        season.play(day(nth), "MIA", "CHI", MIA1={"minutes": 30})
        season.play(day(nth), "BOS", "LAL")
    season.play(day(16), "BOS", "LAL", MIA1={"team": "LAL"})
    season.load()
    season.build(20, 21, 22)
    season.build(30, 31, 32, 33, start=day(16))
    zones = season.row("PSZA", "player_lookup = 'mia1'")
    assert (zones["team_abbr"], zones["games_in_sample"]) == ("LAL", 10)
    cache = season.row("PDC", "player_lookup = 'mia1'")
    assert (cache["team_abbr"], cache["games_played_season"], cache["minutes_in_last_7_days"]) == ("LAL", 10, 30.0)
    assert (cache["team_off_rating_last_10"], cache["team_win_pct"]) == (92.0, 1.0)  # of LAL, where MIA has lost
    factors = season.row("PCF", "player_lookup = 'mia1'")
    assert (factors["team_abbr"], factors["opponent_team_abbr"], factors["opponent_strength_score"]) == (
        "LAL",
        "BOS",
        46.5,
    )


# Composite factors.


def test_a_players_factors_compare_today_with_what_is_usual(story):
    # Strength: 50 + 3.5 x (91.18 - 92.36). Mismatch: 1.48 x 44.44/50. Fresh: 100 - 10 (4 games in 7 days) - 12 (two
    # back-to-backs). Together: (78 - 100)/20 + 1.3.
    assert story.row("PCF", "game_date = DATE '2025-11-10' AND player_lookup = 'lal2'") == {
        "player_lookup": "lal2", "game_date": D, "game_id": "20251110_BOS_LAL", "team_abbr": "LAL",
        "opponent_team_abbr": "BOS", "is_home": True, "opponent_strength_score": 45.87,
        "shot_zone_mismatch_score": 1.3, "fatigue_score": 78.0, "pace_score": 0.0, "usage_spike_score": 0.0,
        "total_composite_adjustment": 0.2, "factors_present": 4, "missing_factors": "",
    }  # fmt: skip


def test_without_player_zones_the_mismatch_is_absent_and_named(story):
    row = story.row("PCF", "game_date = DATE '2025-11-10' AND player_lookup = 'lal10'")
    assert row["shot_zone_mismatch_score"] is None
    assert (row["total_composite_adjustment"], row["factors_present"], row["missing_factors"]) == (
        -1.1, 3, "shot_zone_mismatch_score",
    )  # fmt: skip


def test_factors_features_and_forecasts_begin_on_day_fifteen(story):
    for short, column in (("PCF", "game_date"), ("MLFS", "game_date")):
        assert {row[column] for row in story.rows(short)} == {day(15), day(16), day(18), D}
        assert not story.rows(f"{short} failures", "analysis_date < DATE '2025-11-05'")
    season_long = story.warehouse.query(
        dialect.parse(output("PREDICTIONS failures").path), story.session().parameters(built_at=AT, min_feature_rows=50)
    )
    assert season_long.analysis_date.min().date() == day(15)


MORNING = day(30)


@pytest.fixture(scope="module")
def scene(tmp_path_factory) -> Tiny:
    """Four games on day 30, and the tables that their factors and features are made of written by hand.

    LAL at BOS, CHI (no day of rest) at MIA (three), PHX at DEN (one each, a play-off game), SAC at UTA; only the home
    teams have a zone analysis.
    """
    scene = Tiny(tmp_path_factory.mktemp("scene"))
    scene.play(day(29), "WAS", "CHI")
    scene.play(day(26), "ORL", "MIA")
    scene.play(day(28), "PHX", "DEN")
    scene.play(MORNING, "LAL", "BOS")
    scene.play(MORNING, "CHI", "MIA")
    scene.play(MORNING, "PHX", "DEN", kind="playoffs")
    scene.play(MORNING, "SAC", "UTA")
    scene.load()
    defence = {"analysis_date": MORNING, "opponent_pace": 99.0, "paint_defense_vs_league_avg": 6.25}
    defence |= {"mid_range_defense_vs_league_avg": 0.0, "three_pt_defense_vs_league_avg": 0.0}
    scene.put(
        "TDZA",
        defence | {"team_abbr": "BOS", "defensive_rating_last_15": 110.0, "paint_defense_vs_league_avg": 5.0}
        | {"mid_range_defense_vs_league_avg": -6.0, "three_pt_defense_vs_league_avg": 9.0},
        defence | {"team_abbr": "MIA", "defensive_rating_last_15": 80.0},
        defence | {"team_abbr": "DEN", "defensive_rating_last_15": 140.0},
        defence | {"team_abbr": "UTA", "defensive_rating_last_15": 110.0},
    )  # fmt: skip
    diets = {
        "lal1": ("paint", 50.0), "lal2": ("paint", 25.0), "lal3": ("mid_range", 50.0), "lal4": ("mid_range", 35.0),
        "lal5": ("perimeter", 60.0), "lal6": ("perimeter", 40.0), "lal7": ("balanced", 30.0),
        "lal8": ("balanced", None),
        "chi1": ("paint", 40.0),
    }  # fmt: skip
    rate = {"paint": "paint_rate_last_10", "mid_range": "mid_range_rate_last_10", "perimeter": "three_pt_rate_last_10"}
    scene.put(
        "PSZA",
        *(
            {
                "player_lookup": who,
                "analysis_date": MORNING,
                "primary_scoring_zone": zone,
                rate.get(zone, rate["paint"]): n,
            }
            for who, (zone, n) in diets.items()
        ),
    )
    paces = {"BOS": [103.01] * 10 + [200.0], "MIA": [90.0], "DEN": [100.0] * 10}
    scene.put(
        "TOGS",
        *(
            {
                "team_abbr": team,
                "game_date": day(20 - n),
                "game_id": f"{day(20 - n)}_{team}",
                "is_official": True,
                "pace": pace,
            }
            for team, newest_first in paces.items()
            for n, pace in enumerate(newest_first)
        ),
    )
    scene.put(
        "PGS",
        *past("lal1", usage_rate=[30.0] * 5 + [20.0] * 5),
        *past("lal2", usage_rate=[30.0] * 2 + [20.0] * 2),
        *past("lal3", usage_rate=[10.0, 20.0, 30.0, 20.0, 10.0]),
        *past("lal4", usage_rate=[60.0] * 5 + [10.0] * 5),
        *past("lal5", usage_rate=[None, 20.0, 20.0, 20.0, 20.0, 8.0]),
        *past("chi1", points=[15, 15, 15, 10, 10], minutes_played=[24.0] * 5),
        *past("chi2", points=[12, 12, 12, 10, 10], minutes_played=[30.0] * 10 + [20.0] * 10),
        *past("chi3", points=[12, 12, 11, 10, 10], minutes_played=[33.0] * 10 + [27.0] * 10),
        *past("chi4", points=[5, 5, 5, 10, 10], minutes_played=[20.0] * 10 + [30.0] * 10),
        *past("chi5", points=[8, 8, 8, 10, 10], minutes_played=[27.0] * 10 + [33.0] * 10),
        *past("chi6", points=[10] * 10, ft_makes=[3] * 10, minutes_played=[32.0] * 10 + [28.0] * 10),
        *past("chi7", points=[0] * 5, ft_makes=[0] * 5, minutes_played=[0.0] * 5),
    )
    cache = {"cache_date": MORNING, "team_pace_last_10": 101.0, "team_off_rating_last_10": 111.0, "team_win_pct": 0.4}
    listed = [*(f"chi{n}" for n in range(1, 8)), *(f"mia{n}" for n in range(1, 4)), "lal1", "phx1"]
    scene.put("PDC", *(cache | {"player_lookup": who} for who in listed))
    scene.build(32, 34, start=MORNING)
    return scene


def past(who: str, **columns: list) -> list[dict]:
    """A player's earlier games, one a day back from day 20, columns newest first."""
    games = max(map(len, columns.values()))
    row = {"player_lookup": who, "is_official": True, "team_abbr": who[:3].upper()}
    return [
        row
        | {"game_date": day(20 - n), "game_id": f"{day(20 - n):%Y%m%d}_{who}"}
        | {name: of_game[n] for name, of_game in columns.items() if n < len(of_game)}
        for n in range(games)
    ]


def factor(scene: Tiny, name: str, team: str) -> dict[str, float | None]:
    return {row["player_lookup"]: row[name] for row in scene.rows("PCF", f"team_abbr = '{team}'")}


def test_a_mismatch_is_the_defence_of_his_zone_weighed_by_how_often_he_shoots_there(scene):
    assert factor(scene, "shot_zone_mismatch_score", "LAL") == {
        "lal1": 5.0,  # not above 5: as it is
        "lal2": 2.5,
        "lal3": -7.2,  # below -5: a fifth more
        "lal4": -4.2,
        "lal5": 10.0,  # 9 x 1.2, at most 10
        "lal6": 8.6,  # 9 x 0.8 x 1.2 = 8.64
        "lal7": 3.0,  # balanced counts as paint
        "lal8": None,  # no attempt, so no rate
        "lal9": None,
        "lal10": None,
    }
    assert factor(scene, "shot_zone_mismatch_score", "CHI")["chi1"] == 5.0  # 6.25 x 0.8 is 5, not above it


def test_strength_is_the_defences_rating_against_the_leagues_within_1_and_100(scene):
    found = {
        team: set(factor(scene, "opponent_strength_score", team).values()) for team in ("LAL", "CHI", "PHX", "SAC")
    }
    assert found == {"LAL": {50.0}, "CHI": {100.0}, "PHX": {1.0}, "SAC": {50.0}}


def test_pace_is_that_of_the_opponents_last_ten_games_against_all_teams_within_3(scene):
    # Means 103.01, 90 and 100; of all three 97.67. The eleventh game of BOS, at 200, is not asked about.
    found = {team: set(factor(scene, "pace_score", team).values()) for team in ("LAL", "CHI", "PHX", "SAC")}
    assert found == {"LAL": {2.67}, "CHI": {-3.0}, "PHX": {1.17}, "SAC": {None}}  # (100 - 97.67)/2 = 1.165


def test_a_usage_spike_is_the_last_five_games_against_the_season(scene):
    found = factor(scene, "usage_spike_score", "LAL")
    assert found["lal1"] == 1.5  # 0.3 x (30 - 25)
    assert found["lal2"] is None  # four games
    assert found["lal3"] == 0.0  # measured: five games, and they are his season
    assert found["lal4"] == 3.0  # 0.3 x 25, at most 3
    assert found["lal5"] == 0.72  # 0.3 x (20 - 17.6), the game without a rate left out


def test_absent_factors_are_named_in_order_and_adjust_nothing(scene):
    row = scene.row("PCF", "player_lookup = 'sac1'")
    assert (row["total_composite_adjustment"], row["factors_present"], row["missing_factors"]) == (
        0.0, 1, "shot_zone_mismatch_score,pace_score,usage_spike_score",
    )  # fmt: skip
    row = scene.row("PCF", "player_lookup = 'lal2'")
    assert (row["total_composite_adjustment"], row["factors_present"], row["missing_factors"]) == (
        5.17,
        3,
        "usage_spike_score",
    )


def test_against_an_opponent_without_a_zone_analysis_there_is_no_row_and_never_a_zero(scene):
    assert {row["team_abbr"] for row in scene.rows("PCF")} == {"LAL", "CHI", "PHX", "SAC"}
    missing = scene.failures("PCF")
    assert missing.keys() == {f"{team}{n}" for team in ("bos", "mia", "den", "uta") for n in range(1, 11)}
    assert set(missing.values()) == {("MISSING_DEPENDENCY", True, None, None, None)}
    assert not scene.rows("PCF", "opponent_strength_score <= 0")
    reason = scene.row("PCF failures", "entity_id = 'bos1'")["failure_reason"]
    assert reason == "no zone analysis of opponent LAL"


# A night's team and what it has played: days before (Cup final c, postponed p, accepted gap g), and minutes a player.
FATIGUE = {
    "ATL": ([2, 4, 6], {1: 24}, {1: 100.0}),
    "BOS": ([1], {1: 24}, {1: 85.0}),  # no day of rest
    "BKN": ([3, 4], {1: 24}, {1: 95.0}),  # a back-to-back
    "CHA": ([4, 5], {1: 24}, {1: 100.0}),  # and three days of rest since
    "CHI": ([3, 4, 5], {1: 24}, {1: 88.0}),  # two of them
    "CLE": ([2, 4, 6, 8], {1: 24}, {1: 100.0}),  # three games in seven days
    "DAL": (
        [1, 3, 5, 7],
        {1: 24, 2: 35, 3: 36, 4: 60, 5: 61, 6: 0},
        {1: 75.0, 2: 75.0, 3: 67.0, 4: 67.0, 5: 57.0, 6: 75.0},
    ),
    "DEN": ([7], {1: 36}, {1: 97.0}),  # minutes of seven days ago count
    "DET": ([8], {1: 36}, {1: 100.0}),  # of eight no more
    "GSW": ([3, 13, 14], {1: 24}, {1: 95.0}),
    "HOU": ([3, 14, 15], {1: 24}, {1: 100.0}),  # the first night is too long ago
    "IND": ([], {1: 24}, {1: 100.0}),  # nothing is known of its rest
    "LAC": (["c2", 4, 5], {1: 24}, {1: 100.0}),  # the Cup final is no official game
    "LAL": (["p2", 4, 5], {1: 24}, {1: 100.0}),
    "MEM": (["g1", 4], {1: 24}, {1: 85.0}),  # the game that the source has lost tires all the same
}


def test_fatigue_counts_rest_load_minutes_and_back_to_backs(season):
    opponents = dict(zip(FATIGUE, [team for team in TEAMS if team not in FATIGUE], strict=True))
    for team, (nights, minutes, _) in FATIGUE.items():
        for night in nights:
            what, ago = (night[0], int(night[1:])) if isinstance(night, str) else ("", night)
            when, away = day(30 - ago), opponents[team]
            if what == "p":
                season.postpone(when, away, team)
                continue
            players = {f"{team}{n}": DNP if not m else {"minutes": m} for n, m in minutes.items()}
            game = season.play(when, away, team, kind="cup_final" if what == "c" else "regular", shots=False, **players)
            if what == "g":
                season.accept_gap(game, "box_score")
                season.lines = [line for line in season.lines if line["game_id"] != game]
        season.play(MORNING, opponents[team], team, shots=False)
    season.load()
    season.build(20)
    season.put("TDZA", *({"team_abbr": t, "analysis_date": MORNING, "defensive_rating_last_15": 110.0} for t in TEAMS))
    season.build(32, start=MORNING)
    found = {row["player_lookup"]: row["fatigue_score"] for row in season.rows("PCF")}
    expected = {f"{team.lower()}{n}": score for team, (_, _, scores) in FATIGUE.items() for n, score in scores.items()}
    assert {who: found[who] for who in expected} == expected


# Daily cache.


def test_a_players_cache_holds_his_averages_and_his_teams(story):
    # Newest five 5, 9, 13, 9, 5; newest ten sum to 90, four of them 9 and the others 4 away: std is the root of 96/9.
    # LAL has lost the three games in which he made 5, and scored 92 a game, in 100 possessions, in the last ten.
    assert story.row("PDC", "cache_date = DATE '2025-11-10' AND player_lookup = 'lal2'") == {
        "player_lookup": "lal2", "cache_date": D, "team_abbr": "LAL", "games_played_season": 11,
        "points_avg_last_5": 8.2, "points_avg_last_10": 9.0, "points_avg_season": 9.36, "points_std_last_10": 3.27,
        "minutes_avg_last_10": 24.0, "usage_rate_last_10": 20.0, "ts_pct_last_10": 0.5, "games_in_last_7_days": 4,
        "minutes_in_last_7_days": 96.0, "games_in_last_14_days": 8, "back_to_backs_last_14_days": 2,
        "team_pace_last_10": 100.0, "team_off_rating_last_10": 92.0, "team_win_pct": 0.727,
        "primary_scoring_zone": "paint", "paint_rate_last_10": 44.44, "mid_range_rate_last_10": 22.22,
        "three_pt_rate_last_10": 33.33, "early_season_flag": False, "window_start_date": day(2),
        "window_end_date": day(18),
    }  # fmt: skip


def test_a_cache_without_player_zones_says_so_and_that_it_is_early(story):
    row = story.row("PDC", "cache_date = DATE '2025-11-10' AND player_lookup = 'lal10'")
    assert (row["games_played_season"], row["early_season_flag"], row["window_start_date"]) == (8, True, day(6))
    assert (row["primary_scoring_zone"], row["paint_rate_last_10"], row["points_std_last_10"]) == (None, None, 0.0)


def test_fewer_than_five_played_games_are_too_few_for_a_cache(story):
    assert story.failures("PDC", that_day("analysis_date")) == {
        "lal11": ("INSUFFICIENT_DATA", False, 5, 3, None), "lal12": ("INSUFFICIENT_DATA", False, 5, 0, None),
    }  # fmt: skip
    assert story.failures("PDC", that_day("analysis_date", day(8)))["bos1"] == ("INSUFFICIENT_DATA", False, 5, 4, None)
    assert not story.failures("PDC", f"{that_day('analysis_date', day(10))} AND entity_id = 'bos1'")


def test_a_back_to_back_counts_while_both_nights_are_within_the_fortnight(season):
    season.play(day(20), "BOS", "LAL", shots=False)
    season.load()
    nights = {"lal1": [7, 6, 4, 2, 0], "lal2": [6, 5, 3, 2, 0]}  # days of the season; day 6 is 14 days before
    season.put("PGS", *(
        {"player_lookup": who, "game_date": day(night), "game_id": f"{night}", "is_official": True, "points": 10}
        for who, of_player in nights.items() for night in of_player
    ))  # fmt: skip
    season.build(33, start=day(20))
    told = ("games_in_last_14_days", "back_to_backs_last_14_days")
    assert {row["player_lookup"]: tuple(row[name] for name in told) for row in season.rows("PDC")} == {
        "lal1": (2, 1), "lal2": (1, 0),
    }  # fmt: skip


# Features.


def test_the_features_are_what_the_stages_below_say_each_in_its_place(story):
    row = story.row("MLFS", "game_date = DATE '2025-11-10' AND player_lookup = 'lal2'")
    features = dict(
        zip(row.pop("feature_names"), zip(row.pop("features"), row.pop("feature_sources"), strict=True), strict=True)
    )
    assert row == {
        "player_lookup": "lal2", "game_date": D, "game_id": "20251110_BOS_LAL", "team_abbr": "LAL",
        "opponent_team_abbr": "BOS", "feature_version": "v1_baseline_25", "feature_count": 25,
        "default_feature_count": 1, "feature_quality_score": 96.0, "is_production_ready": True,
    }  # fmt: skip
    assert {name: value for name, (value, source) in features.items() if source == "default"} == {"injury_risk": 0.0}
    assert list({name: value for name, (value, _) in features.items()}.items()) == list({
        "points_avg_last_5": 8.2, "points_avg_last_10": 9.0, "points_avg_season": 9.36, "points_std_last_10": 3.27,
        "games_in_last_7_days": 4.0, "fatigue_score": 78.0, "shot_zone_mismatch_score": 1.3, "pace_score": 0.0,
        "usage_spike_score": 0.0, "rest_advantage": 0.0, "injury_risk": 0.0, "recent_trend": 1.0, "minutes_change": 0.0,
        "opponent_def_rating": 92.36, "opponent_pace": 100.0, "home_away": 1.0, "back_to_back": 0.0,
        "playoff_game": 0.0, "pct_paint": 0.4444, "pct_mid_range": 0.2222, "pct_three": 0.3333, "pct_free_throw": 0.0,
        "team_pace": 100.0, "team_off_rating": 92.0, "team_win_pct": 0.727,
    }.items())  # fmt: skip


def feature(season: Tiny, name: str, when: date = MORNING) -> dict[str, tuple[float, str]]:
    """A feature of each player with features, and where it comes from."""
    found = {}
    for row in season.rows("MLFS", that_day("game_date", when)):
        at = row["feature_names"].index(name)
        found[row["player_lookup"]] = (row["features"][at], row["feature_sources"][at])
    return found


def test_an_absent_value_takes_its_default_and_is_marked(story):
    row = story.row("MLFS", "game_date = DATE '2025-11-10' AND player_lookup = 'lal10'")
    told = zip(row["feature_names"], row["features"], row["feature_sources"], strict=True)
    assert {name: value for name, value, source in told if source == "default"} == {
        "shot_zone_mismatch_score": 0.0, "injury_risk": 0.0, "pct_paint": 0.3, "pct_mid_range": 0.2, "pct_three": 0.35,
    }  # fmt: skip
    assert (row["default_feature_count"], row["feature_quality_score"], row["is_production_ready"]) == (5, 80.0, True)


def test_without_factors_or_cache_there_are_no_features(story, scene):
    assert story.failures("MLFS", that_day("analysis_date")) == dict.fromkeys(
        ("lal11", "lal12"), ("MISSING_DEPENDENCY", True, None, None, None)
    )
    reasons = {row["entity_id"]: row["failure_reason"] for row in scene.rows("MLFS failures")}
    assert (reasons["mia1"], reasons["chi8"]) == ("missing: composite factors", "missing: daily cache")
    assert reasons["bos1"] == "missing: composite factors, daily cache"
    assert {row["player_lookup"] for row in scene.rows("MLFS")} == {"lal1", "phx1", *(f"chi{n}" for n in range(1, 8))}


def test_a_trend_is_the_newest_three_games_against_the_two_before(scene):
    found = feature(scene, "recent_trend")
    assert [found[f"chi{n}"] for n in range(1, 7)] == [(n, "observed") for n in (2.0, 1.0, 0.0, -2.0, -1.0, 0.0)]
    assert found["phx1"] == (0.0, "default")  # nothing is known of his games


def test_a_change_of_minutes_is_the_last_ten_games_against_the_season(scene):
    found = feature(scene, "minutes_change")
    assert [found[f"chi{n}"] for n in range(1, 7)] == [(n, "observed") for n in (0.0, 2.0, 1.0, -2.0, -1.0, 0.0)]
    assert found["chi7"] == (0.0, "default")  # a share of no minutes at all


def test_a_share_of_free_throws_needs_points(scene):
    found = feature(scene, "pct_free_throw")
    assert (found["chi6"], found["chi7"]) == ((0.3, "observed"), (0.15, "default"))


def test_rest_venue_and_kind_of_game_are_features(scene):
    told = {name: feature(scene, name) for name in ("rest_advantage", "back_to_back", "home_away", "playoff_game")}
    assert [told[name]["chi1"][0] for name in told] == [-2.0, 1.0, 0.0, 0.0]  # 0 days of rest against 3
    assert [told[name]["phx1"][0] for name in told] == [0.0, 0.0, 0.0, 1.0]


def test_a_required_feature_that_is_unknown_makes_the_row_unready(scene):
    assert feature(scene, "back_to_back")["lal1"] == (0.0, "default")  # his team's first game
    assert feature(scene, "rest_advantage")["lal1"] == (0.0, "default")
    ready = {row["player_lookup"]: row["is_production_ready"] for row in scene.rows("MLFS")}
    assert (ready["lal1"], ready["phx1"], ready["chi1"]) == (False, True, True)


# Predictions.


def forecasts(season: Tiny, who: str, when: date = D) -> dict[str, tuple[float, float]]:
    found = season.rows("PREDICTIONS", f"{that_day('game_date', when)} AND player_lookup = '{who}'")
    return {row["system_id"]: (row["predicted_points"], row["confidence_score"]) for row in found}


def test_each_system_forecasts_from_what_it_is_made_of(story):
    assert forecasts(story, "lal2") == {
        # 0.5 x 8.2 + 0.3 x 9 + 0.2 x 9.36 + 0.3 x 1.3 + 0.5 at home = 9.562
        "moving_average_baseline": (9.6, 0.48),
        # 9.36 + 1.48 % of 4 attempts a game x 2 points + 0.8 at home = 10.2784
        "zone_matchup_v1": (10.3, 0.48),
        # The six games since the teams have a tier: 13, 9, 13 and 5 points after a day of rest (similarity 100), 5 and
        # 9 without one (85): 5190 / 570 = 9.105
        "similarity_balanced_v1": (9.1, 0.48),
        "ensemble_v1": (9.7, 0.48),  # the mean of the three
    }
    ensemble = f"{that_day('game_date')} AND player_lookup = 'lal2' AND system_id = 'ensemble_v1'"
    assert story.row("PREDICTIONS", ensemble) == {
        "player_lookup": "lal2", "game_date": D, "system_id": "ensemble_v1", "game_id": "20251110_BOS_LAL",
        "predicted_points": 9.7, "confidence_score": 0.48, "recommendation": "NO_LINE", "current_points_line": None,
        "line_margin": None, "prediction_version": "v1",
    }  # fmt: skip


def test_without_player_zones_there_is_no_zone_matchup(story):
    assert forecasts(story, "lal10") == {
        "moving_average_baseline": (9.5, 0.4), "similarity_balanced_v1": (9.0, 0.4), "ensemble_v1": (9.3, 0.4),
    }  # fmt: skip


def test_a_date_with_too_few_features_is_skipped_and_listed_with_its_counts(story):
    assert not story.rows("PREDICTIONS", that_day("game_date", day(18)))
    skipped = story.rows("PREDICTIONS failures", that_day("analysis_date", day(18)))
    assert len(skipped) == 20
    told = ("failure_category", "failure_reason", "can_retry", "expected_game_count", "actual_game_count")
    assert {tuple(row[name] for name in told) for row in skipped} == {
        ("INSUFFICIENT_DATA", "date skipped: 20 feature rows of 21 needed, 1 games", False, None, None)
    }
    assert story.failures("PREDICTIONS", that_day("analysis_date")) == dict.fromkeys(
        ("lal11", "lal12"), ("MISSING_DEPENDENCY", True, None, None, None)
    )


def test_fifty_feature_rows_are_enough_unless_told_otherwise():
    assert MIN_FEATURE_ROWS == 50


TODAY = {"points_avg_last_5": 20.0, "points_avg_last_10": 20.0, "points_avg_season": 20.0, "points_std_last_10": 4.0}
TODAY |= {"games_played_season": 14, "fatigue_score": 100.0, "feature_quality_score": 100.0}


def forecast(
    season: Tiny, players: dict[str, dict], today: date = MORNING
) -> dict[str, dict[str, tuple[float, float]]]:
    """The forecasts of players who are listed today, from these columns of cache, factors and features."""

    def told(short: str, column: str) -> list[dict]:
        names = output(short).table.column_names
        known = ({name: n for name, n in (TODAY | said).items() if name in names} for said in players.values())
        return [{"player_lookup": who, column: today} | row for who, row in zip(players, known, strict=True)]

    season.put_only(PDC=told("PDC", "cache_date"), PCF=told("PCF", "game_date"), MLFS=told("MLFS", "game_date"))
    query = dialect.parse(output("PREDICTIONS").path)
    parameters = season.session(today, today).parameters(min_feature_rows=1)
    rows = season.warehouse.query(query, parameters).to_dict("records")
    return {
        who: {r["system_id"]: (r["predicted_points"], r["confidence_score"]) for r in rows if r["player_lookup"] == who}
        for who in players
    }


def test_the_baseline_weighs_venue_rest_and_fatigue(season):
    season.play(day(29), "BOS", "MIA")
    season.play(MORNING, "BOS", "LAL")
    season.load()
    found = forecast(season, {
        "lal1": {}, "lal2": {"fatigue_score": 70.0}, "lal3": {"fatigue_score": 69.0}, "lal4": {"fatigue_score": 50.0},
        "lal5": {"fatigue_score": 49.0}, "lal6": {"shot_zone_mismatch_score": -10.0, "pace_score": 3.0},
        "lal7": {"points_avg_last_5": 30.0}, "lal8": {"points_avg_last_10": 30.0}, "lal9": {"points_avg_season": 30.0},
        "lal10": {"points_avg_last_5": 200.0}, "bos1": {}, "bos2": dict.fromkeys([k for k in TODAY if "avg" in k], 1.0),
    })  # fmt: skip
    points = {who: systems["moving_average_baseline"][0] for who, systems in found.items()}
    assert points == {
        "lal1": 20.5, "lal2": 20.5, "lal3": 19.5, "lal4": 19.5, "lal5": 18.0, "lal6": 18.4, "lal7": 25.5, "lal8": 23.5,
        "lal9": 22.5, "lal10": 60.0, "bos1": 18.0, "bos2": 0.0,
    }  # fmt: skip
    assert all(systems.keys() == {"moving_average_baseline"} for systems in found.values())  # one alone is no ensemble


def test_confidence_falls_with_spread_and_defaults_and_grows_with_games(season):
    season.play(MORNING, "BOS", "LAL")
    season.load()
    found = forecast(season, {
        "lal1": {}, "lal2": {"points_std_last_10": 4.01}, "lal3": {"points_std_last_10": 6.0},
        "lal4": {"points_std_last_10": 6.01}, "lal5": {"games_played_season": 15},
        "lal6": {"feature_quality_score": 92.0, "points_std_last_10": 5.0}, "lal7": {"feature_quality_score": 8.0},
    })  # fmt: skip
    confidence = [systems["moving_average_baseline"][1] for systems in found.values()]
    assert confidence == [0.5, 0.42, 0.42, 0.35, 0.6, 0.3864, 0.2]


def test_the_zone_matchup_adds_at_most_six_points_either_way(season):
    season.play(MORNING, "BOS", "LAL")
    season.load()
    weak = {
        "paint_defense_vs_league_avg": 10.0,
        "mid_range_defense_vs_league_avg": -5.0,
        "three_pt_defense_vs_league_avg": 2.0,
    }
    season.put("TDZA", {"team_abbr": "BOS", "analysis_date": MORNING, "defensive_rating_last_15": 110.0} | weak)
    season.put(
        "TDZA",
        {"team_abbr": "LAL", "analysis_date": MORNING, "defensive_rating_last_15": 110.0}
        | {z: -v for z, v in weak.items()},
    )
    diet = {"analysis_date": MORNING, "mid_range_attempts_per_game": 2.0, "three_pt_attempts_per_game": 5.0}
    attempts = {"lal1": 5.0, "lal2": 50.0, "bos2": 50.0}
    season.put("PSZA", *(diet | {"player_lookup": who, "paint_attempts_per_game": n} for who, n in attempts.items()))
    found = forecast(season, {who: {"pace_score": 1.0} for who in attempts})
    # 0.1 x 5 x 2 - 0.05 x 2 x 2 + 0.02 x 5 x 3 = 1.1; with 50 attempts 10.1.
    assert {who: systems["zone_matchup_v1"][0] for who, systems in found.items()} == {
        "lal1": 22.3,
        "lal2": 27.2,
        "bos2": 13.6,
    }


def test_the_twenty_most_similar_games_count_newest_first(season):
    for nth in range(26):
        season.play(
            day(5 + nth),
            "BOS",
            "LAL",
            shots=False,
            LAL1={"ft": (51, 51)} if nth < 5 else {"paint": (2, 4)},
            LAL2={"ft": (1, 1)},
        )
    season.load()
    season.build(20)
    season.put("TDZA", *(
        {"team_abbr": team, "analysis_date": day(5 + nth), "defensive_rating_last_15": 110.0}
        for nth in range(26) for team in ("BOS", "LAL")
    ))  # fmt: skip
    found = forecast(season, {"lal1": {}})
    # 19 games of 9 points like today's (no rest, home, the same tier, cold): similarity 100; of those with another form
    # (90) the newest has 9 as well, and four with 60 are older.
    assert found["lal1"]["similarity_balanced_v1"][0] == 9.0


def tiers(night: int, opponent_rating: float = 110.0) -> list[dict]:
    """Ratings of BOS and of four others that put BOS at 110 in the middle tier of five, and at 105 in the one above."""
    ratings = {"BOS": opponent_rating, "MIA": 101.0, "CHI": 109.0, "DEN": 119.0, "PHX": 121.0}
    return [
        {"team_abbr": team, "analysis_date": day(night), "defensive_rating_last_15": rating}
        for team, rating in ratings.items()
    ]


def test_similarity_weighs_tier_rest_and_venue(season):
    # A game each: not yet of a tier; like today's (100); rested less (85); against a better tier (80); away (85); 100.
    nights = [20, 22, 23, 25, 27, 29, 31]
    for night in nights:
        away, home = ("LAL", "BOS") if night == 27 else ("BOS", "LAL")
        special = {
            f"LAL{nth + 2}": {"ft": (14, 14)} for nth, of in enumerate(nights[1:]) if of == night
        }
        season.play(day(night), away, home, shots=False, **special)
        if night > 20:
            season.put("TDZA", *tiers(night, 105.0 if night == 25 else 110.0))
    season.load()
    season.build(20, end=day(29))
    found = forecast(season, {f"lal{n}": {} for n in range(2, 7)}, day(31))
    # 9 points (the first player would have 11 at home), 23 in the one game that is his: 9 + 14 x its similarity / 450.
    assert [systems["similarity_balanced_v1"][0] for systems in found.values()] == [12.1, 11.6, 11.5, 11.6, 12.1]


def test_similarity_weighs_form_by_the_five_games_before_a_game_against_all_before_it(season):
    points = {
        "LAL1": [None, None] + [10] * 6 + [30] * 6,  # hot today, as before the last four; steady before them
        "LAL2": [None, None] + [30] * 6 + [10] * 6,  # cold today
        "LAL3": [20] * 6 + [60] * 3 + [0] * 5,  # cold today, as before the last game; hot before the 9th to the 12th
    }
    for nth in range(15):
        scored = {who: (of_player + [None])[nth] for who, of_player in points.items()}
        lines = {who: DNP if n is None else NO_SHOT | {"ft": (n, n)} for who, n in scored.items()}
        season.play(day(10 + nth), "BOS", "LAL", shots=False, **lines)
        season.put("TDZA", *tiers(10 + nth))
    season.load()
    season.build(20, end=day(23))
    found = forecast(season, {"lal1": {}, "lal2": {}, "lal3": {}}, day(24))
    # Rest, venue and tier are always today's (85), but for the rest before the season's first game.
    # LAL1: 85 x 10 + 90 x (5 x 10 + 2 x 30) + 100 x 4 x 30, over 85 + 7 x 90 + 400. LAL2 is its mirror.
    # LAL3: 90 x (5 x 20 + 2 x 60 + 0) + 85 x (60 + 0 + 0 + 0) + 100 x 0, over 8 x 90 + 4 x 85 + 100.
    assert [systems["similarity_balanced_v1"][0] for systems in found.values()] == [20.4, 19.6, 21.5]


@pytest.mark.parametrize(
    ("oldest", "systems"),
    [(90, {"moving_average_baseline", "similarity_balanced_v1", "ensemble_v1"}), (91, {"moving_average_baseline"})],
)
def test_similar_games_are_at_least_five_of_the_ninety_days_before(season, oldest, systems):
    today = day(100)
    season.play(day(100 - oldest - 2), "BOS", "LAL", shots=False)  # so that the rest before the oldest is known
    for ago in (oldest, 8, 6, 4, 2, 0):
        when = day(100 - ago)
        season.play(when, "BOS", "LAL", shots=False)
        season.put("TDZA", {"team_abbr": "BOS", "analysis_date": when, "defensive_rating_last_15": 110.0})
    season.load()
    season.build(20)
    assert forecast(season, {"lal1": {}}, today)["lal1"].keys() == systems


# What must never go the other way.

FEW = settings(
    max_examples=5, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def to_cents(least: float, most: float) -> st.SearchStrategy[float]:
    return st.integers(round(100 * least), round(100 * most)).map(lambda n: n / 100)


vs_league = st.lists(to_cents(-15, 15), min_size=10, max_size=10).map(sorted)


@FEW
@given(
    average=to_cents(0, 40),
    pace=st.none() | to_cents(-3, 3),
    mismatch=st.none() | to_cents(-10, 10),
    freshness=st.lists(st.integers(0, 100).map(float), min_size=10, max_size=10).map(sorted),
)
def test_a_fresher_player_is_never_forecast_fewer_points(evening, average, pace, mismatch, freshness):
    usual = {
        "points_avg_last_5": average,
        "points_avg_season": 10.0,
        "pace_score": pace,
        "shot_zone_mismatch_score": mismatch,
    }
    found = forecast(
        evening, {f"lal{n}": usual | {"fatigue_score": fresh} for n, fresh in enumerate(freshness, start=1)}
    )
    for system in ("moving_average_baseline", "zone_matchup_v1", "ensemble_v1"):
        told = [systems[system][0] for systems in found.values()]
        assert told == sorted(told)


@pytest.fixture
def evening(season) -> Tiny:
    """BOS at LAL on day 30, LAL's players with a diet of shots and both teams with a zone analysis."""
    season.play(MORNING, "BOS", "LAL", shots=False)
    season.load()
    season.put(
        "TDZA",
        {
            "team_abbr": "BOS",
            "analysis_date": MORNING,
            "paint_defense_vs_league_avg": 2.0,
            "mid_range_defense_vs_league_avg": 1.0,
            "three_pt_defense_vs_league_avg": -2.0,
        },
    )
    season.put("PSZA", *(
        {"player_lookup": f"lal{n}", "analysis_date": MORNING, "paint_attempts_per_game": 5.0} for n in range(1, 11)
    ))  # fmt: skip
    return season


@FEW
@given(
    paint=vs_league,
    mid_range=vs_league,
    three_pt=vs_league,
    favourite=st.sampled_from(["paint", "mid_range", "perimeter", "balanced"]),
    rate=to_cents(0, 100),
    attempts=st.tuples(*[to_cents(0, 12)] * 3),
)
def test_against_a_worse_defence_nobody_is_forecast_fewer_points(
    slate_of_ten, paint, mid_range, three_pt, favourite, rate, attempts
):
    season, homes, aways = slate_of_ten
    defence = {"analysis_date": MORNING, "defensive_rating_last_15": 110.0}
    names = [f"{zone}_defense_vs_league_avg" for zone in NO_SHOT]
    worse = [dict(zip(names, of_team, strict=True)) for of_team in zip(paint, mid_range, three_pt, strict=True)]
    who = [f"{team.lower()}1" for team in homes]
    diet = {f"{zone}_attempts_per_game": n for zone, n in zip(NO_SHOT, attempts, strict=True)}
    diet |= {"primary_scoring_zone": favourite, "analysis_date": MORNING} | {
        f"{zone}_rate_last_10": rate for zone in NO_SHOT
    }
    season.put_only(
        TDZA=[defence | {"team_abbr": team} | of_team for team, of_team in zip(aways, worse, strict=True)],
        PSZA=[diet | {"player_lookup": name} for name in who],
    )
    factors = season.warehouse.query(dialect.parse(output("PCF").path), season.session(MORNING, MORNING).parameters())
    mismatch = dict(zip(factors.player_lookup, factors.shot_zone_mismatch_score, strict=True))
    found = forecast(season, {name: {"shot_zone_mismatch_score": mismatch[name]} for name in who})
    for system in ("moving_average_baseline", "zone_matchup_v1", "ensemble_v1"):
        told = [found[name][system][0] for name in who]
        assert told == sorted(told), system


@pytest.fixture
def slate_of_ten(season) -> tuple[Tiny, list[str], list[str]]:
    """Ten games on day 30, one player at home to each of ten teams, the worse defence the later."""
    homes, aways = list(TEAMS)[:10], list(TEAMS)[10:20]
    for home, away in zip(homes, aways, strict=True):
        season.play(MORNING, away, home, shots=False)
    season.load()
    return season, homes, aways


@pytest.mark.parametrize("short", ["TDZA", "PSZA", "PCF", "PDC", "MLFS"])
def test_without_the_games_of_the_day_itself_every_row_comes_out_the_same(story, short):
    query = dialect.parse(output(short).path)
    parameters = story.session(D, D).parameters(built_at=AT)
    told = [
        sorted(map(str, story.warehouse.query(query, parameters, facts_before=before).to_dict("records")))
        for before in (None, D)
    ]
    assert told[0] and told[0] == told[1]


@pytest.mark.parametrize("short", ["TDZA", "PSZA", "PCF", "PDC", "MLFS"])
def test_a_row_that_is_lost_for_no_reason_is_a_processing_error(story, tmp_path, short):
    of, failures = output(short), output(f"{short} failures")
    session = story.session(D, D)
    emptied = DuckDB(story.warehouse.path, tmp_path)  # the same tables, with the day's rows staged to be removed
    emptied.stage_rows(of, [], staged(session))
    found = emptied.query(dialect.parse(failures.path), session.parameters(built_at=AT), layer=3)
    told = set(zip(found.entity_id, found.failure_category, found.can_retry, strict=True))
    assert ("BOS" if short == "TDZA" else "lal2", "PROCESSING_ERROR", True) in told
