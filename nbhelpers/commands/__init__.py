"""What `run_backfill.py` can be asked to do, a function a command: settings and arguments in, exit code out.

Imports: build, drill, errors, gates, lineage, notebook, runs, season, session, settings, sql, survey, wording.
"""

from nbhelpers.commands.arguments import parser
from nbhelpers.commands.correcting import undo
from nbhelpers.commands.looking import diff, plan, status, verify
from nbhelpers.commands.rehearsing import drill, rehearse
from nbhelpers.commands.running import repair, resume, run

__all__ = ["COMMANDS", "diff", "drill", "parser", "plan", "rehearse", "repair", "resume", "run", "status", "undo", "verify"]

COMMANDS = {
    command.__name__.replace("_", "-"): command for command in (run, plan, status, resume, repair, undo, diff, verify, rehearse, drill)
}
