"""What is kept of the queries on disk saves time and is never trusted wrongly, whatever happened to it or to what it is of."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbhelpers.sql import disk_cache, files, queries

QUESTIONS = ("duckdb's translation", "meaning")
TEXTS = st.sampled_from(["SELECT 1", "SELECT 2", "SELECT 1 -- one", ""])
VIEW = files.view("views", "slate_games")


class World:
    """What an answer depends on, and the cache as a new process sees it."""

    def __init__(self, folder: Path):
        self.folder, self.view, self.code, self.library, self.answers = folder, "SELECT 1", "pass", "1.0", 0

    def ask(self, question: str, subject: str) -> None:
        """Ask as a process does that starts now, and hold the answer to what it must be."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(disk_cache, "FOLDER", self.folder)
            patch.setattr(disk_cache, "version", lambda name: self.library)
            patch.setattr(files, "texts", lambda: {VIEW: self.view})
            patch.setattr(Path, "read_text", _reading(self.code))
            disk_cache.basis.cache_clear()
            right = [question, subject, self.view, self.code, self.library]
            assert disk_cache.remembered(question, subject, lambda: self._answer(right)) == right
        disk_cache.basis.cache_clear()

    def _answer(self, right: list[str]) -> list[str]:
        self.answers += 1
        return right


def _reading(code: str):
    read = Path.read_text
    return lambda path, *args, **kwargs: code if path.suffix == ".py" else read(path, *args, **kwargs)


EVENTS = st.one_of(
    st.tuples(st.just("ask"), st.sampled_from(QUESTIONS), TEXTS),
    st.tuples(st.just("edit"), st.sampled_from(["view", "code", "library"]), TEXTS),
    st.tuples(st.just("cut"), st.integers(0, 3), st.integers(0, 400)),
    st.tuples(st.just("change"), st.integers(0, 3), st.integers(0, 400)),
    st.tuples(st.just("swap"), st.integers(0, 3), st.integers(0, 3)),
    st.tuples(st.just("throw away"), st.just(0), st.just(0)),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(EVENTS, max_size=14))
def test_whatever_is_edited_cut_or_thrown_away_every_answer_is_the_one_of_now(tmp_path_factory, events):
    world = World(tmp_path_factory.mktemp("cache") / "translations")
    for event, what, how in [*events, ("ask", QUESTIONS[0], "SELECT 1")]:
        kept = sorted(world.folder.rglob("*.json"))
        if event == "ask":
            world.ask(what, how)
        elif event == "edit":
            setattr(world, what, how)
        elif event == "throw away":
            for path in kept:
                path.unlink()
        elif what < len(kept):
            text = kept[what].read_text()
            if event == "cut":
                kept[what].write_text(text[:how])
            elif event == "change":
                kept[what].write_text(f"{text[:how]}x{text[how + 1 :]}")
            elif how < len(kept):
                kept[what].write_text(kept[how].read_text())  # the answer to another question


def test_what_was_asked_before_is_not_worked_out_again(tmp_path):
    world = World(tmp_path / "translations")
    for _ in range(3):
        world.ask(QUESTIONS[0], "SELECT 1")
    assert world.answers == 1


def test_what_was_worked_out_with_another_version_is_thrown_away_when_something_new_is_kept(tmp_path):
    world = World(tmp_path / "translations")
    for world.library in ("1.0", "2.0"):
        for subject in ("SELECT 1", "SELECT 2"):
            world.ask(QUESTIONS[0], subject)
    assert len(list(world.folder.rglob("*.json"))) == 2


def test_a_folder_that_cannot_be_written_to_costs_time_and_nothing_else(tmp_path):
    (tmp_path / "translations").write_text("a file stands in its place")
    world = World(tmp_path / "translations")
    for _ in range(2):
        world.ask(QUESTIONS[0], "SELECT 1")
    assert world.answers == 2


def test_an_answer_of_code_that_changed_meanwhile_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(disk_cache, "FOLDER", tmp_path)
    disk_cache.basis()
    monkeypatch.setattr(disk_cache, "version", lambda name: "another, installed just now")
    assert disk_cache.remembered("meaning", "x", lambda: 1) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_finds_everything_there_does_not_import_sqlglot():
    script = """if True:
        import sys
        from nbhelpers import build, gates, lineage, notebook, survey
        from nbhelpers.sql import files, queries, tables
        for output in tables.outputs():
            tables.parts_read(output), lineage.code_version(output), output.path and queries.translation(output.query, "duckdb")
        print("sqlglot" in sys.modules)
    """
    said = [subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout for _ in range(2)]
    assert said[1] == "False\n"


def test_a_table_is_read_from_what_is_laid_over_it_and_no_other():
    query = "WITH a AS (SELECT x FROM nba_raw.games) SELECT x FROM a JOIN nba_raw.games_more AS g USING (x) WHERE y = @day"
    found = queries.translation(query, "duckdb")
    assert (found.parameters, found.tables) == ({"day"}, {"nba_raw.games", "nba_raw.games_more"})
    text = found.read_from({"nba_raw.games": "SELECT 1 AS x"}, name=lambda table: f"season.{table}")
    assert text == (
        "WITH nba_raw__games AS (SELECT 1 AS x), a AS (SELECT x FROM nba_raw__games AS games) "
        "SELECT x FROM a JOIN season.nba_raw.games_more AS g USING (x) WHERE y = $day"
    )
