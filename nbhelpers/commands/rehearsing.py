"""Commands that break a scratch copy on purpose: the plan's out-of-order scenarios, and every known fault."""

from argparse import Namespace

from nbhelpers.commands.windows import window
from nbhelpers.settings import Settings

# Heavy parts are imported where they are used, so that --help and a mistake are answered at once.


def rehearse(chosen: Settings, given: Namespace) -> int:
    """The plan's out-of-order scenarios in a scratch copy, each seen to stop."""
    from nbhelpers.drill import rehearsal

    return rehearsal.walk(chosen, window(chosen, given))


def drill(chosen: Settings, given: Namespace) -> int:
    """Plant every known fault in copies of a healthy season, or faults that nobody wrote down, and show what catches each."""
    from nbhelpers import drill as fire

    if given.mutants or given.code_mutants:
        draw = fire.Draw(given.mutants, given.code_mutants, given.seed, given.table, given.column)
        return fire.walk_mutants(chosen, window(chosen, given), draw)
    return fire.walk(chosen, window(chosen, given), [name.strip() for name in given.only.split(",")] if given.only else None)
