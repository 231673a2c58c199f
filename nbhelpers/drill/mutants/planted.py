"""Planting mutants of data and of code in a season in memory, one at a time, and keeping what their gate said."""

import random
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import duckdb
import pandas as pd

from nbhelpers.build import MIN_FEATURE_ROWS
from nbhelpers.drill.mutants import code, sample, sandbox, unwitnessed
from nbhelpers.drill.mutants.code import CodeMutant
from nbhelpers.drill.mutants.question import RECOMPUTED, Question
from nbhelpers.errors import BadInput
from nbhelpers.gates import witness
from nbhelpers.session import Session, now
from nbhelpers.sql import files, tables, views
from nbhelpers.sql.tables import LAYERS, Output, gate_of
from nbhelpers.warehouse import utc

REFUSED = "refused by staging"
EQUIVALENT = "equivalent: the rows are the same"
COLUMNS = ["table", "column", "kind", "scope", "mutant", "killed_by", "warned_by", "is_outvoted", "reason"]
QUERY = "query"  # the column of mutants of code
FEW_DATES = 3  # on which a mutant of code is looked for before it is on all


@dataclass(frozen=True)
class Draw:
    """What is to be planted: how many mutants of data and of code, of what, and the seed that chooses them."""

    data: int
    code: int = 0
    seed: int = 0
    table: str | None = None
    column: str | None = None


Listener = Callable[[dict], None]


def plant(session: Session, gates: list[int], draw: Draw, listener: Listener = lambda result: None) -> pd.DataFrame:
    """Plant mutants in a copy of a published season and ask the gate of each: a row a mutant, see COLUMNS.

    killed_by is the check that failed, REFUSED, EQUIVALENT, or '' of a survivor. warned_by is the check that names a survivor; it is
    outvoted where nothing above raw is other for it. reason is why any other survivor may live. Raises BadInput where nothing can be
    planted of what is asked for.
    """
    outputs = sample.outputs_of(gates, draw.table)
    rng = random.Random(draw.seed)
    results = []
    with sandbox.in_memory(session) as season:
        _store_witnesses(season, gates)
        question = Question(season, gates)
        for planted in (_data(season, question, outputs, draw, rng), _code(season, question, outputs, draw.code, rng)):
            for result in planted:
                results.append(result)
                listener(result)
    return pd.DataFrame(results, columns=COLUMNS)


def _data(season: Session, question: Question, outputs: list[Output], draw: Draw, rng: random.Random) -> Iterator[dict]:
    if not draw.data:
        return
    sampler = sample.Sampler({output: season.warehouse.rows(output) for output in outputs}, draw.column)
    planted = 0
    for mutant in sampler.mutants(draw.data, rng) if sampler.targets else ():
        planted += 1
        killed_by, warned_by, is_changed = REFUSED, "", True
        if not mutant.is_refused and mutant.output.layer == 1:
            killed_by, warned_by, is_changed = question.seen_in_raw(mutant)
        elif not mutant.is_refused:
            killed_by = question.killer_above_raw(mutant)
        is_outvoted = bool(warned_by) and not is_changed
        verdict = {"killed_by": killed_by, "warned_by": warned_by, "is_outvoted": is_outvoted}
        reason = "" if killed_by or is_outvoted else unwitnessed.reason(mutant.output, mutant.column, warned_by)
        if not (killed_by or is_changed) and mutant.is_of_who_did_not_play:
            reason = unwitnessed.NOT_PLAYED
        about = (mutant.output.short, mutant.column, mutant.kind, mutant.scope, str(mutant))
        yield dict(zip(COLUMNS, about, strict=False)) | verdict | {"reason": reason}
    if planted < draw.data:
        place = ".".join(filter(None, (draw.table, draw.column))) or "the season"
        raise BadInput(
            f"only {planted} of {draw.data} mutants could be planted in {place}.",
            "in a column without rows, or with the same value in every row, nothing can be exchanged or put in its place"
            if sampler.targets
            else "no table that has rows has such a column",
            "leave --column or --table out, or name another.",
        )


def _code(season: Session, question: Question, outputs: list[Output], count: int, rng: random.Random) -> Iterator[dict]:
    whole = season.parameters(min_feature_rows=MIN_FEATURE_ROWS, built_at=utc(now()))
    dates = season.window.dates()
    first = rng.randrange(len(dates) // 2, len(dates))
    few = dates[first : first + FEW_DATES]
    spans = (whole | {"start_date": few[0], "end_date": few[-1], "dates": few}, whole)
    for mutant in code.mutants(outputs, count, rng):
        killed_by = REFUSED  # by the engine, or by staging: a query that breaks publishes nothing
        seen_in = _seen_in_step if mutant.source.output else _seen_in_witness
        with suppress(duckdb.Error):
            killed_by = next((seen for of in spans if (seen := seen_in(season, question, mutant, of)) != EQUIVALENT), EQUIVALENT)
        about = (mutant.source.name, QUERY, mutant.kind, "", str(mutant))
        yield dict(zip(COLUMNS, (*about, killed_by, "", False, ""), strict=True))


def _seen_in_step(season: Session, question: Question, mutant: CodeMutant, parameters: dict) -> str:
    """The check that fails what a step's mutant makes of some dates; EQUIVALENT if it makes the same of them."""
    output = mutant.source.output
    with season.warehouse.recomputed(output, mutant.in_duckdbs_sql, parameters) as differing:
        if not differing:
            return EQUIVALENT
        if not question.is_recomputed(output, frozenset(parameters["dates"])):
            return RECOMPUTED
        return question.first_failing(output, mutant.kind, frozenset(parameters["dates"]))


def _seen_in_witness(season: Session, question: Question, mutant: CodeMutant, parameters: dict) -> str:
    """The same of a mutant of a witness, which shows in the first table that is compared with what reads it."""
    name = mutant.source.name
    with season.warehouse.rewritten(name, mutant.query, parameters):
        for output in tables.outputs():
            read = views.views_read(witness.view_of(output)) | {witness.view_of(output)} if output.path else ()
            if name in read and not question.is_recomputed(output, frozenset(parameters["dates"])):
                return RECOMPUTED
    return EQUIVALENT


def _store_witnesses(season: Session, gates: list[int]) -> None:
    """Work out once what the gates' checks ask of the witnesses: they stand on raw rows, which no mutant of a layer above changes."""
    parameters = season.parameters(min_feature_rows=MIN_FEATURE_ROWS)
    for layer in LAYERS:
        if layer > 1 and gate_of(layer) in gates:
            for name in sorted(set(re.findall(r"\bwitness\.\w+(?= )", witness.comparison(layer)))):
                if files.view(*name.split(".")) in files.texts():
                    season.warehouse.store_view(name, parameters)
