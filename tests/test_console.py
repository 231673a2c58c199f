"""What is printed: wrapped where somebody watches, whole in a pipe, in ASCII where the terminal has no more."""

import io

import pytest

from nbhelpers import console
from nbhelpers.wording import in_columns

LINE = "Why it matters: averages are of other games – all of them, in every table that is computed from them."
PLAN = (["step", "table", "reason"], [[11, "NBA_TEAM_BOXSCORES", "stale: what it is made from has changed since it was computed"]])


class Screen(io.TextIOWrapper):
    """A terminal that keeps what is written to it."""

    def __init__(self, encoding="utf-8"):
        super().__init__(io.BytesIO(), encoding=encoding, write_through=True)

    def isatty(self):
        return True

    @property
    def lines(self):
        return self.buffer.getvalue().decode(self.encoding).splitlines()


@pytest.fixture(autouse=True)
def locale(monkeypatch):
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_CTYPE", raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")


@pytest.mark.parametrize("columns", [60, 80, 120, 20])
def test_lines_are_wrapped_at_words_and_what_follows_is_indented(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    screen = Screen()
    console.tell(LINE, screen)
    assert max(map(len, screen.lines)) < max(columns, 60)
    assert all(line.startswith("    ") for line in screen.lines[1:])
    assert " ".join(line.strip() for line in screen.lines) == LINE


def test_in_a_pipe_a_line_stays_whole(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    console.tell(LINE)
    assert capsys.readouterr().out == f"{LINE}\n"


@pytest.mark.parametrize("where", [{"LANG": "C"}, {"LC_ALL": "POSIX"}, {"LANG": "", "LC_CTYPE": "C.UTF-8"}])
def test_a_terminal_in_the_locale_c_is_given_ascii_whatever_python_makes_of_it(monkeypatch, where):
    for name, value in where.items():
        monkeypatch.setenv(name, value)
    screen = Screen()
    console.tell("8 of 9 – Jokić", screen)
    assert screen.lines == ["8 of 9 - Jokic"]
    assert not console.has_all_signs(Screen("ascii"))


def test_no_colour_where_the_reader_wants_none_or_nobody_watches(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert not console.has_colours()
    monkeypatch.setattr("sys.stdout", Screen())
    assert console.has_colours()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not console.has_colours()


def test_a_tables_last_column_is_wrapped_to_the_room_that_is_left_or_stands_below():
    assert in_columns(*PLAN, 79).splitlines() == [
        "step table              reason",
        "11   NBA_TEAM_BOXSCORES stale: what it is made from has changed since it was",
        "                        computed",
    ]
    assert in_columns(*PLAN, 40).splitlines() == [
        "step table",
        "    reason",
        "11   NBA_TEAM_BOXSCORES",
        "    stale: what it is made from has",
        "    changed since it was computed",
    ]
    assert max(map(len, in_columns(*PLAN).splitlines())) > 80
