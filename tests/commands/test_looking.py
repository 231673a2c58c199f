"""Looking in the terminal: what every table holds in 80 columns, and what a run changed in a line a table."""

from argparse import Namespace
from datetime import date

import pandas as pd
import pytest

from nbhelpers.commands import looking
from nbhelpers.sql import tables

SHORTS = [output.short for output in tables.outputs() if not output.processor]


def summaries(**more):
    rows = [{"table": short, "newest": date(2025, 12, 16), "dates": 228, "rows": 123456, "coverage": "228 of 228 dates", "gap": 0,
             "contaminated": 0, "unaudited": 0, "bootstrap": 14} | more for short in SHORTS]  # fmt: skip
    return pd.DataFrame(rows)


def test_status_fits_80_columns_whatever_a_table_is_called():
    lines = looking._narrow(summaries(coverage="optional, not run")).splitlines()
    assert len(lines) == 1 + len(SHORTS)
    assert max(map(len, lines)) <= 80
    assert lines[0].split() == ["table", "newest", "rows", "coverage", "gap", "contam.", "unaud.", "early"]


@pytest.mark.parametrize(("reader", "codes"), [({}, 1), ({"NO_COLOR": "1"}, 0)], ids=["in colour", "without"])
def test_a_table_that_is_wrong_is_in_colour_for_whoever_watches_and_wants_it(monkeypatch, reader, codes):
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in reader.items():
        monkeypatch.setenv(name, value)
    assert "\x1b" not in looking._narrow(summaries(contaminated=1))  # nobody watches
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert looking._narrow(summaries(contaminated=1)).count("\x1b[31m") == codes * len(SHORTS)
    assert "\x1b" not in looking._narrow(summaries())


@pytest.fixture
def changed(monkeypatch):
    rows = [("PGS", date(2025, 11, 1), 20, 0, 1), ("PGS", date(2025, 11, 3), 1000, 2, 0), ("TDZA", date(2025, 11, 4), 0, 0, 30)]
    found = pd.DataFrame(rows, columns=["table", "date", "added", "removed", "changed"])
    monkeypatch.setattr(looking, "opened", lambda chosen, given: None)
    monkeypatch.setattr("nbhelpers.lineage.undo.diff", lambda session, run_id: found[: 0 if run_id == "none" else None])


def asked(run_id="r", dates=False):
    return Namespace(command="diff", run_id=run_id, dates=dates)


def test_what_a_run_changed_is_a_line_a_table_with_ranges_and_totals_and_ends_in_how_to_undo_it(changed, capsys):
    assert looking.diff(None, asked()) == 0
    assert capsys.readouterr().out.splitlines() == [
        "table dates first      last       added removed changed",
        "PGS   2     2025-11-01 2025-11-03 1,020 2       1",
        "TDZA  1     2025-11-04 2025-11-04 0     0       30",
        "all   3     2025-11-01 2025-11-04 1,020 2       31",
        "",
        "To take all of it back: python run_backfill.py undo r; each date: --dates",
    ]


def test_each_date_is_told_on_request_and_a_run_that_changed_nothing_says_so(changed, capsys):
    looking.diff(None, asked(dates=True))
    assert "TDZA  2025-11-04 0     0       30" in capsys.readouterr().out
    looking.diff(None, asked("none"))
    assert capsys.readouterr().out == "Run none changed no value.\n"
