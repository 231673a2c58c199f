"""The interlock: a step refuses to compute from what its gate has not passed, and says what must come first."""

from datetime import date

import pytest
from tiny import Tiny, day, output, staged

from nbhelpers import build, gates, lineage, wording
from nbhelpers.errors import GateFailed
from nbhelpers.sql import tables


@pytest.fixture
def tiny(tmp_path) -> Tiny:
    """Two games of BOS at LAL on two days, staged as step 11 leaves them."""
    tiny = Tiny(tmp_path)
    tiny.play(day(0), "BOS", "LAL")
    tiny.play(day(1), "BOS", "LAL")
    tiny.stage_raw(tiny.session())
    return tiny


@pytest.fixture(autouse=True)
def no_checks(monkeypatch):
    """Gates that publish whatever is staged: what they ask is not the point here."""
    monkeypatch.setattr("nbhelpers.gates.audit.checks", lambda gate: [])


def publish(tiny: Tiny, gate: int, run_id: str = "tiny") -> str:
    return gates.Audit(tiny.session(run_id=run_id), gate).publish()


def refusal(tiny: Tiny, step: int) -> str:
    with pytest.raises(GateFailed) as refused:
        build.step(tiny.session(), step)
    return str(refused.value)


def test_without_a_receipt_of_the_gate_below_nothing_is_built(tiny):
    said = refusal(tiny, 20)
    assert said.startswith(
        "step 20 cannot start: nba_raw.nbac_schedule is not ready: no gate has passed it, "
        "on 2 dates (2025-10-21, 2025-10-22)."
    )
    assert "What to do: step 10 and those after it must come first: python run_backfill.py --from 10" in said
    assert tiny.warehouse.staged(output("PGS")) is None


def test_rows_in_a_table_are_no_receipt(tiny):
    tiny.load()
    assert "no gate has passed it" in refusal(tiny, 20)


def test_after_its_gate_has_passed_a_step_is_built_and_left_in_staging(tiny):
    publish(tiny, 19)
    [built] = build.step(tiny.session(), 20)
    assert (built.output.short, built.rows, built.dates_with_rows) == ("PGS", 40, 2)
    assert str(built) == "PGS 40 rows on 2 dates"
    assert not tiny.rows("PGS")
    found = tiny.warehouse.staged(output("PGS"))
    assert (found.dates, found.run_id, found.code_version) == (
        ("2025-10-21", "2025-10-22"), "tiny", lineage.code_version(output("PGS")),
    )  # fmt: skip


def test_what_is_staged_tells_from_which_partitions_it_was_computed(tiny):
    publish(tiny, 19)
    build.step(tiny.session(), 20)
    inputs = tiny.warehouse.staged(output("PGS")).inputs
    assert {when: first for when, (first, _) in inputs.items()} == {
        "2025-10-21": "2025-10-21",
        "2025-10-22": "2025-10-22",
    }
    tiny.execute("UPDATE nba_raw.bdl_player_boxscores SET points = 99 WHERE game_date = '2025-10-22'")
    build.compute(tiny.session(), 20)
    again = tiny.warehouse.staged(output("PGS")).inputs
    assert again["2025-10-21"] == inputs["2025-10-21"]
    assert again["2025-10-22"] != inputs["2025-10-22"]


def test_a_row_edited_by_hand_makes_its_receipt_worthless(tiny):
    publish(tiny, 19)
    tiny.execute(
        "UPDATE nba_raw.bdl_player_boxscores SET points = 99 WHERE game_date = '2025-10-22' AND player_lookup = 'lal1'"
    )
    said = refusal(tiny, 20)
    assert (
        "nba_raw.bdl_player_boxscores is not what gate 19 audited: its rows have changed since, on 2025-10-22." in said
    )
    tiny.execute(
        "UPDATE nba_raw.bdl_player_boxscores SET points = 11 WHERE game_date = '2025-10-22' AND player_lookup = 'lal1'"
    )
    build.step(tiny.session(), 20)  # as it was


def test_rows_taken_away_or_added_by_hand_are_seen_too(tiny):
    publish(tiny, 19)
    tiny.execute("DELETE FROM nba_raw.nbac_shots WHERE game_date = '2025-10-21'")
    assert "nba_raw.nbac_shots is not what gate 19 audited" in refusal(tiny, 21)


def test_a_receipt_covers_the_dates_of_its_window_and_no_other(tiny):
    publish(tiny, 19)
    tiny.play(day(2), "BOS", "LAL")
    assert "no gate has passed it, on 2025-10-23." in refusal(tiny, 20)


def test_within_a_layer_a_step_waits_for_the_ones_it_reads(tiny):
    def stage(*shorts: str) -> None:
        for short in shorts:  # without a row, which is enough to have been built
            tiny.warehouse.stage_rows(output(short), [], staged(tiny.session()))

    publish(tiny, 19)
    stage("PGS", "TDGS", "TOGS")
    publish(tiny, 29)
    said = refusal(tiny, 32)
    assert (
        "step 32 cannot start: nba_precompute.team_defense_zone_analysis is not ready: "
        "it is neither staged nor published" in said
    )
    assert "step 30 and those after it must come first: python run_backfill.py --from 30" in said
    stage("TDZA")
    assert "nba_precompute.player_shot_zone_analysis is not ready" in refusal(tiny, 32)
    stage("PSZA")
    built = build.step(tiny.session(), 32)  # both are staged in the same area, and that is enough
    assert [one.output.short for one in built] == ["PCF", "PCF failures"]


def test_dates_are_told_with_the_first_of_many():
    assert wording.brief([]) == ""
    assert wording.brief([date(2025, 11, 1)]) == "2025-11-01"
    assert wording.on_dates([day(n) for n in range(5)]) == "on 5 dates (2025-10-21, 2025-10-22, 2025-10-23 and 2 more)"


def test_an_accepted_gap_changes_what_the_dates_after_it_are_computed_from(tiny):
    publish(tiny, 19)

    def made_from() -> dict[str, str]:
        session = tiny.session()
        found = lineage.input_fingerprints(session, output("PGS"), lineage.Contents(session, 2))
        return {when: fingerprint for when, (_, fingerprint) in found.items()}

    before = made_from()
    tiny.accept_gap("20251022_BOS_LAL")
    after = made_from()
    assert (after["2025-10-21"] == before["2025-10-21"], after["2025-10-22"] == before["2025-10-22"]) == (True, False)


def test_a_change_of_code_changes_the_version_and_a_change_of_comment_does_not(tmp_path):
    versions = set()
    for n, text in enumerate(("SELECT 1 AS x -- one", "SELECT 1 AS x  -- the other", "SELECT 2 AS x")):
        path = tmp_path / f"{n}.sql"
        path.write_text(text)
        versions.add(lineage.code_version(tables.Output(f"{n}", output("PGS").table, 20, path, "")))
    assert len(versions) == 2
