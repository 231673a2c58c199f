"""What each check of gate 1 says of two sources that tell the same games, and of those that do not."""

import pytest
from tiny import DNP, Tiny, day

from nbhelpers import gates
from nbhelpers.gates import Finding

ONE_MORE = {"LAL3": {"assists": 3}, "LAL": {"assists": 21}}  # in a line and in the team's totals: it holds in itself
GAME, HOME, AWAY = "20251021_BOS_LAL", "20251021_BOS_LAL LAL", "20251021_BOS_LAL BOS"


@pytest.fixture
def tiny(tmp_path) -> Tiny:
    return Tiny(tmp_path)


def asked(tiny: Tiny, name: str) -> Finding:
    """What a check of gate 1 says of all that was played, staged as step 11 leaves it."""
    tiny.stage_raw(tiny.session())
    [found] = gates.Audit(tiny.session(), 19).run(name)
    return found


def problems(tiny: Tiny, name: str) -> dict[str, str]:
    """By member, what a check of gate 1 finds wrong."""
    return {row.member: row.problem for row in asked(tiny, name).offenders.itertuples()}


def change(rows: list[dict], **columns: object) -> None:
    """Have every row say something else."""
    for row in rows:
        row.update(columns)


def of(rows: list[dict], lookup: str) -> list[dict]:
    return [row for row in rows if row["player_lookup"] == lookup]


def test_two_sources_that_agree_pass_every_check_but_the_plans_fifty_dates(tiny):
    tiny.play(day(0), "BOS", "LAL", official={})
    tiny.play(day(0), "MIA", "ORL", official={}, MIA10=DNP, MIA1={"minutes": 48})
    tiny.stage_raw(tiny.session())
    findings = gates.Audit(tiny.session(), 19).run()
    assert {found.check.name: set(found.offenders.problem) for found in findings if found.verdict != "pass"} == {
        "plan_gate_1": {"1 dates, earliest 2025-10-21"},
        "objects_there": {"it is not there any more"},  # nor ever was
    }


# Two witnesses


def test_witnessed_tells_how_many_games_have_two_and_which_source_is_alone(tiny):
    tiny.play(day(0), "BOS", "LAL", official={})
    alone = tiny.play(day(0), "MIA", "ORL")
    other = tiny.play(day(0), "DEN", "UTA", official={})
    tiny.lines = [line for line in tiny.lines if line["game_id"] != other]
    found = asked(tiny, "witnessed")
    assert str(found) == "witnessed: warn, examined 2 of 3 games, 2 not as they should be, on 2025-10-21"
    assert problems(tiny, "witnessed") == {alone: "BallDontLie alone has it", other: "the NBA alone has it"}
    assert found.recorded()["named"] == [f"{other}: the NBA alone has it", f"{alone}: BallDontLie alone has it"]


def test_a_date_that_nobody_witnessed_fails_and_one_that_the_nba_alone_tells_does_not(tiny):
    tiny.play(day(0), "BOS", "LAL", official={})
    tiny.play(day(0), "MIA", "ORL")
    tiny.play(day(1), "BOS", "LAL")
    found = asked(tiny, "witnessed")
    assert str(found) == "witnessed: fail, examined 1 of 3 games, none on 2025-10-22"
    assert (found.bad_dates, [verdict for _, verdict, *_ in found.by_verdict()]) == ([day(1)], ["warn", "fail"])  # no innocent date
    tiny.lines, tiny.games = [], tiny.games[:1]  # as without a key
    assert asked(tiny, "witnessed").verdict == "warn"
    assert asked(tiny, "sources_differ").verdict == "not due"


def test_a_date_that_neither_source_has_fails_by_the_box_scores_too(tiny):
    tiny.play(day(0), "BOS", "LAL")
    tiny.lines = []
    assert (asked(tiny, "witnessed").verdict, asked(tiny, "box_score_per_game").verdict) == ("fail", "fail")
    assert problems(tiny, "witnessed") == {GAME: "neither source has it"}


def test_sources_differ_names_both_values_which_was_taken_and_why(tiny):
    tiny.play(day(0), "BOS", "LAL", official={"LAL3": {"assists": 3, "turnovers": None, "minutes_played": 21.6}, "LAL4": {"minutes_played": 26.4}})
    tiny.official_lines = [line for line in tiny.official_lines if line["player_lookup"] != "bos2"]
    assert problems(tiny, "sources_differ") == {
        AWAY: "bos2 listed by BallDontLie alone, with 24 minutes (BallDontLie and the NBA): BallDontLie taken, "
        "the official record contradicts itself: BOS players 81 points, score 90; LAL assists of the players are not those of the team",
        HOME: "lal3 assists 2 and 3, turnovers 2 and unknown, minutes 24 and 22; lal4 minutes 24 and 26 "
        "(BallDontLie and the NBA): BallDontLie taken, "
        "the official record contradicts itself: BOS players 81 points, score 90; LAL assists of the players are not those of the team",
    }
    assert asked(tiny, "sources_differ").verdict == "warn"


def test_a_game_told_with_another_period_is_named_on_both_its_teams(tiny):
    tiny.play(day(0), "BOS", "LAL", official={})
    change(tiny.lines, period=5)
    told = "period 5 and 4, score 90-92 and 90-92 (BallDontLie and the NBA): the NBA taken, BallDontLie contradicts itself: "
    assert problems(tiny, "sources_differ") == dict.fromkeys((AWAY, HOME), f"{told}BOS 240 of 265 minutes; LAL 240 of 265 minutes")


# The lines that count


def test_lines_hold_where_one_source_is_right_and_not_where_neither_is(tiny):
    tiny.play(day(0), "BOS", "LAL", official={})
    change(of(tiny.lines, "lal3"), rebounds=9)
    assert asked(tiny, "lines_hold").verdict == "pass"
    change(of(tiny.official_lines, "lal3"), rebounds=9)
    assert problems(tiny, "lines_hold") == {HOME: "BallDontLie: 1 lines whose rebounds do not add up"}


def test_a_source_that_contradicts_itself_is_named_though_it_is_not_believed(tiny):
    tiny.play(day(0), "BOS", "LAL", official={"LAL": {"score": 93}, "BOS": {"assists": None, "paint_makes": None}})
    change(of(tiny.lines, "bos3"), rebounds=9)
    assert asked(tiny, "sources_hold").verdict == "warn"
    assert problems(tiny, "sources_hold") == {
        AWAY: "BallDontLie: 1 lines whose rebounds do not add up; the NBA tells no total of assists; the NBA tells no total of shots in the paint",
        HOME: "the NBA: score of the players are not those of the team",
    }


def test_a_line_without_a_statistic_is_a_contradiction_though_all_lack_it(tiny):
    tiny.play(day(0), "BOS", "LAL", official={})
    change(tiny.official_lines, personal_fouls=None)
    assert problems(tiny, "sources_hold") == dict.fromkeys((AWAY, HOME), "the NBA: 10 lines without a counted statistic")


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"team_abbr": "MIA"}, {HOME: "lines and no totals", "20251021_BOS_LAL MIA": "totals of a team that has no lines"}),
        ({"season_year": 2024}, {HOME: "of another season"}),
        ({"nba_game_id": "0022500099"}, {HOME: "lines of game 0022500001, totals of 0022500099"}),
        ({"source_file_path": "another"}, {HOME: "lines and totals from different files"}),
    ],
)
def test_the_totals_are_those_of_the_lines_beside_them(tiny, changed, wrong):
    tiny.play(day(0), "BOS", "LAL", official={})
    assert asked(tiny, "totals_there").verdict == "pass"
    change([row for row in tiny.official_teams if row["team_abbr"] == "LAL"], **changed)
    assert problems(tiny, "totals_there") == wrong


def test_totals_are_there_once(tiny):
    tiny.play(day(0), "BOS", "LAL", official={})
    tiny.official_teams = [row for row in tiny.official_teams if row["team_abbr"] == "BOS"] * 2
    assert problems(tiny, "totals_there") == {AWAY: "totals 2 times", HOME: "lines and no totals"}


def test_a_line_with_the_score_of_another_snapshot_is_named(tiny):
    tiny.play(day(0), "BOS", "LAL", official={})
    change(of(tiny.lines, "lal3"), home_team_score=80)
    assert problems(tiny, "box_score_per_game") == {HOME: "pieced together from several snapshots"}


def test_six_players_have_finished_a_game_where_their_minutes_make_it(tiny):
    tiny.play(day(0), "BOS", "LAL", **{f"BOS{n}": None for n in (7, 8, 9, 10)}, **{f"BOS{n}": {"minutes": 40} for n in range(1, 7)})
    tiny.play(day(0), "MIA", "ORL", **{f"MIA{n}": None for n in (7, 8, 9, 10)})
    tiny.play(day(0), "DEN", "UTA", **{f"DEN{n}": None for n in range(5, 11)}, **{f"DEN{n}": {"minutes": 60} for n in range(1, 5)})
    assert problems(tiny, "box_score_per_game") == {
        "20251021_MIA_ORL MIA": "only 6 players who played, 144 of 240 minutes",
        "20251021_DEN_UTA DEN": "only 4 players who played, 240 of 240 minutes",
    }


def test_what_came_of_a_game_after_it_was_accepted_as_missing_is_no_stranger(tiny):
    game = tiny.play(day(0), "BOS", "LAL", official={})
    tiny.play(day(0), "MIA", "ORL", official={})
    tiny.accept_gap(game, "box_score")
    found = asked(tiny, "box_score_per_game")
    assert (found.verdict, found.expected) == ("pass", 2)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"steals": -1}, "lal3 has a statistic below 0"),
        ({"three_pointers_made": 4}, "lal3 4 of 3 threes"),
        ({"three_pointers_attempted": 12}, "lal3 has more threes than shots"),
        ({"rebounds": 6}, "lal3 6 rebounds, 1 offensive and 4 defensive"),
        ({"minutes_played": 50.0}, "lal3 on for 50 minutes of 48"),
    ],
)
def test_a_line_that_cannot_be_is_named(tiny, said, problem):
    tiny.play(day(0), "BOS", "LAL")
    change(of(tiny.lines, "lal3"), **said)
    assert problems(tiny, "statistics_possible") == {HOME: problem}


def test_one_id_under_two_names_and_one_name_for_two_ids_are_told_on_the_day_the_second_comes(tiny):
    for n in (0, 1):
        tiny.play(day(n), "BOS", "LAL", official={})
    change(of(tiny.lines, "lal3")[1:], player_lookup="lal33")
    change(of(tiny.official_lines, "bos3")[1:], player_lookup="bos4")
    found = asked(tiny, "identities_hold")
    assert (found.verdict, found.expected, found.bad_dates) == ("fail", 42, [day(1)])
    assert problems(tiny, "identities_hold") == {
        "BallDontLie 1303 lal3": "one id, two names: lal3 and lal33", "BallDontLie 1303 lal33": "one id, two names: lal3 and lal33",
        "NBA 103 bos3": "one id, two names: bos3 and bos4", "NBA 103 bos4": "one id, two names: bos3 and bos4",
        "NBA 104 bos4": "one name, two ids: 103 and 104", "BallDontLie 104 bos4": "one player, two spellings: BOS3 and BOS4",
    }  # fmt: skip


def test_a_player_whom_the_two_sources_or_two_days_spell_otherwise_is_told(tiny):
    for n in (0, 1):
        tiny.play(day(n), "BOS", "LAL", official={})
    change(of(tiny.lines, "lal3")[1:], player_full_name="Lal 3")
    change(of(tiny.official_lines, "bos3"), player_name="Bos 3")
    assert set(problems(tiny, "identities_hold").values()) == {
        "one player, two spellings: LAL3 and Lal 3", "one player, two spellings: BOS3 and Bos 3",
    }  # fmt: skip


def test_of_who_did_not_play_a_source_may_say_nothing_and_of_who_played_it_must_say_all(tiny):
    tiny.play(day(0), "BOS", "LAL", LAL10=DNP)
    nothing = dict.fromkeys(("points", "field_goals_made", "field_goals_attempted", "three_pointers_made", "three_pointers_attempted",
                             "free_throws_made", "free_throws_attempted"))  # fmt: skip
    change(of(tiny.lines, "lal10"), **nothing)
    assert asked(tiny, "points_add_up").verdict == "pass"
    change(of(tiny.lines, "lal3"), free_throws_attempted=None)
    assert problems(tiny, "points_add_up") == {HOME: "1 lines with more makes than attempts"}
    change(of(tiny.lines, "lal3"), **nothing)
    assert HOME in problems(tiny, "points_add_up")


# Objects


@pytest.mark.parametrize(("rows", "what"), [("lines", "box score"), ("official_lines", "official box score"), ("shots", "play-by-play")])
def test_a_game_is_loaded_from_one_object_and_that_is_its_own(tiny, rows, what):
    game, other = tiny.play(day(0), "BOS", "LAL", official={}), tiny.play(day(1), "MIA", "ORL", official={})
    assert problems(tiny, "newest_snapshots") == {}
    own, of_other = ([row for row in getattr(tiny, rows) if row["game_id"] == one] for one in (game, other))
    path, foreign = own[0]["source_file_path"], of_other[0]["source_file_path"]
    change(own, source_file_path=foreign)
    assert problems(tiny, "newest_snapshots") == {f"{game} {what}": f"loaded from {foreign}, which is no object of this game"}
    change(own[1:], source_file_path=path)
    assert problems(tiny, "newest_snapshots") == {f"{game} {what}": f"loaded from several objects, {path} and {foreign} among them"}


# Shots


def test_a_shot_on_a_team_mates_account_is_named_with_both_counts(tiny):
    tiny.play(day(0), "BOS", "LAL")
    for shot in of(tiny.shots, "lal3")[:2]:
        shot["player_lookup"] = "lal4"
    assert problems(tiny, "shots_make_the_lines") == {
        HOME: "lal3 2 of 7, 3 threes by the shots, 4 of 9, 3 by his line; lal4 6 of 11, 3 threes by the shots, 4 of 9, 3 by his line"
    }


def test_one_two_that_is_a_three_is_a_warning_with_the_right_advice_and_two_of_a_team_fail(tiny):
    tiny.play(day(0), "BOS", "LAL")
    of(tiny.shots, "lal3")[5].update(shot_value=3, zone="three_pt", zone_basic="Left Corner 3")
    assert asked(tiny, "shots_make_the_lines").verdict == "pass"
    assert problems(tiny, "shots_disagree") == {HOME: "lal3 4 of 9, threes 1 of 4 by the shots, 4 of 9, threes 1 of 3 by his line"}
    warned = asked(tiny, "shots_disagree")
    assert warned.verdict == "warn" and "it is the sources that differ, not our build" in warned.check.then
    of(tiny.shots, "lal4")[5].update(shot_value=3, zone="three_pt", zone_basic="Left Corner 3")
    assert problems(tiny, "shots_make_the_lines") == {HOME: "2 players whose shots are not those of their lines"}


def test_a_shot_has_a_number_an_id_and_a_place_of_its_own(tiny):
    tiny.play(day(0), "BOS", "LAL", official={})
    first, second, third = of(tiny.shots, "lal3")[:3]
    first.update(distance_ft=5.0, x_ft=3.0, y_ft=None)
    assert problems(tiny, "shots_have_places") == {GAME: "1 shots whose distance is not that of their place"}
    first.update(distance_ft=20.0, x_ft=3.0, y_ft=4.0)
    assert problems(tiny, "shots_have_places") == {GAME: "1 shots whose distance is not that of their place"}
    second.update(person_id=of(tiny.official_lines, "lal4")[0]["person_id"])
    assert problems(tiny, "shots_make_the_lines") == {HOME: "1 shots of an id that is nobody or another in the box score"}
    third.update(action_number=second["action_number"])
    assert problems(tiny, "shots_make_the_lines") == {HOME: "1 shots under the number of another"}


def test_a_line_that_the_shots_and_the_other_box_score_contradict_fails_though_it_is_the_official_record(tiny):
    tiny.play(day(0), "BOS", "LAL", official={"LAL3": {"three_pointers_attempted": 2}})
    told = "lal3 4 of 9, 3 threes by the shots, 4 of 9, 2 by his line, which the other box score does not tell"
    assert problems(tiny, "shots_make_the_lines") == {HOME: told}


def test_a_single_shot_that_is_lost_or_nobodys_is_named(tiny):
    tiny.play(day(0), "BOS", "LAL", official={})
    missed = of(tiny.shots, "lal3")[3]
    missed["player_lookup"] = None
    assert problems(tiny, "shots_make_the_lines") == {HOME: "1 shots of an id that is nobody or another in the box score"}
    tiny.shots.remove(missed)
    assert problems(tiny, "play_by_play_per_game") == {}  # give or take one: a heave is on nobody's account
    told = "lal3 4 of 8, 3 threes by the shots, 4 of 9, 3 by his line"
    assert problems(tiny, "shots_make_the_lines") == {HOME: told}


@pytest.mark.parametrize(("column", "value"), [("team_abbr", "MIA"), ("game_date", day(1)), ("game_id", "20241021_BOS_LAL")])
def test_shots_of_a_team_date_or_game_that_the_schedule_does_not_know_are_named(tiny, column, value):
    tiny.play(day(0), "BOS", "LAL", official={})
    tiny.play(day(1), "BOS", "LAL", official={})
    shot = of(tiny.shots, "lal3")[3]
    shot[column] = value
    told = "1 shots of a game, team or date that the schedule does not know"
    assert problems(tiny, "play_by_play_per_game") == {f"{shot['game_id']} {shot['team_abbr']}": told}


def test_official_minutes_are_exact_and_must_make_the_game(tiny):
    tiny.play(day(0), "BOS", "LAL", official={"LAL3": {"minutes_played": 22.0}})
    assert problems(tiny, "sources_hold") == {HOME: "the NBA: 238 of 240 minutes"}


def test_shots_of_nobody_leave_their_team_mates_counts_open(tiny):
    tiny.play(day(0), "BOS", "LAL", LAL3={"lookup_known": False})
    assert asked(tiny, "shots_make_the_lines").verdict == "pass"


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"zone": "mid_range"}, "Restricted Area is mid_range"),
        ({"zone_basic": "Mid-Range", "x_ft": 15.0, "y_ft": 3.0}, "Mid-Range is paint"),
        ({"zone_basic": "Mid-Range", "x_ft": 0.0, "y_ft": 0.0}, None),  # a dunk under the label of the first hours
        ({"zone_basic": "Mid-Range", "x_ft": 0.0, "y_ft": 0.0, "zone": "mid_range"}, "Mid-Range is mid_range"),
        ({"zone_basic": "Mid-Range", "x_ft": 7.0, "y_ft": 6.0}, None),  # so may the source itself have said
        ({"zone_basic": "Mid-Range", "x_ft": 6.9, "y_ft": 12.7, "zone": "mid_range"}, "Mid-Range is mid_range"),
        ({"zone_basic": "Mid-Range", "x_ft": 7.1, "y_ft": 6.0, "zone": "mid_range"}, None),  # the edge itself may be either's
        ({"x_ft": 9.1, "y_ft": 6.0}, "Restricted Area is paint"),
        ({"x_ft": 9.0, "y_ft": 14.8}, None),
        ({"zone_basic": "Right Corner 3"}, "Right Corner 3 is paint"),
        ({"shot_value": 3, "zone": "three_pt"}, "Restricted Area is three_pt"),
        ({"zone_basic": "Mid-Range", "x_ft": 0.0, "y_ft": 25.1, "zone": "mid_range"}, "Mid-Range is mid_range"),
        ({"zone_basic": None, "x_ft": 8.0, "y_ft": 13.8}, None),
        ({"zone_basic": None, "x_ft": 8.1, "y_ft": 0.0}, "without a label is paint"),
        ({"zone_basic": None}, "without a label is paint"),
        ({"zone": None}, None),  # shots_have_zones counts those
    ],
)
def test_a_zone_follows_from_its_label_and_its_place(tiny, changed, wrong):
    tiny.play(day(0), "BOS", "LAL")
    [shot] = [shot for shot in tiny.shots if shot["action_number"] == 1]
    shot.update({"x_ft": None, "y_ft": None} | changed)
    told = f"1 zones that do not follow from label and place, action 1 {wrong}"
    assert problems(tiny, "shots_make_the_lines") == ({AWAY: told} if wrong else {})


def test_the_paint_of_the_shots_is_held_to_the_official_box_score_give_or_take_one(tiny):
    tiny.play(day(0), "BOS", "LAL", official={"LAL": {"paint_attempts": 41}, "BOS": {"paint_makes": 18}})
    tiny.play(day(0), "MIA", "ORL")
    found = asked(tiny, "paint_witnessed")
    assert str(found) == "paint_witnessed: fail, examined 2 of 2 official team-games with an official box score, 1 not as they should be, on 2025-10-21"
    assert problems(tiny, "paint_witnessed") == {AWAY: "paint 20 of 40 by the shots, 18 of 40 by the official box score"}


def test_without_an_official_box_score_the_paint_has_no_witness_and_it_is_said(tiny):
    tiny.play(day(0), "BOS", "LAL")
    assert str(asked(tiny, "paint_witnessed")) == "paint_witnessed: not due, examined nothing: no game of the window has an official box score"


# One story


@pytest.mark.parametrize(
    ("game", "problem"),
    [
        ({"nba_game_id": "0022400001"}, "game 0022400001 of season 2025-26 in 2025-26"),
        ({"season": "2024-25"}, "game 0022500001 of season 2024-25 in 2025-26"),
        ({"game_type": "cup_final", "is_official": False}, "game 0022500001 is called cup_final, by its id regular"),
        ({"is_official": False}, "a regular game with is_official false"),
        ({"is_postponed": True}, "postponed, and yet final or with a score"),
        ({"home_score": 90}, "final with 90 to 90"),
        ({"home_score": None}, "final with 90 to no score"),
        ({"home_score": 93}, "score 90-93, in its box score 90-92"),
        ({"game_id": "20251021_BOS_LAC"}, "by date and teams it is 20251021_BOS_LAL"),
        ({"nba_game_id": "0022500099"}, "in the official box score it is game 0022500001"),
    ],
)
def test_a_schedule_that_tells_another_story_than_its_ids_and_the_box_scores_fails(tiny, game, problem):
    tiny.play(day(0), "BOS", "LAL", official={})
    tiny.games[0].update(game)
    assert list(problems(tiny, "flags_agree").values()) == [problem]


def test_a_game_that_was_put_off_has_no_score_and_agrees(tiny):
    tiny.play(day(0), "BOS", "LAL", official={})
    tiny.postpone(day(0), "MIA", "ORL")
    found = asked(tiny, "flags_agree")
    assert (found.verdict, found.expected) == ("pass", 2)


def test_home_and_away_must_be_those_of_both_sources(tiny):
    tiny.play(day(0), "BOS", "LAL", official={})
    change(tiny.official_lines, home_team_abbr="BOS", away_team_abbr="LAL")
    assert problems(tiny, "flags_agree") == {GAME: "in the box scores BOS at LAL and LAL at BOS"}


# What nothing is computed from


def test_details_that_contradict_one_another_are_named(tiny):
    tiny.play(day(0), "BOS", "LAL", official={})
    assert asked(tiny, "details_hold").verdict == "pass"
    change(of(tiny.official_lines, "lal1"), starter=False)
    change(of(tiny.official_lines, "lal9"), not_playing_reason="DNP_COACH")
    change(of(tiny.lines, "lal2"), plus_minus=5)
    change(tiny.lines[-1:], is_postseason=True)
    last = max((row for row in tiny.shots if row["team_abbr"] == "LAL"), key=lambda row: row["action_number"])
    change([last], period=5)
    assert asked(tiny, "details_hold").verdict == "warn"
    [told] = problems(tiny, "details_hold").values()
    assert told == (
        "4 starters; 1 who played, with a reason why not; BallDontLie: plus-minus 5 by players, five times the margin is 10; "
        "1 shots in a period that cannot be; 1 lines of the postseason, and the game is regular"
    )
    change(of(tiny.official_lines, "lal1"), starter=True, did_play=False, minutes_played=0.0)
    change(of(tiny.official_lines, "lal7"), did_play=False, minutes_played=0.0, not_playing_reason="DNP_COACH")
    change(of(tiny.official_lines, "lal8"), starter=None)
    change(tiny.shots, period=1)
    change([last], action_number=-4, player_name="Somebody Else")
    change(tiny.games, source_object="nba-com/boxscores/2025-10-21/game_0022500001/20260101_000000.json")
    of_home = problems(tiny, "details_hold")[HOME]
    for words in (
        "1 starters who did not play", "1 of whom nobody says whether they started", "1 who did not play, without a reason",
        "shots in 1 periods alone", "1 shots without a number", "9 shots of a person of two names",
        "told by its box score: its entry in the schedule cannot be read",
    ):  # fmt: skip
        assert words in of_home
