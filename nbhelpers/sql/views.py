"""Which views queries name, told from their texts alone: so that what several of them read can be worked out once."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache

from nbhelpers.sql import files

_NAME = re.compile(rf"\b({'|'.join(files.VIEWS)})\.(\w+)")
_COMMENT = re.compile(r"--.*")
SHARED_BY = 3  # queries: to work a view out for fewer costs more than it saves


def named(text: str) -> frozenset[str]:
    """The views that a query itself names: `views.slate_games`."""
    return frozenset(found[0] for found in _NAME.finditer(_COMMENT.sub("", text)) if is_view(found[0]))


@cache
def is_view(name: str) -> bool:
    """Whether a view has this name, which may be that of a column of something called as the views are: witness.points."""
    return files.view(*name.split(".")) in files.texts()


@cache
def views_read(name: str) -> frozenset[str]:
    """The views that a view reads, and those that they read."""
    read = named(text_of(name))
    return read.union(*map(views_read, read))


def text_of(name: str) -> str:
    """A view's text."""
    return files.text(files.view(*name.split(".")))


def shared(texts: Iterable[str]) -> list[str]:
    """The views that at least SHARED_BY of some queries name, each after those that it reads."""
    counts = Counter(name for text in texts for name in named(text))
    return sorted((name for name in counts if counts[name] >= SHARED_BY), key=lambda name: (len(views_read(name)), name))


def reading(text: str, tables: Mapping[str, str]) -> str:
    """A query's text that reads some views from tables.

    >>> reading("SELECT * FROM views.slate_games", {"views.slate_games": "temp.games"})
    'SELECT * FROM temp.games'
    """
    return _NAME.sub(lambda found: tables.get(found[0], found[0]), _COMMENT.sub("", text)) if tables else text
