"""Breaking it on purpose: which check stops which fault.

Imports: build, errors, gates, lineage, notebook, runs, season, session, settings, simulation, sql, warehouse, wording.
"""

from nbhelpers.drill.matrix import LET_THROUGH, NOT_ASKED, REFUSED, chosen, healthy, idle_checks, run, survivors
from nbhelpers.drill.walkthrough import walk

__all__ = ["LET_THROUGH", "NOT_ASKED", "REFUSED", "chosen", "faults", "healthy", "idle_checks", "rehearsal", "run", "survivors", "walk"]
