"""What an output's dates hold, told of many dates at once: it changes with what is read, and with nothing else."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nbhelpers.lineage.contents import History
from nbhelpers.warehouse import Partition

OPENING_NIGHT = date(2025, 10, 21)
DAYS = st.integers(-2, 6).map(lambda n: OPENING_NIGHT + timedelta(n))
HELD = st.dictionaries(DAYS, st.sampled_from(["a", "b"]).map(lambda text: Partition(1, text)))


@given(HELD, HELD, st.sampled_from([OPENING_NIGHT, OPENING_NIGHT + timedelta(2)]), DAYS, st.none() | st.sets(DAYS))
def test_two_histories_are_told_alike_where_they_hold_the_same_on_the_dates_that_are_read(one, other, first, last, some):
    def read(held: dict[date, Partition]) -> dict[date, Partition]:
        return {day: held[day] for day in sorted(held) if first <= day <= last and (some is None or day in some)}

    told, told_of_other = (History(held, OPENING_NIGHT).between(first, last, some) for held in (one, other))
    assert (told == told_of_other) == (read(one) == read(other))
    assert told[0] == min(read(one), default=None)
