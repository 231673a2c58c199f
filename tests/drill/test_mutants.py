"""Mutants: what becomes of a value, a row or a query, and that a gate which does not know the fault sees it all the same."""

import random
from argparse import Namespace
from pathlib import Path

import pandas as pd
import pytest
from tiny import Tiny, day, output

from nbhelpers import commands, drill
from nbhelpers.drill.mutants import code, kinds, planted, sample, sandbox, tally, unwitnessed
from nbhelpers.drill.mutants.planted import EQUIVALENT, QUERY, Draw
from nbhelpers.sql import tables

pytestmark = pytest.mark.slow

ROWS = [
    {"player": "a", "day": day(0), "points": 10, "share": 0.5, "is_home": True},
    {"player": "b", "day": day(0), "points": 20, "share": 0.1, "is_home": False},
    {"player": "a", "day": day(1), "points": 30, "share": 0.2, "is_home": True},
]


def changed(kind: str, column: str, *places: int, seed: int = 0) -> list:
    """What a kind makes of a column of some of ROWS."""
    around = kinds.Around(ROWS, "day", ("player",))
    return kinds.new_values(kind, [ROWS[place] for place in places], column, around, random.Random(seed))


# Kinds of values and rows.


@pytest.mark.parametrize(
    ("kind", "column", "places", "values"),
    [
        ("NULL", "points", (0, 1), [None, None]),
        ("zero", "points", (0,), [0]),
        ("zero", "is_home", (0,), [False]),
        ("a neighbour's", "points", (0, 1), [20, 10]),
        ("yesterday's", "points", (2, 0), [10, 10]),  # the first has no day before
        ("exchanged", "points", (0, 1, 2), [20, 30, 10]),
        ("sign", "points", (1,), [-20]),
        ("sign", "is_home", (1,), [True]),
        ("one more", "share", (0,), [1.5]),
        ("a day on", "day", (0,), [day(1)]),
    ],
)
def test_a_kind_of_value(kind, column, places, values):
    assert changed(kind, column, *places) == values


def test_a_scale_keeps_whole_numbers_whole():
    assert {type(changed("scaled", "points", 0, seed=seed)[0]) for seed in range(20)} == {int}


def test_a_constant_is_one_value_of_the_table_for_all():
    [first, second, third] = changed("constant", "points", 0, 1, 2)
    assert first == second == third
    assert first in (10, 20, 30)


def test_rows_are_lost_doubled_or_of_another_season():
    row = {"game_id": "20251021_BOS_LAL", "nba_game_id": "0022500001", "season_year": 2025, "game_date": day(0)}
    assert kinds.OF_ROWS["lost"]([row]) == []
    assert kinds.OF_ROWS["doubled"]([row]) == [row, row]
    assert kinds.OF_ROWS["of another season"]([row]) == [
        {"game_id": "20241021_BOS_LAL", "nba_game_id": "0022400001", "season_year": 2024, "game_date": day(0)}
    ]


# Drawing.


@pytest.fixture(scope="module")
def season(tmp_path_factory) -> Tiny:
    """BOS at LAL on two days, loaded and summarised."""
    tiny = Tiny(tmp_path_factory.mktemp("season"))
    for n in range(2):
        tiny.play(day(n), "BOS", "LAL")
    tiny.load(day(1))
    tiny.build(20, 21, 22, end=day(1))
    return tiny


@pytest.fixture
def sampler(season):
    with sandbox.in_memory(season.session()) as copy:
        yield sample.Sampler({output("TOGS"): copy.warehouse.rows(output("TOGS"))}, "points_scored")


def test_a_mutant_changes_what_it_says_and_nothing_else(sampler):
    before = {(row["game_id"], row["team_abbr"]): row for row in sampler._around[output("TOGS")].rows}
    for mutant in sampler.mutants(50, random.Random(1)):
        assert mutant.column == "points_scored"
        differ = [row for row in mutant.rows if row != before[row["game_id"], row["team_abbr"]]]
        assert differ
        for row in differ:
            assert row["game_date"] in mutant.dates
            assert row | {"points_scored": 0} == before[row["game_id"], row["team_abbr"]] | {"points_scored": 0}


def test_what_would_change_nothing_is_no_mutant(season):
    rows = [{"season_year": 2025} | row for row in season.rows("TOGS")]
    sampler = sample.Sampler({output("TOGS"): rows}, "season_year")
    drawn = [sampler.draw(random.Random(seed)) for seed in range(60)]
    assert {mutant.kind for mutant in drawn if mutant} == {"NULL", "zero", "scaled", "sign", "one more"}  # all rows are of one season


def test_the_same_seed_draws_the_same_mutants(sampler):
    first, second = ([str(mutant) for mutant in sampler.mutants(10, random.Random(3))] for _ in range(2))
    assert first == second
    assert first != [str(mutant) for mutant in sampler.mutants(10, random.Random(4))]


def test_each_element_of_an_array_is_a_column_of_its_own():
    row = {"player_lookup": "a", "features": [1.0, 2.0], "game_date": day(0)}
    assert sample._flat(row) == {"player_lookup": "a", "features[0]": 1.0, "features[1]": 2.0, "game_date": day(0)}
    assert sample._packed(sample._flat(row)) == row


# Planting.


def test_a_planted_mutant_is_taken_away_again(season):
    with sandbox.in_memory(season.session()) as copy:
        before = copy.warehouse.rows(output("TOGS"))
        with copy.warehouse.replaced(output("TOGS"), [day(0)], []):
            assert {row["game_date"] for row in copy.warehouse.rows(output("TOGS"))} == {day(1)}
        assert copy.warehouse.rows(output("TOGS")) == before


def test_a_query_that_gives_the_same_rows_differs_in_none(season):
    with sandbox.in_memory(season.session()) as copy:
        text = "SELECT * FROM nba_analytics.team_offense_game_summary"
        with copy.warehouse.recomputed(output("TOGS"), text, {}) as differing:
            assert differing == 0
        with copy.warehouse.recomputed(output("TOGS"), f"{text} WHERE is_official AND team_abbr = 'LAL'", {}) as differing:
            assert differing == 2


# Mutants of code.


def kinds_of(short: str) -> set[str]:
    return {kind for kind, _, _ in code.sites(output(short))}


def test_every_kind_of_change_has_places_in_the_steps_queries():
    found = {"TDZA", "PCF", "PDC"}
    assert set().union(*map(kinds_of, found)) == set(code.KINDS)


def test_a_mutant_of_code_changes_its_query_in_one_place_and_says_which():
    [first] = [site for site in code.sites(output("TDZA")) if site[0] == "comparison"][:1]
    mutant = code.mutant(output("TDZA"), *first)
    left, became, right = mutant.change.partition(" became ")
    assert became
    assert left != right
    assert mutant.text != code.mutant(output("TDZA"), *code.sites(output("TDZA"))[-1]).text


# Counting.


def result(column: str, killed_by: str, reason: str = "", kind: str = "NULL") -> dict:
    return dict(zip(planted.COLUMNS, ("PGS", column, kind, "a row", f"PGS.{column} {kind}", killed_by, reason), strict=True))


def test_rates_survivors_and_summary_tell_the_same():
    results = pd.DataFrame([
        result("points", "mirror"), result("points", "", kind="sign"), result("jersey", "", "nobody reads it"),
        result(QUERY, EQUIVALENT, kind="join"), result(QUERY, "recomputed", kind="join"),
    ])  # fmt: skip
    assert tally.rates(results).values.tolist() == [
        ["PGS", "points", "NULL", 1, 1, 0], ["PGS", "points", "sign", 0, 1, 0], ["PGS", "jersey", "NULL", 0, 1, 1],
        ["PGS", "query", "join", 1, 1, 0],
    ]  # fmt: skip
    assert tally.survivors(results).values.tolist() == [["PGS.points sign", ""], ["PGS.jersey NULL", "nobody reads it"]]
    assert tally.summary(results) == [
        "1 of 3 mutants of data were killed (33.3%); 1 survivor for a reason; 1 survivor for none.",
        "1 of 1 mutant of code were killed (100.0%); 1 more changed no row.",
    ]


def test_nothing_that_a_step_reads_may_go_unseen():
    read = {(source.short, column) for of in tables.outputs() for source in tables.parts_read(of) for column in source.table.column_names}
    assert not read & unwitnessed.REASONS.keys()


# The command.


def test_mutants_are_asked_for_by_number_seed_table_and_column(monkeypatch):
    asked = []
    monkeypatch.setattr(drill, "walk_mutants", lambda settings, window, draw: asked.append(draw) or 0)
    given = Namespace(
        start_date="2025-10-21", end_date="2025-12-16", season="2025-26", only=None, mutants=7, code_mutants=0, seed=3, table="PGS",
        column="points",
    )  # fmt: skip
    monkeypatch.setattr("nbhelpers.commands.rehearsing.window", lambda *of: None)
    assert commands.drill(None, given) == 0
    assert asked == [Draw(7, 0, 3, "PGS", "points")]


def test_a_walk_names_survivors_and_leaves_a_page(published_season, monkeypatch, capsys):
    monkeypatch.setattr("nbhelpers.drill.matrix.healthy", lambda session: {"19 who_played": "pass"})
    draw = Draw(data=8, seed=1, table="BOXSCORES", column="position")
    assert drill.walk_mutants(published_season.settings, published_season.window, draw) == 0
    told = capsys.readouterr().out
    assert "survived: BOXSCORES.position" in told
    assert "(one source tells it, and nothing reads it)" in told
    [where] = [line for line in told.splitlines() if line.startswith("Report: ")]
    page = Path(where.removeprefix("Report: ")).read_text(encoding="utf-8")
    assert "of 8 mutants of data were killed" in page
    assert "Mutants killed, by table and column" in page
    assert "chosen by seed 1" in page




# Some hundreds, in the simulated season. What is planted in the summaries has a witness: every survivor there has a reason.


@pytest.fixture(scope="module")
def planted_in_summaries(published_season) -> pd.DataFrame:
    return planted.plant(published_season, [29], Draw(data=240, code=24, seed=29))


def test_whatever_is_wrong_in_a_summary_is_seen(planted_in_summaries):
    survivors = tally.survivors(planted_in_summaries[planted_in_summaries.column != QUERY])
    assert list(survivors[survivors.reason == ""].mutant) == []


def test_a_summarys_query_that_gives_other_rows_is_seen(planted_in_summaries):
    of_code = planted_in_summaries[planted_in_summaries.column == QUERY]
    assert len(of_code) > 20
    assert list(of_code[of_code.killed_by == ""].mutant) == []
