"""Who is asked, how politely, and what is missing.

Imports: errors, raw, season, store, wording.
"""

__all__ = ["clients", "fetch", "holdings", "progress", "web"]
