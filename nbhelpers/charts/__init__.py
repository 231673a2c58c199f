"""Findings and counts go in, charts come out, and are shown; never a query.

Imports: errors, wording.
"""

from nbhelpers.charts.basketball import defaults, defences, forecasts, shot_diets, shot_zones, spread
from nbhelpers.charts.chain import chain
from nbhelpers.charts.checks import checks, kill_matrix
from nbhelpers.charts.contamination import contamination
from nbhelpers.charts.coverage import coverage
from nbhelpers.charts.failures import expected_failures
from nbhelpers.charts.mutants import kill_rates
from nbhelpers.charts.seasons import seasons_coverage, seasons_failures, seasons_spread
from nbhelpers.charts.showing import bundle, show, show_code
from nbhelpers.charts.timeline import spending, timeline

__all__ = [
    "bundle", "chain", "checks", "contamination", "coverage", "defaults", "defences", "drawing", "expected_failures", "forecasts",
    "kill_matrix", "kill_rates", "looks", "phrases", "seasons_coverage", "seasons_failures", "seasons_spread",
    "shot_diets", "shot_zones", "show", "show_code", "showing", "spending", "spread", "timeline",
]  # fmt: skip
