"""What one source alone gets wrong, planted in its bodies: no published value changes, and each is named.

A simulated season's first days, fetched whole from both sources.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import conftest
import oracle
import pytest

from nbhelpers import build, gates, simulation
from nbhelpers.errors import GateFailed
from nbhelpers.season import Window
from nbhelpers.session import Session
from nbhelpers.sql import tables

FIRST, DAY, LAST = date(2025, 10, 21), date(2025, 10, 22), date(2025, 10, 23)
SUMMARIES = ("player_game_summary", "team_defense_game_summary", "team_offense_game_summary")

Plant = Callable[[Path], None]


@dataclass
class Outcome:
    """What gate 1 said of a bucket, and the summaries built from what it published."""

    findings: dict[str, gates.Finding]
    summaries: dict[str, list[dict]]
    named: list[str]  # people of whom something changed

    def problems(self, check: str) -> list[str]:
        return self.findings[check].offenders.problem.tolist()


@pytest.fixture(scope="module")
def bucket(simulated_source, tmp_path_factory) -> Path:
    """Three days as both sources tell them. Not to be written to."""
    folder = tmp_path_factory.mktemp("whole") / "bucket"
    simulation.write_bucket(simulated_source, folder, FIRST, LAST, with_official=True)
    return folder


@pytest.fixture(scope="module")
def whole(bucket, tmp_path_factory) -> Outcome:
    return outcome(bucket, tmp_path_factory.mktemp("healthy"), lambda bucket: None)


def loaded(bucket: Path, home: Path, plant: Plant, lines: str = "bdl") -> tuple[Session, list]:
    shutil.copytree(bucket, home / "bucket")
    plant(home / "bucket")
    session = conftest.session_at(home)
    session = replace(session, window=Window(session.window.season, FIRST, LAST), settings=replace(session.settings, lines=lines))
    _, found = build.load(session)
    return session, found.named


def outcome(bucket: Path, home: Path, plant: Plant, lines: str = "bdl") -> Outcome:
    session, named = loaded(bucket, home, plant, lines)
    audit = gates.Audit(session, 19)
    audit.publish()
    for step in (20, 21, 22):
        build.step(session, step)
    rows = {
        name: [
            {column: None if value != value else value for column, value in row.items()}  # pandas has NaN for NULL
            for row in session.query(f"SELECT * FROM nba_analytics.{name} ORDER BY game_id, {key}", 2).to_dict("records")
        ]
        for name, key in zip(SUMMARIES, ("player_lookup", "defending_team_abbr", "team_abbr"), strict=True)
    }
    return Outcome(audit.findings, rows, [str(person) for person in named])


def differing(found: Outcome, whole: Outcome, but: tuple[str, ...] = ()) -> list[tuple]:
    """Table, column and both values of what differs between two outcomes, but for some columns."""
    return [
        (name, column, mine[column], theirs[column])
        for name in SUMMARIES
        for mine, theirs in zip(found.summaries[name], whole.summaries[name], strict=True)
        for column in mine
        if mine[column] != theirs[column] and column not in but
    ]


@contextmanager
def changing(bucket: Path, pattern: str) -> Iterator[dict]:
    """The body of the one object that a pattern tells, written back changed."""
    [path] = bucket.glob(pattern)
    body = json.loads(path.read_bytes())
    yield body
    path.write_text(json.dumps(body))


def box_scores(bucket: Path):
    return changing(bucket, f"ball-dont-lie/boxscores/{DAY}/*.json")


def lines_of(body: dict) -> list[dict]:
    return [line for game in body["boxScores"] for side in ("home_team", "visitor_team") for line in game[side]["players"]]


def turnovers_zero(bucket: Path) -> None:
    with box_scores(bucket) as body:
        for line in lines_of(body):
            line["turnover"] = 0


def assists_and_rebounds_exchanged(bucket: Path) -> None:
    with box_scores(bucket) as body:
        for line in lines_of(body):
            line["ast"], line["reb"] = line["reb"], line["ast"]


def overtime_as_period_four(bucket: Path) -> None:
    with box_scores(bucket) as body:
        [game] = [game for game in body["boxScores"] if game["period"] > 4]
        game["period"] = 4


def minutes_of_team_mates_exchanged(bucket: Path) -> None:
    with box_scores(bucket) as body:
        played = sorted(body["boxScores"][0]["home_team"]["players"], key=lambda line: -int(line["min"]))
        played[0]["min"], played[5]["min"] = played[5]["min"], played[0]["min"]


def a_day_lost(bucket: Path) -> None:
    with box_scores(bucket) as body:
        body["boxScores"], body["rowCount"] = [], 0


def one_player_lost(bucket: Path) -> None:
    with box_scores(bucket) as body:
        players = body["boxScores"][0]["home_team"]["players"]
        players.remove(max(players, key=lambda line: int(line["min"])))


@pytest.mark.parametrize(
    ("plant", "check", "words"),
    [
        (turnovers_zero, "sources_differ", "turnovers 0 and "),
        (assists_and_rebounds_exchanged, "sources_differ", "BallDontLie contradicts itself"),
        (overtime_as_period_four, "sources_differ", "period 4 and 5"),
        (minutes_of_team_mates_exchanged, "sources_differ", "minutes "),
        (one_player_lost, "sources_differ", "listed by the NBA alone"),
        (a_day_lost, "witnessed", "the NBA alone has it"),
    ],
)
def test_what_balldontlie_alone_gets_wrong_is_named_and_changes_no_summary(bucket, whole, tmp_path, plant, check, words):
    found = outcome(bucket, tmp_path, plant)
    # Of a day that BallDontLie lacks, whom it tells of on no other is named as the NBA spells him.
    others = [row for row in whole.summaries["player_game_summary"] if row["game_date"].date() != DAY]
    tells = {row[column] for row in others for column in ("player_full_name", "player_lookup")}
    assert [what for what in differing(found, whole) if what[1] not in ("player_full_name", "player_lookup") or what[3] in tells] == []
    assert found.findings[check].verdict == "warn" and any(words in problem for problem in found.problems(check))
    assert {name for name, answer in found.findings.items() if answer.verdict == "fail"} == set()


def test_a_player_spelled_otherwise_is_named_and_keeps_his_history(bucket, whole, tmp_path):
    def spell(bucket: Path) -> None:
        with changing(bucket, f"ball-dont-lie/boxscores/{FIRST}/*.json") as body:
            seen = {line["player"]["id"] for line in lines_of(body)}
        with changing(bucket, f"ball-dont-lie/boxscores/{LAST}/*.json") as body:
            line = max((line for line in lines_of(body) if line["player"]["id"] in seen), key=lambda line: line["pts"])
            line["player"]["first_name"] = "Somebody"

    found = outcome(bucket, tmp_path, spell)
    assert differing(found, whole) == []
    assert len(found.named) == len(whole.named) + 1
    assert found.findings["sources_differ"].verdict == found.findings["identities_hold"].verdict == "pass"


def official(bucket: Path):
    return changing(bucket, f"nba-com/boxscores/{DAY}/game_0022500003/*.json")


def a_rebound_that_does_not_add_up(bucket: Path) -> None:
    with official(bucket) as body:
        body["game"]["homeTeam"]["players"][0]["statistics"]["reboundsTotal"] += 1


def a_score_that_nobody_scored(bucket: Path) -> None:
    with official(bucket) as body:
        body["game"]["homeTeam"]["score"] += 2


def an_assist_that_its_team_lacks(bucket: Path) -> None:
    with official(bucket) as body:
        body["game"]["homeTeam"]["players"][0]["statistics"]["assists"] += 1


@pytest.mark.parametrize("plant", [a_rebound_that_does_not_add_up, a_score_that_nobody_scored, an_assist_that_its_team_lacks])
def test_an_official_record_that_contradicts_itself_loses_and_is_named(bucket, whole, tmp_path, plant):
    found = outcome(bucket, tmp_path, plant)
    assert differing(found, whole) == []
    assert any("BallDontLie taken, the official record contradicts itself" in problem for problem in found.problems("sources_differ"))


def test_a_correction_that_holds_in_itself_is_taken_from_the_official_record(bucket, whole, tmp_path):
    def correct(bucket: Path) -> None:
        with official(bucket) as body:
            side = body["game"]["homeTeam"]
            for statistics in (side["players"][0]["statistics"], side["statistics"]):
                for name in ("reboundsTotal", "reboundsDefensive", "reboundsPersonal"):
                    statistics[name] = statistics.get(name, 0) + 1

    found = outcome(bucket, tmp_path, correct)
    changed = [(column, mine - theirs) for table, column, mine, theirs in differing(found, whole) if table == SUMMARIES[0]]
    assert changed == [("rebounds", 1), ("defensive_rebounds", 1)]
    taken = "the NBA taken, the two differ, and the NBA has the official record"
    assert any(problem.endswith(taken) for problem in found.problems("sources_differ"))


def test_zones_exchanged_in_the_play_by_play_of_a_date_are_stopped_by_the_official_paint(bucket, tmp_path):
    exchanged = {"Restricted Area": "Mid-Range", "In The Paint (Non-RA)": "Mid-Range", "Mid-Range": "In The Paint (Non-RA)"}

    def exchange(bucket: Path) -> None:
        for path in bucket.glob(f"nba-com/play-by-play/{DAY}/*/*.json"):
            body = json.loads(path.read_bytes())
            for action in body["game"]["actions"]:
                if action.get("area") in exchanged:
                    action |= {"area": exchanged[action["area"]], "xLegacy": None, "yLegacy": None, "shotDistance": None}
            path.write_text(json.dumps(body))

    session, _ = loaded(bucket, tmp_path, exchange)
    with pytest.raises(GateFailed, match="paint_witnessed: fail, examined 32 of 32 official team-games"):
        gates.Audit(session, 19).publish()


def test_without_a_key_the_nbas_lines_alone_pass_and_say_that_nobody_else_saw_them(bucket, tmp_path):
    found = outcome(bucket, tmp_path, lambda bucket: shutil.rmtree(bucket / "ball-dont-lie"), lines="nba")
    assert {name: answer.verdict for name, answer in found.findings.items() if answer.verdict != "pass"} == {
        "witnessed": "warn", "sources_differ": "not due", "plan_gate_1": "plan",
    }  # fmt: skip
    expected = oracle.season_tables(tmp_path / "bucket", FIRST, LAST, FIRST.year, FIRST, of_nba=True)
    for name, rows in found.summaries.items():
        table = tables.schema()[f"nba_analytics.{name}"]
        held = [row | {"game_date": row["game_date"].date()} for row in rows]
        assert oracle.differences(expected[table.name], held, table.key) == []
