"""Commands that change by hand what a season stands on: a run taken back, a gap accepted or taken back."""

import getpass
from argparse import Namespace
from datetime import timedelta
from typing import TYPE_CHECKING

from nbhelpers.commands.looking import run_id
from nbhelpers.commands.windows import opened
from nbhelpers.console import tell, tell_rows
from nbhelpers.errors import BadInput
from nbhelpers.settings import Settings
from nbhelpers.wording import many

if TYPE_CHECKING:
    from nbhelpers.session import Session

# Heavy parts are imported where they are used, so that --help and a mistake are answered at once.


def undo(chosen: Settings, options: Namespace) -> int:
    """Put back what a run replaced, and void its receipts."""
    from nbhelpers.lineage import undo as history

    put_back = history.undo(opened(chosen, options), run_id(options))
    tell(f"Undone: {options.run_id}. Its receipts are void.")
    if len(put_back):
        tell_rows(list(put_back.columns), put_back.astype(str).to_numpy().tolist())
    else:
        tell("It had replaced nothing.")
    return 0


def prune(chosen: Settings, options: Namespace) -> int:
    """--older-than DAYS: drop what runs replaced so long ago; those runs cannot be undone any more."""
    from nbhelpers import session
    from nbhelpers.lineage import undo as history

    if options.older_than is None or options.older_than < 0:
        raise BadInput("prune what is older than how many days?", then="python run_backfill.py prune --older-than 90")
    before = session.now() - timedelta(options.older_than)
    runs = history.prune(opened(chosen, options), before)
    if runs:
        tell(f"Dropped what {many(len(runs), 'run')} replaced before {before:%Y-%m-%d %H:%M} UTC. These cannot be undone any more:")
        tell("\n".join(runs))
    else:
        tell(f"Nothing to prune: no run has published before {before:%Y-%m-%d %H:%M} UTC that was not pruned already.")
    return 0


def accept_gap(chosen: Settings, options: Namespace) -> int:
    """GAME WHAT --reason "...": record that the source will never have a game's box_score or play_by_play."""
    from nbhelpers import session
    from nbhelpers.lineage import gaps

    game_id, what = _game_and_what(options)
    here = opened(chosen, options)
    _require_absent(here, game_id, what)
    gaps.accept_gap(here, game_id, what, options.reason or "", operator(options), session.now())
    tell(f"Accepted: {game_id} will have no {what}. Gates subtract it, windows skip it, and it is not asked for any more.")
    tell(f"To take it back: python run_backfill.py withdraw-gap {game_id} {what}")
    return 0


def withdraw_gap(chosen: Settings, options: Namespace) -> int:
    """GAME WHAT: take an accepted gap back; the game is asked for again, and gates miss it again."""
    from nbhelpers.lineage import gaps

    game_id, what = _game_and_what(options)
    gaps.withdraw_gap(opened(chosen, options), game_id, what)
    tell(f"Taken back: {game_id} {what} counts as missing again. The next run asks for it.")
    return 0


def operator(options: Namespace) -> str:
    """Who stands for what is accepted: the name that was given, else the system's; BadInput where there is none."""
    try:
        name = options.by if options.by is not None else getpass.getuser()
    except (OSError, KeyError):  # the system knows none
        name = ""
    if not name.strip():
        raise BadInput("nobody's name stands for what is accepted.", "an override that nobody stands for is a silent one", "add --by NAME.")
    return name.strip()


def _game_and_what(options: Namespace) -> tuple[str, str]:
    if not options.run_id or not options.what:
        raise BadInput(
            f"{options.command} of which game, and what of it?",
            then=f"python run_backfill.py {options.command} 20251105_LAL_POR play_by_play; box_score is the other.",
        )
    return options.run_id, options.what


def _require_absent(here: "Session", game_id: str, what: str) -> None:
    """Refuse a gap that would excuse nothing: of a game that the schedule does not know, or of what is stored and whole."""
    from nbhelpers import survey
    from nbhelpers.sources import holdings
    from nbhelpers.sources.findings import Findings

    games = [game for day in (survey.slate(here) or {}).values() for game in day]
    if not games:
        return  # no schedule is stored yet, and nothing of any game
    mine = [game for game in games if game.game_id == game_id]
    if not mine:
        raise BadInput(
            f"the schedule of {here.window} has no game {game_id}.", "it would excuse nothing", "see 11_load_raw for the ids of games."
        )
    lacking = holdings.missing(Findings(here.store, here.objects_read), mine, here.window)
    neither = lacking.box_score_dates and lacking.official_games  # one source is enough
    if not (neither if what == "box_score" else lacking.play_by_play_games):
        raise BadInput(
            f"the {what} of {game_id} is stored and whole: there is nothing to accept.",
            "a gap excuses only what is absent",
            "run python run_backfill.py, which loads it.",
        )
