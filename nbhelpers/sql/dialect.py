"""One SQL text for two warehouses: BigQuery's dialect, read once, written for the engine that runs it."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from nbhelpers.sql import files


def translate(query: str | exp.Query, engine: str) -> list:
    """A query's text for `duckdb` or `bigquery`, the names of its parameters and the tables that it reads.

    Its views are expanded, and each dataset.table is called `dataset__table`, for the reader to say where its rows are.
    """
    parsed = parse_text(query) if isinstance(query, str) else query
    bound = bind(parsed, lambda name: exp.to_table(name.replace(".", "__")))
    return [write(bound, engine), sorted(parameters(bound)), sorted(table_names(parsed))]


def parts(query: str | exp.Query, engine: str) -> list:
    """A query in parts: name and text of each view in front of it, each after those that it reads, then '' and its own text."""
    parsed = parse_text(query) if isinstance(query, str) else query
    bound = bind(parsed, lambda name: exp.to_table(name.replace(".", "__")))
    front = bound.args.get("with_")
    parts = front.expressions if front else []
    own = [part for part in parts if "__" not in part.alias]
    views = [[part.alias, write(part.this, engine)] for part in parts if part not in own]
    bound.set("with_", exp.With(expressions=own) if own else None)
    return [*views, ["", write(bound, engine)]]


@cache
def parse(path: Path) -> exp.Query:
    """The one SELECT of a file under sql/, its comments apart."""
    return parse_text(files.text(path))


def parse_text(text: str) -> exp.Query:
    """The one SELECT of a text in BigQuery's dialect."""
    query = sqlglot.parse_one(text, read="bigquery")
    if not isinstance(query, exp.Query):
        raise TypeError(f"not one SELECT: {text[:200]}")
    return query


def declarations() -> list[dict]:
    """Every table of schema.sql, in its order: name, about, columns (name, type, whether required, about), key, date."""
    _, _, text = files.text(files.SQL / "schema.sql").partition("\n\n")  # what it says of itself is no table's
    statements = sqlglot.parse(text, read="bigquery")
    return [_declaration(statement) for statement in statements if isinstance(statement, exp.Create)]


def _declaration(create: exp.Create) -> dict:
    columns, key = [], []
    for part in create.this.expressions:
        if isinstance(part, exp.ColumnDef):
            is_required = any(isinstance(c.kind, exp.NotNullColumnConstraint) for c in part.constraints)
            columns.append([part.name, part.args["kind"].sql("bigquery"), is_required, _said(part)])
        elif isinstance(part, exp.PrimaryKey):
            key = [column.name for column in part.expressions]
    partition = create.find(exp.PartitionedByProperty)
    return {
        "name": f"{create.this.this.db}.{create.this.this.name}",
        "about": _said(create),
        "columns": columns,
        "key": key,
        "date": partition.this.name if partition else None,
    }


def _said(node: exp.Expr) -> str:
    """What the comments at a table or a column say."""
    return " ".join(comment.strip() for comment in node.comments or [])


def expand(query: exp.Query) -> exp.Query:
    """The query with every view put in place of its reference."""
    query = query.copy()
    for table in list(query.find_all(exp.Table)):
        if table.db in files.VIEWS:
            view = expand(parse(files.view(table.db, table.name)))
            table.replace(exp.Subquery(this=view, alias=exp.TableAlias(this=exp.to_identifier(table.alias_or_name))))
    return query


def table_names(query: exp.Query) -> set[str]:
    """The dataset.table names that a query reads, through its views."""
    found = set()
    for table in query.find_all(exp.Table):
        if table.db in files.VIEWS:
            found |= _tables_of_view(files.view(table.db, table.name))
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


def meaning(path: Path) -> str:
    """What a file asks, with the views it reads, token by token: comments and line breaks do not change it."""
    return "\n".join(_tokens(part) for part in sorted(_with_views(path)))


@cache
def _with_views(path: Path) -> frozenset[Path]:
    views = [files.view(t.db, t.name) for t in parse(path).find_all(exp.Table) if t.db in files.VIEWS]
    return frozenset([path]).union(*map(_with_views, views))


@cache
def _tokens(path: Path) -> str:
    found = sqlglot.tokenize(files.text(path), read="bigquery")
    return " ".join(f"{token.token_type.name}:{token.text}" for token in found)


def parameters(query: exp.Query) -> set[str]:
    """The names of the @parameters that a query takes."""
    return {p.name for p in query.find_all(exp.Parameter)}


def bind(query: exp.Query, relation: Callable[[str], exp.Query | exp.Table]) -> exp.Query:
    """The query with each table read from what `relation(name)` gives for it, its views expanded.

    A view, and a table that is itself a query, stands once, in front: engines would read and work out again what is repeated.
    """
    in_front: dict[str, exp.Query] = {}

    def resolved(part: exp.Query) -> exp.Query:
        part = part.copy()
        for table in list(part.find_all(exp.Table)):
            if not table.db:
                continue
            name, called = f"{table.db}.{table.name}", f"{table.db}__{table.name}"
            if called not in in_front:
                source = resolved(parse(files.view(table.db, table.name))) if table.db in files.VIEWS else relation(name)
                if isinstance(source, exp.Table):
                    table.replace(exp.alias_(source, table.alias_or_name, table=True))
                    continue
                in_front[called] = source
            table.replace(exp.alias_(exp.to_table(called), table.alias_or_name, table=True))
        return part

    bound = resolved(query)
    own = bound.args.get("with_")
    front = [exp.CTE(this=source, alias=exp.TableAlias(this=exp.to_identifier(name))) for name, source in in_front.items()]
    bound.set("with_", exp.With(expressions=front + (own.expressions if own else [])) if front else own)
    _change(bound, exp.Round, _round_exactly)
    return bound


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
