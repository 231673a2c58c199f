"""What was made from what, and what follows when it changes.

Imports: errors, raw, season, session, settings, sql, warehouse, wording.
"""

from nbhelpers.lineage.code import code_of, code_version
from nbhelpers.lineage.contents import Contents
from nbhelpers.lineage.inputs import Inputs, computed_from, dates_to_rebuild, input_fingerprints
from nbhelpers.lineage.partition_log import Log, content_at, discrepancy, log_entries, season_log, whole_log
from nbhelpers.lineage.reach import Reach
from nbhelpers.lineage.season_lines import changed_lines, with_own_lines

__all__ = [
    "Contents", "Inputs", "Log", "Reach", "changed_lines", "code_of", "code_version", "computed_from", "content_at",
    "dates_to_rebuild", "discrepancy", "gaps", "input_fingerprints", "log_entries", "overrides", "owner_commands", "season_log",
    "undo", "whole_log", "with_own_lines",
]  # fmt: skip
