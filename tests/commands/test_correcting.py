"""What is replaced is pruned by age, and only by an age that somebody has said."""

from argparse import Namespace
from datetime import UTC, datetime, timedelta

import pytest

from nbhelpers import session
from nbhelpers.commands import correcting
from nbhelpers.errors import BadInput


@pytest.fixture
def pruned(monkeypatch) -> list[datetime]:
    """The times before which it was pruned; of two runs at the first."""
    times = []
    monkeypatch.setattr(session, "now", lambda: datetime(2026, 4, 1, 12, 30, tzinfo=UTC))
    monkeypatch.setattr(correcting, "opened", lambda chosen, given: None)
    monkeypatch.setattr("nbhelpers.lineage.undo.prune", lambda here, before: times.append(before) or ["a", "b"][: 4 - 2 * len(times)])
    return times


def test_prune_takes_an_age_in_days_and_names_the_runs_that_cannot_be_undone_any_more(pruned, capsys):
    for _ in range(2):
        assert correcting.prune(None, Namespace(older_than=90)) == 0
    assert pruned == [datetime(2026, 4, 1, 12, 30, tzinfo=UTC) - timedelta(days=90)] * 2
    assert capsys.readouterr().out.splitlines() == [
        "Dropped what 2 runs replaced before 2026-01-01 12:30 UTC. These cannot be undone any more:",
        "a",
        "b",
        "Nothing to prune: no run has published before 2026-01-01 12:30 UTC that was not pruned already.",
    ]


@pytest.mark.parametrize("days", [None, -1])
def test_prune_without_an_age_drops_nothing(pruned, days):
    with pytest.raises(BadInput, match="older than how many days"):
        correcting.prune(None, Namespace(older_than=days))
    assert not pruned
