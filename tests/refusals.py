"""What BigQuery refuses and its emulator lets pass, by the text of a statement alone, in Google's own words.

Sources: Google's reference of query syntax, of multi-statement transactions and of quotas.
"""

from collections.abc import Iterator, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

OUTER_JOIN = "LEFT OUTER JOIN cannot be used without a condition that is an equality of fields from both sides of the join."
CORRELATED = (
    "Correlated subqueries that reference other tables are not supported unless they can be de-correlated, "
    "such as by transforming them into an efficient JOIN."
)
NO_FILTER = "Cannot query over table '{table}' without a filter over column(s) '{column}' that can be used for partition elimination"
IN_TRANSACTION = "Transactions may only contain SELECT and DML statements, and DDL on temporary entities"
TOO_MANY_TABLES = "The transaction modifies too many tables: at most 100 are allowed"
TOO_LONG = "The query is too large. The maximum standard SQL query length is 1024.00K characters, including comments and white space characters."
TOO_CHEAP = "Query exceeded limit for bytes billed: {most}. 10485760 or higher required."
MOST_TABLES, LONGEST, LEAST_BILLED = 100, 1024 * 1024, 10 * 2**20

Partitioned = Mapping[str, str]  # tables that need a partition filter, `dataset.table`, and the column it is over


def refusals_of_text(text: str, partitioned: Partitioned | None = None) -> Iterator[str]:
    """What BigQuery would say of a query or a script."""
    if len(text) > LONGEST:
        yield TOO_LONG
    is_inside, modified = False, set()
    for statement in sqlglot.parse(text, read="bigquery"):
        said = statement.sql("bigquery").upper() if statement else ""
        if isinstance(statement, exp.Transaction) or said.startswith("BEGIN"):
            is_inside, modified = True, set()
        elif isinstance(statement, exp.Commit) or said.startswith(("COMMIT", "ROLLBACK")):
            is_inside = False
        elif statement is not None:
            if is_inside and not isinstance(statement, exp.Query | exp.Insert | exp.Update | exp.Delete | exp.Merge):
                yield IN_TRANSACTION
            if is_inside and isinstance(statement, exp.Insert | exp.Update | exp.Delete | exp.Merge):
                modified.add(statement.find(exp.Table).sql())
                if len(modified) == MOST_TABLES + 1:
                    yield TOO_MANY_TABLES
            yield from refusals(statement, partitioned)


def datasets_of_text(text: str) -> set[str]:
    """The datasets whose tables a query or a script names."""
    statements = sqlglot.parse(text, read="bigquery")
    return {table.db for statement in statements if statement for table in statement.find_all(exp.Table) if table.db}


def refusals(statement: exp.Expression, partitioned: Partitioned | None = None) -> Iterator[str]:
    """What BigQuery would say of a parsed statement; nothing where it would take it."""
    for join in statement.find_all(exp.Join):
        if join.side and not isinstance(join.this, exp.Unnest) and not _has_equality(join):
            yield OUTER_JOIN.replace("LEFT", join.side)
    for table in statement.find_all(exp.Table):
        column = (partitioned or {}).get(f"{table.db}.{table.name}")
        reader = table.find_ancestor(exp.Select, exp.Delete, exp.Update)
        if column and not _is_target_of_insert(table) and not _filters(reader, column):
            yield NO_FILTER.format(table=f"{table.db}.{table.name}", column=column)
    query = statement if isinstance(statement, exp.Query) else statement.args.get("expression")
    for scope in traverse_scope(query) if isinstance(query, exp.Query) else ():
        outer = [column for column in scope.external_columns if column.table and not isinstance(column.parent, exp.EQ)]
        parts = scope.expression.find_all(exp.From, exp.Join)
        if scope.is_subquery and outer and any(isinstance(part.this, exp.Table) for part in parts):
            yield CORRELATED


def _is_target_of_insert(table: exp.Table) -> bool:
    target = table.parent if isinstance(table.parent, exp.Insert) else table.parent and table.parent.parent
    return isinstance(target, exp.Insert | exp.Create) and table.find_ancestor(exp.Select) is None


def _filters(reader: exp.Expression | None, column: str) -> bool:
    where = reader.args.get("where") if reader else None
    return where is not None and any(found.name == column for found in where.find_all(exp.Column))


def _has_equality(join: exp.Join) -> bool:
    """Whether a join has a column pair, is on a constant, or on an equality of one side with the other."""
    condition = join.args.get("on")
    if join.args.get("using") or condition is None or isinstance(condition, exp.Boolean):
        return True
    parts = condition.flatten() if isinstance(condition, exp.And) else [condition]
    return any(isinstance(part, exp.EQ) and _is_of_both_sides(part, join.alias_or_name) for part in parts)


def _is_of_both_sides(equality: exp.EQ, joined: str) -> bool:
    left, right = ({column.table for column in side.find_all(exp.Column)} for side in (equality.left, equality.right))
    return (left == {joined} and joined not in right and bool(right)) or (right == {joined} and joined not in left and bool(left))
