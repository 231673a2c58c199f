"""A headless run: order, journal, manifest, report, terminal.

Imports: build, charts, console, errors, gates, isolation, lineage, run_folder, season, session, settings, simulation, sql, survey,
warehouse, wording.
"""

import sys

# nbformat brings in jsonschema, which does without this package where it is not there; where it is, a grammar that nobody
# here asks for is compiled, for a second.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

from nbhelpers.runs.latest import Latest, latest_run  # noqa: E402

__all__ = [
    "Latest", "abandoned", "chain", "cost", "data_verification", "forking", "journal", "latest_run", "monitor", "needs", "notebooks",
    "provenance", "receipts", "record", "report", "runner", "seasons", "terminal", "verification",
]  # fmt: skip
