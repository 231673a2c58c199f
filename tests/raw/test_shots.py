"""Shots from the play-by-play: zones, and whose they are."""

from datetime import date

import pytest
from source_bodies import HOU_OKC, NBA_ID, OPENING, box_game, five, line, play_by_play, schedule, scheduled, shot

from nbhelpers import raw
from nbhelpers.errors import Broken
from nbhelpers.raw.shots import Shooter, has_shots, match, shot_rows, zone
from nbhelpers.season import PLAN_SEASON

[GAME] = raw.games(schedule(scheduled()), PLAN_SEASON.name, "schedule.json")


def shots_by(person_id: int, name: str, fga: int, fgm: int = 0, threes: int = 0, team: str = "OKC") -> list[dict]:
    """A person's attempts: the first `fgm` made, the first `threes` from three."""
    kind = ("2pt", "3pt")
    return [
        shot(person_id * 100 + n, person_id, name, team, made=n < fgm, actionType=kind[n < threes]) for n in range(fga)
    ]


def whose(actions: list[dict], *home_players: dict) -> dict[int, str | None]:
    """The player_lookup of each person with a shot, OKC having these players among others."""
    rows = shot_rows(play_by_play(*actions), GAME, box_game(home_players=list(home_players) + five("h")), "pbp.json")
    return {row["person_id"]: row["player_lookup"] for row in rows}


@pytest.mark.parametrize(
    ("x_ft", "y_ft", "expected"),
    [
        (0.0, 0.0, "paint"),
        (8.0, 13.8, "paint"),
        (-8.0, 13.8, "paint"),
        (8.1, 13.8, "mid_range"),
        (-8.1, 0.0, "mid_range"),
        (8.0, 13.9, "mid_range"),
        (0.0, -3.9, "paint"),
        (0.0, 14.5, "mid_range"),
        (None, 3.0, None),
        (3.0, None, None),
    ],
)
def test_without_an_area_the_place_decides_and_the_paint_ends_at_its_lines(x_ft, y_ft, expected):
    assert zone(2, None, x_ft, y_ft) == expected


@pytest.mark.parametrize(
    ("place", "distance", "in_paint", "expected"),
    [
        ((0.0, 0.0), 0.0, False, "paint"),  # a dunk of a file's first hours
        ((0.0, 0.0), None, True, "paint"),
        ((None, None), 0.0, False, "paint"),
        ((10.0, 10.0), 14.1, True, "paint"),  # it counted among the points in the paint
        ((0.0, 3.9), None, False, "paint"),
        ((0.0, 4.0), 4.0, False, "mid_range"),
        ((10.0, 10.0), 0.0, False, None),  # its place says one thing, its distance another
        ((None, None), None, False, "mid_range"),
    ],
)
def test_a_mid_range_that_the_shot_itself_contradicts_is_not_believed(place, distance, in_paint, expected):
    assert zone(2, "Mid-Range", *place, distance, in_paint) == expected


def test_a_dunk_at_the_origin_called_mid_range_is_in_the_paint():
    dunk = shot(44, 7, "C. Holmgren", area="Mid-Range", xLegacy=0, yLegacy=0, shotDistance=0.0, qualifiers=["2ndchance"])
    [row] = shot_rows(play_by_play(dunk), GAME, None, "p")
    assert (row["zone"], row["zone_basic"]) == ("paint", "Mid-Range")


def test_a_heave_is_on_its_shooters_account_only_if_it_went_in():
    heaves = [shot(8, 7, "C. Holmgren", made=made, actionType="heave") for made in (True, False)]
    rows = shot_rows(play_by_play(*heaves), GAME, None, "p")
    assert [(row["is_made"], row["shot_value"], row["zone"]) for row in rows] == [(True, 3, "three_pt")]


def test_numbers_of_an_attempt_may_be_text():
    action = shot("44", 7, "C. Holmgren", isFieldGoal="1", personId="7", period="1", xLegacy="10", yLegacy="-5", shotDistance="1.1")
    [row] = shot_rows(play_by_play(action), GAME, None, "p")
    assert [row[name] for name in ("action_number", "person_id", "period", "x_ft", "y_ft", "distance_ft")] == [44, 7, 1, 1.0, -0.5, 1.1]


def test_the_area_outranks_the_place_and_three_points_outrank_both():
    assert zone(2, "Mid-Range", 0.0, 14.0) == "mid_range"
    assert zone(2, "In The Paint (Non-RA)", 20.0, 20.0) == "paint"
    assert zone(2, "Restricted Area", None, None) == "paint"
    assert zone(3, "Restricted Area", 0.0, 0.0) == "three_pt"
    assert zone(3, None, None, None) == "three_pt"


def test_an_attempt_becomes_a_row_in_feet_from_the_hoop():
    action = shot(44, 7, "C. Holmgren", made=False, area="Mid-Range", xLegacy=-85, yLegacy=141, shotDistance=16.5)
    [row] = shot_rows(play_by_play(action), GAME, box_game(home_players=[line("Chet", "Holmgren"), *five("h")]), "p")
    assert row == {
        "game_id": HOU_OKC, "nba_game_id": NBA_ID, "game_date": OPENING, "action_number": 44, "period": 1,
        "team_abbr": "OKC", "person_id": 7, "player_name": "C. Holmgren", "player_lookup": "chetholmgren",
        "shot_value": 2, "is_made": False, "zone": "mid_range", "zone_basic": "Mid-Range",
        "distance_ft": 16.5, "x_ft": -8.5, "y_ft": 14.1, "source_file_path": "p",
    }  # fmt: skip


def test_a_shot_without_area_and_place_has_no_zone_and_no_zero():
    action = shot(44, 7, "C. Holmgren", area=None, xLegacy=None, yLegacy=None, shotDistance=None)
    [row] = shot_rows(play_by_play(action), GAME, None, "p")
    columns = ("zone", "zone_basic", "distance_ft", "x_ft", "y_ft", "player_lookup")
    assert [row[column] for column in columns] == [None] * 6


def test_a_teams_heave_is_nobodys_attempt():
    heaves = [shot(8, 0, "O. Thunder"), shot(9, 1610612760, "O. Thunder")]
    assert shot_rows(play_by_play(*heaves), GAME, box_game(), "p") == []
    assert not has_shots(play_by_play(*heaves), NBA_ID)
    assert has_shots(play_by_play(*heaves, shot(10, 7, "C. Holmgren")), NBA_ID)


def test_a_family_name_is_matched_without_accents_and_suffix_on_both_sides():
    actions = [shot(2, 1, "T. Hardaway Jr."), shot(3, 2, "J. Butler"), shot(4, 3, "N. Traore"), shot(5, 4, "L. Dončić")]
    players = [
        line("Tim", "Hardaway"), line("Jimmy", "Butler III"), line("Nolan", "Traoré"), line("Luka", "Doncic"),
    ]  # fmt: skip
    assert whose(actions, *players) == {1: "timhardaway", 2: "jimmybutleriii", 3: "nolantraore", 4: "lukadoncic"}


def test_an_only_bearer_of_the_family_name_needs_no_initial():
    assert whose([shot(2, 1, "B. Carrington")], line("Carlton", "Carrington")) == {1: "carltoncarrington"}


def test_a_namesake_of_the_other_team_is_not_taken_for_him():
    actions = [shot(2, 1, "A. Thompson", "HOU"), shot(3, 2, "X. Thompson", "OKC")]
    game = box_game(away_players=[line("Amen", "Thompson"), *five("a")])
    rows = shot_rows(play_by_play(*actions), GAME, game, "p")
    assert [row["player_lookup"] for row in rows] == ["amenthompson", None]


def test_the_initial_tells_two_of_one_family_name_apart_whatever_they_shot():
    players = [line("Jalen", "Williams", fga=9, fgm=9, fg3a=9), line("Kenrich", "Williams", fga=9, fgm=9, fg3a=9)]
    actions = shots_by(1, "J. Williams", 3) + shots_by(2, "K. Williams", 4)
    assert whose(actions, *players) == {1: "jalenwilliams", 2: "kenrichwilliams"}


def test_jalen_and_jaylin_williams_are_told_apart_by_the_only_pairing_that_agrees_with_the_box_score():
    players = [
        line("Jaylin", "Williams", fga=4, fgm=2, fg3a=3),
        line("Jalen", "Williams", fga=4, fgm=2, fg3a=1),
        line("Kenrich", "Williams", fga=1, fgm=0, fg3a=1),
    ]
    actions = shots_by(1, "J. Williams", 4, 2, 1) + shots_by(2, "J. Williams", 4, 2, 3) + shots_by(3, "K. Williams", 2)
    assert whose(actions, *players) == {1: "jalenwilliams", 2: "jaylinwilliams", 3: "kenrichwilliams"}


def test_stephen_curry_shoots_while_seth_sits():
    stephen, seth = line("Stephen", "Curry", fga=3, fgm=1, fg3a=2), line("Seth", "Curry", "00", fga=0, fgm=0, fg3a=0)
    assert whose(shots_by(1, "S. Curry", 3, 1, 2), stephen, seth) == {1: "stephencurry"}


def test_two_who_shot_alike_stay_unknown():
    players = [line(first, "Williams", fga=2, fgm=1, fg3a=0) for first in ("Jalen", "Jaylin")]
    actions = shots_by(1, "J. Williams", 2, 1) + shots_by(2, "J. Williams", 2, 1)
    assert whose(actions, *players) == {1: None, 2: None}


def test_two_whose_shots_disagree_with_the_box_score_stay_unknown():
    players = [line("Jalen", "Williams", fga=5, fgm=1, fg3a=0), line("Jaylin", "Williams", fga=2, fgm=1, fg3a=0)]
    actions = shots_by(1, "J. Williams", 4, 1) + shots_by(2, "J. Williams", 2, 1)
    assert whose(actions, *players) == {1: None, 2: None}


def test_two_without_counts_in_the_box_score_stay_unknown():
    actions = shots_by(1, "J. Williams", 2, 1)
    assert whose(actions, line("Jalen", "Williams"), line("Jaylin", "Williams")) == {1: None}


def test_an_initial_that_nobody_has_leaves_the_family_to_the_counts():
    players = [line("Carlton", "Smith", fga=2, fgm=0, fg3a=0), line("Dru", "Smith", fga=1, fgm=0, fg3a=0)]
    assert whose(shots_by(1, "B. Smith", 2), *players) == {1: "carltonsmith"}
    assert whose(shots_by(1, "B. Smith", 3), *players) == {1: None}


def test_a_line_is_never_given_to_two_people():
    jeff = line("Jeff", "Green", fga=2, fgm=0, fg3a=0)
    actions = shots_by(1, "J. Green", 2) + shots_by(2, "A. Green", 2)
    assert whose(actions, jeff) == {1: "jeffgreen", 2: None}
    assert whose(shots_by(1, "J. Green", 2) + shots_by(2, "J. Green", 2), jeff) == {1: None, 2: None}


def test_a_person_without_a_family_name_is_matched_to_nobody():
    nobody = Shooter(1, "OKC", "", "", (1, 0, 0))
    assert match([nobody], [Shooter("nene", "OKC", "", "nene", (1, 0, 0))]) == {1: None}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "game is absent"),
        (play_by_play(identifier="0022500002"), "gameId is 0022500002, not 0022500001"),
        ({"game": {"gameId": NBA_ID, "actions": ["jump ball"]}}, "something that is not an action"),
        (play_by_play(shot(2, 1, "A. B"), shot(2, 3, "C. D")), "actionNumber 2 is given to 2 attempts"),
        (play_by_play(shot(2, 1, "A. B", shotResult="Blocked")), "action 2: shotResult is 'Blocked', not one of Made"),
        (play_by_play(shot(2, 1, "A. B", actionType="tip")), "action 2: actionType is 'tip', not one of 2pt"),
        (play_by_play(shot(2, 1, "A. B", xLegacy="near")), "action 2: xLegacy is 'near'"),
        (play_by_play(shot(2, 1, "A. B", team="SEA")), "action 2: teamTricode: team 'SEA' is not one"),
        (play_by_play(shot(2, 1, "A. B", playerName=None)), "action 2: playerName is absent"),
    ],
)
def test_a_play_by_play_of_another_game_or_shape_is_broken_and_names_the_field(body, said):
    with pytest.raises(Broken) as stopped:
        has_shots(body, NBA_ID)
    assert said in stopped.value.what


def test_the_game_date_of_a_shot_is_the_schedules():
    later = date(2026, 1, 3)
    game = scheduled("0022500500", day=later)
    [moved] = raw.games(schedule(game), PLAN_SEASON.name, "schedule.json")
    [row] = shot_rows(play_by_play(shot(2, 1, "A. B"), identifier="0022500500"), moved, None, "p")
    assert (row["game_id"], row["game_date"]) == ("20260103_HOU_OKC", later)
