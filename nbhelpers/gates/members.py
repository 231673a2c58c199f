"""The rows of a check that compares in Python, in the shape of a check's SELECT."""

import pandas as pd


def members_of(rows: list[tuple]) -> pd.DataFrame:
    """A check's members, from tuples of game_date, member, is_examined, problem."""
    return pd.DataFrame(rows, columns=["game_date", "member", "is_examined", "problem"])
