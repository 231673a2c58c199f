"""The oracle itself, held to what a reader can work out by hand and to the real season's known figures."""

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import oracle
import pytest

TDZA = "nba_precompute.team_defense_zone_analysis"
PSZA = "nba_precompute.player_shot_zone_analysis"
PCF = "nba_precompute.player_composite_factors"
PDC = "nba_precompute.player_daily_cache"
MLFS = "nba_predictions.ml_feature_store_v2"
PREDICTIONS = "nba_predictions.player_prop_predictions"
FAILURES = "nba_processing.precompute_failures"
PGS = "nba_analytics.player_game_summary"
TDGS = "nba_analytics.team_defense_game_summary"
TOGS = "nba_analytics.team_offense_game_summary"
OPENING_NIGHT = date(2025, 10, 21)
REAL_SEASON = Path(__file__).resolve().parents[3] / "shared" / "real_season" / "league.py"

AREAS = {"paint": "Restricted Area", "mid_range": "Mid-Range", "three_pt": "Above the Break 3"}


def every_other_day(games: int) -> list[date]:
    return [OPENING_NIGHT + timedelta(2 * n) for n in range(games)]


class LittleSeason:
    """A season of a few games as an object store.

    Each team has five players, Player LAL1 to Player LAL5, who play all 48 minutes: 2 of 4 in the paint, 1 of 2 from
    mid-range, 1 of 2 threes and 1 of 2 free throws make 10 points each; the home team's first player makes both of
    his free throws, so that it wins 51 to 50. What is said of a player changes his line, and his shots with it; a sixth man
    comes by being spoken of.
    """

    def __init__(self, bucket: Path):
        self.bucket = bucket
        self._games = []

    def play(self, day: date, away: str, home: str, kind: str = "002", period: int = 4, shots: bool = True, **players):
        """Add a game and return its game_id; `shots=False` leaves its play-by-play out."""
        nba_game_id = f"{kind}{len(self._games) + 1:07d}"
        sides, actions = {}, []
        for code in (away, home):
            sides[code] = []
            for n in range(1, 7 if f"{code}6" in players else 6):
                said = {"ftm": 2 if (code, n) == (home, 1) else 1} | players.get(f"{code}{n}", {})
                person = 10 * oracle.TEAMS.index(code) + n
                line, tried = _line(person, ("Player", f"{code}{n}"), said)
                sides[code].append(line)
                actions += [_action(code, person, line, zone, made) for zone, made in tried]
        for number, action in enumerate(actions, start=1):
            action["actionNumber"] = number
        scores = {code: sum(line["pts"] for line in sides[code]) for code in sides}
        self._games.append((day, away, home, nba_game_id, period, sides, scores, actions if shots else None))
        return f"{day:%Y%m%d}_{away}_{home}"

    def put(self, key: str, body: dict) -> None:
        path = self.bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(body))

    def box_score(self, nth: int, status: str = "Final", period: int | None = None) -> dict:
        """The nth game as BallDontLie tells it."""
        day, away, home, _, last_period, sides, scores, _ = self._games[nth]
        return {
            "date": str(day), "season": 2025, "status": status, "period": period or last_period, "postseason": False,
            "home_team_score": scores[home], "visitor_team_score": scores[away],
            "home_team": {"abbreviation": home, "players": sides[home]},
            "visitor_team": {"abbreviation": away, "players": sides[away]},
        }  # fmt: skip

    def tables(self, accepted_gaps=frozenset(), min_feature_rows: int = 50) -> dict[str, oracle.Table]:
        """The oracle's tables from opening night to the last game."""
        days = {}
        for nth, (day, away, home, nba_game_id, _, _, scores, actions) in enumerate(self._games):
            days.setdefault(day, []).append(self.box_score(nth))
            if actions is not None:
                key = f"nba-com/play-by-play/{day}/game_{nba_game_id}/{day:%Y%m%d}_235900.json"
                self.put(key, {"game": {"gameId": nba_game_id, "actions": actions}})
        for day, games in days.items():
            self.put(f"ball-dont-lie/boxscores/{day}/{day:%Y%m%d}_235900.json", {"date": str(day), "boxScores": games})
        self.put("nba-com/schedule/2025-26/20260101_000000.json", {"leagueSchedule": {"gameDates": [{"games": [
            {
                "gameId": nba_game_id, "gameDateEst": f"{day}T00:00:00Z", "gameStatus": 3, "postponedStatus": "A",
                "isNeutral": False, "homeTeam": {"teamTricode": home, "score": scores[home]},
                "awayTeam": {"teamTricode": away, "score": scores[away]},
            }
            for day, away, home, nba_game_id, _, _, scores, _ in self._games
        ]}]}})  # fmt: skip
        last = max(days)
        return oracle.season_tables(
            self.bucket, OPENING_NIGHT, last, 2025, OPENING_NIGHT, accepted_gaps, min_feature_rows
        )


def _line(person: int, name: tuple[str, str], said: dict) -> tuple[dict, list[tuple[str, bool]]]:
    """A box-score line and its shots: (zone, made)."""
    counts = {"min": "48", "oreb": 1, "dreb": 5, "reb": 6, "ast": 3, "stl": 1, "blk": 1, "turnover": 1, "pf": 2}
    counts |= {"ftm": 1, "fta": 2, "plus_minus": 0, "paint": (2, 4), "mid_range": (1, 2), "three_pt": (1, 2)} | said
    first, last = counts.pop("name", name)
    zones = {zone: counts.pop(zone) for zone in oracle.ZONES}
    tried = [(zone, n < made) for zone, (made, attempts) in zones.items() for n in range(attempts)]
    made = Counter(zone for zone, went_in in tried if went_in)
    counts |= {
        "fgm": made.total(), "fga": len(tried), "fg3m": made["three_pt"], "fg3a": zones["three_pt"][1],
        "pts": 2 * made.total() + made["three_pt"] + counts["ftm"],
    }  # fmt: skip
    who = {"id": person, "first_name": first, "last_name": last, "position": "", "jersey_number": None}
    return counts | {"player": who}, tried


def _action(code: str, person: int, line: dict, zone: str, made: bool) -> dict:
    who = line["player"]
    return {
        "period": 1, "teamTricode": code, "personId": person, "isFieldGoal": 1, "playerName": who["last_name"],
        "playerNameI": f"{who['first_name'][:1]}. {who['last_name']}", "area": AREAS[zone], "xLegacy": 0, "yLegacy": 0,
        "actionType": "3pt" if zone == "three_pt" else "2pt", "shotResult": "Made" if made else "Missed",
        "shotDistance": 1.0,
    }  # fmt: skip


@pytest.fixture
def league(tmp_path) -> LittleSeason:
    return LittleSeason(tmp_path)


# Arithmetic and names.


@pytest.mark.parametrize(("value", "places", "stored"), [("0.125", 2, 0.13), ("-0.125", 2, -0.13), ("0.124", 2, 0.12)])
def test_a_tie_is_rounded_away_from_zero(value, places, stored):
    assert oracle.rounded(Fraction(value), places) == stored


def test_only_a_value_on_a_tie_may_be_stored_as_its_neighbour():
    assert oracle.rounded_or_neighbour(Fraction("2.125"), 2).others == (2.12,)
    assert not isinstance(oracle.rounded_or_neighbour(Fraction("2.1251"), 2), oracle.Either)


def test_names_lose_their_accents_and_keep_their_suffix_but_families_lose_it():
    assert [oracle.lookup(name) for name in ("Nikola Jokić", "Tim Hardaway Jr.", "Jørgen Đa-Łß")] == [
        "nikolajokic", "timhardawayjr", "jorgendalss",
    ]  # fmt: skip
    assert [oracle.family(name) for name in ("Hardaway Jr.", "Butler III", "IV")] == ["hardaway", "butler", "iv"]


@pytest.mark.parametrize(
    ("text", "minutes"), [("37", 37), ("05", 5), ("00", 0), ("", 0), (None, 0), ("12:30", 12.5), ("PT27M03.00S", 27.05)]
)
def test_minutes_are_read_in_every_form_the_source_has_used(text, minutes):
    assert float(oracle.minutes_of(text)) == minutes


@pytest.mark.parametrize(
    ("value", "area", "x", "y", "zone"),
    [
        (3, "Restricted Area", 0, 0, "three_pt"), (2, "In The Paint (Non-RA)", 20, 20, "paint"),
        (2, "Mid-Range", 0, 0, "mid_range"), (2, None, 8, Fraction("13.8"), "paint"), (2, None, 8, 14, "mid_range"),
        (2, None, 9, 5, "mid_range"), (2, None, 0, -3, "paint"), (2, None, None, 5, None), (3, None, None, None, "three_pt"),
    ],
)  # fmt: skip
def test_a_shot_has_its_zone_from_its_area_else_from_its_place_else_not_at_all(value, area, x, y, zone):
    assert oracle.zone_of(value, area, x, y) == zone


# Raw.


def test_the_newest_final_box_score_counts_and_a_later_unfinished_one_does_not(league):
    game_id = league.play(OPENING_NIGHT, "LAL", "BOS")
    unfinished = {"date": "2025-10-21", "boxScores": [league.box_score(0, status="3rd Qtr", period=3)]}
    league.put("ball-dont-lie/boxscores/2025-10-21/20251022_110000.json", unfinished)
    row = league.tables()["nba_raw.bdl_player_boxscores"][game_id, 10 * oracle.TEAMS.index("LAL") + 1]
    assert row["source_file_path"] == "ball-dont-lie/boxscores/2025-10-21/20251021_235900.json"
    assert row["fetched_at"] == datetime(2025, 10, 21, 23, 59, tzinfo=UTC)
    assert (row["game_status"], row["did_play"], row["minutes"], row["minutes_played"]) == ("Final", True, "48", 48.0)
    assert (row["position"], row["jersey_number"], row["points"], row["home_team_score"]) == (None, None, 10, 51)


def test_a_game_without_a_final_box_score_has_no_rows(league):
    league.play(OPENING_NIGHT, "LAL", "BOS", period=3)
    found = league.tables()
    assert found["nba_raw.bdl_player_boxscores"] == found[PGS] == found[TOGS] == {}
    assert len(found["nba_raw.nbac_schedule"]) == 1


def test_namesakes_are_told_apart_by_their_box_lines_and_never_guessed(league):
    jalen = {"name": ("Jalen", "Williams"), "paint": (3, 4)}
    jaylin = {"name": ("Jaylin", "Williams"), "paint": (2, 4)}
    apart = league.play(OPENING_NIGHT, "OKC", "BOS", OKC1=jalen, OKC2=jaylin)
    alike = league.play(date(2025, 10, 22), "OKC", "BOS", OKC1=jalen, OKC2=jaylin | {"paint": (3, 4)})
    found = league.tables()
    named = Counter((s["game_id"], s["player_lookup"]) for s in found["nba_raw.nbac_shots"].values())
    assert (named[apart, "jalenwilliams"], named[apart, "jaylinwilliams"]) == (8, 8)
    assert (named[alike, "jalenwilliams"], named[alike, "jaylinwilliams"], named[alike, None]) == (0, 0, 16)
    assert found[PGS][apart, "jalenwilliams"]["paint_makes"] == 3
    blind = found[PGS][alike, "jalenwilliams"]
    assert (blind["has_shot_zones"], blind["paint_attempts"], blind["three_pt_attempts"]) == (False, None, 2)
    assert found[TOGS][alike, "OKC"]["paint_makes"] == 12  # the team's zones need nobody's name


# Analytics.


def test_a_game_is_summed_up_for_a_player_and_for_both_teams(league):
    game_id = league.play(OPENING_NIGHT, "LAL", "BOS")
    found = league.tables()
    same = {
        "game_id": game_id, "nba_game_id": "0020000001", "game_date": OPENING_NIGHT, "season_year": 2025,
        "is_official": True,
    }  # fmt: skip
    assert found[PGS][game_id, "playerbos1"] == same | {
        "player_lookup": "playerbos1", "player_full_name": "Player BOS1", "team_abbr": "BOS",
        "opponent_team_abbr": "LAL", "is_home": True, "minutes_played": 48.0, "points": 11, "assists": 3, "rebounds": 6,
        "offensive_rebounds": 1, "defensive_rebounds": 5, "steals": 1, "blocks": 1, "turnovers": 1, "personal_fouls": 2,
        "fg_makes": 4, "fg_attempts": 8, "three_pt_makes": 1, "three_pt_attempts": 2, "ft_makes": 2, "ft_attempts": 2,
        "paint_makes": 2, "paint_attempts": 4, "mid_range_makes": 1, "mid_range_attempts": 2, "has_shot_zones": True,
        "efg_pct": 0.563,  # 4.5 / 8 = 0.5625
        "ts_pct": 0.619,  # 11 / (2 · 8.88)
        "usage_rate": 20.0, "plus_minus": 0, "win_flag": True,
    }  # fmt: skip
    assert found[TOGS][game_id, "LAL"] == same | {
        "team_abbr": "LAL", "opponent_team_abbr": "BOS", "home_game": False, "points_scored": 50, "fg_makes": 20,
        "fg_attempts": 40, "three_pt_makes": 5, "three_pt_attempts": 10, "ft_makes": 5, "ft_attempts": 10,
        "offensive_rebounds": 5, "rebounds": 30, "assists": 15, "turnovers": 5, "paint_makes": 10, "paint_attempts": 20,
        "mid_range_makes": 5, "mid_range_attempts": 10, "possessions": 44.4,  # 40 + 4.4 - 5 + 5
        "offensive_rating": 112.61, "pace": 44.4, "ts_pct": 0.563, "team_minutes": 240, "overtime_periods": 0,
        "win_flag": False, "margin_of_victory": -1,
    }  # fmt: skip
    assert found[TDGS][game_id, "BOS"] == same | {
        "defending_team_abbr": "BOS", "opponent_team_abbr": "LAL", "home_game": True, "points_allowed": 50,
        "opp_fg_makes": 20, "opp_fg_attempts": 40, "opp_three_pt_makes": 5, "opp_three_pt_attempts": 10,
        "opp_ft_makes": 5, "opp_ft_attempts": 10, "opp_rebounds": 30, "opp_assists": 15, "turnovers_forced": 5,
        "opp_paint_makes": 10, "opp_paint_attempts": 20, "opp_mid_range_makes": 5, "opp_mid_range_attempts": 10,
        "points_in_paint_allowed": 20, "steals": 5, "blocks": 5, "defensive_rebounds": 25, "opp_possessions": 44.4,
        "defensive_rating": 112.61, "opponent_pace": 44.4, "overtime_periods": 0, "win_flag": True,
        "margin_of_victory": 1,
    }  # fmt: skip


def test_an_overtime_makes_the_game_longer(league):
    game_id = league.play(OPENING_NIGHT, "LAL", "BOS", period=5)
    row = league.tables()[TOGS][game_id, "LAL"]
    assert (row["team_minutes"], row["overtime_periods"], row["pace"]) == (265, 1, 40.21)  # 44.4 · 48 / 53


def test_without_play_by_play_the_zones_are_unknown_and_with_it_no_shot_is_zero(league):
    idle = {"paint": (0, 0), "mid_range": (0, 0), "three_pt": (0, 0)}
    seen = league.play(OPENING_NIGHT, "LAL", "BOS", LAL1=idle)
    unseen = league.play(date(2025, 10, 22), "LAL", "BOS", shots=False, LAL1=idle)
    found = league.tables()
    counts = [[found[PGS][g, "playerlal1"][c] for c in ("has_shot_zones", *oracle.ZONE_COUNTS)] for g in (seen, unseen)]
    assert counts == [[True, 0, 0, 0, 0], [False, None, None, None, None]]
    assert found[TDGS][unseen, "BOS"]["points_in_paint_allowed"] is None


def test_who_did_not_play_is_listed_and_has_no_summary(league):
    idle = dict.fromkeys(("ftm", "fta", "oreb", "dreb", "reb", "ast", "stl", "blk", "turnover", "pf"), 0)
    idle |= {"min": "00", "paint": (0, 0), "mid_range": (0, 0), "three_pt": (0, 0)}
    watched = league.play(OPENING_NIGHT, "LAL", "BOS", LAL6=idle)
    fouled = league.play(date(2025, 10, 22), "LAL", "BOS", LAL6=idle | {"pf": 1})  # a few seconds are "00" too
    found = league.tables()
    lines = found["nba_raw.bdl_player_boxscores"].values()
    played = {line["game_id"]: line["did_play"] for line in lines if line["player_lookup"] == "playerlal6"}
    assert played == {watched: False, fouled: True}
    assert [game for game, who in found[PGS] if who == "playerlal6"] == [fouled]
    assert found[PGS][fouled, "playerlal6"]["usage_rate"] is None
    assert found[FAILURES]["PDC", date(2025, 10, 22), "playerlal6"]["actual_game_count"] == 0


# Windows.


def test_the_sixteenth_game_sees_the_fifteen_before_it_and_not_itself(league):
    days = every_other_day(17)
    for day in days[:15]:
        league.play(day, "LAL", "BOS")
    for day in days[15:]:
        league.play(day, "LAL", "BOS", **{f"BOS{n}": {"paint": (4, 4)} for n in range(1, 6)})
    found = league.tables()[TDZA]
    columns = ("games_in_sample", "window_start_date", "window_end_date", "paint_pct_allowed_last_15")
    assert [[found["LAL", day][column] for column in columns] for day in days[15:]] == [
        [15, days[0], days[14], 0.5],
        [15, days[1], days[15], 0.5333],  # (14 · 10 + 20) / (15 · 20)
    ]
    assert found["LAL", days[16]]["paint_defense_vs_league_avg"] == 1.67  # against 310 / 600 of both teams
    assert found["BOS", days[16]]["strongest_zone"] == "paint"
    assert found["LAL", days[16]]["weakest_zone"] == "paint"


def test_a_team_with_four_games_has_a_reason_and_no_row(league):
    days = every_other_day(6)
    for day in days:
        league.play(day, "LAL", "BOS")
    found = league.tables()
    assert min(day for _, day in found[TDZA]) == days[5]
    assert found[FAILURES]["TDZA", days[4], "LAL"] == {
        "processor_name": "TDZA", "analysis_date": days[4], "entity_id": "LAL",
        "failure_category": "INSUFFICIENT_DATA", "can_retry": False, "expected_game_count": 5, "actual_game_count": 4,
        "missing_game_ids": None,
    }  # fmt: skip


def test_the_cup_final_is_on_the_slate_and_in_no_window(league):
    days = every_other_day(12)
    for day in days[:10]:
        league.play(day, "LAL", "BOS")
    league.play(days[10], "LAL", "BOS", kind="006", LAL1={"paint": (20, 20)})
    league.play(days[11], "LAL", "BOS")
    found = league.tables()
    assert found[TDZA]["BOS", days[10]]["games_in_sample"] == found[TDZA]["BOS", days[11]]["games_in_sample"] == 10
    assert found[PSZA]["playerlal1", days[11]]["window_end_date"] == days[9]
    assert found[PDC]["playerlal1", days[11]]["games_played_season"] == 10
    assert found[PDC]["playerlal1", days[11]]["games_in_last_7_days"] == 2  # days 8 and 9, not 10


def test_a_game_without_zones_stops_the_windows_it_is_in_until_it_is_accepted(league):
    days = every_other_day(12)
    games = [league.play(day, "LAL", "BOS", shots=n != 3) for n, day in enumerate(days)]
    found = league.tables()
    assert found[FAILURES]["TDZA", days[5], "LAL"] == {
        "processor_name": "TDZA", "analysis_date": days[5], "entity_id": "LAL",
        "failure_category": "INCOMPLETE_UPSTREAM", "can_retry": True, "expected_game_count": 5, "actual_game_count": 5,
        "missing_game_ids": games[3],
    }  # fmt: skip
    failed = found[FAILURES]["PSZA", days[10], "playerbos2"]
    assert (failed["failure_category"], failed["missing_game_ids"]) == ("INCOMPLETE_UPSTREAM", games[3])
    failed = found[FAILURES]["PSZA", days[9], "playerbos2"]  # too few games, whatever the games are
    assert (failed["failure_category"], failed["actual_game_count"]) == ("INSUFFICIENT_DATA", 9)
    assert found[PSZA].keys() == found[TDZA].keys() == set()
    assert found[FAILURES]["PCF", days[10], "playerbos2"]["failure_category"] == "MISSING_DEPENDENCY"

    found = league.tables(accepted_gaps={(games[3], "play_by_play")})
    assert found[TDZA]["LAL", days[6]]["games_in_sample"] == 5
    assert found[PSZA]["playerbos2", days[11]]["window_start_date"] == days[0]
    assert found[PDC]["playerbos2", days[11]]["games_played_season"] == 10
    assert ("PSZA", days[10], "playerbos2") in found[FAILURES]


def test_back_to_backs_are_pairs_of_days_inside_the_fortnight():
    day = date(2025, 11, 20)
    dates = [date(2025, 11, n) for n in (5, 6, 7, 10, 12, 13, 19)]  # the 5th is out, so 5-6 is no pair
    assert oracle.back_to_backs(dates, day) == 2


# Factors, features and predictions.


@pytest.fixture
def eleven_games(league) -> dict[str, oracle.Table]:
    """LAL at BOS on every other day to Nov 10, always the same."""
    for day in every_other_day(11):
        league.play(day, "LAL", "BOS")
    return league.tables(min_feature_rows=10)


def test_ten_like_games_make_a_shot_profile_and_a_cache(eleven_games):
    day, who = date(2025, 11, 10), ("playerlal1", date(2025, 11, 10))
    assert eleven_games[PSZA][who] == {
        "player_lookup": "playerlal1", "analysis_date": day, "team_abbr": "LAL", "games_in_sample": 10,
        "window_start_date": OPENING_NIGHT, "window_end_date": date(2025, 11, 8), "total_shots_last_10": 80,
        "paint_rate_last_10": 50.0, "mid_range_rate_last_10": 25.0, "three_pt_rate_last_10": 25.0,
        "paint_pct_last_10": 0.5, "mid_range_pct_last_10": 0.5, "three_pt_pct_last_10": 0.5,
        "paint_attempts_per_game": 4.0, "mid_range_attempts_per_game": 2.0, "three_pt_attempts_per_game": 2.0,
        "primary_scoring_zone": "paint",
    }  # fmt: skip
    assert eleven_games[PDC][who] == {
        "player_lookup": "playerlal1", "cache_date": day, "team_abbr": "LAL", "games_played_season": 10,
        "points_avg_last_5": 10.0, "points_avg_last_10": 10.0, "points_avg_season": 10.0, "points_std_last_10": 0.0,
        "minutes_avg_last_10": 48.0, "usage_rate_last_10": 20.0, "ts_pct_last_10": 0.563, "games_in_last_7_days": 3,
        "minutes_in_last_7_days": 144.0, "games_in_last_14_days": 7, "back_to_backs_last_14_days": 0,
        "team_pace_last_10": 44.4, "team_off_rating_last_10": 112.61, "team_win_pct": 0.0,
        "primary_scoring_zone": "paint", "paint_rate_last_10": 50.0, "mid_range_rate_last_10": 25.0,
        "three_pt_rate_last_10": 25.0, "early_season_flag": False, "window_start_date": OPENING_NIGHT,
        "window_end_date": date(2025, 11, 8),
    }  # fmt: skip


def test_factors_and_features_of_a_tired_player_against_the_better_defence(eleven_games):
    day, who = date(2025, 11, 10), ("playerlal1", date(2025, 11, 10))
    same = {
        "player_lookup": "playerlal1", "game_date": day, "game_id": "20251110_LAL_BOS", "team_abbr": "LAL",
        "opponent_team_abbr": "BOS",
    }  # fmt: skip
    assert eleven_games[PCF][who] == same | {
        "is_home": False, "opponent_strength_score": 53.94,  # 50 + 3.5 · ((112.61 + 114.86) / 2 - 112.61)
        "fatigue_score": 92.0,  # 48 minutes a game
        "shot_zone_mismatch_score": 0.0, "pace_score": 0.0, "usage_spike_score": 0.0,
        "total_composite_adjustment": -0.4, "factors_present": 4, "missing_factors": "",
    }  # fmt: skip
    row = eleven_games[MLFS][who]
    assert row == same | {
        "feature_version": "v1_baseline_25", "feature_count": 25, "feature_names": row["feature_names"],
        "features": [10, 10, 10, 0, 3, 92, 0, 0, 0, 0, 0, 0, 0, 112.61, 44.4, 0, 0, 0, 0.5, 0.25, 0.25, 0.1, 44.4,
                     112.61, 0],
        "feature_sources": ["default" if n == 10 else "observed" for n in range(25)], "default_feature_count": 1,
        "feature_quality_score": 96.0, "is_production_ready": True,
    }  # fmt: skip
    assert (row["feature_names"][10], row["feature_names"][21]) == ("injury_risk", "pct_free_throw")


def test_the_systems_predict_what_their_formulas_say(eleven_games):
    # The five games from Oct 31 are alike in all four ways; before, BOS had no tier yet and they reach 60.
    predicted = {
        "moving_average_baseline": 9.5, "zone_matchup_v1": 9.2, "similarity_balanced_v1": 10.0, "ensemble_v1": 9.6,
    }  # fmt: skip
    for system, points in predicted.items():
        assert eleven_games[PREDICTIONS]["playerlal1", date(2025, 11, 10), system] == {
            "player_lookup": "playerlal1", "game_date": date(2025, 11, 10), "system_id": system,
            "game_id": "20251110_LAL_BOS", "predicted_points": points, "confidence_score": 0.48,  # 0.5 · 96 %
            "recommendation": "NO_LINE", "current_points_line": None, "line_margin": None, "prediction_version": "v1",
        }  # fmt: skip


def test_daily_games_tire_a_player_and_a_fortnight_off_makes_him_fresh(league):
    days = [OPENING_NIGHT + timedelta(n) for n in range(17)]  # to Nov 6
    for day in [*days, date(2025, 11, 20)]:
        league.play(day, "LAL", "BOS")
    found = league.tables(min_feature_rows=10)
    fatigue = [found[PCF]["playerlal1", day]["fatigue_score"] for day in (date(2025, 11, 6), date(2025, 11, 20))]
    assert fatigue == [45.0, 100.0]  # 100 - 15 - 10 - 10 - 8 - 12; 100 + 5, clamped
    row = found[PREDICTIONS]["playerlal1", date(2025, 11, 6), "moving_average_baseline"]
    assert row["predicted_points"] == 5.5  # 10 - 0.5 away - 1.5 back-to-back - 2.5 tired
    assert row["confidence_score"] == 0.576  # (0.5 + 0.1) · 96 %, with sixteen games


@pytest.mark.parametrize(
    ("scores_from", "rate", "versus", "score"),
    [
        ("perimeter", 60.0, 5.0, 5.0), ("perimeter", 25.0, 6.0, 3.0), ("mid_range", 50.0, -8.0, -9.6),
        ("balanced", 50.0, 9.0, 10.0), ("balanced", None, 9.0, None),
    ],
)  # fmt: skip
def test_a_mismatch_is_what_the_opponent_allows_where_the_player_scores(scores_from, rate, versus, score):
    zone = {"perimeter": "three_pt", "balanced": "paint"}.get(scores_from, scores_from)
    shots = {"primary_scoring_zone": scores_from, f"{zone}_rate_last_10": rate}
    assert oracle.zone_mismatch(shots, {f"{zone}_defense_vs_league_avg": versus}) == score


def test_pace_and_usage_are_measured_against_the_usual():
    assert oracle.pace({"LAL": Fraction(104), "BOS": Fraction(100), "NYK": None}, "LAL") == 1.0  # (104 - 102) / 2
    assert oracle.pace({"LAL": Fraction(104), "NYK": None}, "NYK") is None
    games = [{"usage_rate": rate} for rate in (10.0, 10.0, 10.0, 10.0, 10.0, 20.0, 20.0, 20.0, 20.0, None)]
    assert oracle.usage_spike(games) == 1.67  # 0.3 · (20 - 130 / 9): the absent one counts on neither side
    assert oracle.usage_spike(games[:4]) is None


@pytest.mark.parametrize(("change", "found"), [(5, 2), ("4.99", 1), (2, 1), ("1.99", 0), (-2, -1), (-5, -2)])
def test_a_trend_has_two_thresholds_either_way(change, found):
    assert oracle.step(Fraction(change), 2, 5) == found


def test_a_slate_with_too_few_features_is_skipped_and_listed(league):
    for day in every_other_day(11):
        league.play(day, "LAL", "BOS")
    found = league.tables()
    assert found[PREDICTIONS] == {}
    failed = found[FAILURES]["PREDICTIONS", date(2025, 11, 10), "playerlal1"]
    assert (failed["failure_category"], failed["can_retry"]) == ("INSUFFICIENT_DATA", False)
    assert (failed["expected_game_count"], failed["actual_game_count"]) == (None, None)


def test_a_row_does_not_change_when_the_games_from_its_date_on_never_happened(tmp_path, eleven_games):
    shorter = LittleSeason(tmp_path / "shorter")
    for day in every_other_day(9):
        shorter.play(day, "LAL", "BOS")
    for day in every_other_day(10)[9:]:
        shorter.play(day, "LAL", "BOS", LAL1={"paint": (30, 30)}, BOS1={"ftm": 9, "fta": 9})
    found, day = shorter.tables(min_feature_rows=10), every_other_day(10)[9]
    for table in (TDZA, PDC, PCF, MLFS, PREDICTIONS):
        rows = {key: row for key, row in found[table].items() if day in key}
        assert rows and rows == {key: row for key, row in eleven_games[table].items() if day in key}


# Comparison.


def test_differences_are_told_and_counted():
    key = ("team_abbr", "analysis_date")
    expected = {(code, OPENING_NIGHT): {"team_abbr": code, "analysis_date": OPENING_NIGHT, "pace": 99.5, "zones": [1.0]}
                for code in ("ATL", "BOS", "LAL")}  # fmt: skip
    same = [row | {"run_id": "r1", "created_at": None, "pace": 99.5 + 1e-12} for row in expected.values()]
    assert oracle.differences(expected, same, key) == []
    actual = [same[0], same[0], same[1] | {"pace": 99.6, "zones": [None]}, same[2] | {"team_abbr": "XXX"}]
    told = [
        "twice: team_abbr ATL, analysis_date 2025-10-21",
        "missing: team_abbr LAL, analysis_date 2025-10-21",
        "unexpected: team_abbr XXX, analysis_date 2025-10-21",
        "pace is 99.6, expected 99.5: team_abbr BOS, analysis_date 2025-10-21",
        "zones is [None], expected [1.0]: team_abbr BOS, analysis_date 2025-10-21",
    ]
    assert oracle.differences(expected, actual, key) == told
    assert oracle.differences(expected, actual, key, limit=2) == [*told[:2], "and 3 more"]


@pytest.mark.parametrize(("right", "value"), [(None, 0.0), (0.0, None), (None, float("nan")), (1.0, True), (0, False)])
def test_absent_zero_and_false_are_three_things(right, value):
    assert oracle.differences({(1,): {"id": 1, "x": right}}, [{"id": 1, "x": value}], ("id",))


def test_a_near_tie_may_fall_either_way_and_no_further():
    expected = {(1,): {"id": 1, "x": oracle.rounded_or_neighbour(Fraction("2.125"), 2)}}
    found = [oracle.differences(expected, [{"id": 1, "x": x}], ("id",)) == [] for x in (2.11, 2.12, 2.13, 2.14)]
    assert found == [False, True, True, False]


# The real season.


@pytest.fixture(scope="session")
def real_bucket(tmp_path_factory) -> Path:
    """The object store of the real season, Oct 21 to Dec 16, complete."""
    if not REAL_SEASON.exists():
        pytest.skip("the real season (../shared/real_season) is not beside the repository")
    bucket = tmp_path_factory.mktemp("real") / "bucket"
    asked = ["bucket", str(bucket), "--start", "2025-10-21", "--end", "2025-12-16"]
    subprocess.run([sys.executable, str(REAL_SEASON), *asked], check=True, capture_output=True)
    return bucket


@pytest.fixture(scope="session")
def real_expected(real_bucket) -> dict[str, oracle.Table]:
    """What the warehouse must hold of the real season, about eight seconds to compute."""
    return oracle.season_tables(real_bucket, OPENING_NIGHT, date(2025, 12, 16), 2025, OPENING_NIGHT)


def test_real_season_has_the_games_dates_and_lines_it_is_known_to_have(real_expected):
    dates = Counter(row["game_date"] for row in real_expected["nba_raw.nbac_schedule"].values())
    assert (dates.total(), len(dates), date(2025, 11, 27) in dates) == (388, 56, False)
    assert sum(n for day, n in dates.items() if day <= date(2025, 11, 12)) == 174
    assert sum(n for day, n in dates.items() if date(2025, 11, 13) <= day <= date(2025, 12, 15)) == 213
    lines = real_expected["nba_raw.bdl_player_boxscores"].values()
    assert (len(lines), sum(line["did_play"] for line in lines), len(real_expected[PGS])) == (10_133, 8_447, 8_447)
    assert (len(real_expected[TDGS]), len(real_expected[TOGS])) == (776, 776)


def test_real_shots_all_have_a_zone_and_a_shooter(real_expected):
    shots = real_expected["nba_raw.nbac_shots"].values()
    assert len(shots) == 68_971
    assert all(shot["zone"] and shot["player_lookup"] for shot in shots)
    official = [row for row in real_expected[TOGS].values() if row["is_official"]]
    per_game = {zone: sum(row[f"{zone}_attempts"] for row in official) / len(official) for zone in oracle.ZONES}
    assert {zone: round(n, 1) for zone, n in per_game.items()} == {"paint": 43.4, "mid_range": 8.8, "three_pt": 36.9}
    made = {zone: sum(row[f"{zone}_makes"] for row in official) / len(official) for zone in oracle.ZONES}
    assert [round(100 * made[zone] / per_game[zone], 1) for zone in oracle.ZONES] == [57.5, 41.5, 36.0]
    assert [row["game_id"] for row in official if row["mid_range_attempts"] == 0] == ["20251128_CLE_ATL"]
    assert all(row["paint_attempts"] > 0 for row in official)


def test_real_defences_begin_on_october_29_and_are_all_there_from_november_2(real_expected):
    teams = Counter(day for _, day in real_expected[TDZA])
    assert teams.total() == 1388
    assert (min(teams), teams[date(2025, 10, 29)]) == (date(2025, 10, 29), 2)
    assert min(day for day, n in teams.items() if n == 30) == date(2025, 11, 2)
    assert {n for day, n in teams.items() if day >= date(2025, 11, 2)} == {30}
    tiers = {row["data_quality_tier"] for (_, day), row in real_expected[TDZA].items() if day >= date(2025, 11, 25)}
    assert tiers == {"high"}


def test_real_factors_are_whole_from_november_5(real_expected):
    listed = {
        (line["player_lookup"], line["game_date"])
        for line in real_expected["nba_raw.bdl_player_boxscores"].values()
        if line["game_date"] >= date(2025, 11, 5)
    }
    assert real_expected[PCF].keys() == listed
    assert all(row["opponent_strength_score"] > 0 for row in real_expected[PCF].values())


def test_real_players_with_too_few_games_for_a_shot_profile_grow_fewer_as_expected(real_expected):
    assert min(day for _, day in real_expected[PSZA]) == date(2025, 11, 9)
    listed = Counter(line["game_date"] for line in real_expected["nba_raw.bdl_player_boxscores"].values())
    failed = [row for row in real_expected[FAILURES].values() if row["processor_name"] == "PSZA"]
    assert {row["failure_category"] for row in failed} == {"INSUFFICIENT_DATA"}
    early = Counter(row["analysis_date"] for row in failed)

    def percent(first: date, last: date) -> int:
        days = [day for day in listed if first <= day <= last]
        return round(100 * sum(early[day] for day in days) / sum(listed[day] for day in days))

    assert percent(OPENING_NIGHT, date(2025, 11, 8)) == 100
    assert percent(date(2025, 11, 10), date(2025, 11, 10)) == 74
    weeks = [date(2025, 11, 11) + timedelta(7 * n) for n in range(5)]
    # By the official seconds 44, 30, 24, 19, 16: in whole minutes a few seconds are "00", a game not played.
    assert [percent(week, week + timedelta(6)) for week in weeks] == [45, 31, 24, 19, 17]
    assert early.total() == 5761


def test_real_members_of_every_stage_have_a_row_or_a_failure_and_never_both(real_expected):
    lines = real_expected["nba_raw.bdl_player_boxscores"].values()
    listed = {(line["player_lookup"], line["game_date"]) for line in lines}
    later = {(who, day) for who, day in listed if day >= date(2025, 11, 5)}
    teams = {(code, day) for code in oracle.TEAMS for _, day in listed}
    stages = {"TDZA": TDZA, "PSZA": PSZA, "PDC": PDC, "PCF": PCF, "MLFS": MLFS, "PREDICTIONS": PREDICTIONS}
    for processor, table in stages.items():
        rows = {key[:2] for key in real_expected[table]}
        failed = {(who, day) for name, day, who in real_expected[FAILURES] if name == processor}
        universe = teams if processor == "TDZA" else listed if processor in ("PSZA", "PDC") else later
        assert rows & failed == set(), processor
        assert rows | failed == universe, processor
