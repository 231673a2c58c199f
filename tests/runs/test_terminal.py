"""What a run says in the terminal: readable at any width, in black and white, in ASCII, and in a file."""

import json
import re
from io import BytesIO, StringIO, TextIOWrapper
from types import SimpleNamespace

import pytest
from rich.console import Console

from nbhelpers.runs.terminal import Terminal

WHAT = (
    "Gate 39 stops: 2 of 14 checks fail, on 2025-11-06.\n"
    "Likely root: nba_raw.nbac_shots on 2025-10-25: gap, no rows: 20251025_BOS_LAL; the play-by-play never came.\n"
    "  zones_sane: fail, examined 30 of 30 defences, 2 not as they should be, on 2025-11-06"
)


def run_in(folder, **more):
    notebooks = [{"name": name, "status": status, "is_edited": False} for name, status in
                 {"34_build_feature_store": "done", "39_gate_contamination": "stopped", "90_report": "not run"}.items()]  # fmt: skip
    verdict = {"notebook": "39_gate_contamination", "what": WHAT, "why": "averages are of other games", "then": "fetch it, then run again"}
    manifest = {"season": "2025-26", "profile": "local", "verdict": verdict, "notebooks": notebooks, "accepted": [], "is_simulated": False,
                "spent": {}, "bytes_billed": None} | more  # fmt: skip
    names = [entry["name"] for entry in notebooks]
    return SimpleNamespace(manifest=manifest, folder=folder, window="2025-10-21 to 2025-12-16", paths=[folder / f"{name}.ipynb" for name in names])


def spoken(folder, console):
    """All that a run says that stops."""
    terminal, this = Terminal(console), run_in(folder)
    terminal.opening(this)
    terminal.end("34_build_feature_store", SimpleNamespace(status="done", summary="Staged MLFS 6,676 rows on 41 dates."), 6.6)
    terminal.end("39_gate_contamination", SimpleNamespace(status="stopped", summary=WHAT.splitlines()[0]), 22.6)
    terminal.closing(this, 1, "python run_backfill.py resume")


def heard(folder, width=80, **how):
    file = StringIO()
    spoken(folder, Console(file=file, width=width, highlight=False, soft_wrap=True, **how))
    return file.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_where_somebody_watches_lines_are_wrapped_at_words_and_what_follows_is_indented(tmp_path, width):
    said = heard(tmp_path / "r", width, force_terminal=True, no_color=True, color_system=None)
    lines = [line for line in said.replace("\x1b[?25h", "").splitlines() if str(tmp_path) not in line and "\x1b" not in line]
    assert max(map(len, lines)) <= width
    root = next(n for n, line in enumerate(lines) if line.startswith("Likely root: "))
    if width < 110:
        assert lines[root + 1].startswith("    ")
    assert " ".join(said.split()).count("20251025_BOS_LAL; the play-by-play never came.") == 1  # no word is cut


def test_in_a_file_a_line_stays_one_and_has_no_codes(tmp_path):
    said = heard(tmp_path / "r")
    assert "\x1b" not in said
    assert f"\n{WHAT}\nWhy it matters: averages are of other games.\nWhat to do: fetch it, then run again\n" in said
    passing_by = r"python run_backfill\.py resume --accept \w+ --reason \"\.\.\.\""
    assert re.search(rf"\nThen: python run_backfill\.py resume\nOr, to pass by it on record: {passing_by}\nNot run: 90_report\n", said)


def test_other_peoples_words_cannot_command_the_terminal():
    file = StringIO()
    Terminal(Console(file=file, width=80, highlight=False, soft_wrap=True)).note("one player, two spellings: Al\x1b]0;title\x07 and Al\x1b[2J")
    assert file.getvalue() == "Note: one player, two spellings: Al ]0;title  and Al [2J\n"


def test_each_notebook_is_counted(tmp_path):
    said = heard(tmp_path / "r")
    assert "✓  1 of 3 34_build_feature_store         6.6 s  Staged MLFS" in said
    assert "■  2 of 3 39_gate_contamination         22.6 s  Gate 39 stops" in said


def test_no_colour_where_the_reader_wants_none(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    said = heard(tmp_path / "r", force_terminal=True)
    assert not any(f"\x1b[{code}m" in said for code in (31, 32, 33, "1;32", "1;33"))


def test_a_terminal_that_has_no_more_than_ascii_is_given_no_more(tmp_path):
    kept = BytesIO()
    file = TextIOWrapper(kept, encoding="ascii", write_through=True)
    spoken(tmp_path / "r", Console(file=file, width=80, highlight=False))
    assert b"+  1 of 3 34_build_feature_store" in kept.getvalue()


def test_how_long_it_took_before_is_what_is_left(tmp_path):
    before = tmp_path / "20251216T000000Z_a"
    before.mkdir()
    notebooks = [{"name": "34_build_feature_store", "seconds": 40}, {"name": "39_gate_contamination", "seconds": 200}]
    (before / "manifest.json").write_text(json.dumps({"status": "done", "notebooks": notebooks}))
    assert "3 notebooks, about 4 min\n" in heard(tmp_path / "20251217T000000Z_b")
    live = heard(tmp_path / "20251217T000000Z_b", 100, force_terminal=True)
    assert "1 of 3 done, about 3 min left" in live


def test_the_mark_of_what_has_ended_stays_where_the_live_line_is_drawn_anew(tmp_path):
    said = heard(tmp_path / "r", 100, force_terminal=True, no_color=True, color_system=None)
    assert "✓  1 of 3 34_build_feature_store" in said  # in one piece: the live line wipes its own line before it is drawn
