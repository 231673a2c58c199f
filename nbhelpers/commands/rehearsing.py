"""Commands that break a scratch copy on purpose: the plan's out-of-order scenarios, and every known fault."""

from argparse import Namespace

from nbhelpers.commands.windows import window
from nbhelpers.settings import Settings

# Heavy parts are imported where they are used, so that --help and a mistake are answered at once.


def rehearse(chosen: Settings, options: Namespace) -> int:
    """The plan's out-of-order scenarios in a scratch copy, each seen to stop."""
    from nbhelpers.drill import rehearsal

    return rehearsal.walk(chosen, window(chosen, options))


def drill(chosen: Settings, options: Namespace) -> int:
    """Plant every known fault in copies of a healthy season, or faults that nobody wrote down, and show what catches each."""
    from nbhelpers import drill as fire

    if options.mutants or options.code_mutants or options.body_mutants:
        draw = fire.Draw(options.mutants, options.code_mutants, options.seed, options.table, options.column, options.body_mutants)
        return fire.walk_mutants(chosen, window(chosen, options), draw)
    return fire.walk(chosen, window(chosen, options), [name.strip() for name in options.only.split(",")] if options.only else None)
