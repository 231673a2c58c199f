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
from nbhelpers.drill.mutants.question import REFUSED, Question, is_refused
from nbhelpers.gates import checks
from nbhelpers.lineage import Contents
from nbhelpers.session import Session, now
from nbhelpers.sql import files, queries
from nbhelpers.sql.tables import Output
from nbhelpers.warehouse import utc

EQUIVALENT = "equivalent: the rows are the same"
COLUMNS = ["table", "column", "kind", "scope", "mutant", "killed_by", "reason"]
QUERY = "query"  # the column of mutants of code


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

    killed_by is the check that failed, REFUSED, EQUIVALENT, or '' of a survivor; reason why a survivor may live.
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
    sandbox_of = season.warehouse
    sampler = sample.Sampler({output: sandbox_of.rows(output) for output in outputs} if draw.data else {}, draw.column)
    for mutant in sampler.mutants(draw.data, rng) if sampler.targets else ():
        output, killed_by = mutant.output, REFUSED
        if not is_refused(output, mutant.rows):
            with sandbox_of.replaced(output, mutant.dates, mutant.rows):
                killed_by = question.first_failing(output, mutant.column) or ""
        yield _result(output, mutant.column, mutant.kind, mutant.scope, str(mutant), killed_by)


def _code(season: Session, question: Question, outputs: list[Output], count: int, rng: random.Random) -> Iterator[dict]:
    parameters = season.parameters(min_feature_rows=MIN_FEATURE_ROWS, built_at=utc(now()))
    for mutant in code.mutants(outputs, count, rng):
        killed_by = REFUSED  # by the engine, or by staging: a query that breaks publishes nothing
        with suppress(duckdb.Error):
            given = queries.select_parameters(mutant.parameters, parameters)
            with season.warehouse.recomputed(mutant.output, mutant.text, given) as differing:
                killed_by = (question.first_failing(mutant.output, mutant.kind) or "") if differing else EQUIVALENT
        yield _result(mutant.output, QUERY, mutant.kind, "", str(mutant), killed_by)


def _result(output: Output, column: str, kind: str, scope: str, mutant: str, killed_by: str) -> dict:
    reason = "" if killed_by else unwitnessed.reason(output, column)
    values = (output.short, column, kind, scope, mutant, killed_by, reason)
    return dict(zip(COLUMNS, values, strict=True))


def _store_witnesses(season: Session, gates: list[int]) -> None:
    """Work out once what the gates' checks ask of the witnesses: they stand on raw rows, which no mutant of a layer above changes."""
    parameters = season.parameters(min_feature_rows=MIN_FEATURE_ROWS)
    asked = [
        check.members(season, gate, Contents(season, gate // 10))
        for gate in gates
        for check in checks(gate)
        if check.name == "recomputed"
    ]
    names = {name for query in asked for name in re.findall(r"\bwitness\.\w+(?= )", str(query))}
    for name in sorted(names):
        if files.view(*name.split(".")) in files.texts():
            season.warehouse.store_view(name, parameters)
