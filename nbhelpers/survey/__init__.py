"""What is there, what is missing and what is wrong, and where it began.

Imports: errors, lineage, raw, season, session, settings, sources, sql, store, wording.
"""

from nbhelpers.survey.chain import full_names, tally, upstream
from nbhelpers.survey.counts import contamination, coverage_queries, failure_categories, failures
from nbhelpers.survey.samples import defaults, defences, forecasts, query_text, sample, shot_diets, shot_zones, spread
from nbhelpers.survey.scope import CRITICAL, slate, surveyed
from nbhelpers.survey.states import coverage, up_to
from nbhelpers.survey.story import Story, explain
from nbhelpers.survey.summaries import table_summaries
from nbhelpers.survey.weeks import in_weeks, steps, weekly_spreads
from nbhelpers.survey.work import REASONS, plan

__all__ = [
    "CRITICAL", "REASONS", "Story", "contamination", "coverage", "coverage_queries", "defaults", "defences", "explain",
    "failure_categories", "failures", "forecasts", "full_names", "in_weeks", "plan", "query_text", "roots", "sample", "shot_diets",
    "shot_zones", "slate", "spread", "steps", "surveyed", "table_summaries", "tally", "up_to", "upstream", "weekly_spreads", "weeks",
]  # fmt: skip
