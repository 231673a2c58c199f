"""What a survey looks at: which tables, which of their fields, and which games of which dates."""

from datetime import date

from nbhelpers.errors import Broken
from nbhelpers.raw import Game
from nbhelpers.session import Session
from nbhelpers.sources import holdings
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output

BOX_SCORES = ("BOXSCORES", "NBA_BOXSCORES", "NBA_TEAM_BOXSCORES")  # two sources of the same games: one is enough, two are better
CRITICAL = {  # short name: the field whose absence or zero poisons what is above
    "SHOTS": "zone",
    "PGS": "has_shot_zones",
    "TDGS": "opp_paint_attempts",
    "TOGS": "pace",
    "TDZA": "paint_defense_vs_league_avg",
    "PSZA": "paint_rate_last_10",
    "PCF": "opponent_strength_score",
    "PDC": "team_pace_last_10",
    "MLFS": "is_production_ready",
}


def surveyed(step: int | None = None) -> list[Output]:
    """The tables to look at: all, those that a gate judges, or those that a step reads and writes."""
    found = [output for output in tables.outputs() if not output.processor]
    if step is None:
        return found
    if step % 10 == 9:
        return [output for output in found if output.layer == step // 10]
    names = {source.name for output in tables.step_outputs(step) for source in [output, *tables.inputs(output)]}
    return [output for output in found if output.name in names]


def slate(session: Session) -> dict[date, list[Game]] | None:
    """The window's slate games by date, from the newest stored schedule; None where no schedule is stored yet."""
    try:
        games = holdings.stored_games(session.store, session.window.season.name)
    except Broken:
        return None
    by_date: dict[date, list[Game]] = {}
    for game in holdings.slate(games, session.window):
        by_date.setdefault(game.game_date, []).append(game)
    return by_date
