"""Verdicts kept: what is unchanged is not examined again, and what has changed in any way is."""

import json
import random
import shutil
from dataclasses import replace
from datetime import date

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny import Tiny, day, output

from nbhelpers import gates, lineage
from nbhelpers.drill.mutants import sample, sandbox
from nbhelpers.gates import kept_verdicts
from nbhelpers.sql import queries, tables
from nbhelpers.sql.thresholds import THRESHOLDS
from nbhelpers.warehouse import candidate

LAST = 17  # days; from the sixteenth on there are factors and features
GATES = (19, 29, 39, 49)
ASKED_ANEW = {  # of the whole range, the object store or the log
    19: {
        "identities_hold", "one_row_per_player", "shots_have_players", "plan_gate_1", "newest_snapshots", "objects_there", "history_whole",
        "up_to_date",
    },
    29: {"plan_gate_2_tables", "history_whole", "up_to_date"},
}  # fmt: skip


@pytest.fixture(scope="module")
def season(tmp_path_factory) -> Tiny:
    """A game on every day but one, published by every gate."""
    tiny = Tiny(tmp_path_factory.mktemp("season"))
    for n in range(LAST + 1):
        if n != 3:
            tiny.play(day(n), *(("BOS", "LAL") if n % 2 else ("MIA", "CHI")), official={})
    tiny.backfill(day(0), day(LAST))
    return tiny


@pytest.fixture
def tiny(season, tmp_path) -> Tiny:
    """The published season, to be spoilt."""
    return season.copy(tmp_path)


def findings(tiny: Tiny, gate: int, **more) -> dict[str, gates.Finding]:
    audit = gates.Audit(tiny.session(end=day(LAST)), gate, **more)
    return {found.check.name: found for found in audit.run()}


def examined_from(found: gates.Finding) -> date | None:
    """The first date whose members were examined now; None where every one is repeated."""
    counts = found.counts_by_date()
    anew, repeated = [], found.unchanged
    for when in sorted(counts):
        if repeated <= 0 and counts[when][0]:
            anew.append(when)
        repeated -= counts[when][0]
    return anew[0] if anew else None


# What is unchanged.


@pytest.mark.parametrize("gate", [19, 29])
def test_what_is_unchanged_is_repeated_and_counted_as_such(tiny, gate):
    found = findings(tiny, gate)
    assert {name for name, one in found.items() if not one.unchanged} == ASKED_ANEW[gate]
    for name in found.keys() - ASKED_ANEW[gate] - {"as_stored"}:  # no object of this season is stored
        assert found[name].unchanged == found[name].examined == found[name].expected
        assert found[name].counted.startswith(f"0 of 0 {found[name].check.of}; {found[name].unchanged:,} unchanged since they passed on 2")


def test_a_receipt_tells_how_many_were_unchanged(tiny):
    publish_gate(tiny, 29)
    [newest] = tiny.select("SELECT checks FROM nba_processing.gate_receipts WHERE gate = '29' ORDER BY created_at DESC LIMIT 1")
    told = {one["name"]: one for one in json.loads(newest["checks"])}
    assert told["mirror"]["unchanged"] == told["mirror"]["examined"] == told["mirror"]["expected"] > 0
    assert "unchanged" not in told["up_to_date"]


def publish_gate(tiny: Tiny, gate: int) -> str:
    return gates.Audit(tiny.session(end=day(LAST)), gate).publish()


def test_what_passed_long_ago_keeps_its_day_and_is_not_written_down_again(tiny):
    before = tiny.select("SELECT COUNT(*) AS n FROM nba_processing.kept_verdicts")
    publish_gate(tiny, 29)
    assert tiny.select("SELECT COUNT(*) AS n FROM nba_processing.kept_verdicts") == before


def test_all_is_examined_where_that_is_asked_for(tiny):
    assert not any(found.unchanged for found in findings(tiny, 29, is_whole=True).values())


def test_another_machine_knows_them_too(tiny, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copyfile(tiny.settings.warehouse, elsewhere / tiny.settings.warehouse.name)  # and nothing that lies beside it
    assert findings(Tiny(elsewhere), 29)["mirror"].unchanged


# What has changed.


def test_from_a_changed_date_on_all_is_examined_that_reads_it(tiny):
    tiny.execute(f"UPDATE nba_analytics.team_offense_game_summary SET assists = 99 WHERE game_date = '{day(9)}' AND team_abbr = 'LAL'")
    found = findings(tiny, 29)
    assert examined_from(found["mirror"]) == day(9)
    assert found["mirror"].bad_dates == [day(9)]
    assert examined_from(found["paint_present"]) is None  # which does not read it


def test_a_game_accepted_as_missing_has_everything_examined(tiny):
    tiny.accept_gap(tiny.games[0]["game_id"])
    assert not any(found.unchanged for found in findings(tiny, 29).values())


def test_a_check_that_asks_something_else_examines_all(tiny, monkeypatch):
    known = {one.name: one for one in gates.checks(29)}
    mirror = known["mirror"]
    changed = known | {"mirror": replace(mirror, members=lambda *of: f"{mirror.members(*of)} LIMIT 9")}
    monkeypatch.setattr("nbhelpers.gates.audit.checks", lambda gate: list(changed.values()))
    assert findings(tiny, 29)["mirror"].unchanged == 0
    assert findings(tiny, 29)["paint_present"].unchanged > 0


def test_another_threshold_examines_all_that_judges_by_it(tiny, monkeypatch):
    monkeypatch.setitem(THRESHOLDS, "most_shots_off", 2)
    found = findings(tiny, 19)
    assert found["play_by_play_per_game"].unchanged == 0
    assert found["points_add_up"].unchanged > 0


def test_another_view_examines_all_that_reads_it(tiny, monkeypatch):
    known = queries.translation

    def translation(query, engine):
        found = known(query, engine)
        return queries.Translation(found.text.replace("cup_final", "cup"), found.parameters, found.tables)

    monkeypatch.setattr(queries, "translation", translation)
    assert findings(tiny, 29)["rows_per_game"].unchanged == 0


def test_another_version_of_the_engine_examines_all(tiny, monkeypatch):
    monkeypatch.setattr(kept_verdicts, "_versions", lambda: ("3.0",))
    assert not any(found.unchanged for found in findings(tiny, 29).values())


def test_what_a_voided_receipt_kept_is_not_trusted(tiny):
    tiny.execute("UPDATE nba_processing.gate_receipts SET voided_by = 'undo' WHERE gate = '29'")
    assert not any(found.unchanged for found in findings(tiny, 29).values())


def test_a_date_that_did_not_pass_is_examined_again(tiny):
    tiny.execute(f"UPDATE nba_analytics.team_offense_game_summary SET assists = 99 WHERE game_date = '{day(9)}' AND team_abbr = 'LAL'")
    names = [found.check.name for found in findings(tiny, 29).values() if found.verdict == "fail"]
    gates.Audit(tiny.session(end=day(LAST)), 29, accept=dict.fromkeys(names, "known")).publish()
    assert examined_from(findings(tiny, 29)["mirror"]) == day(9)


def spoil(tiny: Tiny, mutant: sample.Mutant) -> None:
    """Edit published rows by hand, as nobody should."""
    table = mutant.output.table
    with duckdb.connect(str(tiny.warehouse.path)) as connection:
        rows = pa.Table.from_pylist(mutant.rows(mutant.dates), connection.sql(f"SELECT * FROM {table.name} LIMIT 0").to_arrow_table().schema)
        connection.execute(f"DELETE FROM {table.name} WHERE {candidate.partitions(mutant.output, mutant.dates)}")
        connection.from_arrow(rows).insert_into(table.name)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(seed=st.integers(0, 10**6), above=st.integers(0, 3))
def test_whatever_is_edited_a_gate_says_what_it_says_when_it_examines_all(season, tmp_path_factory, seed, above):
    tiny = season.copy(tmp_path_factory.mktemp("edited"))
    rng = random.Random(seed)
    with sandbox.in_memory(tiny.session(end=day(LAST))) as copy:
        sampler = sample.Sampler({of: copy.warehouse.rows(of) for of in tables.outputs()})
        mutant = next(mutant for mutant in sampler.mutants(100, rng) if all(
            row[column.name] is not None for row in mutant.rows(mutant.dates) for column in mutant.output.table.columns if column.required
        ))  # fmt: skip
    spoil(tiny, mutant)
    gate = GATES[min(mutant.output.layer - 1 + above, 3)]
    kept, whole = findings(tiny, gate), findings(tiny, gate, is_whole=True)
    for name, found in whole.items():
        assert (name, kept[name].verdict, kept[name].counts_by_date()) == (name, found.verdict, found.counts_by_date()), str(mutant)


def test_the_log_and_the_kept_verdicts_are_written_together(tiny):
    kept = {row["partition_date"] for row in tiny.select("SELECT partition_date FROM nba_processing.kept_verdicts WHERE gate = '19'")}
    assert kept == {when for _, when in lineage.log_entries(tiny.session(end=day(LAST)))}
    assert output("SHOTS").table.name in {name for name, _ in lineage.log_entries(tiny.session(end=day(LAST)))}
