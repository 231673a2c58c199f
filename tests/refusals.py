"""What BigQuery refuses and its emulator lets pass, by the text of a statement alone, in Google's own words.

Sources: Google's reference of query syntax, of multi-statement transactions and of quotas.
"""

from collections.abc import Iterator

from sqlglot import exp

OUTER_JOIN = "LEFT OUTER JOIN cannot be used without a condition that is an equality of fields from both sides of the join."


def refusals(statement: exp.Expression) -> Iterator[str]:
    """What BigQuery would say of a parsed statement; nothing where it would take it."""
    for join in statement.find_all(exp.Join):
        if join.side and not isinstance(join.this, exp.Unnest) and not _has_equality(join):
            yield OUTER_JOIN.replace("LEFT", join.side)


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
