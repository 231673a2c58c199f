"""What a partition is computed from: which tables, which of their columns, and a fingerprint of all it reads."""

import hashlib
from datetime import date

from nbhelpers.lineage import owner_commands
from nbhelpers.lineage.code import code_of
from nbhelpers.lineage.contents import Contents, Inputs
from nbhelpers.lineage.partition_log import content_at, discrepancy
from nbhelpers.session import Session
from nbhelpers.sql import files, queries, tables
from nbhelpers.sql.tables import Output


def computed_from(session: Session, output: Output) -> tuple[Output, ...]:
    """What an output is computed from: of each input, the columns that its query reads.

    So a corrected column makes stale what reads it, and nothing else. Of a step that its owner's own command does, which
    nobody can look into, all columns count.
    """
    return tables.inputs(output) if owner_commands.command(session.settings.commands, output.step) else tables.parts_read(output)


def input_fingerprints(session: Session, output: Output, contents: Contents) -> Inputs:
    """For each ISO date of the window: the earliest date that an output reads and a fingerprint of all it reads."""
    if output.path is None:
        return contents.stored
    contents.look_up(computed_from(session, output))
    sources = [(source, contents.history(source)) for source in computed_from(session, output)]
    # Whose lines count decides the rows of whoever reads lines.
    counted = session.settings.lines if "lines" in queries.translation(files.text(output.path), "duckdb").parameters else ""
    found = {}
    for day in session.window.dates():
        digest, earliest = hashlib.sha256(counted.encode()), day
        for source, history in sources:
            first, read = history.between(*contents.reach.bounds(output, source, day))
            earliest = min(earliest, first or day)
            digest.update(source.name.encode() + read)
        digest.update(repr([gap for gap in contents.gaps if gap[0] <= str(day)]).encode())
        found[str(day)] = (str(earliest), digest.hexdigest()[:32])
    return found


def dates_to_rebuild(session: Session, output: Output, inputs: Inputs, contents: Contents) -> list[date]:
    """The dates of the window whose published partition a build would not leave as it is, by the partition log alone."""
    published, code = session.warehouse.fingerprints(output), code_of(session, output)
    return [
        day
        for day in session.window.dates()
        if discrepancy(contents.log.get((output.name, day)), content_at(published, day), inputs[str(day)][1], code)
    ]
