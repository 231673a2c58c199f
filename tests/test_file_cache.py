"""What is remembered of files is what a look would find: it is forgotten with any touch of them, however it is disguised."""

import os

import duckdb
import pytest
from tiny import Tiny, day

from nbhelpers import tables
from nbhelpers.file_cache import carry, remembered, states


class Looker:
    """Reads a file when it is asked, and counts how often."""

    def __init__(self, folder):
        self.file, self.kept_in, self.looks = folder / "data", folder / "kept" / "data.json", 0
        self.file.write_text("one")

    def ask(self, asked: str = "what") -> str:
        return remembered(self.kept_in, [self.file, self.file.with_name("data.wal")], asked, self._look)

    def _look(self) -> str:
        self.looks += 1
        return self.file.read_text()


@pytest.fixture
def looker(tmp_path) -> Looker:
    return Looker(tmp_path)


def test_untouched_files_are_looked_at_once(looker):
    assert [looker.ask(), looker.ask()] == ["one", "one"]
    assert looker.looks == 1


def test_a_file_of_the_same_size_and_time_that_is_another_is_looked_at_again(looker):
    looker.ask()
    was = looker.file.stat()
    other = looker.file.with_name("other")
    other.write_text("two")
    os.utime(other, ns=(was.st_atime_ns, was.st_mtime_ns))
    os.replace(other, looker.file)
    assert looker.ask() == "two"


def test_another_question_and_a_write_ahead_log_are_looked_at_again(looker):
    looker.ask()
    looker.ask("what else")
    looker.file.with_name("data.wal").write_text("a row more")
    looker.ask("what else")
    assert looker.looks == 3


@pytest.mark.parametrize("left", ["", "[]", "{}", '{"of": 1}', "{"])
def test_what_was_not_kept_whole_is_looked_at_again(looker, left):
    looker.ask()
    looker.kept_in.write_text(left)
    assert looker.ask() == "one"
    assert looker.looks == 2


def test_a_folder_that_keeps_nothing_costs_looks_and_nothing_else(looker):
    looker.kept_in.parent.write_text("a file where the folder would be")
    assert [looker.ask(), looker.ask()] == ["one", "one"]
    assert looker.looks == 2


def test_what_a_change_did_not_touch_is_carried_over_it_and_nothing_older_is(looker):
    before = states([looker.file, looker.file.with_name("data.wal")])
    looker.ask()
    looker.file.write_text("one and more")
    after = states([looker.file, looker.file.with_name("data.wal")])
    carry(looker.kept_in, after, after)  # what is kept is not of this state
    assert looker.ask() == "one and more"
    carry(looker.kept_in, before, before)
    assert looker.ask() == "one and more"
    looker.file.write_text("one, more and most")
    carry(looker.kept_in, after, states([looker.file, looker.file.with_name("data.wal")]))
    assert (looker.ask(), looker.looks) == ("one and more", 2)


def test_publishing_leaves_known_what_it_did_not_replace_and_only_that(tmp_path, monkeypatch):
    tiny = Tiny(tmp_path)
    tiny.play(day(0), "BOS", "LAL")
    tiny.load()
    outputs = tables.layer_outputs(1)
    tiny.warehouse.fingerprints_of(outputs)
    tiny.play(day(1), "BOS", "LAL")
    tiny.stage_raw(tiny.session())
    scores = tables.named("BOXSCORES")
    with tiny.warehouse.writing(by_partition=True) as connection:
        tiny.warehouse.replace_partitions(connection, scores, [day(1)], tmp_path / "kept")
    looked, look = [], tiny.warehouse._looked_up
    monkeypatch.setattr(tiny.warehouse, "_looked_up", lambda connection, of, file: looked.append(of.short) or look(connection, of, file))
    found = tiny.warehouse.fingerprints_of(outputs)
    assert looked == ["BOXSCORES"]
    assert {short: found[tables.named(short).name].keys() for short in ("SCHEDULE", "BOXSCORES")} == {
        "SCHEDULE": {day(0)}, "BOXSCORES": {day(0), day(1)},
    }  # fmt: skip
    with tiny.warehouse.writing() as connection:  # whoever says nothing may have changed anything
        connection.execute("DELETE FROM nba_raw.nbac_schedule")
    assert tiny.warehouse.fingerprints_of(outputs)[tables.named("SCHEDULE").name] == {}


def test_a_row_changed_behind_the_runbooks_back_is_seen_at_once(tmp_path):
    tiny, scores = Tiny(tmp_path), tables.named("BOXSCORES")
    for n in (0, 1):
        tiny.play(day(n), "BOS", "LAL")
    tiny.load()
    before = tiny.warehouse.fingerprints(scores)
    assert tiny.warehouse.fingerprints(scores) == before
    with duckdb.connect(str(tiny.warehouse.path)) as shell:
        shell.execute(f"UPDATE {scores.table.name} SET points = points + 1 WHERE game_date = ?", [day(0)])
    after = tiny.warehouse.fingerprints(scores)
    assert {when for when in before if before[when] != after[when]} == {day(0)}
