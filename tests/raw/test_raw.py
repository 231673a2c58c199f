"""From stored objects to raw rows: the schedule, which snapshot counts, and the real season."""

import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from source_bodies import (
    HOU_OKC,
    NBA_ID,
    OPENING,
    Objects,
    box_game,
    box_object,
    five,
    line,
    official_box,
    official_five,
    official_line,
    play_by_play,
    schedule,
    scheduled,
    shot,
)  # fmt: skip

from nbhelpers import raw
from nbhelpers.errors import Broken
from nbhelpers.raw import shots
from nbhelpers.raw.loading import BOX_SCORES, NBA_BOX_SCORES, NBA_TEAMS, SCHEDULE, SHOTS, Gap
from nbhelpers.raw.schedule import strange_statuses
from nbhelpers.season import PLAN_SEASON, window
from nbhelpers.sql import files
from nbhelpers.store import open_store

SEASON = PLAN_SEASON
FIRST_NIGHT = window("2025-10-21", "2025-10-21", PLAN_SEASON, today=date(2025, 12, 17))
SCHEDULES, BOXES = "nba-com/schedule/2025-26", "ball-dont-lie/boxscores/2025-10-21"
PLAYS = f"nba-com/play-by-play/2025-10-21/game_{NBA_ID}"
OFFICIAL = f"nba-com/boxscores/2025-10-21/game_{NBA_ID}"
LEAGUE = Path(__file__).parents[3] / "shared" / "real_season"


def first_night(official: bool = False, **more: object) -> Objects:
    """A store that holds all of one game; `more` are further objects by box_..., play_... and their stamp."""
    player = line("Chet", "Holmgren", fga=1, fgm=1, fg3a=0)
    objects = Objects({
        f"{SCHEDULES}/20251022_100000.json": schedule(scheduled()),
        f"{BOXES}/20251022_110500.json": box_object(box_game(home_players=[player, *five("h")])),
        f"{PLAYS}/20251022_111000.json": play_by_play(shot(2, 7, "C. Holmgren")),
    })  # fmt: skip
    if official:
        chet = official_line("Chet", "Holmgren", person=7, fieldGoalsAttempted=1, fieldGoalsMade=1)
        objects[f"{OFFICIAL}/20251022_112000.json"] = official_box(home_players=[chet, *official_five("h")])
    folders = {"schedule": SCHEDULES, "box": BOXES, "play": PLAYS, "official": OFFICIAL}
    for name, body in more.items():
        folder, _, stamp = name.partition("_")
        objects[f"{folders[folder]}/{stamp}.json"] = body
    return objects


def sources(loaded: raw.Loaded, table: str) -> set[str]:
    return {row["source_file_path"].rpartition("/")[2] for row in loaded.rows[table]}


# The schedule


def test_a_scheduled_game_becomes_a_game():
    assert raw.games(schedule(scheduled(isNeutral=True)), SEASON.name, "one.json") == [
        raw.Game(
            "2025-26", NBA_ID, HOU_OKC, OPENING, "regular", True, "OKC", "HOU", 3, False, True, 125, 124, "one.json"
        )
    ]


@pytest.mark.parametrize(
    ("prefix", "game_type", "is_official"),
    [("002", "regular", True), ("006", "cup_final", False), ("005", "play_in", True), ("004", "playoffs", True)],
)
def test_the_kind_of_game_is_in_its_id_and_the_cup_final_is_not_official(prefix, game_type, is_official):
    [game] = raw.games(schedule(scheduled(f"{prefix}2500001")), SEASON.name, "one.json")
    assert (game.game_type, game.is_official) == (game_type, is_official)


def test_preseason_and_all_star_games_are_left_out_whoever_plays():
    assert raw.games(schedule(scheduled("0012500001"), scheduled("0032500001", home="SHQ")), SEASON.name, "one.json") == []


def test_before_a_game_there_is_no_score():
    [game] = raw.games(schedule(scheduled(gameStatus=1)), SEASON.name, "one.json")
    assert (game.game_status, game.home_score, game.away_score) == (1, None, None)


@pytest.mark.parametrize("undecided", [{"teamId": 0, "teamTricode": None}, {"teamId": 0, "teamTricode": ""}])
def test_a_game_whose_teams_are_undecided_is_left_out_until_it_is_played(undecided):
    assert raw.games(schedule(scheduled(gameStatus=1, homeTeam=undecided)), SEASON.name, "one.json") == []
    with pytest.raises(Broken, match="one.json, game 0022500001: teamTricode"):
        raw.games(schedule(scheduled(homeTeam=undecided)), SEASON.name, "one.json")


def test_a_postponed_game_is_kept_and_its_code_may_tell_the_first_date():
    body = schedule(scheduled(gameStatus=1, postponedStatus="P", gameCode="20251020/HOUOKC"))
    [game] = raw.games(body, SEASON.name, "one.json")
    assert (game.is_postponed, game.game_date) == (True, OPENING)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"gameId": "0092500001"}, "game 0092500001: gameId is not ten digits that begin with one of 002, 006"),
        ({"gameId": "002250001"}, "gameId is not ten digits"),
        ({"gameId": 22500001}, "gameId is 22500001"),
        ({"gameStatus": "many"}, "gameStatus is 'many'"),
        ({"gameStatus": 4}, "gameStatus is 4, not 1, 2 or 3"),
        ({"gameDateEst": "Oct 21"}, "gameDateEst is 'Oct 21'"),
        ({"gameCode": "20251022/HOUOKC"}, "gameCode is '20251022/HOUOKC', but gameDateEst is 2025-10-21"),
        ({"isNeutral": "no"}, "isNeutral is 'no'"),
        ({"homeTeam": {"teamId": 1, "teamTricode": "SEA", "score": 1}}, "teamTricode: team 'SEA'"),
        ({"homeTeam": {"teamId": 1, "teamTricode": "OKC"}}, "score is absent"),
    ],
)
def test_a_schedule_of_another_shape_is_broken_and_names_object_and_field(change, said):
    with pytest.raises(Broken) as stopped:
        raw.games(schedule(scheduled() | change), SEASON.name, "one.json")
    assert stopped.value.what.startswith("one.json")
    assert said in stopped.value.what


def test_another_seasons_schedule_is_broken():
    with pytest.raises(Broken, match="one.json: seasonYear is 2024-25, not 2025-26"):
        raw.games(schedule(scheduled(), season_year="2024-25"), SEASON.name, "one.json")


@pytest.mark.parametrize("status", ["A", "N", "", None, "X"])
def test_a_game_is_on_unless_its_status_or_its_text_says_postponed_and_a_status_never_seen_is_named(status):
    body = schedule(scheduled(postponedStatus=status, gameStatusText="Final"), scheduled("0012500001", postponedStatus="Z"))
    [game] = raw.games(body, SEASON.name, "one.json")
    assert not game.is_postponed
    assert strange_statuses(body) == ({"X": [NBA_ID]} if status == "X" else {})
    [game] = raw.games(schedule(scheduled(gameStatus=1, postponedStatus=status, gameStatusText="PPD")), SEASON.name, "one.json")
    assert game.is_postponed


def test_what_nothing_reads_may_be_absent_and_a_number_may_be_text():
    body = scheduled(gameStatus="3", homeTeam={"teamTricode": "OKC", "score": "125"})
    del body["isNeutral"], body["postponedStatus"]
    [game] = raw.games(schedule(body), SEASON.name, "one.json")
    assert (game.is_neutral, game.is_postponed, game.game_status, game.home_score) == (None, False, 3, 125)


def test_an_odd_entry_costs_itself_alone_and_says_what_of_it_can_be_told():
    odd = []
    found = raw.games(
        schedule(
            scheduled(),
            "a game",
            scheduled("0022500002", home="SEA"),
            scheduled("0022500003", gameDateEst="soon", gameCode="20251023/LALGSW"),
            scheduled("0022500004"),
            scheduled("0022500004", gameStatus=2),
        ),
        SEASON.name, "one.json", odd,
    )  # fmt: skip
    assert [game.nba_game_id for game in found] == [NBA_ID]
    assert [(entry.nba_game_id, entry.game_date) for entry in odd] == [
        ("", None), ("0022500002", OPENING), ("0022500003", date(2025, 10, 23)), ("0022500004", OPENING),
    ]  # fmt: skip
    assert "team 'SEA'" in odd[1].reason and "gameDateEst is 'soon'" in odd[2].reason and "listed twice" in odd[3].reason


def test_an_odd_day_of_the_schedule_costs_that_day():
    body, odd = schedule(scheduled()), []
    body["leagueSchedule"]["gameDates"] += [{"gameDate": "10/22/2025", "games": None}, "a day"]
    assert [game.nba_game_id for game in raw.games(body, SEASON.name, "one.json", odd)] == [NBA_ID]
    assert [entry.reason for entry in odd] == ["one.json: games is absent."] * 2
    assert strange_statuses(body) == {}


def test_a_game_scheduled_twice_is_one_if_alike_and_broken_if_not():
    assert len(raw.games(schedule(scheduled(), scheduled()), SEASON.name, "one.json")) == 1
    with pytest.raises(Broken, match="game 0022500001 is listed twice, differently"):
        raw.games(schedule(scheduled(), scheduled(gameStatus=2)), SEASON.name, "one.json")


# Which objects count


def test_a_whole_night_loads_without_gaps():
    loaded = raw.load(first_night(official=True), FIRST_NIGHT)
    assert {table: len(rows) for table, rows in loaded.rows.items()} == {
        SCHEDULE: 1, BOX_SCORES: 11, NBA_BOX_SCORES: 11, NBA_TEAMS: 2, SHOTS: 1,
    }  # fmt: skip
    assert (loaded.gaps, loaded.unresolved, loaded.broken) == ([], [], [])
    assert loaded.rows[SHOTS][0]["player_lookup"] == "chetholmgren"
    assert {row["fetched_at"] for row in loaded.rows[BOX_SCORES]} == {datetime(2025, 10, 22, 11, 5, tzinfo=UTC)}


def test_rows_have_exactly_the_columns_of_their_tables():
    layout = (files.SQL / "schema.sql").read_text()
    for table, rows in raw.load(first_night(official=True), FIRST_NIGHT).rows.items():
        body = re.search(rf"CREATE TABLE {re.escape(table)} \((.*?)PRIMARY KEY", layout, re.DOTALL)[1]
        columns = [name.split()[0] for name in body.strip().splitlines()]
        assert [list(row) for row in rows] == [columns] * len(rows)


def test_a_live_snapshot_does_not_load_and_is_a_gap_with_its_reason():
    live = box_object(box_game(status="3rd Qtr", period=3))
    loaded = raw.load(first_night(box_20251022_110500=live), FIRST_NIGHT)
    assert loaded.rows[BOX_SCORES] == []
    assert loaded.gaps == [Gap(OPENING, HOU_OKC, "box_score", "BallDontLie: unfinished: 3rd Qtr; the NBA: absent: nothing stored")]


def test_the_newest_final_snapshot_wins():
    corrected = box_object(box_game(home_team_score=126))
    loaded = raw.load(first_night(box_20251023_110500=corrected), FIRST_NIGHT)
    assert sources(loaded, BOX_SCORES) == {"20251023_110500.json"}
    assert {row["home_team_score"] for row in loaded.rows[BOX_SCORES]} == {126}


@pytest.mark.parametrize(
    "later",
    [
        box_object(box_game(status="3rd Qtr", period=3)),
        box_object(),
        box_object(box_game(), box_game(home_team_score=126)),
    ],
)
def test_a_later_snapshot_that_is_not_final_does_not_replace_an_earlier_final_one(later):
    loaded = raw.load(first_night(box_20251023_110500=later), FIRST_NIGHT)
    assert sources(loaded, BOX_SCORES) == {"20251022_110500.json"}
    assert loaded.gaps == []


def test_each_game_of_a_night_takes_its_own_latest_final_snapshot():
    lakers = box_game("GSW", "LAL", status="4th Qtr")
    objects = first_night(
        schedule_20251023_100000=schedule(scheduled(), scheduled("0022500002", "GSW", "LAL")),
        box_20251022_030000=box_object(box_game(), lakers),
        box_20251022_110500=box_object(lakers | {"status": "Final"}),
    )
    loaded = raw.load(objects, FIRST_NIGHT)
    assert {(row["game_id"], row["source_file_path"][-20:]) for row in loaded.rows[BOX_SCORES]} == {
        (HOU_OKC, "20251022_030000.json"),
        ("20251021_GSW_LAL", "20251022_110500.json"),
    }
    assert loaded.gaps == [Gap(OPENING, "20251021_GSW_LAL", "play_by_play", "absent: nothing stored")]


def test_an_empty_answer_leaves_a_gap():
    loaded = raw.load(first_night(box_20251022_110500=box_object()), FIRST_NIGHT)
    reason = "absent: none of the objects stored (1, unreadable 0) has it"
    assert loaded.gaps == [Gap(OPENING, HOU_OKC, "box_score", f"BallDontLie: {reason}; the NBA: absent: nothing stored")]


def test_an_unreadable_object_is_reported_and_an_earlier_one_serves():
    objects = first_night(
        schedule_20251023_100000="<html>",
        box_20251023_110500=box_object() | {"rowCount": 8},
        play_20251023_111000="<html>",
    )
    loaded = raw.load(objects, FIRST_NIGHT)
    assert loaded.gaps == []
    assert [key for key, _ in loaded.broken] == [
        f"{SCHEDULES}/20251023_100000.json", f"{BOXES}/20251023_110500.json", f"{PLAYS}/20251023_111000.json",
    ]  # fmt: skip
    assert "rowCount is 8" in loaded.broken[1][1]


def test_without_a_schedule_that_can_be_read_nothing_loads():
    with pytest.raises(Broken, match="no schedule of 2025-26 is stored"):
        raw.load(Objects(), FIRST_NIGHT)
    with pytest.raises(Broken, match="20251022_100000.json is not JSON"):
        raw.load(Objects({f"{SCHEDULES}/20251022_100000.json": "<html>"}), FIRST_NIGHT)


def test_a_final_game_that_the_schedule_does_not_know_is_loaded_for_gate_1_to_stop_at():
    unknown = box_object(box_game(), box_game("GSW", "LAL"))
    loaded = raw.load(first_night(box_20251022_110500=unknown), FIRST_NIGHT)
    assert loaded.gaps == []
    assert {row["game_id"] for row in loaded.rows[BOX_SCORES]} == {HOU_OKC, "20251021_GSW_LAL"}


def test_a_postponed_game_is_in_the_schedule_and_nothing_is_asked_of_it():
    postponed = schedule(scheduled(gameStatus=1, postponedStatus="P"))
    objects = Objects({f"{SCHEDULES}/20251022_100000.json": postponed})
    loaded = raw.load(objects, FIRST_NIGHT)
    assert [row["is_postponed"] for row in loaded.rows[SCHEDULE]] == [True]
    assert loaded.gaps == []
    objects[f"{BOXES}/20251022_110500.json"] = box_object(box_game())
    loaded = raw.load(objects, FIRST_NIGHT)
    assert {row["game_id"] for row in loaded.rows[BOX_SCORES]} == {HOU_OKC}
    assert loaded.gaps == []


def test_the_latest_play_by_play_with_shots_counts():
    objects = first_night(
        play_20251023_111000=play_by_play(shot(2, 7, "C. Holmgren"), shot(3, 7, "C. Holmgren")),
        play_20251024_111000=play_by_play(),
    )
    loaded = raw.load(objects, FIRST_NIGHT)
    assert sources(loaded, SHOTS) == {"20251023_111000.json"}
    assert (len(loaded.rows[SHOTS]), loaded.gaps) == (2, [])


def test_a_play_by_play_without_shots_is_a_gap():
    loaded = raw.load(first_night(play_20251022_111000=play_by_play()), FIRST_NIGHT)
    reason = "absent: none of the objects stored (1, unreadable 0) has it"
    assert loaded.gaps == [Gap(OPENING, HOU_OKC, "play_by_play", reason)]


def test_no_play_by_play_is_asked_of_the_cup_final():
    objects = first_night(schedule_20251023_100000=schedule(scheduled("0062500001")))
    loaded = raw.load(objects, FIRST_NIGHT)
    assert (len(loaded.rows[BOX_SCORES]), loaded.rows[SHOTS], loaded.gaps) == (11, [], [])


def test_shots_load_without_the_box_score_and_their_shooter_is_counted_as_unresolved():
    objects = first_night(play_20251023_111000=play_by_play(*(shot(n, 7, "C. Holmgren") for n in (2, 3))))
    del objects[f"{BOXES}/20251022_110500.json"]
    loaded = raw.load(objects, FIRST_NIGHT)
    assert [row["player_lookup"] for row in loaded.rows[SHOTS]] == [None, None]
    assert loaded.unresolved == [
        {
            "game_id": HOU_OKC, "game_date": OPENING, "team_abbr": "OKC", "person_id": 7,
            "player_name": "C. Holmgren", "shots": 2, "reason": "no box score of the game",
        }
    ]  # fmt: skip
    assert loaded.gaps == [Gap(OPENING, HOU_OKC, "box_score", "BallDontLie: absent: nothing stored; the NBA: absent: nothing stored")]


def test_games_outside_the_window_do_not_load():
    next_day = date(2025, 10, 22)
    objects = first_night(schedule_20251023_100000=schedule(scheduled(), scheduled("0022500003", day=next_day)))
    assert [row["nba_game_id"] for row in raw.load(objects, FIRST_NIGHT).rows[SCHEDULE]] == [NBA_ID]


# The NBA's box score


def test_a_game_that_one_source_has_is_no_gap_and_is_named():
    loaded = raw.load(first_night(), FIRST_NIGHT)
    assert (loaded.gaps, loaded.one_witness) == ([], [Gap(OPENING, HOU_OKC, "box_score", "the NBA: absent: nothing stored")])
    loaded = raw.load(first_night(official=True, box_20251022_110500=box_object()), FIRST_NIGHT)
    reason = "BallDontLie: absent: none of the objects stored (1, unreadable 0) has it"
    assert (loaded.gaps, loaded.one_witness) == ([], [Gap(OPENING, HOU_OKC, "box_score", reason)])
    assert (len(loaded.rows[NBA_BOX_SCORES]), loaded.rows[BOX_SCORES]) == (11, [])
    assert [row["player_lookup"] for row in loaded.rows[SHOTS]] == ["chetholmgren"]


def test_the_newest_final_official_box_score_of_the_asked_day_counts():
    objects = first_night(
        official=True,
        official_20251023_112000=official_box(period=5),
        official_20251024_112000=official_box(gameStatus=2, gameStatusText="Q3 4:12"),
        official_20251025_112000=official_box(day=date(2025, 10, 22)),
        official_20251026_112000={"game": {"gameId": "0022500099"}},
    )
    loaded = raw.load(objects, FIRST_NIGHT)
    assert {(row["source_file_path"][-20:], row["period"]) for row in loaded.rows[NBA_BOX_SCORES]} == {("20251023_112000.json", 5)}
    assert [key[-20:] for key, _ in loaded.broken] == ["20251026_112000.json"]


def test_an_odd_line_costs_its_game_and_a_game_that_cannot_be_told_costs_itself():
    odd = line("Lu", "Dort", pts="eight")
    answer = box_object(box_game(home_players=[odd, *five("h")]), box_game("GSW", "LAL"), box_game("SEA", "BOS"))
    games = schedule(scheduled(), scheduled("0022500002", "GSW", "LAL"), scheduled("0062500001", "MIA", "BOS"))
    loaded = raw.load(first_night(schedule_20251023_100000=games, box_20251022_110500=answer), FIRST_NIGHT)
    assert {row["game_id"] for row in loaded.rows[BOX_SCORES]} == {"20251021_GSW_LAL"}
    assert [(gap.game_id, gap.what) for gap in loaded.gaps] == [
        (HOU_OKC, "box_score"), ("20251021_GSW_LAL", "play_by_play"), ("20251021_MIA_BOS", "box_score"),
    ]  # fmt: skip
    assert "Lu Dort: pts is 'eight'" in loaded.gaps[0].reason
    assert ["Lu Dort" in why or "team 'SEA'" in why for _, why in loaded.broken] == [True, True]


def test_an_odd_entry_of_the_schedule_is_taken_from_its_box_score_and_only_in_the_window():
    entries = [scheduled(gameStatus=7), scheduled("0022500002", "GSW", "LAL"), scheduled("0022500005", gameStatus=7, day=date(2025, 10, 22))]
    loaded = raw.load(first_night(official=True, schedule_20251023_100000=schedule(*entries)), FIRST_NIGHT)
    [odd] = [row for row in loaded.rows[SCHEDULE] if row["nba_game_id"] == NBA_ID]
    assert (odd["game_id"], odd["home_score"], odd["source_object"]) == (HOU_OKC, 125, f"{OFFICIAL}/20251022_112000.json")
    [(where, what)] = loaded.notes
    assert (where, "gameStatus is 7" in what) == (f"schedule, game {NBA_ID}", True)
    assert len(loaded.rows[NBA_BOX_SCORES]) == 11
    loaded = raw.load(first_night(schedule_20251023_100000=schedule(*entries)), FIRST_NIGHT)
    assert [(gap.game_id, gap.what) for gap in loaded.gaps if gap.what == "schedule"] == [(NBA_ID, "schedule")]


def test_what_is_accepted_as_missing_is_no_gap():
    objects = first_night()
    del objects[f"{PLAYS}/20251022_111000.json"], objects[f"{BOXES}/20251022_110500.json"]
    assert len(raw.load(objects, FIRST_NIGHT).gaps) == 2
    assert raw.load(objects, FIRST_NIGHT, accepted=[(HOU_OKC, "box_score"), (HOU_OKC, "play_by_play")]).gaps == []


# The real season


@pytest.fixture(scope="module")
def real_season(tmp_path_factory) -> raw.Loaded:
    if not (LEAGUE / "league.py").exists():
        pytest.skip("the real season is not beside this repository")
    bucket = tmp_path_factory.mktemp("bucket")
    days = ["--start", "2025-10-21", "--end", "2025-12-16"]
    subprocess.run([sys.executable, str(LEAGUE / "league.py"), "bucket", str(bucket), *days], check=True)
    return raw.load(open_store(bucket), window("2025-10-21", "2025-12-16", PLAN_SEASON, today=date(2025, 12, 17)))


def recorded(query: str) -> list[tuple]:
    """An answer from the season's own files."""
    return duckdb.sql(query.replace("$shots", f"read_parquet('{LEAGUE}/2025-26/shots.parquet')")).fetchall()


def test_the_real_season_loads_whole(real_season):
    assert {table: len(rows) for table, rows in real_season.rows.items()} == {
        SCHEDULE: 388, BOX_SCORES: 10_133, NBA_BOX_SCORES: 0, NBA_TEAMS: 0, SHOTS: 68_971,
    }  # fmt: skip
    assert sum(row["did_play"] for row in real_season.rows[BOX_SCORES]) == 8_447
    assert Counter(row["game_type"] for row in real_season.rows[SCHEDULE]) == {"regular": 387, "cup_final": 1}
    assert (real_season.gaps, real_season.broken) == ([], [])


def test_every_shooter_of_the_real_season_is_resolved_to_one_player(real_season):
    assert real_season.unresolved == []
    taken = real_season.rows[SHOTS]
    by_person = {(row["game_id"], row["person_id"]): row["player_lookup"] for row in taken}
    by_line = {(row["game_id"], row["player_lookup"]): row["person_id"] for row in taken}
    assert len(by_person) == len(by_line)

    shots_of = Counter((row["game_id"], row["player_lookup"]) for row in taken)
    official = {row["game_id"] for row in real_season.rows[SCHEDULE] if row["is_official"]}
    lines = [row for row in real_season.rows[BOX_SCORES] if row["game_id"] in official]
    differences = Counter(
        shots_of[row["game_id"], row["player_lookup"]] - row["field_goals_attempted"] for row in lines
    )
    assert differences.keys() <= {-1, 0, 1}
    assert differences[0] >= len(lines) - 1


def test_every_zone_of_the_real_season_is_the_recorded_one_with_area_and_without(real_season):
    named = {"paint": "paint", "mid_range": "mid_range", "three": "three_pt"}
    query = "SELECT game_id, player_id, zone, made, count(*) FROM $shots GROUP BY ALL"
    expected = {(game, player, named[zone], made): n for game, player, zone, made, n in recorded(query)}
    taken = real_season.rows[SHOTS]
    assert Counter((r["nba_game_id"], r["person_id"], r["zone"], r["is_made"]) for r in taken) == expected

    by_place = [shots.zone(row["shot_value"], None, row["x_ft"], row["y_ft"]) for row in taken]
    assert by_place == [row["zone"] for row in taken]
