"""Findings and counts go in, figures come out; never a query.

Imports: errors, wording.
"""

from nbhelpers.charts.figures import (
    bundle,
    checks,
    contamination,
    coverage,
    expected_failures,
    kill_matrix,
    show,
    spending,
    timeline,
)

__all__ = ["bundle", "checks", "contamination", "coverage", "drawing", "expected_failures", "kill_matrix", "show", "spending", "timeline"]
