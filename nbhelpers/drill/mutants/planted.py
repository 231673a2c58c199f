"""Planting mutants of data, of bodies and of code in a season in memory, one at a time, and keeping what their gate said."""

import random
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import duckdb
import pandas as pd

from nbhelpers.build import MIN_FEATURE_ROWS
from nbhelpers.drill.mutants import choice, code, quarrels, sample, sandbox, unwitnessed
from nbhelpers.drill.mutants.bodies import BodySampler
from nbhelpers.drill.mutants.code import CodeMutant
from nbhelpers.drill.mutants.landed import Landed, Loader
from nbhelpers.drill.mutants.question import RECOMPUTED, Question
from nbhelpers.drill.mutants.sample import Mutant
from nbhelpers.errors import BadInput, Broken
from nbhelpers.gates import witness
from nbhelpers.session import Session, now
from nbhelpers.sql import files, tables, views
from nbhelpers.sql.tables import LAYERS, Output, gate_of
from nbhelpers.warehouse import utc

REFUSED = "refused by staging"
EQUIVALENT = "equivalent: the rows are the same"
DATA, BODIES, CODE = "data", "bodies", "code"
COLUMNS = ["of", "table", "column", "kind", "scope", "mutant", "killed_by", "warned_by", "is_outvoted", "reason"]
QUERY = "query"  # the column of mutants of code
MOST_IN_VAIN = 40  # mutants of bodies, one after the other, of which nothing is loaded otherwise
FEW_DATES = 3  # on which a mutant of code is looked for before it is on all


@dataclass(frozen=True)
class Draw:
    """What is to be planted: how many mutants of data, of code and of bodies, of what, and the seed that chooses them."""

    data: int
    code: int = 0
    seed: int = 0
    table: str | None = None
    column: str | None = None
    bodies: int = 0


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
        kinds = (
            _data(season, question, outputs, draw, rng),
            _bodies(season, question, draw.bodies, rng),
            _code(session, season, question, outputs, draw.code, rng),
        )
        for planted in kinds:
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
        verdict = {"killed_by": REFUSED, "warned_by": "", "is_outvoted": False, "reason": ""}
        if not mutant.is_refused and mutant.output.layer == 1:
            verdict = _verdict_in_raw(question, mutant)
        elif not mutant.is_refused:
            verdict["killed_by"] = question.killer_above_raw(mutant)
        about = (DATA, mutant.output.short, mutant.column, mutant.kind, mutant.scope, str(mutant))
        yield dict(zip(COLUMNS, about, strict=False)) | verdict
    if planted < draw.data:
        place = ".".join(filter(None, (draw.table, draw.column))) or "the season"
        raise BadInput(
            f"only {planted} of {draw.data} mutants could be planted in {place}.",
            "in a column without rows, or with the same value in every row, nothing can be exchanged or put in its place"
            if sampler.targets
            else "no table that has rows has such a column",
            "leave --column or --table out, or name another.",
        )


def _bodies(season: Session, question: Question, count: int, rng: random.Random) -> Iterator[dict]:
    if not count:
        return
    sampler, loader = BodySampler(season.store, season.window), Loader(season)
    planted = in_vain = 0
    while planted < count:
        mutant = sampler.draw(rng)
        verdict = {"killed_by": REFUSED, "warned_by": "", "is_outvoted": False, "reason": ""}
        try:
            landed = mutant and loader.land(mutant)
            verdict = _verdict_in_raw(question, landed) if landed else {}
        except Broken:
            landed = None  # nothing can be loaded: what is published stays
        except Exception as problem:  # an odd item must cost itself alone, and never the load
            verdict |= {"killed_by": "", "warned_by": f"it breaks the load: {problem!r}"}
        in_vain = 0 if verdict else in_vain + 1
        if in_vain > MOST_IN_VAIN:
            raise BadInput(
                f"only {planted} of {count} mutants of bodies could be planted.",
                f"{MOST_IN_VAIN} in a row have changed no row",
                "choose another seed.",
            )
        if mutant and verdict:
            planted += 1
            about = (BODIES, mutant.object, mutant.path, mutant.kind, mutant.scope, str(mutant))
            yield dict(zip(COLUMNS, about, strict=False)) | verdict


def _verdict_in_raw(question: Question, mutant: Mutant | Landed) -> dict:
    """What gate 1 says of a mutant below it, and why it may survive."""
    killed_by, warned_by, is_changed = question.seen_in_raw(mutant)
    is_outvoted = bool(warned_by) and not is_changed
    is_excusable = isinstance(mutant, Landed) and not killed_by  # a row of data has its object beside it
    reason = mutant.reason(warned_by, is_changed) if is_excusable and not is_outvoted else ""
    if is_excusable and not is_changed and mutant.is_of_who_did_not_play:
        reason = unwitnessed.NOT_PLAYED
    return {"killed_by": killed_by, "warned_by": warned_by, "is_outvoted": is_outvoted, "reason": reason}


def _code(
    session: Session, season: Session, question: Question, outputs: list[Output], count: int, rng: random.Random
) -> Iterator[dict]:
    if not count:
        return
    whole = season.parameters(min_feature_rows=MIN_FEATURE_ROWS, built_at=utc(now()))
    dates = season.window.dates()
    first = rng.randrange(len(dates) // 2, len(dates))
    few = dates[first : first + FEW_DATES]
    spans = (whole | {"start_date": few[0], "end_date": few[-1], "dates": few}, whole)
    of_choice = []
    for mutant in code.mutants(outputs, count, rng):
        if mutant.source.name in choice.VIEWS | choice.WITNESSES:
            of_choice.append(mutant)
            continue
        killed_by = REFUSED  # by the engine, or by staging: a query that breaks publishes nothing
        seen_in = _seen_in_step if mutant.source.output else _seen_in_witness
        with suppress(duckdb.Error):
            killed_by = next((seen for of in spans if (seen := seen_in(season, question, mutant, of)) != EQUIVALENT), EQUIVALENT)
        yield _of_code(mutant, killed_by)
    if not of_choice:
        return
    with quarrels.in_memory(session, rng) as quarrelling:
        asked = choice.Choice(quarrelling)
        for mutant in of_choice:
            killed_by = REFUSED
            with suppress(duckdb.Error):
                is_changed, is_seen = asked.verdict(mutant)
                killed_by = EQUIVALENT if not is_changed else RECOMPUTED if is_seen else ""
            yield _of_code(mutant, killed_by)


def _of_code(mutant: CodeMutant, killed_by: str) -> dict:
    about = (CODE, mutant.source.name, QUERY, mutant.kind, "", str(mutant))
    return dict(zip(COLUMNS, (*about, killed_by, "", False, ""), strict=True))


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
