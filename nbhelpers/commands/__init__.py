"""What `run_backfill.py` can be asked to do, a function a command: settings and arguments in, exit code out.

Imports: build, console, drill, errors, gates, lineage, notebook, runs, season, session, settings, simulation, sources, sql,
survey, wording.
"""

from nbhelpers.commands.arguments import parser
from nbhelpers.commands.correcting import accept_gap, prune, undo, withdraw_gap
from nbhelpers.commands.ending import tell_end
from nbhelpers.commands.looking import compare, diff, gaps, plan, status, verify
from nbhelpers.commands.rehearsing import drill, rehearse
from nbhelpers.commands.running import repair, resume, run

__all__ = [
    "COMMANDS", "accept_gap", "compare", "diff", "drill", "gaps", "parser", "plan", "prune", "rehearse", "repair", "resume", "run",
    "status", "tell_end", "undo", "verify", "withdraw_gap",
]  # fmt: skip

COMMANDS = {
    command.__name__.replace("_", "-"): command
    for command in (run, plan, status, resume, repair, undo, prune, diff, compare, verify, accept_gap, gaps, withdraw_gap, rehearse, drill)
}
