"""Games that their source will never have: accepted by name and reason, listed, and taken back."""

import re
from datetime import datetime

import pandas as pd

from nbhelpers.errors import BadInput
from nbhelpers.session import Session
from nbhelpers.warehouse import utc

TABLE = "nba_processing.accepted_gaps"
WHAT = ("box_score", "play_by_play")
GAME = re.compile(r"\d{8}_[A-Z]{3}_[A-Z]{3}")


def gaps(session: Session) -> pd.DataFrame:
    """Every accepted gap of the warehouse: game_id, what, reason, accepted_by, accepted_at."""
    return session.query(f"SELECT game_id, what, reason, accepted_by, accepted_at FROM {TABLE} ORDER BY game_id, what")


def accept_gap(session: Session, game_id: str, what: str, reason: str, by: str, at: datetime) -> None:
    """Record that the source will never have a game's box score or play-by-play; BadInput without a reason or a name."""
    _require_key(game_id, what)
    if not reason.strip() or not by.strip():
        raise BadInput(
            f"gap {game_id} {what} without {'a reason' if not reason.strip() else 'a name'}.",
            "a gap that nobody can explain, or nobody stands for, is a silent one",
            'add --reason "...", and --by NAME where the system knows none.',
        )
    if _is_accepted(session, game_id, what):
        raise BadInput(f"{game_id} {what} is accepted as missing already.", then="python run_backfill.py gaps shows by whom and why.")
    row = {"game_id": game_id, "what": what, "reason": reason.strip(), "accepted_by": by.strip(), "accepted_at": utc(at)}
    with session.writer_lock(), session.warehouse.writing(by_partition=True) as transaction:
        transaction.insert(TABLE, [row])


def withdraw_gap(session: Session, game_id: str, what: str) -> None:
    """Take an accepted gap back: the game is asked for again, and gates miss it again."""
    _require_key(game_id, what)
    if not _is_accepted(session, game_id, what):
        raise BadInput(f"{game_id} {what} is not accepted as missing.", then="python run_backfill.py gaps shows what is.")
    with session.writer_lock(), session.warehouse.writing(by_partition=True) as transaction:
        transaction.remove(TABLE, {"game_id": game_id, "what": what})


def _is_accepted(session: Session, game_id: str, what: str) -> bool:
    found = gaps(session)
    return bool(((found.game_id == game_id) & (found.what == what)).any())


def _require_key(game_id: str, what: str) -> None:
    if not GAME.fullmatch(game_id):
        raise BadInput(f"game {game_id!r} is not a game's id.", then="write it as 20251105_LAL_POR: date, away team, home team.")
    if what not in WHAT:
        raise BadInput(f"{what!r} is nothing that a game can lack.", then=f"say {' or '.join(WHAT)}.")
