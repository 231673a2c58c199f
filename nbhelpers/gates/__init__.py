"""What must hold before anything is published.

Imports: build, errors, lineage, raw, season, session, sql, store, survey, warehouse, wording.
"""

from nbhelpers.gates.audit import Audit, Check, Finding, checks, code_version
from nbhelpers.gates.forecasts import forecast_errors

__all__ = ["Audit", "Check", "Finding", "checklist", "checks", "code_version", "forecast_errors", "recompute"]
