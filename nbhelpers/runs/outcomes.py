"""How a notebook ended, and what a run's verdict says of it: what happened, why it matters, what to do."""

from dataclasses import dataclass

from nbhelpers.errors import BadInput, Broken, Explained, GateFailed, Locked, Unavailable, is_full, unwritable
from nbhelpers.wording import many

EXIT_CODES = {kind.__name__: kind.exit_code for kind in (GateFailed, BadInput, Locked, Unavailable)}
BROKEN, INTERRUPTED = 3, 130
AGAIN = "run again: it goes on from the data."


@dataclass(frozen=True)
class Outcome:
    """How one notebook ended: its status, exit code and the three things to say when it did not end well."""

    status: str  # done, stopped, broken, interrupted
    code: int
    summary: str
    what: str = ""
    why: str = ""
    then: str = ""


DEAD_KERNEL = Outcome(
    "broken", BROKEN, "its kernel died", "the kernel died (killed, or out of memory).", "what it was doing is not known to be done", AGAIN
)
STOPPED_BY_SIGNAL = Outcome("interrupted", INTERRUPTED, "interrupted")


def failed(error: str, text: str) -> Outcome:
    """The outcome of a notebook whose cell raised `error`: our own errors carry three lines, anything else is a bug."""
    what, _, rest = text.partition("\nWhy it matters: ")
    why, _, then = rest.partition("\nWhat to do: ")
    if not rest:
        what, _, then = text.partition("\nWhat to do: ")
    code = EXIT_CODES.get(error, BROKEN)
    is_ours = error in EXIT_CODES or error == "Broken"
    if not is_ours and is_full(text):  # in the words of whatever library met it
        trouble = unwritable(text.splitlines()[0])
        what, why, then = trouble.what, trouble.why, trouble.then
    elif not is_ours:
        what, why, then = f"{error}: {text}", "this is not a mistake of yours", "the failed cell of the notebook shows where."
    return Outcome("stopped" if code == 1 else "broken", code, what.splitlines()[0] if what else error, what, why, then)


def skipped_cells(file: str, count: int) -> Outcome:
    """The outcome of a notebook that ended without an error and without running some of its cells."""
    summary = f"{many(count, 'cell')} did not run"
    return Outcome(
        "broken", BROKEN, summary, f"{summary}, though nothing failed.", "a cell that was skipped may be the one that stops",
        f"look at {file} for an exit or a tag that skips cells.",
    )  # fmt: skip


def without_receipt(name: str, unproven: str, run_id: str) -> Outcome:
    """The outcome of a gate that ended without an error and without a receipt for all that it asks."""
    return Outcome(
        "broken", BROKEN, unproven, f"{name} ended, but {unproven}.",
        "absence of an error is not a pass, and a receipt is one for all of the gate's checks",
        f"restore the notebook (git checkout notebooks/{name}.ipynb), take back what it published, if "
        f"anything (python run_backfill.py undo {run_id}), then run again.",
    )  # fmt: skip


def other_code(kernel: dict[str, str], own: dict[str, str]) -> Broken | None:
    """The error of a kernel that has loaded another helper package than the run; each tells `package` (its folder) and `sha256`."""
    if kernel == own:
        return None
    is_other = kernel["package"] != own["package"]
    where = f"{kernel['package']} instead of {own['package']}" if is_other else f"another state of {own['package']}"
    return Broken(
        f"the kernels have loaded {where}.",
        "the code that runs would not be the code that is recorded",
        "leave the package alone while a run goes on, then run again: it goes on from the data.",
    )


def status_of(code: int) -> str:
    """The status of a run that ended with an exit code."""
    return {0: "done", 1: "stopped"}.get(code, "interrupted" if code >= INTERRUPTED else "broken")


def verdict(code: int, outcomes: dict[str, Outcome], at_work: str, trouble: Explained | None) -> dict | None:
    """What a run's record says of its end, None of a good one.

    `outcomes` are those of the notebooks that ended, `at_work` names one that did not, `trouble` is the run's own.
    """
    if code == 0:
        return None
    for name, outcome in outcomes.items():
        if outcome.code == code and outcome.status != "interrupted":
            return _verdict(name, outcome.what, outcome.why, outcome.then)
    if trouble:
        return _verdict(at_work, trouble.what, trouble.why, trouble.then)
    if code < INTERRUPTED:
        what, why = "the program itself broke; the terminal shows where.", "this is not a mistake of yours; nothing half-done was published"
        return _verdict(at_work, what, why, AGAIN)
    return _verdict(at_work, "the run was interrupted.", "nothing half-done was published", AGAIN)


def unrecorded(trouble: Explained) -> dict:
    """The verdict of a run whose record could not be completed."""
    return _verdict(
        "", f"the run's record could not be completed: {trouble.what}",
        "what the gates published is published; the record still says that the run is going on",
        f"{trouble.then} The next run completes this one's record.",
    )  # fmt: skip


def _verdict(notebook: str, what: str, why: str, then: str) -> dict:
    return {"notebook": notebook, "what": what, "why": why, "then": then}
