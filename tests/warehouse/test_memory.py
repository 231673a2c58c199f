"""What a run has found out in BigQuery is known to its next notebook: until it is written to, and to no other run."""

from collections.abc import Callable

import pytest
from bigquery_server import Server
from tiny import AT, SEASON, day, output

from nbhelpers.warehouse import Partition, Staged
from nbhelpers.warehouse.bigquery import BigQuery
from nbhelpers.warehouse.bigquery.fingerprints import AS_PUBLISHED, Fingerprints, as_staged, whole_and_parts
from nbhelpers.warehouse.bigquery.memory import Memory

GAPS, RECEIPTS = "nba_processing.accepted_gaps", "nba_processing.gate_receipts"
TDGS = output("TDGS")


@pytest.fixture
def server(httpserver) -> Server:
    return Server(httpserver)


@pytest.fixture
def notebook(server, tmp_path) -> Callable[[str], BigQuery]:
    """Gives, at each call, the warehouse as another notebook of a run has it."""
    return lambda run="a_run": BigQuery(server.client(), SEASON, run, memory=tmp_path / "memory")


def test_the_next_notebook_of_a_run_need_not_ask_what_was_answered(server, notebook):
    text = f"SELECT game_id AS n FROM {GAPS} WHERE what = @what"
    for _ in range(2):
        notebook().query_once(text, {"what": "box_score"})
    assert len(server.jobs) == 1
    calls = sum(server.asked.values())
    notebook().query_once(text, {"what": "box_score"})
    assert sum(server.asked.values()) == calls  # not a look at a table either
    notebook().query_once(text, {"what": "play_by_play"})
    notebook("another_run").query_once(text, {"what": "box_score"})
    assert len(server.jobs) == 3


def test_what_was_answered_of_a_table_is_asked_anew_once_the_run_has_written_to_it(server, notebook):
    def asked_anew(name: str) -> bool:
        before = len(server.jobs)
        notebook().query_once(f"SELECT run_id AS n FROM {RECEIPTS}")
        transaction = notebook().transaction()
        transaction.remove(name, {"run_id": "x"})
        transaction.commit()
        notebook().query_once(f"SELECT run_id AS n FROM {RECEIPTS}")
        return len(server.jobs) - before > 2

    assert asked_anew(RECEIPTS)
    assert not asked_anew(GAPS)


def test_an_answer_that_is_not_whole_is_none(tmp_path):
    memory = Memory(tmp_path, "a_run", "here")
    memory.keep("notes", "t", answer={"n": 1})
    assert memory.recall("notes", "t") == {"n": 1}
    [file] = (path for path in tmp_path.rglob("*") if path.is_file())
    file.write_bytes(file.read_bytes()[:-1])
    assert memory.recall("notes", "t") is None
    assert Memory(None, "a_run", "here").recall("notes", "t") is None


def test_once_staged_dates_are_published_what_they_hold_is_known_without_a_look(tmp_path):
    asked = []
    known = Fingerprints(asked.append, None, Memory(tmp_path, "a_run", "here"))
    staged = Staged((str(day(1)),), "a_run", "code", AT.isoformat())
    before, built = {day(0): Partition(1, "old"), day(1): Partition(1, "old")}, {day(1): Partition(2, "new")}
    for part in whole_and_parts(TDGS):
        known._keep((part, AS_PUBLISHED), before)
        known._keep((part, as_staged(staged)), built)
    taken = known.taken([TDGS])
    assert known._known((TDGS, AS_PUBLISHED)) is None  # while it is unknown whether it was written
    known.put_back(TDGS, taken, staged, [day(1)])
    expected = {day(0): Partition(1, "old"), day(1): Partition(2, "new")}
    looks = [(part, AS_PUBLISHED) for part in whole_and_parts(TDGS)]
    assert known.look(looks) == dict.fromkeys(looks, expected)
    assert not asked


def test_a_table_that_is_not_there_holds_nothing_and_is_not_asked(server, notebook):
    assert notebook().fingerprints_of([TDGS, output("TDZA failures")]) == {TDGS: {}, output("TDZA failures"): {}}
    assert not server.jobs
