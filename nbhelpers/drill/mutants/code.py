"""Mutants of code: a step's query, its views put in, changed in one place."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.errors import SqlglotError

from nbhelpers.sql import dialect
from nbhelpers.sql.tables import Output


@dataclass(frozen=True)
class CodeMutant:
    """A step's query with one thing changed: as DuckDB's SQL, with the names of its parameters."""

    output: Output
    kind: str
    change: str  # what stood there, and what stands there now
    text: str
    parameters: frozenset[str]

    def __str__(self) -> str:
        return f"{self.output.short}: {self.kind}, {self.change}"


_COMPARISONS: dict[type, tuple[type, ...]] = {
    exp.LT: (exp.LTE, exp.GTE), exp.LTE: (exp.LT, exp.GT), exp.GT: (exp.GTE, exp.LTE), exp.GTE: (exp.GT, exp.LT),
    exp.EQ: (exp.NEQ,), exp.NEQ: (exp.EQ,),
}  # fmt: skip
_OPERATORS: dict[type, tuple[type, ...]] = {
    exp.Add: (exp.Sub,), exp.Sub: (exp.Add,), exp.Mul: (exp.Div,), exp.And: (exp.Or,), exp.Or: (exp.And,),
}  # fmt: skip
_AGGREGATES: dict[type, tuple[type, ...]] = {
    exp.Sum: (exp.Avg, exp.Max), exp.Avg: (exp.Max, exp.Min), exp.Max: (exp.Min,), exp.Min: (exp.Max,), exp.Greatest: (exp.Least,),
    exp.Least: (exp.Greatest,),
}  # fmt: skip

Changes = Callable[[exp.Expression], list[exp.Expression]]


def _of_another_class(classes: dict[type, tuple[type, ...]]) -> Changes:
    return lambda node: [other(**node.args) for other in classes.get(type(node), ())]


def _constants(node: exp.Expression) -> list[exp.Expression]:
    if not isinstance(node, exp.Literal):
        return []
    if node.is_string:
        return [exp.Literal.string(f"not {node.this}")]
    number = float(node.this)
    return [exp.Literal.number(f"{number + 1:g}"), exp.Literal.number(f"{abs(number - 1):g}")]


def _joins(node: exp.Expression) -> list[exp.Expression]:
    if not isinstance(node, exp.Join) or not node.args.get("on"):
        return []
    other = node.copy()
    other.set("side", None if node.side == "LEFT" else "LEFT")
    other.set("kind", "INNER" if node.side == "LEFT" else None)
    return [other]


def _orders(node: exp.Expression) -> list[exp.Expression]:
    if not isinstance(node, exp.Ordered):
        return []
    other = node.copy()
    other.set("desc", not node.args.get("desc"))
    return [other]


def _filters(node: exp.Expression) -> list[exp.Expression]:
    """A condition that is one of several is left out."""
    return [node.this.copy(), node.expression.copy()] if isinstance(node, exp.And) else []


KINDS: dict[str, Changes] = {
    "comparison": _of_another_class(_COMPARISONS), "operator": _of_another_class(_OPERATORS),
    "aggregate": _of_another_class(_AGGREGATES), "constant": _constants, "join": _joins, "order": _orders, "filter": _filters,
}  # fmt: skip


def sites(output: Output) -> list[tuple[str, int, int]]:
    """Every place of an output's query that can be changed, and how: kind, place among its nodes, number of the change."""
    nodes = list(_query(output).walk())
    return [
        (kind, place, number)
        for place, node in enumerate(nodes)
        for kind, changes in KINDS.items()
        for number in range(len(changes(node)))
    ]


def mutant(output: Output, kind: str, place: int, number: int) -> CodeMutant:
    """The output's query with what is at a place changed so."""
    query = _query(output)
    node = list(query.walk())[place]
    instead = KINDS[kind](node)[number]
    change = f"{_brief(node)} became {_brief(instead)}"
    node.replace(instead)
    translated, parameters, names = dialect.translate(query, "duckdb")
    for name in names:
        translated = translated.replace(name.replace(".", "__"), name)
    return CodeMutant(output, kind, change, translated, frozenset(parameters))


def mutants(outputs: list[Output], count: int, rng: random.Random) -> Iterator[CodeMutant]:
    """So many mutants of the outputs' queries by chance, or all where there are fewer."""
    every = [(output, *site) for output in outputs if output.path for site in sites(output)]
    for output, *site in rng.sample(every, min(count, len(every))):
        with suppress(SqlglotError):  # what cannot be said to the engine is no query
            yield mutant(output, *site)


def _query(output: Output) -> exp.Query:
    return dialect.expand(dialect.parse_text(output.query))


def _brief(node: exp.Expression) -> str:
    text = " ".join(node.sql("bigquery").split())
    return text if len(text) <= 70 else f"{text[:67]}..."
