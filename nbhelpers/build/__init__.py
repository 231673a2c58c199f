"""Doing a step: fetching, loading, computing into staging; and which steps a repair does.

Imports: charts, errors, lineage, raw, season, session, settings, simulation, sources, sql, store, survey, warehouse, wording.
"""

from nbhelpers.build import repairs
from nbhelpers.build.built import Built, describe
from nbhelpers.build.fetching import fetch_missing, find_season, show_findings, show_gaps
from nbhelpers.build.readiness import require_inputs, unready_inputs
from nbhelpers.build.steps import MIN_FEATURE_ROWS, compute, load, published_identities, step
from nbhelpers.build.targets import WRONG, dates_to_build

__all__ = [
    "MIN_FEATURE_ROWS", "WRONG", "Built", "compute", "dates_to_build", "describe", "fetch_missing", "find_season", "load",
    "published_identities", "repairs", "require_inputs", "show_findings", "show_gaps", "step", "unready_inputs",
]  # fmt: skip
