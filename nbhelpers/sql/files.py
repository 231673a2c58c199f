"""The SQL files: their texts, and the contract that stands at the top of each. Nothing here parses SQL."""

from functools import cache
from pathlib import Path

SQL = Path(__file__).parent
VIEWS = {  # the files that a query may read by name, put in place of the reference: `views.slate_games`
    "views": SQL / "views",
    "systems": SQL / "40_nba_predictions" / "systems",
    "witness": SQL / "witness",
}


@cache
def texts() -> dict[Path, str]:
    """Every file under sql/ with its text, all read at once: what a process works with is of one moment."""
    return {path: path.read_text(encoding="utf-8") for path in sorted(SQL.rglob("*.sql"))}


def text(path: Path) -> str:
    """The text of a file: one under sql/ as it was when the first was read."""
    return texts().get(path) or path.read_text(encoding="utf-8")


def step_files(step: int) -> list[Path]:
    """The queries of a step, or the checks of a gate, by name."""
    return [path for path in texts() if path.parent.name.startswith(f"{step}_")]


def view(dataset: str, name: str) -> Path:
    """The file of a view, by the two parts of its name."""
    return VIEWS[dataset] / f"{name}.sql"


def header(path: Path) -> dict[str, str]:
    """The contract at the top of a file: `about`, then each `name: text` line, continued lines joined.

    >>> header(SQL / "30_nba_precompute" / "team_defense_zone_analysis.sql")["key"]
    'team_abbr, analysis_date'
    """
    lines = text(path).splitlines()
    end = next(n for n, line in enumerate(lines) if not line.startswith("--"))
    return fields("\n".join(line.removeprefix("--") for line in lines[:end]))


def fields(text: str) -> dict[str, str]:
    """The same from the bare text of a header: its first line is the name, `about` what stands before any label."""
    found, label = {"about": ""}, "about"
    for line in text.strip().splitlines()[1:]:
        name, colon, rest = line.strip().partition(":")
        if colon and name.replace("_", "").isalpha() and name.islower():
            label = name
            found[label] = rest.strip()
        else:
            found[label] = f"{found[label]} {line.strip()}".strip()
    return found
