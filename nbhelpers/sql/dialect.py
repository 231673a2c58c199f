"""One SQL text for two warehouses: BigQuery's dialect, read once, written for the engine that runs it."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

SQL = Path(__file__).parent
VIEWS = {  # the files that a query may read by name, put in place of the reference: `views.slate_games`
    "views": SQL / "views",
    "systems": SQL / "40_nba_predictions" / "systems",
}


@cache
def parse(path: Path) -> exp.Query:
    """The one SELECT of a file under sql/, its comments apart."""
    query = sqlglot.parse_one(path.read_text(encoding="utf-8"), read="bigquery")
    if not isinstance(query, exp.Query):
        raise TypeError(f"{path} is not one SELECT")
    return query


def header(path: Path) -> dict[str, str]:
    """The contract at the top of a file: `about`, then each `name: text` line, continued lines joined.

    >>> header(SQL / "30_nba_precompute" / "team_defense_zone_analysis.sql")["key"]
    'team_abbr, analysis_date'
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    end = next(n for n, line in enumerate(lines) if not line.startswith("--"))
    return fields("\n".join(line.removeprefix("--") for line in lines[:end]))


def fields(text: str) -> dict[str, str]:
    """The same from the bare text of a header: its first line is the name, `about` what stands before any label."""
    found, label = {"about": ""}, "about"
    for line in text.strip().splitlines()[1:]:
        name, colon, rest = line.strip().partition(":")
        if colon and name.replace("_", "").isalpha() and name.islower():
            label = name
            found[label] = rest.strip()
        else:
            found[label] = f"{found[label]} {line.strip()}".strip()
    return found


def expand(query: exp.Query) -> exp.Query:
    """The query with every view put in place of its reference."""
    query = query.copy()
    for table in list(query.find_all(exp.Table)):
        if table.db in VIEWS:
            view = expand(parse(_view(table)))
            table.replace(exp.Subquery(this=view, alias=exp.TableAlias(this=exp.to_identifier(table.alias_or_name))))
    return query


def table_names(query: exp.Query) -> set[str]:
    """The dataset.table names that a query reads, through its views."""
    found = set()
    for table in query.find_all(exp.Table):
        if table.db in VIEWS:
            found |= _tables_of_view(_view(table))
        elif table.db:
            found.add(f"{table.db}.{table.name}")
    return found


def columns_read(query: exp.Query, schema: Mapping[str, Mapping[str, str]]) -> dict[str, set[str]]:
    """Which columns a query's rows depend on, of each dataset.table that it reads, through its views.

    `schema` tells every table's columns and their types. What a view offers and the query leaves alone does not count.
    """
    datasets: dict[str, Any] = {}
    for name, columns in schema.items():
        dataset, _, table = name.partition(".")
        datasets.setdefault(dataset, {})[table] = columns
    pruned = pushdown_projections(qualify(bind(query, exp.to_table), schema=datasets, dialect="bigquery"))
    found: dict[str, set[str]] = {}
    for scope in traverse_scope(pruned):
        for alias, source in scope.sources.items():
            if isinstance(source, exp.Table) and source.db:
                found.setdefault(f"{source.db}.{source.name}", set()).update(c.name for c in scope.source_columns(alias))
    return found


@cache
def _tables_of_view(path: Path) -> set[str]:
    return table_names(parse(path))


def says(path: Path) -> str:
    """What a file asks, with the views it reads, token by token: comments and line breaks do not change it."""
    return "\n".join(_tokens(part) for part in sorted(_with_views(path)))


@cache
def _with_views(path: Path) -> frozenset[Path]:
    views = [_view(table) for table in parse(path).find_all(exp.Table) if table.db in VIEWS]
    return frozenset([path]).union(*map(_with_views, views))


@cache
def _tokens(path: Path) -> str:
    found = sqlglot.tokenize(path.read_text(encoding="utf-8"), read="bigquery")
    return " ".join(f"{token.token_type.name}:{token.text}" for token in found)


def _view(table: exp.Table) -> Path:
    return VIEWS[table.db] / f"{table.name}.sql"


def parameters(query: exp.Query) -> set[str]:
    """The names of the @parameters that a query takes."""
    return {p.name for p in query.find_all(exp.Parameter)}


def bind(query: exp.Query, relation: Callable[[str], exp.Query | exp.Table]) -> exp.Query:
    """The query with each table read from what `relation(name)` gives for it, its views expanded.

    A view, and a table that is itself a query, is said once, in front: engines read and work out what is repeated.
    """
    said: dict[str, exp.Query] = {}

    def placed(part: exp.Query) -> exp.Query:
        part = part.copy()
        for table in list(part.find_all(exp.Table)):
            if not table.db:
                continue
            name, told = f"{table.db}.{table.name}", f"{table.db}__{table.name}"
            if told not in said:
                source = placed(parse(_view(table))) if table.db in VIEWS else relation(name)
                if isinstance(source, exp.Table):
                    table.replace(exp.alias_(source, table.alias_or_name, table=True))
                    continue
                said[told] = source
            table.replace(exp.alias_(exp.to_table(told), table.alias_or_name, table=True))
        return part

    bound = placed(query)
    own = bound.args.get("with_")
    front = [exp.CTE(this=source, alias=exp.TableAlias(this=exp.to_identifier(name))) for name, source in said.items()]
    bound.set("with_", exp.With(expressions=front + (own.expressions if own else [])) if front else own)
    _change(bound, exp.Round, _round_exactly)
    return bound


def given(wanted: Iterable[str], parameters: dict[str, object]) -> dict[str, object]:
    """Those of the parameters that a query takes; one that nobody gave is an error."""
    missing = set(wanted) - parameters.keys()
    if missing:
        raise KeyError(f"the query takes {', '.join(sorted(missing))}, which nobody gave")
    return {name: parameters[name] for name in wanted}


def write(query: exp.Expr, dialect: str) -> str:
    """The text of a bound query for `duckdb` or `bigquery`; what cannot be said there is an error."""
    query = query.copy()
    if dialect == "duckdb":
        _change(query, exp.Literal, _decimal_literal_to_double)
        _change(query, exp.CountIf, _count_if_to_count)
    return query.sql(dialect, copy=False, unsupported_level=sqlglot.ErrorLevel.RAISE, comments=False)


def _change(query: exp.Expr, kind: type[exp.Expr], to: Callable) -> None:
    """Put `to(node)` in place of each node of a kind, where it gives one."""
    for node in list(query.find_all(kind)):
        if instead := to(node):
            node.replace(instead)


def _round_exactly(node: exp.Round) -> exp.Expression | None:
    # ROUND(x, n) of a mean that is exactly half way (110.005) falls on either side with the order of summation.
    # Scaled by 10^n and cleaned of binary dust first, a tie is a tie and goes away from zero, on any engine.
    if not isinstance(node.args.get("decimals"), exp.Literal):
        return None
    scale = exp.Literal.number(f"{10 ** int(node.args['decimals'].this)}.0")
    scaled = exp.Mul(this=exp.Paren(this=node.this), expression=scale.copy())
    cleaned = exp.Anonymous(this="ROUND", expressions=[scaled, exp.Literal.number(6)])
    return exp.Paren(this=exp.Div(this=exp.Anonymous(this="ROUND", expressions=[cleaned]), expression=scale))


def _decimal_literal_to_double(node: exp.Literal) -> exp.Expression | None:
    # 0.44 is a FLOAT64 in BigQuery and a DECIMAL in DuckDB, whose sums and quotients differ.
    return None if node.is_string or node.is_int else exp.Cast(this=node.copy(), to=exp.DataType.build("DOUBLE"))


def _count_if_to_count(node: exp.CountIf) -> exp.Expression:
    # Where no condition is known, or there is no row, COUNTIF is 0 in BigQuery and COUNT_IF is NULL in DuckDB.
    return exp.Count(this=exp.If(this=node.this, true=exp.Literal.number(1)))
