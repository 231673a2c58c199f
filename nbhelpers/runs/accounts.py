"""Where a run's time and money went, by the account that its notebooks keep."""

from collections import Counter
from pathlib import Path

from nbhelpers import run_folder


def seconds_by_kind(folder: Path, seconds: float) -> dict[str, float]:
    """Of a run's seconds, those of each kind; what no kernel accounts for is kernels, imports and charts."""
    account = _account(folder)
    spent = {kind: account[kind] for kind in ("fetch", "SQL", "publishing")}
    rest = max(seconds - sum(spent.values()), 0.0)
    return {kind: round(value, 2) for kind, value in (spent | {"kernels and charts": rest}).items()}


def jobs(folder: Path) -> list[dict]:
    """The jobs that a run has sent to BigQuery, each with the address at which Google's console shows it."""
    address = "https://console.cloud.google.com/bigquery?project={project}&page=queryresults&j=bq:{location}:{id}"
    return [job | {"address": address.format(**job)} for job in run_folder.jobs(folder)]


def _account(folder: Path) -> Counter:
    amounts: Counter = Counter()
    for entry in run_folder.entries(folder):
        if "kind" in entry:
            amounts[entry["kind"]] += entry["amount"]
    return amounts
