"""A headless run: order, journal, manifest, report, terminal.

Imports: build, charts, errors, gates, lineage, run_folder, season, session, settings, simulation, sql, survey, wording.
"""

__all__ = ["cost", "kernels", "provenance", "record", "report", "runner", "status", "terminal", "trail"]
