"""Why we stopped: what shows at the top is traced to the first bad partition below it."""

import pytest
from tiny import Tiny, day

from nbhelpers import build, gates
from nbhelpers.errors import GateFailed
from nbhelpers.gates.audit import SPEAKS_FOR
from nbhelpers.sql import tables
from nbhelpers.store import objects
from nbhelpers.survey import roots

PLAYED = (0, 2, 4, 6, 8, 16)
TODAY = day(16)  # the one date after the factor start
TDGS = "nba_analytics.team_defense_game_summary"


@pytest.fixture(scope="module")
def season(tmp_path_factory) -> Tiny:
    """BOS at LAL on six days, all layers published by gates that ask nothing."""
    tiny = Tiny(tmp_path_factory.mktemp("season"))
    for n in PLAYED:
        tiny.play(day(n), "BOS", "LAL")
    tiny.store_schedule()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("nbhelpers.gates.audit.checks", lambda gate: [])
        session = tiny.session()
        tiny.stage_raw(session)
        gates.Audit(session, 19).publish()
        for layer, steps in ((2, (20, 21, 22)), (3, (30, 31, 32, 33, 34))):
            for step in steps:
                build.compute(session, step)
            gates.Audit(session, layer * 10 + 9).publish()
    return tiny


@pytest.fixture
def tiny(season, tmp_path) -> Tiny:
    return season.copy(tmp_path)


def root(tiny: Tiny, layer: int = 3, dates=(TODAY,)) -> list[str]:
    return str(roots.likely_root(tiny.session(), layer, list(dates)) or "").splitlines()


def test_where_nothing_is_bad_there_is_no_root(tiny):
    assert root(tiny, 2) == []


def test_a_strength_score_is_traced_to_the_play_by_play_that_never_came(tiny):
    tiny.execute("DELETE FROM nba_raw.nbac_shots WHERE game_date = '2025-10-25'")
    tiny.execute(f"UPDATE {TDGS} SET opp_paint_attempts = NULL WHERE game_date = '2025-10-25'")
    tiny.put("PCF", {"player_lookup": "lal1", "game_date": TODAY, "opponent_strength_score": 0.0})
    told, traced = root(tiny)
    assert told == (
        "Likely root: nba_raw.nbac_shots on 2025-10-25: gap, no rows: 20251025_BOS_LAL; the play-by-play never came."
    )
    assert traced == (
        "Traced: PCF.opponent_strength_score of 2025-11-06 <- TDZA.paint_defense_vs_league_avg of 2025-11-06 "
        "<- TDGS.opp_paint_attempts of 2025-10-25 <- SHOTS.zone of 2025-10-25."
    )


def test_play_by_play_that_came_and_did_not_load_is_told_from_one_that_never_came(tiny):
    tiny.execute("DELETE FROM nba_raw.nbac_shots WHERE game_date = '2025-10-25'")
    path = tiny.settings.bucket / objects.play_by_play_key(day(4), tiny.games[2]["nba_game_id"], "20251026_110000")
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    assert root(tiny)[0].endswith("20251025_BOS_LAL; the play-by-play is stored and was not fit to load.")


def test_an_empty_team_defence_is_the_root_where_its_shots_are_there(tiny):
    tiny.execute(f"DELETE FROM {TDGS}")
    told, traced = root(tiny)
    assert told.startswith(f"Likely root: {TDGS} on 2025-10-21 and 4 more dates: gap, no rows: 20251021_BOS_LAL")
    assert traced.endswith("<- TDGS.opp_paint_attempts of 2025-10-21.")


def test_paint_attempts_that_are_wrong_name_their_games(tiny):
    tiny.execute(f"UPDATE {TDGS} SET opp_paint_attempts = 0 WHERE game_date = '2025-10-23'")
    assert root(tiny, 2, [day(2)]) == [
        f"Likely root: {TDGS} on 2025-10-23: contaminated, opp_paint_attempts: 2 rows wrong: 20251023_BOS_LAL."
    ]
    assert root(tiny, 2, [day(4)]) == []  # summaries are of the day itself


def test_team_zones_lost_on_one_date_are_the_root_of_that_date_alone(tiny):
    tiny.execute("DELETE FROM nba_precompute.team_defense_zone_analysis WHERE analysis_date = '2025-11-06'")
    tiny.execute("DELETE FROM nba_processing.precompute_failures WHERE processor_name = 'TDZA' AND analysis_date = '2025-11-06'")
    assert root(tiny)[0] == "Likely root: nba_precompute.team_defense_zone_analysis on 2025-11-06: gap, no rows."


def test_an_absent_box_score_is_the_root_of_all_above_it(tiny):
    tiny.execute("DELETE FROM nba_raw.bdl_player_boxscores WHERE game_date = '2025-10-29'")
    told = root(tiny, 1, [day(8)])
    assert told == [
        "Likely root: nba_raw.bdl_player_boxscores on 2025-10-29: gap, no rows: 20251029_BOS_LAL; the box score never came."
    ]
    told, traced = root(tiny)
    assert told.startswith("Likely root: nba_raw.bdl_player_boxscores on 2025-10-29: ")
    assert traced.endswith("<- BOXSCORES of 2025-10-29.")


def test_a_step_that_is_refused_and_a_gate_that_stops_say_so_themselves(tiny):
    tiny.execute("DELETE FROM nba_raw.nbac_shots WHERE game_date = '2025-10-25'")
    with pytest.raises(GateFailed, match="step 21 cannot start.*\n(?s:.*)Likely root: nba_raw.nbac_shots on 2025-10-25"):
        build.step(tiny.session(), 21)
    tiny.stage_raw(tiny.session())
    with pytest.raises(GateFailed, match="Likely root: nba_raw.nbac_shots on 2025-10-25"):
        tiny.warehouse.discard_staged(tables.named("SHOTS"))
        gates.Audit(tiny.session(), 19).publish()


def test_the_reason_and_the_remedy_are_those_of_the_root_whichever_check_fails_first_and_name_its_game(tiny):
    tiny.stage_raw(tiny.session())
    tiny.execute("DELETE FROM nba_raw.nbac_shots WHERE game_date = '2025-10-25'")
    tiny.warehouse.discard_staged(tables.named("SHOTS"))
    audit = gates.Audit(tiny.session(), 19)
    audit.run("newest_snapshots")
    with pytest.raises(GateFailed) as stop:
        audit.publish()
    assert stop.value.why.startswith("paint attempts come from the play-by-play alone")
    assert stop.value.then.endswith("python run_backfill.py accept-gap 20251025_BOS_LAL play_by_play --reason \"...\"")


def test_a_root_is_spoken_for_by_a_check_of_its_gate():
    known = {check.name: gate for gate in (19, 29, 39) for check in gates.checks(gate)}
    assert {(short, known[name]) for (short, _), name in SPEAKS_FOR.items()} == {
        (short, tables.gate_of(tables.named(short).layer)) for short, _ in SPEAKS_FOR
    }
