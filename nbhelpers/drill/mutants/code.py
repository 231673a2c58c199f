"""Mutants of code: a step's query, its views put in, or a witness changed in one place."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.errors import SqlglotError

from nbhelpers.sql import dialect, files
from nbhelpers.sql.tables import Output
from nbhelpers.sql.views import views_read

WITNESS, SHARED = "witness", "views.box_lines"  # what all steps of analytics read of the box scores


@dataclass(frozen=True)
class Source:
    """A query that is changed: a step's with its views put in, or as it stands a view that several steps share, or a witness."""

    name: str  # the short name of a step's output, or that of the view: witness.player_games
    output: Output | None  # None of a view

    @property
    def query(self) -> exp.Query:
        """What is computed where nothing is changed."""
        if self.output:
            return _expanded(dialect.parse_text(self.output.query))
        return dialect.parse(files.view(*self.name.split("."))).copy()


@dataclass(frozen=True)
class CodeMutant:
    """A query with one thing changed."""

    source: Source
    kind: str
    change: str  # what stood there, and what stands there now
    query: exp.Query

    def __str__(self) -> str:
        return f"{self.source.name}: {self.kind}, {self.change}"

    @property
    def in_duckdbs_sql(self) -> str:
        """Its text for DuckDB."""
        translated, _, names = dialect.translate(self.query, "duckdb")
        for name in names:
            translated = translated.replace(name.replace(".", "__"), name)
        return translated


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


def _ranges(node: exp.Expression) -> list[exp.Expression]:
    """A range loses one of its ends."""
    if not isinstance(node, exp.Between):
        return []
    low, high = exp.GT(this=node.this, expression=node.args["low"]), exp.LT(this=node.this, expression=node.args["high"])
    above, below = exp.GTE(this=node.this, expression=node.args["low"]), exp.LTE(this=node.this, expression=node.args["high"])
    return [exp.paren(exp.and_(low, below)), exp.paren(exp.and_(above, high))]


def _memberships(node: exp.Expression) -> list[exp.Expression]:
    """A list loses its first or last value; who is in it is not."""
    if not isinstance(node, exp.In):
        return []
    found: list[exp.Expression] = [exp.paren(exp.not_(node.copy()))]
    for kept in (node.expressions[1:], node.expressions[:-1]) if len(node.expressions) > 1 else ():
        other = node.copy()
        other.set("expressions", [value.copy() for value in kept])
        found.append(other)
    return found


def _divisions(node: exp.Expression) -> list[exp.Expression]:
    """A quotient is turned round, or its divisor forgotten."""
    if not isinstance(node, exp.SafeDivide):
        return []
    return [exp.SafeDivide(this=node.expression.copy(), expression=node.this.copy()), exp.paren(node.this.copy())]


def _absences(node: exp.Expression) -> list[exp.Expression]:
    """What is there instead of an absent value is left out; who is absent is there."""
    if isinstance(node, exp.Coalesce):
        return [exp.paren(node.this.copy())]
    return [exp.paren(exp.not_(node.copy()))] if isinstance(node, exp.Is) else []


def _branches(node: exp.Expression) -> list[exp.Expression]:
    """A CASE loses its first or last condition; an IF takes the other value."""
    if isinstance(node, exp.Case):
        found = []
        for kept in (node.args["ifs"][1:], node.args["ifs"][:-1]) if len(node.args["ifs"]) > 1 else ():
            other = node.copy()
            other.set("ifs", [branch.copy() for branch in kept])
            found.append(other)
        return found
    if isinstance(node, exp.If) and not isinstance(node.parent, exp.Case) and node.args.get("false"):
        return [exp.If(this=node.this.copy(), true=node.args["false"].copy(), false=node.args["true"].copy())]
    return []


KINDS: dict[str, Changes] = {
    "comparison": _of_another_class(_COMPARISONS), "operator": _of_another_class(_OPERATORS),
    "aggregate": _of_another_class(_AGGREGATES), "constant": _constants, "join": _joins, "order": _orders, "filter": _filters,
    "range": _ranges, "membership": _memberships, "division": _divisions, "absence": _absences, "branch": _branches,
}  # fmt: skip


def sources(outputs: list[Output]) -> list[Source]:
    """The queries behind some outputs: their steps', and of all above raw the views that choose the lines that count, and every witness."""
    steps = [Source(output.short, output) for output in outputs if output.path]
    witnesses = [f"{WITNESS}.{path.stem}" for path in files.texts() if path.parent == files.VIEWS[WITNESS]]
    return steps + [Source(name, None) for name in (SHARED, *sorted(views_read(SHARED)), *witnesses) if steps]


def sites(source: Source) -> list[tuple[str, int, int]]:
    """Every place of a query that can be changed, and how: kind, place among its nodes, number of the change."""
    nodes = list(source.query.walk())
    return [
        (kind, place, number)
        for place, node in enumerate(nodes)
        for kind, changes in KINDS.items()
        for number in range(len(changes(node)))
    ]


def mutant(source: Source, kind: str, place: int, number: int) -> CodeMutant:
    """The query with what is at a place changed so."""
    query = source.query
    node = list(query.walk())[place]
    instead = KINDS[kind](node)[number]
    change = f"{_brief(node)} became {_brief(instead)}"
    node.replace(instead)
    return CodeMutant(source, kind, change, query)


def mutants(outputs: list[Output], count: int, rng: random.Random) -> Iterator[CodeMutant]:
    """So many mutants of the queries behind some outputs by chance, or all where there are fewer."""
    if not count:
        return
    every = [(source, *site) for source in sources(outputs) for site in sites(source)]
    for source, *site in rng.sample(every, min(count, len(every))):
        with suppress(SqlglotError):  # what cannot be said to the engine is no query
            yield mutant(source, *site)


def _expanded(query: exp.Query) -> exp.Query:
    """A query with its views put in, but for the lines that count, which are a source of their own."""
    query = query.copy()
    for table in list(query.find_all(exp.Table)):
        if table.db in files.VIEWS and f"{table.db}.{table.name}" != SHARED:
            view = _expanded(dialect.parse(files.view(table.db, table.name)))
            table.replace(exp.Subquery(this=view, alias=exp.TableAlias(this=exp.to_identifier(table.alias_or_name))))
    return query


def _brief(node: exp.Expression) -> str:
    text = " ".join(node.sql("bigquery").split())
    return text if len(text) <= 70 else f"{text[:67]}..."
