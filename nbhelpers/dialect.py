"""One SQL text for two warehouses: BigQuery's dialect, read once, written for the engine that runs it."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import sqlglot
from sqlglot import exp

SQL = Path(__file__).parent / "sql"


@cache
def parse(path: Path) -> exp.Query:
    """The one SELECT of a file under sql/, its comments apart."""
    return sqlglot.parse_one(path.read_text(encoding="utf-8"), read="bigquery")


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
    """The query with every `views.name` put in place of its reference."""
    query = query.copy()
    for table in list(query.find_all(exp.Table)):
        if table.db == "views":
            view = expand(parse(SQL / "views" / f"{table.name}.sql"))
            table.replace(exp.Subquery(this=view, alias=exp.TableAlias(this=exp.to_identifier(table.alias_or_name))))
    return query


def table_names(query: exp.Query) -> set[str]:
    """The dataset.table names that a query reads, through its views."""
    return {f"{t.db}.{t.name}" for t in expand(query).find_all(exp.Table) if t.db}


def parameters(query: exp.Query) -> set[str]:
    """The names of the @parameters that a query takes."""
    return {p.name for p in query.find_all(exp.Parameter)}


def bind(query: exp.Query, relation: Callable[[str], exp.Query | exp.Table]) -> exp.Query:
    """The query with its views expanded and each table read from what `relation(name)` gives for it."""
    query = expand(query)
    for table in list(query.find_all(exp.Table)):
        if not table.db:
            continue
        source = relation(f"{table.db}.{table.name}")
        alias = exp.TableAlias(this=exp.to_identifier(table.alias_or_name))
        if isinstance(source, exp.Table):
            source.set("alias", alias)
            table.replace(source)
        else:
            table.replace(exp.Subquery(this=source, alias=alias))
    return query.transform(_round_exactly)


def bind_once(query: exp.Query, relation: Callable[[str], exp.Query | exp.Table]) -> exp.Query:
    """As `bind`, each view and each table said once, in front: a text a fraction as long, for an engine that reads it each time."""
    said: dict[str, exp.Query] = {}

    def placed(part: exp.Query) -> exp.Query:
        part = part.copy()
        for table in list(part.find_all(exp.Table)):
            if not table.db:
                continue
            name = f"{table.db}__{table.name}"
            if name not in said:
                is_view = table.db == "views"
                source = placed(parse(SQL / "views" / f"{table.name}.sql")) if is_view else relation(f"{table.db}.{table.name}")
                said[name] = source if isinstance(source, exp.Query) else exp.select("*").from_(source)
            table.replace(exp.alias_(exp.to_table(name), table.alias_or_name, table=True))
        return part

    bound = placed(query)
    own = bound.args.get("with_")
    front = [exp.CTE(this=source, alias=exp.TableAlias(this=exp.to_identifier(name))) for name, source in said.items()]
    bound.set("with_", exp.With(expressions=front + (own.expressions if own else [])) if front else own)
    return bound.transform(_round_exactly)


def write(query: exp.Expression, dialect: str) -> str:
    """The text of a bound query for `duckdb` or `bigquery`; what cannot be said there is an error."""
    if dialect == "duckdb":
        query = query.transform(_decimal_literal_to_double).transform(_count_if_to_count)
    return query.sql(dialect, unsupported_level=sqlglot.ErrorLevel.RAISE, comments=False)


def _round_exactly(node: exp.Expression) -> exp.Expression:
    # ROUND(x, n) of a mean that is exactly half way (110.005) falls on either side with the order of summation.
    # Scaled by 10^n and cleaned of binary dust first, a tie is a tie and goes away from zero, on any engine.
    if isinstance(node, exp.Round) and isinstance(node.args.get("decimals"), exp.Literal):
        scale = exp.Literal.number(f"{10 ** int(node.args['decimals'].this)}.0")
        scaled = exp.Mul(this=exp.Paren(this=node.this), expression=scale.copy())
        cleaned = exp.Anonymous(this="ROUND", expressions=[scaled, exp.Literal.number(6)])
        return exp.Paren(this=exp.Div(this=exp.Anonymous(this="ROUND", expressions=[cleaned]), expression=scale))
    return node


def _decimal_literal_to_double(node: exp.Expression) -> exp.Expression:
    # 0.44 is a FLOAT64 in BigQuery and a DECIMAL in DuckDB, whose sums and quotients differ.
    if isinstance(node, exp.Literal) and not node.is_string and not node.is_int:
        return exp.Cast(this=node.copy(), to=exp.DataType.build("DOUBLE"))
    return node


def _count_if_to_count(node: exp.Expression) -> exp.Expression:
    # Where no condition is known, or there is no row, COUNTIF is 0 in BigQuery and COUNT_IF is NULL in DuckDB.
    if isinstance(node, exp.CountIf):
        return exp.Count(this=exp.If(this=node.this, true=exp.Literal.number(1)))
    return node
