"""What is remembered of files is what a look would find: it is forgotten with any touch of them, however it is disguised."""

import os
from datetime import timedelta

import duckdb
import pytest
from tiny import SEASON, Tiny, day

from nbhelpers.sql import tables
from nbhelpers.warehouse import DuckDB
from nbhelpers.warehouse.duckdb import fingerprints
from nbhelpers.warehouse.duckdb.file_cache import carry, remembered, states


class Looker:
    """Reads a file's lines when it is asked, and notes which it was to look at."""

    def __init__(self, folder):
        self.file, self.kept_in, self.looks = folder / "data", folder / "kept" / "data.json", []
        self.write(mon="1", tue="2")

    def write(self, **lines: str) -> None:
        self.file.write_text("".join(f"{day} {what}\n" for day, what in lines.items()))

    def ask(self, asked: str = "what") -> dict[str, str]:
        return remembered(self.kept_in, self.files, asked, self._look)

    @property
    def files(self):
        return [self.file, self.file.with_name("data.wal")]

    def _look(self, parts: list[str] | None) -> dict[str, str]:
        self.looks.append(parts)
        lines = dict(line.split() for line in self.file.read_text().splitlines())
        return {day: what for day, what in lines.items() if parts is None or day in parts}


@pytest.fixture
def looker(tmp_path) -> Looker:
    return Looker(tmp_path)


def test_untouched_files_are_looked_at_once(looker):
    assert [looker.ask(), looker.ask()] == [{"mon": "1", "tue": "2"}] * 2
    assert looker.looks == [None]


def test_a_file_of_the_same_size_and_time_that_is_another_is_looked_at_again(looker):
    looker.ask()
    was = looker.file.stat()
    kept = looker.file.rename(looker.file.with_name("kept_aside"))
    looker.write(mon="1", tue="3")
    os.utime(looker.file, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert kept.stat().st_size == looker.file.stat().st_size
    assert looker.ask() == {"mon": "1", "tue": "3"}


def test_each_question_is_kept_beside_the_others_and_none_outlives_a_write_ahead_log(looker):
    for asked in ("what", "what else", "what", "what else"):
        looker.ask(asked)
    assert looker.looks == [None, None]
    looker.files[1].write_text("a row more")
    looker.ask("what else")
    looker.ask()
    assert looker.looks == [None] * 4


def test_what_is_looked_at_while_somebody_writes_is_not_kept_nor_mixed_with_what_was_known(looker):
    looker.ask()
    before = states(looker.files)
    looker.write(mon="1", tue="2", wed="3")
    carry(looker.kept_in, before, states(looker.files), {"wed"})
    look = looker._look

    def written_to(parts):
        looker._look = look
        looker.write(mon="9", tue="2", wed="4")
        return look(parts)

    looker._look = written_to
    assert looker.ask() == {"mon": "9", "tue": "2", "wed": "4"}
    assert looker.looks == [None, ["wed"], None]
    looker.write(mon="8")
    assert looker.ask() == {"mon": "8"}


@pytest.mark.parametrize("left", ["", "[]", "{}", '{"of": 1}', "{"])
def test_what_was_not_kept_whole_is_looked_at_again(looker, left):
    looker.ask()
    looker.kept_in.write_text(left)
    assert looker.ask() == {"mon": "1", "tue": "2"}
    assert looker.looks == [None, None]


def test_a_folder_that_keeps_nothing_costs_looks_and_nothing_else(looker):
    looker.kept_in.parent.write_text("a file where the folder would be")
    assert looker.ask() == looker.ask() == {"mon": "1", "tue": "2"}
    assert looker.looks == [None, None]


def test_what_a_change_did_not_touch_is_carried_over_it_and_what_it_did_is_looked_at_again(looker):
    asked = ("what", "what else")
    for one in asked:
        looker.ask(one)
    for changed in ({"tue": "3", "wed": "4"}, {"wed": "5"}):  # twice before anybody asks
        before = states(looker.files)
        looker.write(**{"mon": "unseen", "tue": "3"} | changed)
        carry(looker.kept_in, before, states(looker.files), set(changed))
    for one in [*asked, *asked]:
        assert looker.ask(one) == {"mon": "1", "tue": "3", "wed": "5"}
    assert looker.looks == [None, None, ["tue", "wed"], ["tue", "wed"]]


def test_what_was_found_in_the_file_that_partitions_are_taken_from_need_not_be_looked_at_again(looker):
    for one in ("what", "what else"):
        looker.ask(one)
    before = states(looker.files)
    looker.write(mon="1", wed="4")
    carry(looker.kept_in, before, states(looker.files), {"tue", "wed"}, {"what": {"mon": "of no change", "wed": "4"}})
    assert [looker.ask("what"), looker.ask("what else")] == [{"mon": "1", "wed": "4"}] * 2
    assert looker.looks == [None, None, ["tue", "wed"]]  # of what was not asked of that file


def test_what_is_published_is_known_from_when_it_was_staged(tmp_path, monkeypatch):
    tiny, looked, look = Tiny(tmp_path), [], fingerprints.Fingerprints.look
    for n in (0, 1):
        tiny.play(day(n), "BOS", "LAL")
    tiny.load()
    outputs = tables.layer_outputs(1)
    tiny.warehouse.fingerprints_of(outputs)
    tiny.play(day(1), "CHI", "MIA")
    tiny.stage_raw(tiny.session())
    candidate = tiny.warehouse.fingerprints_of(outputs, 1)
    assert candidate != tiny.warehouse.fingerprints_of(outputs)
    with tiny.warehouse.writing(by_partition=True) as transaction:
        for output in outputs:
            transaction.replace_partitions(output, [day(1)], tmp_path / "replaced")
    monkeypatch.setattr(fingerprints.Fingerprints, "look", lambda *given, **named: looked.append(given) or look(*given, **named))
    again = DuckDB(tiny.settings.warehouse, tmp_path / "another")
    assert (again.fingerprints_of(outputs), looked) == (candidate, [])
    again.forget_known()
    assert again.fingerprints_of(outputs) == candidate


def test_a_partition_that_a_change_emptied_is_there_no_more(looker):
    looker.ask()
    before = states(looker.files)
    looker.write(mon="1")
    carry(looker.kept_in, before, states(looker.files), {"tue"})
    assert looker.ask() == {"mon": "1"}


def test_what_is_older_than_the_change_is_not_carried_over_it(looker):
    looker.ask()
    looker.write(mon="9", tue="2")  # by somebody else
    before = states(looker.files)
    looker.write(mon="9", tue="3")
    carry(looker.kept_in, before, states(looker.files), {"tue"})
    assert looker.ask() == {"mon": "9", "tue": "3"}


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
        connection.replace_partitions(scores, [day(1)], tmp_path / "kept")
    looked, look = [], fingerprints.Fingerprints.look
    monkeypatch.setattr(
        fingerprints.Fingerprints,
        "look",
        lambda self, connection, of, staged, dates: looked.append((of.short, dates)) or look(self, connection, of, staged, dates),
    )
    found = tiny.warehouse.fingerprints_of(outputs)
    assert looked == [("BOXSCORES", [day(1)])]
    assert {short: found[tables.named(short)].keys() for short in ("SCHEDULE", "BOXSCORES")} == {
        "SCHEDULE": {day(0)}, "BOXSCORES": {day(0), day(1)},
    }  # fmt: skip
    with tiny.warehouse.writing() as connection:  # whoever says nothing may have changed anything
        connection.execute("DELETE FROM nba_raw.nbac_schedule")
    assert tiny.warehouse.fingerprints_of(outputs)[tables.named("SCHEDULE")] == {}


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


def test_partitions_are_looked_up_of_the_season_alone_whatever_else_the_file_holds(tmp_path):
    tiny = Tiny(tmp_path)
    tiny.play(day(0), "BOS", "LAL")
    tiny.load()
    outputs, next_year = tables.layer_outputs(1), day(0) + timedelta(364)
    alone = {output: tiny.warehouse.fingerprints(output) for output in outputs}
    with tiny.warehouse.writing() as connection:
        for output in outputs:
            date_of, name = output.table.date, output.table.name
            connection.execute(f"INSERT INTO {name} SELECT * REPLACE ({date_of} + INTERVAL 364 DAY AS {date_of}) FROM {name}")
    of_season = DuckDB(tiny.settings.warehouse, tmp_path / "staging", season=SEASON)
    assert {output: of_season.fingerprints(output) for output in outputs} == alone
    with of_season.writing() as transaction:
        assert {output: transaction.published_fingerprints(output) for output in outputs} == alone
    everything = {output: tiny.warehouse.fingerprints(output) for output in outputs}
    assert all(next_year in partitions for output, partitions in everything.items() if alone[output])
