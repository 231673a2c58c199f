"""The real season through the real client code: whole and right in every value, and no fault of a source slips by."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from real import BOX_SCORES, OFFICIAL_BOX_SCORE, PLAY_BY_PLAY, SCHEDULE, needs_real_season, serving, write_bucket
from runs import Ended, Home, Left, oracle_differences

from nbhelpers import build, gates
from nbhelpers.errors import Broken, GateFailed
from nbhelpers.sources import fetch, holdings
from nbhelpers.sources.balldontlie import BallDontLie
from nbhelpers.sources.nba_cdn import NbaCdn

pytestmark = needs_real_season

SECRET = "never-written-anywhere-0815"
CUP_FINAL = date(2025, 12, 16)
SCHEDULED, LINES, SHOTS = "nba_raw.nbac_schedule", "nba_raw.bdl_player_boxscores", "nba_raw.nbac_shots"
PGS, TDGS, TOGS = (f"nba_analytics.{of}_game_summary" for of in ("player", "team_defense", "team_offense"))
TDZA = "nba_precompute.team_defense_zone_analysis"
PSZA = "nba_precompute.player_shot_zone_analysis"
PCF = "nba_precompute.player_composite_factors"


@dataclass(frozen=True)
class Backfilled:
    """The season after a run from the plan's state, and what the two sources were asked for."""

    home: Home
    ended: Ended
    left: Left
    asked: Counter


@pytest.fixture(scope="module")
def backfilled(tmp_path_factory) -> Backfilled:
    home = Home(tmp_path_factory.mktemp("real"), profile="local")
    write_bucket(home.folder / "bucket")
    with serving(tmp_path_factory.mktemp("server")) as server:
        both = {"BDL_BASE_URL": server.address, "NBA_CDN_BASE_URL": server.address, "BALLDONTLIE_API_KEY": SECRET}
        ended = home.run("--with-predictions", "--bdl-rate", "6000", **both)
        return Backfilled(home, ended, home.runs[-1], server.asked())


def test_season_passes_every_gate(backfilled):
    assert (backfilled.ended.code, backfilled.ended.err) == (0, ""), backfilled.ended.out
    assert set(backfilled.left.statuses.values()) == {"done"}
    assert [receipt["gate"] for receipt in backfilled.left.manifest["receipts"]] == ["19", "29", "39", "49"]
    assert "SIMULATED" not in backfilled.ended.out + backfilled.left.report


def test_sources_are_asked_once_for_exactly_what_is_missing(backfilled):
    missing = [date(2025, 10, 21) + timedelta(n) for n in range(23)] + [CUP_FINAL]
    games = backfilled.home.select(f"SELECT nba_game_id FROM {SCHEDULED} WHERE game_date <= '2025-11-12'")
    assert len(games) == 174
    plays = [f"{PLAY_BY_PLAY}{game}.json" for (game,) in games]
    official = [f"{OFFICIAL_BOX_SCORE}{game}.json" for (game,) in backfilled.home.select(f"SELECT nba_game_id FROM {SCHEDULED}")]
    assert len(official) == 388  # one request a game beside those of before
    assert backfilled.asked == Counter([SCHEDULE, *(f"{BOX_SCORES}{day}" for day in missing), *official, *plays])


def test_key_is_written_nowhere(backfilled):
    files = [path for path in backfilled.home.folder.rglob("*") if path.is_file()]
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]


def test_season_has_the_games_lines_and_summaries_it_is_known_to_have(backfilled):
    home = backfilled.home
    games = home.by_date(SCHEDULED)
    assert (sum(games.values()), len(games)) == (388, 56)
    assert (home.count(LINES), home.count(LINES, "did_play"), home.count(PGS)) == (10_133, 8_447, 8_447)
    assert home.count(SHOTS) == home.count(SHOTS, "zone IS NOT NULL AND player_lookup IS NOT NULL") == 68_971
    assert home.count(TDGS) == home.count(TOGS) == 776
    assert home.by_date(TDGS) == home.by_date(TOGS) == {day: 2 * n for day, n in games.items()}


def test_defences_begin_on_october_29_and_are_all_there_from_november_2(backfilled):
    teams = backfilled.home.by_date(TDZA)
    assert (sum(teams.values()), min(teams)) == (1_388, date(2025, 10, 29))
    assert {n for day, n in teams.items() if day >= date(2025, 11, 2)} == {30}
    assert max(n for day, n in teams.items() if day < date(2025, 11, 2)) < 30


def test_players_zones_begin_on_november_9(backfilled):
    assert min(backfilled.home.by_date(PSZA)) == date(2025, 11, 9)


def test_every_listed_player_has_factors_from_november_5_and_none_without_a_defence(backfilled):
    listed = backfilled.home.select(f"SELECT player_lookup, game_date FROM {LINES} WHERE game_date >= '2025-11-05'")
    scored = backfilled.home.select(f"SELECT player_lookup, game_date FROM {PCF} WHERE opponent_strength_score > 0")
    assert sorted(scored) == sorted(listed)
    assert backfilled.home.count(PCF) == len(scored)


def test_every_value_of_every_table_is_what_an_independent_computation_gives(backfilled):
    assert oracle_differences(backfilled.home, CUP_FINAL, with_predictions=True) == {}


# What a source gets wrong.

FAULTS = {
    "missing": "2025-10-22",
    "partial": "2025-10-24",
    "live": "2025-10-26",
    "noshots": "2025-10-28",
    "nozones": "2025-10-30",
    "lostshots": "2025-11-01",
    "status1": "2025-11-03",
    "dup": "2025-11-05",
}
THE_LAST_GAME_ONLY = {"partial", "live"}
CHECKS = {"noshots": "play_by_play_per_game", "nozones": "shots_have_zones", "lostshots": "play_by_play_per_game"}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """Both APIs, each fault on a date of its own; where BallDontLie lacks a game, so does the NBA, or it would fill it."""
    faults = [f"{fault}={day}" for fault, day in FAULTS.items()] + [f"nobox={FAULTS[fault]}" for fault in ("missing", "partial")]
    with serving(tmp_path_factory.mktemp("faulty"), *faults) as server:
        yield server.address


@pytest.fixture(scope="module")
def healthy(tmp_path_factory):
    """Both APIs without a fault."""
    with serving(tmp_path_factory.mktemp("healthy")) as server:
        yield server.address


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """A backfill that meets one fault after the other, each in the two dates after those of the one before."""
    return Home(tmp_path_factory.mktemp("faults"), profile="local")


def fetched_loaded_and_audited(home: Home, address: str, end: str) -> gates.Audit:
    """Steps 10 and 11 and the look of gate 1 over a date and the one before it."""
    start = date.fromisoformat(end) - timedelta(1)
    session = home.session(str(start), end, bdl_base_url=address, cdn_base_url=address, bdl_rate=6000)
    build.fetch_missing(session)
    build.load(session)
    audit = gates.Audit(session, 19)
    audit.run()
    return audit


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault not in ("status1", "dup")])
def test_fault_stops_gate_1_which_names_its_games_and_once_it_is_mended_the_next_run_goes_on(
    home, faulty, healthy, monkeypatch, fault
):
    monkeypatch.setenv("BALLDONTLIE_API_KEY", SECRET)
    day, before = FAULTS[fault], home.contents()
    audit = fetched_loaded_and_audited(home, faulty, day)
    with pytest.raises(GateFailed, match=f"Gate 19 stops: .*{day}") as stop:
        audit.publish()
    assert set(re.findall(r"\d{4}-\d\d-\d\d", stop.value.what)) == {day}
    games = holdings.stored_games(audit.session.store, audit.session.window.season.name)
    today = [game.game_id for game in games if str(game.game_date) == day]
    finding = audit.findings[CHECKS.get(fault, "box_score_per_game")]
    named = {game for game in today if finding.offenders.member.str.startswith(game).any()}
    assert named == set(today[-1:] if fault in THE_LAST_GAME_ONLY else today)
    assert home.contents() == before
    assert "passed" in fetched_loaded_and_audited(home, healthy, day).publish()
    assert home.contents() != before


def test_schedule_stuck_on_scheduled_is_a_warning_where_the_box_scores_are_final(home, faulty, monkeypatch):
    monkeypatch.setenv("BALLDONTLIE_API_KEY", SECRET)
    audit = fetched_loaded_and_audited(home, faulty, FAULTS["status1"])
    assert audit.findings["schedule_stuck"].verdict == "warn"
    assert audit.findings["schedule_stuck"].bad_dates == [date.fromisoformat(FAULTS["status1"])]
    assert "passed" in audit.publish()


def test_game_listed_twice_is_loaded_once(home, faulty, monkeypatch):
    monkeypatch.setenv("BALLDONTLIE_API_KEY", SECRET)
    assert "passed" in fetched_loaded_and_audited(home, faulty, FAULTS["dup"]).publish()
    of_the_date = f"FROM {LINES} WHERE game_date = '{FAULTS['dup']}'"
    [(rows, players)] = home.select(f"SELECT COUNT(*), COUNT(DISTINCT (game_id, bdl_player_id)) {of_the_date}")
    assert rows == players > 100


TRANSPORT = ("429", "500", "truncate", "html")


@pytest.mark.parametrize("share", [0.05, 0.2], ids=["a fifth of the answers bad", "four fifths of the answers bad"])
def test_bad_answers_are_asked_again_and_an_interrupted_fetch_goes_on_where_it_stopped(tmp_path, share):
    session = Home(tmp_path / "home", profile="local").session("2025-10-21", "2025-10-24")
    runs, kept = 0, 0
    with serving(tmp_path, *(f"{fault}={share}" for fault in TRANSPORT)) as server:
        while runs < 50:
            runs += 1
            bdl = BallDontLie(server.address, SECRET, 6000, sleep=lambda seconds: None)
            cdn = NbaCdn(server.address, sleep=lambda seconds: None)
            try:
                fetched = fetch.fetch(session.store, bdl, cdn, session.window, datetime(2025, 12, 17, tzinfo=UTC))
                if not fetched.gaps and not fetched.one_witness:
                    break
                reasons = [gap.reason for gap in fetched.gaps + fetched.one_witness]
            except Broken as problem:
                reasons = [problem.what]
            assert all("gave no usable answer" in reason or "absent" in reason for reason in reasons)
            kept, before = len(session.store.keys()), kept
            assert kept >= before
    assert runs == 1 or share > 0.05
    assert runs > 1 or fetched.spent.retries > 0  # the last of several runs may have met no bad answer
    assert fetched.gaps == []
    assert [count.fetched + count.there for count in (fetched.box_scores, fetched.play_by_play)] == [4, 28]
    assert len(session.store.keys()) == 1 + 4 + 28 + 28
