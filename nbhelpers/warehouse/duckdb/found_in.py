"""What the rows of a query depend on: the rows of the outputs that it reads, by their fingerprints, where those tell all."""

import re
from collections.abc import Callable, Mapping
from datetime import date

import pandas as pd

from nbhelpers.sql import tables
from nbhelpers.sql.queries import Translation
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse.partitions import PROVENANCE, Partition

# A table of few rows, which has no fingerprints.
READ_WHOLE = {"nba_processing.accepted_gaps": "SELECT * FROM nba_processing.accepted_gaps ORDER BY game_id, what"}
_PROVENANCE = re.compile(rf"\b({'|'.join(PROVENANCE)})\b")


def outputs_read(query: Translation) -> list[Output]:
    """The outputs whose fingerprints change whenever the rows of a query do; none where other tables or PROVENANCE count too."""
    found = [output for output in tables.outputs() if output.table.name in query.tables]
    is_all = query.tables <= READ_WHOLE.keys() | {output.table.name for output in found}
    return found if is_all and not _PROVENANCE.search(query.text) else []


def contents(query: Translation, found: Mapping[Output, dict[date, Partition]], rows_of: Callable[[str], pd.DataFrame]) -> list:
    """What was found of some outputs, and the rows of the small tables that a query reads beside them."""
    partitions = [(output.name, sorted((str(day), held.fingerprint) for day, held in of.items())) for output, of in found.items()]
    return partitions + [rows_of(READ_WHOLE[name]).to_dict("records") for name in sorted(query.tables & READ_WHOLE.keys())]
