"""What is there, what is missing and what is wrong, and where it began.

Imports: errors, lineage, raw, session, sources, sql, store, wording.
"""

from nbhelpers.survey.states import (
    CRITICAL,
    REASONS,
    contamination,
    coverage,
    failure_categories,
    failures,
    plan,
    slate,
    surveyed,
    up_to,
)
from nbhelpers.survey.summaries import table_summaries

__all__ = [
    "CRITICAL", "REASONS", "contamination", "coverage", "failure_categories", "failures", "plan", "roots", "slate", "surveyed",
    "table_summaries", "up_to",
]  # fmt: skip
