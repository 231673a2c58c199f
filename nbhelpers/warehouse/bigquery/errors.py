"""What BigQuery refuses, in words: which of it passes by itself, and what to do about the rest."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from google.api_core import exceptions as api
from google.auth import exceptions as auth

from nbhelpers.errors import BadInput, Broken, Explained, OverBudget

RETRIED_REASONS = {"backendError", "internalError", "jobBackendError", "jobInternalError", "rateLimitExceeded", "jobRateLimitExceeded"}
ROLES = "BigQuery Job User on the project and BigQuery Data Editor on the runbook's datasets"
LOST_LOCK = "this run has lost the writer's lock"
_ABORTED = re.compile("[Tt]ransaction is aborted due to concurrent update")
UNTOUCHED = "published tables are as they were: a job writes all that it is asked to, or nothing"


@contextmanager
def explaining(what: str, expected: type[Exception] | tuple = ()) -> Iterator[None]:
    """Turn what goes wrong in the block into an error that says what to do; what is `expected` is left as it is."""
    try:
        yield
    except expected:
        raise
    except (api.GoogleAPICallError, api.RetryError, auth.GoogleAuthError, OSError) as problem:
        raise explained(problem, what) from None


def is_passing(problem: Exception) -> bool:
    """Whether what failed may be asked for once more: an error of BigQuery's own, or a transaction that met another."""
    return bool(_reasons(problem) & RETRIED_REASONS or _ABORTED.search(str(problem)))


def _reasons(problem: Exception) -> set:
    return {error.get("reason") for error in getattr(problem, "errors", None) or [] if isinstance(error, dict)}


def explained(problem: Exception, what: str) -> Explained:
    """An error of BigQuery's client as one of ours, its cause told apart."""
    reasons = _reasons(problem)
    said = str(getattr(problem, "message", "") or problem).partition("; reason:")[0].strip().partition("\n")[0]
    message = f"BigQuery, {what}: {said}"
    if isinstance(problem, auth.GoogleAuthError) and not isinstance(problem, auth.TransportError):
        return BadInput(
            f"BigQuery, {what}: no credentials ({said}).",
            "the runbook uses application-default credentials and keeps none of its own",
            "gcloud auth application-default login, or run it where a service account is attached.",
        )
    if LOST_LOCK in said:
        why = f"another writer may be at work on these tables; {UNTOUCHED}"
        return Broken(f"{LOST_LOCK}.", why, "see who it is: python run_backfill.py status.")
    if changed := re.search(r"[\w.]+ has changed since this gate looked at it", said):
        return Broken(f"{changed[0]}.", "what is published must be what was audited", "run the gate again.")
    if "streaming buffer" in said:
        return Broken(
            f"BigQuery, {what}: {said}",
            "rows that another pipeline has just streamed in cannot be replaced for about half an hour",
            "stop the streaming into this table, wait until its buffer is empty, then run again.",
        )
    if _ABORTED.search(said):
        return Broken(f"{message} (another writer, three times)", UNTOUCHED, "see who else writes to these tables, then run again.")
    if reasons & {"quotaExceeded", "rateLimitExceeded", "jobRateLimitExceeded"} or isinstance(problem, api.TooManyRequests):
        return Broken(f"{message} (a quota is used up)", UNTOUCHED, "see IAM & Admin, Quotas; run again when it is free.")
    if "bytesBilledLimitExceeded" in reasons:
        limits = "over --max-bytes, or over what is left of --max-cost"
        return OverBudget(f"{message} ({limits})", UNTOUCHED, "raise it, or choose a shorter window.")
    if isinstance(problem, api.Forbidden | api.Unauthorized):
        return Broken(f"{message} (permission)", UNTOUCHED, f"the account needs {ROLES}.")
    if isinstance(problem, api.NotFound):
        return Broken(
            f"{message} (not found)", UNTOUCHED, "was it deleted meanwhile, or is the dataset in another --location? Then run again."
        )
    if isinstance(problem, api.RetryError | api.ServerError | auth.TransportError | OSError):
        return Broken(f"{message} (it did not answer)", UNTOUCHED, "run again: it goes on from the data.")
    return Broken(message, UNTOUCHED, "compare the table with nbhelpers/sql/schema.sql; if it is as that says, this is a bug.")
