"""What the rows of a query depend on: the rows of the outputs that it reads, by their fingerprints, where those tell all."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd

from nbhelpers.sql import tables
from nbhelpers.sql.queries import Translation
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse.partitions import PROVENANCE, Partition, digests_up_to

WINDOW = frozenset({"start_date", "end_date", "dates"})  # parameters that say which dates are asked about, not what
Found = Mapping[Output, dict[date, Partition]]
# A table of few rows, which has no fingerprints.
READ_WHOLE = {"nba_processing.accepted_gaps": "SELECT * FROM nba_processing.accepted_gaps ORDER BY game_id, what"}
_PROVENANCE = re.compile(rf"\b({'|'.join(PROVENANCE)})\b")


def outputs_read(query: Translation) -> list[Output]:
    """The outputs whose fingerprints change whenever the rows of a query do; none where other tables or PROVENANCE count too."""
    found = [output for output in tables.outputs() if output.table.name in query.tables]
    is_all = query.tables <= READ_WHOLE.keys() | {output.table.name for output in found}
    return found if is_all and not _PROVENANCE.search(query.text) else []


def contents(query: Translation, found: Found, rows_of: Callable[[str], pd.DataFrame]) -> list:
    """What was found of some outputs, and the rows of the small tables that a query reads beside them."""
    partitions = [(output.name, sorted((str(day), held.fingerprint) for day, held in of.items())) for output, of in found.items()]
    return [*partitions, *_small(query, rows_of)]


def contents_up_to(
    days: Sequence[date], query: Translation, given: object, found: Found, rows_of: Callable[[str], pd.DataFrame]
) -> dict[date, str]:
    """For each of some days, earliest first, a digest of what was found up to it, and of all that the query reads beside it."""
    return digests_up_to(days, [given, *_small(query, rows_of)], found)


def whole_window(parameters: Mapping[str, Any]) -> list[date]:
    """The days that a query is asked about, earliest first; none where it leaves some of its window out."""
    if not parameters.keys() >= WINDOW:
        return []
    first, last = parameters["start_date"], parameters["end_date"]
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    return days if days == list(parameters["dates"]) else []


def _small(query: Translation, rows_of: Callable[[str], pd.DataFrame]) -> list:
    return [rows_of(READ_WHOLE[name]).to_numpy().tolist() for name in sorted(query.tables & READ_WHOLE.keys())]
