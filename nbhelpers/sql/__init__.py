"""What the pipeline is: every table, query and check, and the dialect they are written in.

Imports: errors.
"""

__all__ = ["dialect", "disk_cache", "files", "queries", "tables", "thresholds", "views"]
