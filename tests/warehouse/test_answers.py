"""What one notebook has asked the next ones know, for as long as nobody touches the file; and never a moment longer."""

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import AT, Tiny, day

from nbhelpers.warehouse import DuckDB

GAPS = "SELECT game_id, reason FROM nba_processing.accepted_gaps WHERE what = @what ORDER BY game_id"
PLAYERS = "SELECT COUNT(*) AS lines FROM nba_raw.bdl_player_boxscores WHERE game_date = @day"


@pytest.fixture
def tiny(tmp_path) -> Tiny:
    return Tiny(tmp_path)


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """The queries that were run on a file."""
    ask, texts = DuckDB._asked, []
    monkeypatch.setattr(DuckDB, "_asked", lambda self, text, *more, **named: texts.append(text) or ask(self, text, *more, **named))
    return texts


def accept(warehouse: DuckDB, game_id: str, what: str = "play_by_play") -> None:
    row = {"game_id": game_id, "what": what, "reason": "never published", "accepted_by": "a test", "accepted_at": AT}
    with warehouse.writing(by_partition=True) as transaction:
        transaction.insert("nba_processing.accepted_gaps", [row])


def another(tiny: Tiny) -> DuckDB:
    """The warehouse as the next notebook opens it."""
    return DuckDB(tiny.settings.warehouse, tiny.warehouse.staging)


def test_the_next_notebook_knows_what_the_first_has_asked(tiny, asked):
    accept(tiny.warehouse, "one")
    found = [another(tiny).query_once(GAPS, {"what": "play_by_play"}) for _ in range(3)]
    assert [list(rows.game_id) for rows in found] == [["one"]] * 3
    assert asked == [GAPS]


def test_it_is_the_frame_that_the_query_itself_gives(tiny):
    accept(tiny.warehouse, "one")
    values = "*, CAST(NULL AS INT64) AS none, DATE '2025-10-21' AS day, 1 AS n, 1.5 AS x, TRUE AS yes"
    absent = "CAST(NULL AS STRING) AS no_text, CAST(NULL AS DATE) AS no_day, CAST(NULL AS FLOAT64) AS no_number"
    for more in (f"{values}, [1.5, 2] AS two", values, absent, f"{absent}, 'text' AS text"):
        for where in ("TRUE", "FALSE"):
            text = f"SELECT {more} FROM nba_processing.accepted_gaps WHERE {where}"
            plain = tiny.warehouse.query(text)
            for _ in range(2):
                pd.testing.assert_frame_equal(another(tiny).query_once(text), plain)


def test_other_parameters_are_another_question(tiny):
    accept(tiny.warehouse, "one")
    accept(tiny.warehouse, "two", what="box_score")
    for what, games in (("play_by_play", ["one"]), ("box_score", ["two"]), ("play_by_play", ["one"])):
        assert list(another(tiny).query_once(GAPS, {"what": what}).game_id) == games


def test_what_is_staged_since_is_seen_by_who_reads_the_candidate(tiny):
    tiny.play(day(0), "BOS", "LAL")
    counts = []
    for _ in range(2):
        counts.append(another(tiny).query_once(PLAYERS, {"day": day(0)}, layer=1).lines[0])
        tiny.stage_raw(tiny.session())
    tiny.play(day(0), "CHI", "MIA")
    tiny.stage_raw(tiny.session())
    counts.append(another(tiny).query_once(PLAYERS, {"day": day(0)}, layer=1).lines[0])
    assert counts == [0, 20, 40]
    assert another(tiny).query_once(PLAYERS, {"day": day(0)}).lines[0] == 0


def test_what_is_asked_of_outputs_alone_is_known_until_their_rows_are_others(tiny, asked):
    tiny.play(day(0), "BOS", "LAL")
    tiny.load()
    found = {0: [another(tiny).query_once(PLAYERS, {"day": day(0)}).lines[0]]}
    accept(tiny.warehouse, "of another game")  # the file is another, and not a row of the table
    found[1] = [another(tiny).query_once(PLAYERS, {"day": day(0)}).lines[0]]
    assert (found, asked.count(PLAYERS)) == ({0: [20], 1: [20]}, 1)
    tiny.play(day(0), "CHI", "MIA")
    tiny.stage_raw(tiny.session())
    assert another(tiny).query_once(PLAYERS, {"day": day(0)}, layer=1).lines[0] == 40
    tiny.load()
    assert another(tiny).query_once(PLAYERS, {"day": day(0)}).lines[0] == 40  # known: it was seen as the candidate
    assert asked.count(PLAYERS) == 2
    with duckdb.connect(str(tiny.settings.warehouse)) as connection:
        connection.execute("DELETE FROM nba_raw.bdl_player_boxscores WHERE team_abbr = 'CHI'")
    assert another(tiny).query_once(PLAYERS, {"day": day(0)}).lines[0] == 30


def test_of_what_depends_on_nothing_later_only_the_dates_from_the_change_on_are_asked_about(tiny, monkeypatch):
    text = "SELECT game_date AS day, COUNT(*) AS lines FROM nba_raw.bdl_player_boxscores WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_date"
    ask, starts = DuckDB._asked, []
    monkeypatch.setattr(
        DuckDB,
        "_asked",
        lambda self, of, given, *more, **named: starts.append(given.get("start_date")) or ask(self, of, given, *more, **named),
    )

    def counts(last: int) -> list[int]:
        whole = {"start_date": day(0), "end_date": day(last), "dates": [day(n) for n in range(last + 1)]}
        starts.clear()
        return list(another(tiny).query_once(text, whole, by_date="day").sort_values("day").lines)

    for n in range(3):
        tiny.play(day(n), "BOS", "LAL")
        tiny.load(end=day(n))
        assert (counts(n), starts) == ([20] * (n + 1), [day(n)])
    tiny.execute(f"DELETE FROM nba_raw.bdl_player_boxscores WHERE team_abbr = 'BOS' AND game_date = DATE '{day(1)}'")
    assert (counts(2), starts) == ([20, 10, 20], [day(1)])
    assert (counts(1), starts) == ([20, 10], [])
    assert (counts(2), starts) == ([20, 10, 20], [])


def test_what_no_fingerprint_tells_is_asked_anew_of_every_other_file(tiny):
    text = "SELECT MAX(source_object) AS told_by FROM nba_raw.nbac_schedule"
    tiny.play(day(0), "BOS", "LAL")
    tiny.load()
    assert another(tiny).query_once(text).told_by[0] != "zz"
    with duckdb.connect(str(tiny.settings.warehouse)) as connection:
        connection.execute("UPDATE nba_raw.nbac_schedule SET source_object = 'zz'")
    assert another(tiny).query_once(text).told_by[0] == "zz"


def test_a_file_that_is_not_there_yet_reads_as_empty_and_leaves_nothing(tmp_path):
    warehouse = DuckDB(tmp_path / "new" / "season.duckdb", tmp_path / "staging")
    assert warehouse.query_once(GAPS, {"what": "x"}).empty
    assert list(tmp_path.iterdir()) == []


EVENTS = st.lists(st.sampled_from(["ask", "publish", "write by hand", "cut", "spoil", "throw away", "file in its place"]), max_size=7)


@settings(max_examples=25, deadline=None)
@given(EVENTS)
def test_whatever_happened_meanwhile_the_answer_is_the_one_of_now(tmp_path_factory, events):
    tiny = Tiny(tmp_path_factory.mktemp("season"))
    folder, games = tiny.settings.warehouse.with_name("season.duckdb.fingerprints") / "answers", 0
    for event in [*events, "ask"]:
        kept = list(folder.rglob("*.frame")) if folder.is_dir() else []
        if event == "ask":
            found = another(tiny).query_once(GAPS, {"what": "play_by_play"})
            assert list(found.game_id) == [f"game {n}" for n in range(1, games + 1)]
        elif event == "publish":
            games += 1
            accept(another(tiny), f"game {games}")
        elif event == "write by hand":
            games += 1
            with duckdb.connect(str(tiny.settings.warehouse)) as connection:
                values = f"('game {games}', 'play_by_play', 'by hand', 'a test', TIMESTAMP '2026-01-01')"
                connection.execute(f"INSERT INTO nba_processing.accepted_gaps VALUES {values}")
        elif event == "cut":
            for path in kept:
                path.write_bytes(path.read_bytes()[:-9])
        elif event == "spoil":
            for path in kept:
                path.write_bytes(path.read_bytes().replace(b"game", b"gone"))
        elif event == "throw away":
            for path in kept:
                path.unlink()
        elif not folder.exists():
            folder.parent.mkdir(exist_ok=True)
            folder.write_text("in its place")
