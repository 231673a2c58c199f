"""`verify --data`: what is published is examined whole, and one changed value shows, whatever was said of it before."""

import pytest
from tiny import Tiny, day

from nbhelpers import isolation, lineage
from nbhelpers.gates import kept_verdicts
from nbhelpers.runs import data_verification, receipts
from nbhelpers.sql import tables


@pytest.fixture
def published(tmp_path) -> Tiny:
    """BOS at LAL, published up to gate 29 at least, as each of the gates that follow finds nothing to ask yet."""
    tiny = Tiny(tmp_path)
    tiny.play(day(0), "BOS", "LAL", official={})
    tiny.backfill(day(0), day(0))
    return tiny


def change(tiny: Tiny, statement: str) -> None:
    with tiny.warehouse.writing() as transaction:
        transaction.execute(statement)


def test_no_verdict_is_repeated_where_all_is_examined_anew(published, monkeypatch):
    assert data_verification.partition_problems(published.session()) == []
    monkeypatch.setattr(kept_verdicts.KeptVerdicts, "unchanged", lambda self, check: pytest.fail(f"{check.name} was not asked"))
    assert data_verification.examined_anew(published.session()) == []


@pytest.mark.parametrize(
    ("table", "change_of_value", "gate"),
    [
        ("nba_analytics.player_game_summary", "steals = steals + 1 WHERE player_lookup = 'lal1'", "gate 29: recomputed: fail"),
        ("nba_raw.nbac_schedule", "home_score = home_score + 1", "gate 19: flags_agree: fail"),
    ],
)
def test_a_changed_value_is_told_by_the_log_and_by_its_gate(published, table, change_of_value, gate):
    change(published, f"UPDATE {table} SET {change_of_value}")
    session = published.session()
    [line] = data_verification.partition_problems(session)
    assert line.startswith(f"{table}: its rows are not those that ")
    assert any(problem.startswith(gate) for problem in data_verification.examined_anew(session))


def test_a_change_that_somebody_entered_in_the_log_too_is_told_by_the_gate(published):
    change(published, "UPDATE nba_analytics.team_offense_game_summary SET assists = assists + 1 WHERE team_abbr = 'LAL'")
    session = published.session()
    contents = lineage.Contents(session, 0)
    togs = tables.named("TOGS")
    present = lineage.content_at(contents.of(togs), day(0)).fingerprint
    change(published, f"UPDATE nba_processing.partition_log SET fingerprint = '{present}' WHERE table_name = '{togs.name}'")
    assert data_verification.partition_problems(published.session()) == []
    told = data_verification.examined_anew(published.session())
    assert any(problem.startswith("gate 29: recomputed: fail") for problem in told)


def test_a_receipt_keeps_the_digest_of_the_package_that_asked(published):
    of_gates = receipts.published_receipts(published.session())
    assert of_gates
    assert {receipt["code_version"].partition("+")[2] for receipt in of_gates} == {isolation.package_digest()}
