"""Breaking it on purpose: which check stops which fault.

Imports: build, errors, gates, lineage, notebook, raw, runs, season, session, settings, simulation, sql, store, warehouse, wording.
"""

from nbhelpers.drill.matrix import LET_THROUGH, NOT_ASKED, REFUSED, chosen, healthy, idle_checks, run, survivors
from nbhelpers.drill.mutants.planted import Draw
from nbhelpers.drill.walkthrough import walk, walk_mutants

__all__ = [
    "LET_THROUGH", "NOT_ASKED", "REFUSED", "Draw", "chosen", "faults", "healthy", "idle_checks", "mutants", "rehearsal", "run", "survivors",
    "walk", "walk_mutants",
]  # fmt: skip
