"""A season in which the sources quarrel: what the lines that count are chosen by has to be there for a change of it to show."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from nbhelpers.drill.mutants import sandbox
from nbhelpers.drill.mutants.sample import Mutant, Sampler
from nbhelpers.raw.boxscores import COUNTED
from nbhelpers.season import Window
from nbhelpers.session import Session
from nbhelpers.sql import tables

SOURCES = ("BOXSCORES", "NBA_BOXSCORES")
OF_A_GAME = {"period", "home_score", "away_score", "home_team_score", "away_team_score"}  # the same in all its lines, whoever tells it
QUARRELS = (  # what one source tells otherwise: in how many lines, or in lines of how many games; what is of a whole game comes last
    ("a row", 200, {*COUNTED, "minutes_played", "plus_minus", "did_play", "score"}),
    ("a game", 10, {"minutes_played", "steals"}),
    ("a game", 30, OF_A_GAME),
)
ALONE = 4  # games that either source lacks
DAYS = 28  # a change that joins all with all is quick over these


@contextmanager
def in_memory(session: Session, rng: random.Random) -> Iterator[Session]:
    """A session on the first days of its window, in memory, in which many games are told otherwise by one of the sources."""
    outputs = [tables.named(name) for name in (*SOURCES, "NBA_TEAM_BOXSCORES", "SCHEDULE")]
    first, last = session.window.start_date, min(session.window.start_date + timedelta(DAYS - 1), session.window.end_date)
    with sandbox.in_memory(replace(session, window=Window(session.window.season, first, last))) as season:
        rows = {output: [row for row in season.warehouse.rows(output) if first <= row["game_date"] <= last] for output in outputs}
        for scope, count, columns in QUARRELS:
            sampler, planted = Sampler(rows, columns=columns), 0
            while planted < count:
                mutant = sampler.draw(rng, scope)
                if mutant and not mutant.is_refused and (mutant.column not in OF_A_GAME or _is_one_story(mutant)):
                    season.warehouse.alter(mutant.output, mutant.instead)
                    planted += 1
        games = sorted({row["game_id"] for row in rows[tables.named("SCHEDULE")]})
        for name in SOURCES:
            season.warehouse.lose(tables.named(name), rng.sample(games, ALONE))
        yield season


def _is_one_story(mutant: Mutant) -> bool:
    """Whether all lines of the game that a mutant is about tell the same."""
    game, day = mutant.instead[0]["game_id"], mutant.instead[0][mutant.output.table.date]
    lines = [row for row in mutant.beside[day] if row["game_id"] == game]
    return len(mutant.instead) == len(lines) and len({row[mutant.column] for row in mutant.instead}) == 1
