"""What was made from what, and what follows when it changes.

Imports: errors, raw, season, session, settings, sql, warehouse, wording.
"""

from nbhelpers.lineage.inputs import (
    Contents,
    Reach,
    code_of,
    code_version,
    computed_from,
    content_at,
    dates_to_rebuild,
    discrepancy,
    input_fingerprints,
    log_entries,
)

__all__ = [
    "Contents", "Reach", "code_of", "code_version", "computed_from", "content_at", "dates_to_rebuild", "discrepancy",
    "input_fingerprints", "log_entries", "overrides", "owner_commands", "undo",
]  # fmt: skip
