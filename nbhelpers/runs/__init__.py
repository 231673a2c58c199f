"""A headless run: order, journal, manifest, report, terminal.

Imports: build, charts, console, errors, gates, isolation, lineage, run_folder, season, session, settings, simulation, sql, survey,
warehouse, wording.
"""

from nbhelpers.runs.latest import Latest, latest_run

__all__ = [
    "Latest", "abandoned", "chain", "cost", "data_verification", "journal", "latest_run", "monitor", "needs", "notebooks", "provenance",
    "receipts", "record", "report", "runner", "seasons", "terminal", "verification",
]  # fmt: skip
