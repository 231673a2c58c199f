"""Several queries as one job: what they share is worked out once, and their rows come back together.

BigQuery works a WITH out anew at each reference. In a script it can be a temporary table, which is made once.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlglot import exp

Parts = Sequence[tuple[str, str]]  # name and text: tables and views, each after those that it reads, then '' and the query's own text
_RELATION = re.compile(r"\b[a-z_]+?__\w+\b")  # a table or a view as queries call it
_TEXT_OR_NAME = re.compile(r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|@(\w+)\b""")


class Script:
    """Statements in the making: temporary tables, whose names are this script's own, and queries that read them."""

    def __init__(self, parameters: Mapping[str, object]):
        self._mark, self._parameters = f"_{secrets.token_hex(4)}", parameters
        self._made: set[str] = set()
        self.statements: list[str] = []

    def prepare(self, parts: Parts) -> str:
        """Have the tables and views of a query made, those that are not yet; returns the text of the query that reads them.

        What queries have in front under one name is one relation: they are of one layer and one moment.
        """
        for name, text in parts[:-1]:
            if name not in self._made:
                self._made.add(name)
                self.make(name, self._reading(text))
        return self._reading(parts[-1][1])

    def make(self, name: str, text: str) -> str:
        """Have a temporary table made of a query's rows; returns what it is called."""
        self.statements.append(f"CREATE TEMP TABLE {name}{self._mark} AS {text}")
        return f"{name}{self._mark}"

    def __str__(self) -> str:
        return ";\n".join(self.statements) + ";"

    def _reading(self, text: str) -> str:
        text = with_values(text, self._parameters)
        return _RELATION.sub(lambda found: f"{found[0]}{self._mark}" if found[0] in self._made else found[0], text)


def script_of(parts: Parts, parameters: Mapping[str, object]) -> str:
    """A script that gives the rows of one query, in its order."""
    script = Script(parameters)
    script.statements.append(script.prepare(parts))
    return str(script)


def inlined_reads(parts: Parts) -> int:
    """How many tables a query reads as one statement, in which each relation is worked out anew at each reference.

    >>> inlined_reads([("d__t", "SELECT * FROM `p.d.t`"), ("views__v", "SELECT * FROM d__t, d__t AS u"), ("", "SELECT * FROM views__v")])
    2
    """
    reads = dict[str, int]()
    for name, text in parts:
        reads[name] = sum(reads.get(word, 0) for word in _RELATION.findall(text)) or 1
    return reads[""]


def one_script(queries: Sequence[Parts], parameters: Mapping[str, object]) -> str:
    """A script whose last statement gives the rows of queries of the same columns, each with its place as `nth`."""
    script = Script(parameters)
    answers = [script.make(f"answer_{nth}", script.prepare(parts)) for nth, parts in enumerate(queries)]
    script.statements.append("\nUNION ALL\n".join(f"SELECT {nth} AS nth, * FROM {name}" for nth, name in enumerate(answers)))
    return str(script)


def with_values(text: str, parameters: Mapping[str, object]) -> str:
    """A query with the values of its parameters written into it: to be pasted into BigQuery's console, or into a script.

    >>> from datetime import date
    >>> with_values("SELECT @day AS day, '@day' AS text, @teams AS teams", {"day": date(2025, 11, 1), "teams": ["BOS"]})
    "SELECT DATE '2025-11-01' AS day, '@day' AS text, ['BOS'] AS teams"
    """
    return _TEXT_OR_NAME.sub(lambda found: found[1] or literal(parameters[found[2]]), text)


def literal(value: object) -> str:
    """A value as BigQuery's SQL writes it."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, str):
        return exp.Literal.string(value).sql("bigquery")
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value:%Y-%m-%d %H:%M:%S.%f}+00'"
    if isinstance(value, date):
        return f"DATE '{value}'"
    return "NULL" if value is None else str(value).upper() if isinstance(value, bool) else repr(value)
