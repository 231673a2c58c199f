"""Which version of the code computes an output: its query, the loaders, or its owner's own command."""

import hashlib
from functools import cache
from pathlib import Path

from nbhelpers import raw
from nbhelpers.lineage import owner_commands
from nbhelpers.session import Session
from nbhelpers.sql import queries
from nbhelpers.sql.tables import Output


@cache
def code_version(output: Output) -> str:
    """A short hash of what computes an output: its query with its views, or the loaders; comments in SQL do not count."""
    text = queries.meaning(output.path) if output.path else _loaders()
    return hashlib.sha256(f"{text}{output.table.columns}".encode()).hexdigest()[:12]


def code_of(session: Session, output: Output) -> str:
    """A short hash of what computes an output in this session: its step's own command, where it has one."""
    template = owner_commands.command(session.settings.commands, output.step)
    return owner_commands.code_version(template) if template else code_version(output)


def _loaders() -> str:
    """The code that makes raw rows of received bodies."""
    room = Path(raw.__file__)
    return "".join(path.read_text(encoding="utf-8") for path in sorted(room.parent.glob("*.py")) if path != room)
