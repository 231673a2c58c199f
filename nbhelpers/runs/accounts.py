"""Where a run's time and money went, by the account that its notebooks keep."""

import json
from collections import Counter
from pathlib import Path

from nbhelpers.run_folder import ACCOUNT


def seconds_by_kind(folder: Path, seconds: float) -> dict[str, float]:
    """Of a run's seconds, those of each kind; what no kernel accounts for is kernels, imports and charts."""
    account = _account(folder)
    spent = {kind: account[kind] for kind in ("fetch", "SQL", "publishing")}
    rest = max(seconds - sum(spent.values()), 0.0)
    return {kind: round(value, 2) for kind, value in (spent | {"kernels and charts": rest}).items()}


def bytes_billed(folder: Path) -> int:
    """What BigQuery billed a run for."""
    return int(_account(folder)["bytes billed"])


def _account(folder: Path) -> Counter:
    account, amounts = folder / ACCOUNT, Counter()
    for line in account.read_text(encoding="utf-8").splitlines() if account.exists() else ():
        entry = json.loads(line)
        amounts[entry["kind"]] += entry["amount"]
    return amounts
