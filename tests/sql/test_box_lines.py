"""Which lines count: of two sources that tell one game, the one that is believed, and why."""

import pytest
from tiny import DNP, Tiny, day

AGREE = "both sources agree"
OFFICIAL = "the two differ, and the NBA has the official record"
ONE_MORE = {"LAL3": {"assists": 3}, "LAL": {"assists": 21}}  # in a line and in the team's totals: it holds in itself
LONG = {"minutes": 48, "paint": (3, 4)}  # the home team's first, who makes one more, for one who does not play
ONE_MORE_IN_THE_LINE = {"LAL3": {"assists": 3}}


@pytest.fixture
def tiny(tmp_path):
    return Tiny(tmp_path)


def counted(tiny: Tiny, lines: str = "bdl") -> dict[str, dict]:
    """The lines that count of all the games there are, by player."""
    tiny.load()
    session = tiny.session()
    found = session.warehouse.query("SELECT * FROM views.box_lines", session.parameters() | {"lines": lines})
    return {row["player_lookup"]: row for row in found.to_dict("records")}


def chosen(tiny: Tiny, lines: str = "bdl") -> tuple[str, str]:
    """The one source and the one reason of all the lines that count."""
    [of_all] = {(row["lines_source"], row["why"]) for row in counted(tiny, lines).values()}
    return of_all


def change(tiny: Tiny, player: str, **columns: object) -> None:
    """Have BallDontLie say something else of a player."""
    for line in tiny.lines:
        if line["player_full_name"] == player:
            line.update(columns)


def test_where_both_sources_agree_the_seasons_own_lines_count(tiny):
    tiny.play(day(0), "BOS", "LAL", official={"LAL3": {"minutes_played": 24.4}})
    assert (chosen(tiny), chosen(tiny, "nba")) == (("bdl", AGREE), ("nba", AGREE))
    assert [counted(tiny, lines)["lal3"]["minutes_played"] for lines in ("bdl", "nba")] == [24.0, 24.4]


def test_a_game_that_differs_in_one_statistic_is_taken_whole_from_the_official_record(tiny):
    tiny.play(day(0), "BOS", "LAL", official=ONE_MORE | {"BOS2": {"minutes_played": 23.6}})
    found = counted(tiny)
    assert {(row["lines_source"], row["why"]) for row in found.values()} == {("nba", OFFICIAL)} and len(found) == 20
    assert (found["lal3"]["assists"], found["lal4"]["assists"], found["bos2"]["minutes_played"]) == (3, 2, 24.0)
    assert found["bos2"]["source_file_path"].startswith(f"nba-com/boxscores/{day(0)}/") and found["bos2"]["game_status"] == "Final"
    assert chosen(tiny, "nba") == ("nba", OFFICIAL)


@pytest.mark.parametrize("lines", ["bdl", "nba"])
def test_a_source_that_contradicts_itself_loses_whichever_is_the_seasons_own(tiny, lines):
    tiny.play(day(0), "BOS", "LAL", official=ONE_MORE_IN_THE_LINE)
    assert chosen(tiny, lines) == ("bdl", "the official record contradicts itself: LAL assists of the players are not those of the team")
    assert counted(tiny, lines)["lal3"]["assists"] == 2


def test_where_both_contradict_themselves_the_seasons_own_lines_stay_and_say_so(tiny):
    tiny.play(day(0), "BOS", "LAL", official=ONE_MORE_IN_THE_LINE)
    change(tiny, "LAL3", rebounds=9)
    assert chosen(tiny) == ("bdl", "both sources contradict themselves")
    assert chosen(tiny, "nba") == ("nba", "both sources contradict themselves")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"points": 10}, "LAL players 93 points, score 92"),
        ({"field_goals_made": 5}, "LAL 1 lines whose shots do not make their points"),
        ({"rebounds": 6}, "LAL 1 lines whose rebounds do not add up"),
        ({"field_goals_attempted": 3}, "LAL 1 lines with more makes than attempts"),
        ({"turnovers": None, "rebounds": None}, "LAL 1 lines whose rebounds do not add up"),
        ({"minutes": "4", "minutes_played": 4.0}, "LAL 220 of 240 minutes"),
    ],
)
def test_what_balldontlie_says_against_itself_is_the_reason_to_believe_the_nba(tiny, said, why):
    tiny.play(day(0), "BOS", "LAL", official={})
    change(tiny, "LAL3", **said)
    assert chosen(tiny) == ("nba", f"BallDontLie contradicts itself: {why}")


def test_a_score_that_is_not_the_schedules_is_a_contradiction(tiny):
    tiny.play(day(0), "BOS", "LAL", official={})
    for line in tiny.lines:
        line["home_team_score"] -= 2
    change(tiny, "LAL3", points=7, field_goals_made=3)
    assert chosen(tiny) == ("nba", "BallDontLie contradicts itself: LAL score 90, in the schedule 92")


def test_an_overtime_told_as_a_game_of_four_periods_differs_and_its_minutes_do_not_make_it(tiny):
    tiny.play(day(0), "BOS", "LAL", period=5, official={}, LAL1=LONG | {"minutes": 49}, BOS1={"minutes": 49})
    assert chosen(tiny) == ("bdl", AGREE)
    for line in tiny.lines:
        line["period"] = 4
    assert chosen(tiny) == ("nba", "BallDontLie contradicts itself: BOS 265 of 240 minutes; LAL 265 of 240 minutes")
    assert {row["period"] for row in counted(tiny).values()} == {5}


def test_minutes_that_are_a_minute_apart_are_no_difference_and_more_are(tiny):
    tiny.play(day(0), "BOS", "LAL", official={"LAL3": {"minutes_played": 23.0}, "LAL4": {"minutes_played": 25.0}})
    assert chosen(tiny) == ("bdl", AGREE)
    change(tiny, "LAL3", minutes_played=25.0)  # team-mates' minutes exchanged
    change(tiny, "LAL4", minutes_played=23.0)
    assert chosen(tiny) == ("nba", OFFICIAL)
    assert (counted(tiny)["lal3"]["minutes_played"], counted(tiny)["lal4"]["minutes_played"]) == (23.0, 25.0)


def test_who_did_not_play_may_be_listed_by_one_source_alone_and_have_no_numbers(tiny):
    tiny.play(day(0), "BOS", "LAL", official={}, LAL1=LONG, LAL2={"minutes": 48}, LAL9=DNP, LAL10=DNP, BOS1={"minutes": 48}, BOS10=DNP)
    change(tiny, "LAL9", points=None, assists=None, rebounds=None)
    tiny.official_lines = [line for line in tiny.official_lines if line["player_name"] not in ("LAL10", "BOS10")]
    assert chosen(tiny) == ("bdl", AGREE)
    assert {"lal10", "bos10"} <= counted(tiny).keys() and "lal10" not in counted(tiny, "nba")


@pytest.mark.parametrize("alone", ["lines", "official_lines"])
def test_a_player_who_played_and_is_listed_by_one_source_alone_is_a_difference(tiny, alone):
    tiny.play(day(0), "BOS", "LAL", official={})
    setattr(tiny, alone, [line for line in getattr(tiny, alone) if line["player_lookup"] != "lal3"])
    assert chosen(tiny)[0] == ("nba" if alone == "lines" else "bdl")  # whose points no longer make the score loses
    assert "lal3" in counted(tiny)


def test_a_game_that_one_source_lacks_is_told_by_the_other(tiny):
    tiny.play(day(0), "BOS", "LAL", official={})
    tiny.lines = []
    assert chosen(tiny) == ("nba", "BallDontLie does not have the game")


def test_without_an_official_record_balldontlie_is_believed(tiny):
    tiny.play(day(0), "BOS", "LAL")
    assert chosen(tiny) == chosen(tiny, "nba") == ("bdl", "the NBA does not have the game")


def test_each_game_is_decided_by_itself(tiny):
    tiny.play(day(0), "BOS", "LAL", official={})
    tiny.play(day(0), "MIA", "ORL", official={"MIA3": {"steals": 2}, "MIA": {"steals": 11}})
    tiny.play(day(1), "BOS", "ORL")
    assert {(row["game_date"].date(), row["team_abbr"], row["lines_source"]) for row in _rows(tiny)} == {
        (day(0), "BOS", "bdl"), (day(0), "LAL", "bdl"), (day(0), "MIA", "nba"), (day(0), "ORL", "nba"),
        (day(1), "BOS", "bdl"), (day(1), "ORL", "bdl"),
    }  # fmt: skip


def _rows(tiny: Tiny) -> list[dict]:
    tiny.load()
    session = tiny.session()
    return session.query("SELECT * FROM views.box_lines").to_dict("records")


def test_in_a_season_of_whole_minutes_those_taken_from_the_nba_are_whole_too(tiny):
    exact = {"LAL2": 24.5, "LAL3": 23.5, "LAL4": 23.51, "LAL5": 24.0, "LAL6": 24.49}
    tiny.play(day(0), "BOS", "LAL", official={name: {"minutes_played": minutes} for name, minutes in exact.items()})
    tiny.lines = []
    found = counted(tiny)
    assert [found[name.lower()]["minutes_played"] for name in exact] == [24.0, 24.0, 24.0, 24.0, 24.0]
    assert [counted(tiny, "nba")[name.lower()]["minutes_played"] for name in exact] == list(exact.values())


def test_who_played_only_seconds_has_not_played_where_minutes_are_whole_unless_something_was_counted(tiny):
    seconds = {"minutes_played": 0.2, "did_play": True}
    tiny.play(day(0), "BOS", "LAL", official={"LAL9": seconds, "LAL10": seconds | {"personal_fouls": 1}}, LAL9=DNP, LAL10=DNP)
    tiny.lines = []
    assert [counted(tiny)[name]["did_play"] for name in ("lal9", "lal10", "lal8")] == [False, True, True]
    assert [counted(tiny, "nba")[name]["did_play"] for name in ("lal9", "lal10", "lal8")] == [True, True, True]


def test_a_heave_is_an_attempt_of_the_team_alone_and_no_contradiction(tiny):
    tiny.play(day(0), "BOS", "LAL", official={"LAL": {"field_goals_attempted": 91, "three_pointers_attempted": 31}})
    assert chosen(tiny) == ("bdl", AGREE)
    tiny.official_teams[-1]["field_goals_attempted"] = 89
    assert chosen(tiny) == ("bdl", "the official record contradicts itself: LAL field goals attempted of the players are not those of the team")


def test_a_plus_minus_that_one_source_lacks_is_not_compared_and_two_that_differ_are(tiny):
    tiny.play(day(0), "BOS", "LAL", official={"LAL3": {"plus_minus": 4}})
    assert chosen(tiny) == ("nba", OFFICIAL)
    change(tiny, "LAL3", plus_minus=None)
    assert chosen(tiny) == ("bdl", AGREE)


def test_a_game_accepted_as_a_gap_has_no_lines_from_either_source(tiny):
    lost = tiny.play(day(0), "BOS", "LAL", official={})
    tiny.play(day(0), "MIA", "ORL", official={})
    tiny.load()
    tiny.accept_gap(lost, "box_score")
    assert {row["team_abbr"] for row in counted(tiny).values()} == {"MIA", "ORL"}
