"""A row's story, told on a season worked out by hand (tiny.py): the games behind it, the failure instead, who vouches for it."""

import pytest
from tiny import DNP, Tiny, day

from nbhelpers import survey
from nbhelpers.errors import BadInput


@pytest.fixture(scope="module")
def season(tmp_path_factory) -> Tiny:
    """BOS at LAL on days 0, 2, 4, 6, 8 and 16; LAL2 sits out on day 4; the game of day 6 has no play-by-play."""
    tiny = Tiny(tmp_path_factory.mktemp("season"))
    for n in (0, 2, 4, 6, 8, 16):
        tiny.play(day(n), "BOS", "LAL", shots=n != 6, **({"LAL2": DNP} if n == 4 else {}))
    tiny.load()
    tiny.build(20, 21, 22, 30, 31, 32, 33, 34)
    return tiny


def summaries(story):
    return {row.table: (row.is_there, row.summary) for row in story.rows.itertuples()}


def test_a_team_tells_the_games_in_its_window_newest_first_and_what_each_contributed(season):
    story = survey.explain(season.session(), "BOS", str(day(8)))
    assert story.who == "BOS Boston Celtics"
    # BOS allows LAL 21 of 40 in the paint in every game; the game of day 6 has no zones.
    assert story.games[["date", "points", "paint", "three_pt"]].astype(object).where(story.games.notna(), None)[
        ["date", "points", "paint", "three_pt"]].to_numpy().tolist() == [
        [str(day(6)), 92, None, "10 of 30"],
        [str(day(4)), 83, "19 of 36", "9 of 27"],
        [str(day(2)), 92, "21 of 40", "10 of 30"],
        [str(day(0)), 92, "21 of 40", "10 of 30"],
    ]  # fmt: skip


def test_where_there_is_no_row_the_failure_is_told_with_its_games(season):
    is_there, why = summaries(survey.explain(season.session(), "BOS", str(day(8))))["TDZA"]
    assert is_there is False
    assert why.startswith(("INSUFFICIENT_DATA: ", "INCOMPLETE_UPSTREAM: "))


def test_a_player_is_found_by_his_name_and_his_rows_are_told_stage_by_stage(season):
    story = survey.explain(season.session(), "LAL2", str(day(16)))
    assert story.who == "LAL2 (lal2, LAL)"
    assert list(story.games.date) == [str(day(n)) for n in (8, 6, 2, 0)]  # he sat out on day 4
    assert list(story.games.points) == [9, 9, 9, 9]
    rows = summaries(story)
    assert rows["PSZA"][0] is rows["PDC"][0] is False
    assert rows["PSZA"][1].startswith("INSUFFICIENT_DATA: ")
    assert rows["PREDICTIONS"] == (False, "nor a failure, although he is listed on this date: the step has not run")
    # LAL has 100 possessions in four games and 90 in the one that LAL2 sat out.
    assert summaries(survey.explain(season.session(), "LAL1", str(day(16))))["PDC"] == (
        True, "games_played_season 5, points_avg_last_5 11.0, points_avg_last_10 11.0, points_avg_season 11.0, team_pace_last_10 98.0"
    )  # fmt: skip


def test_on_a_day_without_his_game_it_says_when_he_was_listed(season):
    rows = summaries(survey.explain(season.session(), "LAL1", str(day(5))))
    assert rows["PSZA"] == (False, f"nor a failure: he is not listed on a game of this date (last before it {day(4)}, next after it {day(6)})")
    assert rows["PCF"] == (False, f"nothing is due before {day(15)}, the factor start")


def test_the_partitions_behind_a_row_are_named_with_the_receipt_that_vouches_for_them(season, tmp_path):
    tiny = season.copy(tmp_path)
    at = "TIMESTAMP '2026-01-01 00:00:00'"
    tiny.execute(f"INSERT INTO nba_processing.gate_receipts VALUES ('r1', '29', 'run', '2025-26', '{day(0)}', '{day(16)}', 'x', '[]', {at}, NULL)")
    for n, taint in ((0, "NULL"), (2, "'mirror: known'")):
        tiny.execute(
            f"INSERT INTO nba_processing.partition_log VALUES ('nba_analytics.player_game_summary', '', '{day(n)}', 20, 'f', 'i', '{day(n)}', "
            f"'c', {taint}, 'r1', 'run', {at})"
        )
    behind = survey.explain(tiny.session(), "LAL1", str(day(4))).behind
    assert behind.to_dict("records") == [{"table": "PGS", "dates": "2 of 2", "rows": 40, "receipt": "r1", "tainted by": "mirror: known"}]
    assert survey.explain(season.session(), "LAL1", str(day(4))).behind.empty


def test_the_story_reads_from_top_to_bottom(season):
    text = str(survey.explain(season.session(), "LAL1", str(day(16))))
    places = [text.index(words) for words in (f"LAL1 (lal1, LAL) on the morning of {day(16)}", "no PSZA row: INSUFFICIENT_DATA", "PDC row: games_",
                                              "The games in the window, newest first (5):", "What it stands on:")]  # fmt: skip
    assert places == sorted(places)


@pytest.mark.parametrize(("who", "on", "why"), [
    ("LeBron James", str(day(4)), "lists 'LeBron James'"), ("LAL1", "2025-07-01", "not within season 2025-26"), ("LAL1", "soon", "not a date"),
])  # fmt: skip
def test_nobody_and_no_day_are_said_to_be_so(season, who, on, why):
    with pytest.raises(BadInput, match=why):
        survey.explain(season.session(), who, on)
