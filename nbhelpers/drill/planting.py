"""How a fault of the catalogue gets into a scratch copy: what is staged, what is changed by hand."""

from dataclasses import replace

import sqlglot
from sqlglot import exp

from nbhelpers import build, lineage
from nbhelpers.drill import faults
from nbhelpers.drill.faults import Fault
from nbhelpers.errors import Broken
from nbhelpers.season import Window
from nbhelpers.session import Session, now
from nbhelpers.sql import dialect, tables
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import Staged, candidate, utc


class NotStaged(Exception):
    """Staging did not take the faulty rows."""


def plant(copy: Session, fault: Fault, aims: dict[str, object]) -> Session:
    """Put a fault into a scratch copy and return the session that a gate is to look at it with.

    Raises NotStaged where staging itself refuses the rows.
    """
    session = (
        replace(copy, window=Window(copy.window.season, aims["on"], copy.window.end_date))
        if fault.is_later_window
        else copy
    )
    _change_published(session, fault, aims)
    if fault.staged:
        _stage_layer(session, fault.gate // 10)
        _stage_fault(session, fault, aims)
    return session


def _stage_layer(session: Session, layer: int) -> None:
    """Stage every output of a layer as it is published, as a run would have built it."""
    if session.warehouse.stage_kept(layer):
        return
    contents = lineage.Contents(session, layer)
    for output in tables.layer_outputs(layer):
        _stage(session, output, _as_published(output), {}, _inputs(session, output, contents))
        contents.forget(output)
    session.warehouse.keep_staging(layer)


def _stage_fault(session: Session, fault: Fault, aims: dict[str, object]) -> None:
    """Leave the faulty rows in staging, and what the layer's later steps would have computed from them.

    Each tells the inputs that are there now, so that lineage alone does not give every fault away.
    """
    contents, changed = lineage.Contents(session, fault.gate // 10), set()
    for output in tables.layer_outputs(fault.gate // 10):
        if output.short in fault.staged:
            query = _faulty(output, fault)
        elif changed & {source.name for source in tables.inputs(output)}:
            query = dialect.parse(output.path)
        else:
            continue
        inputs = _inputs(session, output, contents)
        if fault.is_stale and output.short in fault.staged:
            inputs = dict(
                zip(inputs, [("", ""), *inputs.values()], strict=False)
            )  # each date has those of the day before
        _stage(session, output, query, aims, inputs)
        contents.forget(output)
        changed.add(output.name)


def _inputs(session: Session, output: Output, contents: lineage.Contents) -> dict[str, tuple[str, str]]:
    return lineage.input_fingerprints(session, output, contents) if tables.inputs(output) else {}


def _stage(session: Session, output: Output, query: exp.Query, aims: dict[str, object], inputs: dict) -> None:
    parameters = session.parameters(built_at=utc(now()), min_feature_rows=build.MIN_FEATURE_ROWS) | aims
    dates = tuple(map(str, session.window.dates()))
    staged = Staged(dates, session.run_id, lineage.code_version(output), now().isoformat(timespec="seconds"), inputs)
    try:
        session.warehouse.stage(output, query, parameters, staged)
    except Broken as problem:
        raise NotStaged from problem


def _faulty(output: Output, fault: Fault) -> exp.Query:
    """The query that gives an output's faulty rows."""
    planted = fault.staged[output.short]
    if planted == faults.AS_PUBLISHED:
        return _as_published(output)
    if planted == faults.NOTHING:
        return _as_published(output).where("FALSE")
    if isinstance(planted, str):
        return sqlglot.parse_one(planted, read="bigquery")
    right = text = dialect.write(dialect.expand(dialect.parse(output.path)), "bigquery")
    for piece, instead in planted:
        text = text.replace(piece, instead)
    if text == right:
        raise Broken(
            f"fault {fault.id} changes nothing in {output.path.name}: none of its pieces stands there any more.",
            "a fault that is not planted is one that no check is asked about",
            "bring the pieces in nbhelpers/drill/faults up to the query.",
        )
    return sqlglot.parse_one(text, read="bigquery")


def _as_published(output: Output) -> exp.Query:
    return sqlglot.parse_one(f"SELECT * FROM {output.table.name} WHERE {candidate.mine(output)}", read="bigquery")


def _change_published(session: Session, fault: Fault, aims: dict[str, object]) -> None:
    """Run the fault's statements on published tables; where it says so, log the outcome as its gates would have."""
    if fault.published:
        with session.warehouse.writing() as transaction:
            for statement in fault.published:
                parsed = sqlglot.parse_one(statement, read="bigquery")
                transaction.execute(
                    dialect.write(parsed, "duckdb"), {name: aims[name] for name in dialect.parameters(parsed)}
                )
    for output in tables.outputs():
        if output.short in fault.logged:
            _log(session, output)


def _log(session: Session, output: Output) -> None:
    """Bring the partition log up to what is published of an output."""
    contents = lineage.Contents(session, 0)
    there, inputs = contents.of(output), _inputs(session, output, contents)
    with session.warehouse.writing() as transaction:
        for day in session.window.dates():
            transaction.execute(
                "UPDATE nba_processing.partition_log SET fingerprint = ?, inputs_fingerprint = ? "
                "WHERE table_name = ? AND processor_name = ? AND partition_date = ?",
                [
                    lineage.content_at(there, day).fingerprint, inputs.get(str(day), ("", ""))[1],
                    output.table.name, output.processor, day,
                ],
            )  # fmt: skip
