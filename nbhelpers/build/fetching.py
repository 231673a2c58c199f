"""Step 10 as a whole: the two sources of the profile, asked for what the window lacks."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pandas as pd

from nbhelpers import charts, settings
from nbhelpers.errors import BadInput
from nbhelpers.lineage import overrides, owner_commands
from nbhelpers.raw import Gap, Loaded, season_of
from nbhelpers.season import Season
from nbhelpers.session import Session, now
from nbhelpers.settings import Settings
from nbhelpers.sources import fetch, schedules
from nbhelpers.sources.balldontlie import BallDontLie
from nbhelpers.sources.findings import Findings
from nbhelpers.sources.nba_cdn import NbaCdn
from nbhelpers.sources.progress import ThrottledLines
from nbhelpers.store import open_store
from nbhelpers.wording import brief, many, printable

FETCH_STEP = 10
SIMULATED_KEY = "simulated"


def fetch_missing(session: Session) -> fetch.Fetched:
    """Fetch the schedule and what the object store lacks of the window; prints its progress as it goes."""
    if template := owner_commands.command(session.settings.commands, FETCH_STEP):
        owner_commands.run(template, session.window)  # what it leaves missing is fetched as always
    lines = _printed_lines()
    with _sources(session.settings, lines) as (bdl, cdn), session.spending("fetch"):
        accepted, findings = overrides.accepted_as_missing(session), Findings(session.store, session.objects_read)
        return fetch.fetch(session.store, bdl, cdn, session.window, now(), lines, accepted=accepted, findings=findings)


def find_season(chosen: Settings, name: str, through: date | None) -> Season:
    """A season as its schedule tells it, up to a day or to its end; the schedule is asked for, made if need be, and stored.

    BadInput for a season that no source knows.
    """
    lines, store = _printed_lines(), open_store(chosen.bucket)
    with _sources(chosen, lines) as (_, cdn):
        found = schedules.find(store, cdn, name, through or schedules.whole(name), now(), lines, [])
    season = season_of(found.games, name)
    if season is None:
        raise BadInput(
            f"the schedule of {name} has no regular game yet.",
            "every window starts at opening night, which cannot be guessed",
            "run again once it has, or choose another --season.",
        )
    return season


def _printed_lines() -> ThrottledLines:
    return ThrottledLines(lambda line: print(line, flush=True), time.monotonic)


@contextmanager
def _sources(chosen: Settings, lines: ThrottledLines) -> Iterator[tuple[BallDontLie, NbaCdn]]:
    if chosen.is_simulated and not chosen.bdl_base_url:
        from nbhelpers import simulation  # only the demo pays for importing the simulation

        with simulation.serving(chosen.home / "source") as address:
            yield _clients(address, address, SIMULATED_KEY, chosen.bdl_rate, lines)
    else:
        yield _clients(chosen.bdl_base_url, chosen.cdn_base_url, settings.api_key(), chosen.bdl_rate, lines)


def _clients(
    bdl_address: str, cdn_address: str, key: str | None, rate: int | None, lines: ThrottledLines
) -> tuple[BallDontLie, NbaCdn]:
    return BallDontLie(bdl_address, key, rate, listener=lines.waiting), NbaCdn(cdn_address, listener=lines.waiting)


def show_gaps(fetched: fetch.Fetched) -> None:
    """Show what the sources did not have and which stored objects could not be read, or say that all is there.

    Broken, after it is shown, where games were played that are on no schedule.
    """
    rows = _gap_rows(fetched.gaps) + _witness_rows([gap for gap in fetched.one_witness if gap.reason != fetch.NOT_ASKED])
    rows += [("unreadable object, fetched anew", key, reason) for key, reason in fetched.broken]
    rows += [("note", where, what) for where, what in fetched.notes]
    sources = "both sources" if fetched.has_key else "the NBA's box scores (BallDontLie is not asked without a key)"
    nothing = f"Nothing is absent: every slate game is final in {sources}, and every official one has its play-by-play."
    _show(rows, "What is absent or unfinished", nothing)
    fetched.require_schedule()


def show_findings(loaded: Loaded) -> None:
    """Show what a load lacks, could not use or had to decide, or say that there is nothing."""
    rows = _gap_rows(loaded.gaps) + (_witness_rows(loaded.one_witness) if loaded.has_bdl else [])
    rows += [("unreadable object", key, reason) for key, reason in loaded.broken]
    rows += [
        ("shooter of nobody listed", f"{who['game_id']} {who['team_abbr']} {who['player_name']}", f"{who['shots']} shots: {who['reason']}")
        for who in loaded.unresolved
    ]
    rows += [("identity", person.player_lookup, person.what) for person in loaded.named]
    rows += [("note", where, what) for where, what in loaded.notes]
    sources = "both sources" if loaded.has_bdl else "the NBA's box score, none being stored of BallDontLie's"
    nothing = f"Nothing: every slate game loaded from {sources}, every object could be read, every shooter is listed."
    _show(rows, "What did not load, or had to be decided", nothing)


def _gap_rows(gaps: list[Gap]) -> list[tuple[str, str, str]]:
    return [(f"gap: no {gap.what}", gap.game_id, gap.reason) for gap in gaps]


def _witness_rows(gaps: list[Gap]) -> list[tuple[str, str, str]]:
    """Games with one witness, those of one reason in one row."""
    by_reason: dict[str, list[str]] = {}
    for gap in gaps:
        by_reason.setdefault(gap.reason, []).append(gap.game_id)
    return [(f"one witness: {many(len(games), 'game')}", brief(games), reason) for reason, games in by_reason.items()]


def _show(rows: list[tuple[str, str, str]], title: str, otherwise: str) -> None:
    """Show rows of kind, where and reason as a table; other people's words in them as far as they can be printed."""
    if not rows:
        print(otherwise)
    else:
        plain = [tuple(printable(text, 400) for text in row) for row in rows]
        charts.show(pd.DataFrame(plain, columns=["kind", "where", "reason"]), title=title)
