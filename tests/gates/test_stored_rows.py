"""Every raw row against the bytes it was read from, read a second time: a difference is named, and what is healthy passes."""

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from unicodedata import decomposition

import conftest
import duckdb
import pandas as pd
import pytest
from source_bodies import (
    NBA_ID,
    OPENING,
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
)

from nbhelpers import build, gates
from nbhelpers.drill.mutants import sandbox
from nbhelpers.gates import stored_rows
from nbhelpers.raw.identifiers import player_lookup
from nbhelpers.season import Window
from nbhelpers.session import Session
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output
from nbhelpers.store import objects

DAY, BEFORE = date(2025, 11, 5), date(2025, 11, 3)
RAW = tables.layer_outputs(1)
NIGHT = "20251022_110500"


def problems(session: Session, day: date = DAY) -> list[tuple[str, str]]:
    """What the second reading finds wrong on a date: member and problem."""
    rows = stored_rows.as_stored(session, 19, None).rows([day])
    return list(rows[rows.problem.notna()][["member", "problem"]].itertuples(index=False, name=None))


def said(found: list[tuple[str, str]]) -> list[str]:
    return [problem for _, problem in found]


@pytest.fixture(scope="module")
def season(published_season) -> Iterator[Session]:
    with sandbox.in_memory(published_season) as season:
        yield season


def rows_of_day(season: Session, output: Output, day: date = DAY) -> list[dict]:
    names = output.table.column_names
    query = f"SELECT {', '.join(names)} FROM {output.table.name} WHERE game_date = DATE '{day}' ORDER BY {', '.join(output.table.key)}"
    return [dict(zip(names, row, strict=True)) for row in season.warehouse.tuples(query, {})]


def other(value: object, kind: str) -> object:
    """Another value of a column's type."""
    if kind == "BOOL":
        return not value
    if kind in ("INT64", "FLOAT64"):
        return (value or 0) + (1 if kind == "INT64" else 1.0)
    return pd.Timestamp("2020-01-01") if kind == "TIMESTAMP" else "another"


# Rows of the simulated season.


def test_what_was_loaded_is_what_its_objects_say(season):
    rows = stored_rows.as_stored(season, 19, None).rows([DAY])
    assert len(rows) == sum(len(rows_of_day(season, output)) for output in RAW) + 1  # and the date
    assert rows.is_examined.all() and rows.problem.isna().all()


def test_dates_read_part_by_part_are_what_they_are_together(season, monkeypatch):
    together = stored_rows.as_stored(season, 19, None).rows([BEFORE, DAY])
    monkeypatch.setattr(stored_rows, "MOST_DATES", 1)
    asked, query = [], type(season.warehouse).query
    monkeypatch.setattr(type(season.warehouse), "query", lambda warehouse, text, *more: asked.append(text) or query(warehouse, text, *more))
    by_part = stored_rows.as_stored(season, 19, None).rows([BEFORE, DAY])
    assert len(RAW) <= len(asked) <= len(RAW) + 1  # in BigQuery each is a job: one a table, and one for names, however many parts
    order = ["game_date", "member"]
    pd.testing.assert_frame_equal(together.sort_values(order, ignore_index=True), by_part.sort_values(order, ignore_index=True))


@pytest.mark.parametrize("output", RAW, ids=lambda output: output.short)
def test_a_difference_is_named_in_every_column_with_both_values(season, output):
    keys = stored_rows.KEYS[output.table.name.split(".")[1]]
    columns = [of for of in output.table.columns if of.name not in {*keys, *stored_rows.NOT_READ_AGAIN, "game_date"}]
    wrong, expected = rows_of_day(season, output), []
    for n, column in enumerate(columns):
        row = wrong[n % len(wrong)]
        before, row[column.name] = row[column.name], other(row[column.name], column.type)
        expected.append(f"{column.name} {text(row[column.name])}, the stored object says {text(before)}")
    with season.warehouse.replaced({output: wrong}, [DAY]):
        found = "; ".join(said(problems(season))).split("; ")
    for words in expected:
        if words.startswith("player_lookup"):
            assert any(one.startswith(words.partition(" says ")[0]) for one in found), words
        else:
            assert words in found


def text(value: object) -> str:
    """A value as the check writes it."""
    return str(value).lower() if isinstance(value, bool) else "NULL" if value is None else str(value)


@pytest.mark.parametrize("output", RAW, ids=lambda output: output.short)
def test_a_row_that_is_lost_doubled_or_of_no_object_is_named(season, output):
    rows = rows_of_day(season, output)
    with season.warehouse.replaced({output: rows[1:]}, [DAY]):
        assert said(problems(season)) == ["no such row, and the stored object has one"]
    with season.warehouse.replaced({output: [rows[0], *rows]}, [DAY]):
        assert said(problems(season)) == ["there 2 times"] * 2
    key = next(name for name in output.table.key if name not in ("game_id", "nba_game_id")) if output.short != "SCHEDULE" else "nba_game_id"
    strange = rows[0] | {key: "0022599999" if key == "nba_game_id" else "XXX" if key == "team_abbr" else -1}
    source = strange.get("source_file_path") or strange["source_object"]
    with season.warehouse.replaced({output: [strange, *rows[1:]]}, [DAY]):
        found = said(problems(season))
    assert set(found) >= {"no such row, and the stored object has one", f"a row that {source} does not have"}


@pytest.mark.parametrize("output", RAW, ids=lambda output: output.short)
def test_a_game_or_a_date_without_rows_has_those_of_the_newest_whole_object(season, output):
    rows = rows_of_day(season, output)
    of_game = [row for row in rows if row["game_id"] == rows[0]["game_id"]]
    for lost in (of_game, rows):
        with season.warehouse.replaced({output: [row for row in rows if row not in lost]}, [DAY]):
            found = [who for who, problem in problems(season) if problem == "no such row, and the stored object has one"]
        assert len([who for who in found if who.startswith(f"{output.short} ")]) == len(lost)


def test_only_rows_that_changed_are_read_again(season_copy, monkeypatch):
    asked = []
    read = stored_rows._bodies
    monkeypatch.setattr(stored_rows, "_bodies", lambda store, keys: asked.append(keys) or read(store, keys))
    session = season_copy()
    found = gates.Audit(session, 19).run("as_stored")[0]
    assert (found.verdict, found.unchanged, asked) == ("pass", found.expected, [])
    with session.warehouse.writing() as transaction:
        transaction.execute("UPDATE nba_raw.nbac_shots SET period = period + 1 WHERE game_date = ? AND action_number < 20", [DAY])
    audit = gates.Audit(session, 19)
    found = audit.run("as_stored")[0]
    assert (found.verdict, found.bad_dates) == ("fail", [DAY])
    assert found.expected - found.unchanged == sum(len(rows_there(session, output)) for output in RAW) + 1
    assert {objects.address(key).game_date for key in asked[0]} == {DAY}
    assert "period 2, the stored object says 1" in set(found.offenders.problem)
    with pytest.raises(gates.audit.GateFailed, match="as_stored: fail"):
        audit.publish()


def rows_there(session: Session, output: Output) -> pd.DataFrame:
    return session.query(f"SELECT 1 FROM {output.table.name} WHERE game_date = DATE '{DAY}'")


def test_a_player_may_have_the_name_that_he_has_on_other_dates_and_no_other(season):
    rows = {day: rows_of_day(season, tables.named("BOXSCORES"), day) for day in (BEFORE, DAY)}
    who = min(set.intersection(*({row["player_lookup"] for row in of_day} for of_day in rows.values())))
    of_dates = {
        day: [row | {"player_full_name": row["player_full_name"].upper()} if row["player_lookup"] == who else row for row in of_day]
        for day, of_day in rows.items()
    }
    with season.warehouse.replaced({tables.named("BOXSCORES"): of_dates[DAY]}, [DAY]):
        [problem] = said(problems(season))
        assert problem.startswith("player_full_name ")
    with season.warehouse.replaced({tables.named("BOXSCORES"): of_dates[DAY] + of_dates[BEFORE]}, [BEFORE, DAY]):
        assert problems(season) == []


# Objects.


Bucket = Callable[[dict], Session]


@pytest.fixture
def bucket(tmp_path) -> Bucket:
    """Puts objects in a bucket and loads the first night from them; gives the session, in which the rows are staged."""

    def put(bodies: dict) -> Session:
        home = Path(tmp_path / str(len(list(tmp_path.iterdir()))))
        for key, body in bodies.items():
            path = home / "bucket" / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body if isinstance(body, bytes) else json.dumps(body).encode())
        session = conftest.session_at(home)
        session = replace(session, window=Window(session.window.season, OPENING, OPENING))
        build.load(session)
        return session

    return put


def first_night(**instead: object) -> dict:
    """The objects of one game, but for those that are another: schedule, box, official, play."""
    chet = official_line("Chet", "Holmgren", person=7, fieldGoalsAttempted=1, fieldGoalsMade=1)
    player = line("Chet", "Holmgren", fga=1, fgm=1, fg3a=0)
    bodies = {
        "schedule": schedule(scheduled()),
        "box": box_object(box_game(home_players=[player, *five("h")])),
        "official": official_box(home_players=[chet, *official_five("h")]),
        "play": play_by_play(shot(2, 7, "C. Holmgren")),
    } | instead
    return {
        objects.schedule_key("2025-26", NIGHT): bodies["schedule"],
        objects.box_score_key(OPENING, NIGHT): bodies["box"],
        objects.official_box_score_key(OPENING, NBA_ID, NIGHT): bodies["official"],
        objects.play_by_play_key(OPENING, NBA_ID, NIGHT): bodies["play"],
    }


ODD = {
    "numbers as text": first_night(
        box=box_object(box_game(period="4", home_team_score="125", home_players=[line("Chet", "Holmgren", minutes=31.0, fga="1", fgm=1.0), *five("h")]))
    ),
    "minutes and seconds": first_night(
        box=box_object(box_game(home_players=[line("Chet", "Holmgren", minutes="27:03", pts=2), line("No", "Show", minutes=None), *five("h")]))
    ),
    "an idle player of both teams": first_night(
        official=official_box(
            home_players=[official_line("Chet", "Holmgren", person=7, fieldGoalsAttempted=1), *official_five("h")],
            away_players=[official_line("Chet", "Holmgren", person=7, minutes="PT00M00.00S"), *official_five("a")],
        ),
        box=box_object(box_game(
            home_players=[line("Two", "Teams", minutes="0"), *five("h")], away_players=[line("Two", "Teams", minutes=""), *five("a")],
        )),
    ),
    "one name only": first_night(box=box_object(box_game(home_players=[line("Nene", None, pts=4), line(" Jo ", " Lo  Ng ", pts=1), *five("h")]))),
    "accents": first_night(box=box_object(box_game(home_players=[line("Nikola", "Jokić", pts=9), *five("h")]))),
    "other codes of teams": first_night(
        schedule=schedule(scheduled(away="PHO", home="BRK")), box=box_object(box_game("Phoenix Suns", "BRK")),
        official=official_box(away="PHX", home="BKN"), play=play_by_play(shot(2, 7, "C. Holmgren", team="BRK")),
    ),
    "a heave, a team's shot and a turnover": first_night(play=play_by_play(
        shot(2, 7, "C. Holmgren"), shot(4, 7, "C. Holmgren", made=False, actionType="heave"), shot(6, 7, "C. Holmgren", actionType="heave"),
        shot(8, 1610612760, "T. Team"), shot(10, 0, "N. Body"), shot(12, 7, "C. Holmgren", isFieldGoal=0), shot(14, 7, "C. Holmgren", actionType="3pt"),
    )),
    "an entry that only its box score tells": first_night(schedule=schedule(scheduled(gameStatus=9))),
    "an entry told twice": first_night(schedule=schedule(scheduled(), scheduled())),
    "games of no season, undecided, postponed": first_night(schedule=schedule(
        scheduled(), scheduled("0012500001"), scheduled("0042500001", gameStatus=1, homeTeam={"teamId": 0, "teamTricode": "", "score": 0}),
        scheduled("0022500002", "LAL", "POR", gameStatus=1, postponedStatus="P", gameCode="20251230/LALPOR"),
        scheduled("0062500001", "MIA", "ORL", gameStatus=1, gameStatusText="PPD", isNeutral=None),
    )),
    "zipped": {f"{key}.gz" if n % 2 else key: gzip.compress(json.dumps(body).encode()) for n, (key, body) in enumerate(first_night().items())},
    "a newer object that is none": first_night() | {
        objects.box_score_key(OPENING, "20251023_110500"): b"<html>", objects.schedule_key("2025-26", "20251023_110500"): b"\xff\xfe",
        objects.official_box_score_key(OPENING, NBA_ID, "20251023_110500"): {"game": []},
        objects.play_by_play_key(OPENING, NBA_ID, "20251023_110500"): [],
    },
    "no official record": {key: body for key, body in first_night().items() if "nba-com/boxscores" not in key},
}  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_what_sources_really_send_is_read_alike_twice(bucket, odd):
    session = bucket(ODD[odd])
    assert len(session.query("SELECT 1 FROM nba_raw.bdl_player_boxscores", 1)) >= 10
    assert problems(session, OPENING) == []


AREAS = ("Restricted Area", "In The Paint (Non-RA)", "Mid-Range", "", None)
PLACES = ((10, -5), (0, 0), (24, 32), (80, 138), (81, 10), (0, 160), (None, None), ("30", "20"))


def test_a_zone_follows_from_area_place_and_distance_alike_twice(bucket):
    told = product(AREAS, PLACES, (0.0, 3.9, 4, 16.5, None), ([], ["pointsinthepaint"], None), ("2pt", "3pt"))
    shots = [
        shot(2 * n, 7, "C. Holmgren", area=area, xLegacy=x, yLegacy=y, shotDistance=distance, qualifiers=qualifiers, actionType=kind)
        for n, (area, (x, y), distance, qualifiers, kind) in enumerate(told, start=1)
    ]
    session = bucket(first_night(play=play_by_play(*shots)))
    zones = session.query("SELECT zone, COUNT(*) AS n FROM nba_raw.nbac_shots GROUP BY zone", 1)
    assert len(zones) == 4 and zones.n.sum() == len(shots)
    assert problems(session, OPENING) == []


def test_a_name_is_in_the_same_letters_twice():
    letters = [chr(n) for n in range(0xC0, 0x250) if chr(n).isalpha() and "<" not in decomposition(chr(n))]  # no ligatures
    with duckdb.connect() as connection:
        connection.execute(stored_rows._text("macros"))
        found = connection.execute("SELECT letter, lookup(letter) FROM (SELECT UNNEST($letters) AS letter)", {"letters": letters}).fetchall()
    assert {letter: key for letter, key in found if key != player_lookup(letter)} == {}


def test_rows_of_an_object_that_is_gone_are_left_out_and_it_is_named(bucket):
    session = bucket(first_night())
    gone = objects.play_by_play_key(OPENING, NBA_ID, NIGHT)
    (session.settings.bucket / gone).unlink()
    audit = gates.Audit(session, 19)
    missing, stored = audit.run("objects_there", "as_stored")
    assert (missing.verdict, list(missing.offenders.member)) == ("warn", [gone])
    assert list(missing.offenders.problem) == ["it is not there any more"]
    assert (stored.verdict, stored.examined) == ("pass", 1 + 11 + 11 + 2 + 1)
    assert audit.kept.rows([stored], {"receipt_id": "r", "run_id": "r", "created_at": pd.Timestamp("2026-01-01")}) == []


def test_an_object_that_is_another_than_it_was_fails_its_rows(bucket):
    session = bucket(first_night())
    path = session.settings.bucket / objects.official_box_score_key(OPENING, NBA_ID, NIGHT)
    path.write_bytes(b"<html>")
    found = said(problems(session, OPENING))
    assert set(found) == {f"a row that {path.relative_to(session.settings.bucket)} does not have"}
    assert len(found) == 11 + 2
