"""Asking for many small files a few at a time: each failure costs its file, and a source that is gone stops the asking."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

from nbhelpers.errors import Broken
from nbhelpers.sources.web import Silent, Unusable

AT_ONCE = 4  # files asked of one source at the same time
GONE_AFTER = 3  # requests in a row, each made as often as a trouble may take to pass

Item = TypeVar("Item")
Found = TypeVar("Found")


def each(items: Iterable[Item], ask: Callable[[Item], Found]) -> Iterator[tuple[Item, Found | None, str]]:
    """Each item with what `ask` gave, or None and why not, as they are done; Broken once several in a row got no answer.

    No more are in flight than are asked at once: whoever stops listening, or is interrupted, leaves the rest unasked.
    """
    left, silent = iter(items), 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked: dict[Future, Item] = {pool.submit(ask, item): item for item in islice(left, AT_ONCE)}
        while asked:
            done, _ = wait(asked, return_when=FIRST_COMPLETED)
            for answer in done:
                item, problem = asked.pop(answer), answer.exception()
                if isinstance(problem, Unusable | Silent):
                    silent = silent + 1 if isinstance(problem, Silent) else 0
                    if silent >= GONE_AFTER:
                        raise Broken(problem.what, problem.why, problem.then)
                    yield item, None, problem.what
                elif problem:
                    raise problem
                else:
                    silent = 0
                    yield item, answer.result(), ""
                asked |= {pool.submit(ask, item): item for item in islice(left, 1)}
