"""What must hold before anything is published.

Imports: build, errors, isolation, lineage, raw, season, session, sql, store, survey, warehouse, wording.
"""

from nbhelpers.gates import checklist, witness
from nbhelpers.gates.audit import Audit
from nbhelpers.gates.check import Check, checks, code_version
from nbhelpers.gates.finding import Finding, counting_queries
from nbhelpers.gates.forecasts import forecast_errors

__all__ = [
    "Audit", "Check", "Finding", "checklist", "checks", "code_version", "counting_queries", "finding", "forecast_errors", "witness",
]  # fmt: skip
