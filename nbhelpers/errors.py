"""The ways a step ends badly, each with what happened, why it matters and what to do next.

Imports: nothing.
"""

import errno
import os


class Explained(Exception):
    """An error that a user can act on: three short lines instead of a traceback."""

    exit_code = 3

    def __init__(self, what: str, why: str = "", then: str = ""):
        self.what, self.why, self.then = what, why, then
        lines = [what, why and f"Why it matters: {why}", then and f"What to do: {then}"]
        super().__init__("\n".join(line for line in lines if line))

    def _render_traceback_(self) -> list[str]:
        """What IPython shows: the message alone, since the cell above already shows the evidence."""
        return [f"{type(self).__name__}: {self}"]


class GateFailed(Explained, AssertionError):
    """The data is not fit to be built on: a check failed, or the gate below has no valid receipt."""

    exit_code = 1


class BadInput(Explained, ValueError):
    """A parameter, setting or path that cannot be used; the message quotes it."""

    exit_code = 2


class Broken(Explained, RuntimeError):
    """A source, object, kernel or warehouse that does not work."""


class Unavailable(Explained, RuntimeError):
    """An object store that cannot be seen. Not a kind of Broken: what is in it must not pass for absent or unusable."""


class OverBudget(Explained):
    """What was asked for would cost more than it may."""

    exit_code = 4


class Locked(Broken):
    """Another run is writing."""

    exit_code = 5


FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # what the system says of a disk, a quota or a file that is full


def is_full(said: str) -> bool:
    """Whether an error message tells of a full disk, in whatever library's words."""
    return any(os.strerror(code).lower() in said.lower() for code in FULL)


def unwritable(problem: OSError | str) -> Broken:
    """The error of a file that could not be written."""
    if is_full(str(problem)):
        return Broken(
            f"the disk is full: {problem}.",
            "what could not be written whole was not written at all, and nothing half-done was published",
            "free some space, then run again: it goes on from the data.",
        )
    return Broken(
        f"a file cannot be written or read: {problem}.",
        "a run without its record cannot be trusted; nothing half-done was published",
        "check the folder and its permissions, then run again: it goes on from the data.",
    )
