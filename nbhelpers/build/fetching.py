"""Step 10 as a whole: the two sources of the profile, asked for what the window lacks."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd
from IPython.display import display

from nbhelpers import settings
from nbhelpers.lineage import owner_commands
from nbhelpers.raw import Loaded
from nbhelpers.session import Session, now
from nbhelpers.sources import fetch
from nbhelpers.sources.clients import BallDontLie, NbaCdn
from nbhelpers.sources.progress import ThrottledLines

FETCH_STEP = 10
SIMULATED_KEY = "simulated"


def fetch_missing(session: Session) -> fetch.Fetched:
    """Fetch the schedule and what the object store lacks of the window; prints its progress as it goes."""
    if template := owner_commands.command(session.settings.commands, FETCH_STEP):
        owner_commands.run(template, session.window)  # what it leaves missing is fetched as always
    lines = ThrottledLines(lambda line: print(line, flush=True), time.monotonic)
    with _sources(session, lines) as (bdl, cdn), session.spending("fetch"):
        return fetch.fetch(session.store, bdl, cdn, session.window, now(), lines)


@contextmanager
def _sources(session: Session, lines: ThrottledLines) -> Iterator[tuple[BallDontLie, NbaCdn]]:
    chosen = session.settings
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
    """Show what the sources did not have and which stored objects could not be read, or say that all is there."""
    rows = [(f"gap: no {gap.what}", gap.game_id, gap.reason) for gap in fetched.gaps]
    rows += [("unreadable object, fetched anew", key, reason) for key, reason in fetched.broken]
    found = pd.DataFrame(rows, columns=["kind", "where", "reason"])
    _show(found, "Nothing is absent: every slate game is final, and every official one has its play-by-play.")


def show_findings(loaded: Loaded) -> None:
    """Show what a load lacks or could not use, or say that there is nothing."""
    rows = [(f"gap: no {gap.what}", gap.game_id, gap.reason) for gap in loaded.gaps]
    rows += [("unreadable object", key, reason) for key, reason in loaded.broken]
    rows += [
        ("shooter of nobody listed", f"{who['game_id']} {who['team_abbr']} {who['player_name']}", f"{who['shots']} shots: {who['reason']}")
        for who in loaded.unresolved
    ]
    found = pd.DataFrame(rows, columns=["kind", "where", "reason"])
    _show(found, "Nothing: every slate game loaded, every object could be read, every shooter is listed.")


def _show(rows: pd.DataFrame, otherwise: str) -> None:
    if rows.empty:
        print(otherwise)
    else:
        display(rows)
