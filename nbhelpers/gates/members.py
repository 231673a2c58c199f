"""The rows of a check that compares in Python, in the shape of a check's SELECT."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from nbhelpers.sql.tables import Output


@dataclass(frozen=True)
class ByDate:
    """The members of a check that judges each date by itself, so that those of a date whose rows are as they were need not be asked for.

    rows gives those of some dates: one for each row that the outputs hold, and one for the date itself. code is a text that is
    another one when the check asks something else.
    """

    reads: tuple[Output, ...]
    code: str
    rows: Callable[[list[date]], pd.DataFrame]


def members_of(rows: list[tuple]) -> pd.DataFrame:
    """A check's members, from tuples of game_date, member, is_examined, problem."""
    return pd.DataFrame(rows, columns=["game_date", "member", "is_examined", "problem"])
