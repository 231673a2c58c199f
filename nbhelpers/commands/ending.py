"""Telling another program how it ended: a webhook, a mail, a pager."""

import json
import os
import shlex
import subprocess
import sys
from argparse import Namespace

from nbhelpers.console import tell
from nbhelpers.settings import KEY_VARIABLE
from nbhelpers.wording import in_words

PATIENCE = 60  # seconds that the program has


def tell_end(options: Namespace, code: int, message: str) -> None:
    """Give the command of --on-end the verdict as JSON on its standard input; whatever becomes of it, the exit code stays."""
    if not options.on_end:
        return
    around = {name: value for name, value in os.environ.items() if name != KEY_VARIABLE}
    try:
        subprocess.run(
            shlex.split(options.on_end),
            input=json.dumps(ending(options, code, message)),
            text=True,
            env=around,
            check=True,
            timeout=PATIENCE,
        )
    except (OSError, ValueError, subprocess.CalledProcessError) as problem:
        tell(f"Note: --on-end was not told: {problem}", sys.stderr)
    except subprocess.TimeoutExpired:
        tell(f"Note: --on-end has not ended within {in_words(PATIENCE)}, and was stopped.", sys.stderr)


def ending(options: Namespace, code: int, message: str) -> dict:
    """How it ended: command, exit_code, message (of an error before or beside the runs), and each run with its verdict."""
    return {
        "command": options.command,
        "exit_code": code,
        "message": message,
        "runs": [
            {name: manifest[name] for name in ("run_id", "profile", "season", "window", "status", "exit_code", "verdict", "accepted")}
            | {"report": f"{folder}/report.html"}
            for manifest, folder in options.finished
        ],
    }
