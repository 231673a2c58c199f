"""Several queries as one job: what they share is worked out once, and their rows come back together.

BigQuery works a WITH out anew at each reference. In a script it can be a temporary table, which is made once.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import sqlglot
from sqlglot import exp


def one_script(texts: Sequence[str], parameters: Mapping[str, object]) -> str:
    """A script whose last statement gives the rows of queries of the same columns, each with its place as `nth`.

    What stands in front of several of them under one name is one relation: the queries are of one layer and one moment.
    """
    mark, shared, selects = f"_{secrets.token_hex(4)}", {}, []
    for nth, text in enumerate(texts):
        query = sqlglot.parse_one(with_values(text, parameters), read="bigquery")
        for name, relation in _taken_out(query):
            shared.setdefault(name, relation)
        selects.append(f"SELECT {nth} AS nth, * FROM (\n{_renamed(query, shared, mark)}\n)")
    made = [f"CREATE TEMP TABLE {name}{mark} AS {_renamed(relation, shared, mark)}" for name, relation in shared.items()]
    return ";\n".join([*made, "\nUNION ALL\n".join(selects)]) + ";"


def _taken_out(query: exp.Expr) -> Iterable[tuple[str, exp.Expr]]:
    """The views and tables in front of a query, each after those that it reads; what is the query's own stays there."""
    front = query.args.get("with_")
    parts = front.expressions if front else []
    ours = [part for part in parts if "__" in part.alias]
    own = [part for part in parts if "__" not in part.alias]
    query.set("with_", exp.With(expressions=own) if own else None)
    return [(part.alias, part.this) for part in ours]


def _renamed(query: exp.Expr, shared: Mapping[str, object], mark: str) -> str:
    """The text of a query that reads the temporary tables; their names are another script's in each script."""
    query = query.copy()
    for table in list(query.find_all(exp.Table)):
        if not table.db and table.name in shared:
            alias = table.alias or table.name
            table.replace(exp.alias_(exp.to_table(f"{table.name}{mark}"), alias, table=True))
    return query.sql("bigquery", comments=False)


def with_values(text: str, parameters: Mapping[str, object]) -> str:
    """A query with the values of its parameters written into it: to be pasted into BigQuery's console, or into a script.

    >>> from datetime import date
    >>> with_values("SELECT @day AS day, @teams AS teams", {"day": date(2025, 11, 1), "teams": ["BOS"]})
    "SELECT CAST('2025-11-01' AS DATE) AS day, ['BOS'] AS teams"
    """
    query = sqlglot.parse_one(text, read="bigquery")
    for parameter in list(query.find_all(exp.Parameter)):
        parameter.replace(sqlglot.parse_one(_literal(parameters[parameter.name]), read="bigquery"))
    return query.sql("bigquery", comments=False)


def _literal(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, str):
        return exp.Literal.string(value).sql("bigquery")
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value:%Y-%m-%d %H:%M:%S.%f}+00'"
    if isinstance(value, date):
        return f"DATE '{value}'"
    return "NULL" if value is None else str(value).upper() if isinstance(value, bool) else repr(value)
