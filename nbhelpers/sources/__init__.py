"""Who is asked, how politely, and what is missing.

Imports: errors, raw, season, store, wording.
"""

__all__ = ["balldontlie", "fetch", "findings", "holdings", "nba_cdn", "pace", "progress", "schedules", "web"]
