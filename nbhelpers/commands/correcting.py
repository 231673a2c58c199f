"""Commands that change by hand what a season stands on: a run taken back."""

from argparse import Namespace

from nbhelpers.commands.looking import run_id
from nbhelpers.commands.windows import opened
from nbhelpers.settings import Settings

# Heavy parts are imported where they are used, so that --help and a mistake are answered at once.


def undo(chosen: Settings, given: Namespace) -> int:
    """Put back what a run replaced, and void its receipts."""
    from nbhelpers.lineage import undo as history

    put_back = history.undo(opened(chosen, given), run_id(given))
    print(f"Undone: {given.run_id}. Its receipts are void.")
    print(put_back.to_string(index=False) if len(put_back) else "It had replaced nothing.")
    return 0
