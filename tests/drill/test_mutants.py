"""Mutants: what becomes of a value, a row or a query, and that a gate which does not know the fault sees it all the same."""

import random
from argparse import Namespace
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
import sqlglot
from tiny import Tiny, day, output

from nbhelpers import commands, drill
from nbhelpers.drill.mutants import bodies, choice, code, kinds, planted, quarrels, sample, sandbox, tally, unwitnessed
from nbhelpers.drill.mutants.landed import Loader
from nbhelpers.drill.mutants.planted import EQUIVALENT, QUERY, Draw
from nbhelpers.errors import BadInput
from nbhelpers.sql import dialect, files, tables

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
        differ = [row for row in mutant.rows(mutant.dates) if row != before[row["game_id"], row["team_abbr"]]]
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
        with copy.warehouse.replaced({output("TOGS"): []}, [day(0)]):
            assert {row["game_date"] for row in copy.warehouse.rows(output("TOGS"))} == {day(1)}
        assert copy.warehouse.rows(output("TOGS")) == before


def test_a_query_that_gives_the_same_rows_differs_in_none(season):
    with sandbox.in_memory(season.session()) as copy:
        text, both = "SELECT * FROM nba_analytics.team_offense_game_summary", {"dates": [day(0), day(1)]}
        with copy.warehouse.recomputed(output("TOGS"), text, both) as differing:
            assert differing == 0
        with copy.warehouse.recomputed(output("TOGS"), f"{text} WHERE is_official AND team_abbr = 'LAL'", both) as differing:
            assert differing == 2


# Mutants of bodies.


BODY = {"game": {"gameId": "1", "players": [{"points": 10, "min": "07", "day": "2025-10-21T19:00"}, {"points": 20, "min": "30"}]}}


def test_the_paths_of_a_body_are_those_of_its_values_and_of_the_items_of_its_lists():
    assert {bodies._written(path) for path in bodies._patterns(BODY, ())} == {
        "game.gameId", "game.players[]", "game.players[].points", "game.players[].min", "game.players[].day",
    }  # fmt: skip
    assert list(bodies._at(BODY, ("game", "players", bodies.ITEM, "min"), ())) == [
        (("game", "players", 0, "min"), "07"), (("game", "players", 1, "min"), "30"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("received", "becomes", "written"),
    [("07", 8, "08"), ("30", 3, "03"), ("2025-10-21T19:00", day(1), "2025-10-22T19:00"), (10, 11, 11), (True, False, False), ("x", None, None)],
)
def test_a_value_is_changed_as_what_it_says_and_written_as_its_source_writes_it(received, becomes, written):
    assert bodies._as_received(received, becomes) == written
    assert type(bodies._parsed(received)) is type(becomes) or becomes is None


@pytest.mark.parametrize(
    ("place", "value", "players"),
    [
        (("game", "players", 1), bodies.LOST, [10]), (("game", "players", 0), bodies.DOUBLED, [10, 10, 20]),
        (("game", "players", 0, "points"), bodies.ABSENT, [None, 20]), (("game", "players", 0, "points"), 11, [11, 20]),
    ],
)  # fmt: skip
def test_something_is_put_in_its_place_taken_away_or_doubled(place, value, players):
    body = deepcopy(BODY)
    bodies._put(body, place, value)
    assert [player.get("points") for player in body["game"]["players"]] == players


@pytest.fixture(scope="module")
def loader(published_season) -> Iterator[Loader]:
    with sandbox.in_memory(published_season) as season:
        yield Loader(season)


def changed_body(loader: Loader, key: str, *changes: tuple) -> bodies.BodyMutant:
    body = deepcopy(loader._store.read_json(key))
    for place, value in changes:
        bodies._put(body, place, value)
    return bodies.BodyMutant("box_score", "a.path", "kind", "a value", key, DAY, {key: body})


DAY = date(2025, 10, 22)
OF_DAY = f"ball-dont-lie/boxscores/{DAY}/20251023_110500.json"


def test_what_becomes_of_a_body_is_what_step_11_loads_from_it_and_an_unread_value_changes_nothing(loader):
    assert loader.land(changed_body(loader, OF_DAY)) is None
    assert loader.land(changed_body(loader, OF_DAY, (("boxScores", 0, "home_team", "division"), "none"))) is None
    line = ("boxScores", 0, "home_team", "players", 0)
    landed = loader.land(changed_body(loader, OF_DAY, ((*line, "ast"), 99), ((*line, "player", "jersey_number"), "00")))
    assert [of.short for of in landed.loaded] == ["BOXSCORES"]
    assert landed._columns(landed.output) == {"assists", "jersey_number"}
    assert [row["assists"] for row in landed.instead[landed.output]] == [99]
    assert landed.reason("", is_changed=True) == ""
    of_jersey = loader.land(changed_body(loader, OF_DAY, ((*line, "player", "jersey_number"), "00")))
    assert of_jersey.reason("", is_changed=True) == unwitnessed.NOBODY_READS


def test_a_moved_game_is_loaded_on_both_its_dates(loader):
    [key] = loader._store.keys("nba-com/schedule/2025-26/")
    body = deepcopy(loader._store.read_json(key))
    games = [game for of in body["leagueSchedule"]["gameDates"] for game in of["games"] if game["gameDateEst"].startswith(str(DAY))]
    games[0]["gameDateEst"] = f"{DAY + timedelta(1)}T00:00:00Z"
    games[0]["gameCode"] = games[0]["gameCode"].replace(f"{DAY:%Y%m%d}", f"{DAY + timedelta(1):%Y%m%d}")
    landed = loader.land(bodies.BodyMutant("schedule", "a.path", "kind", "a value", key, DAY, {key: body}))
    assert landed.dates == {DAY, DAY + timedelta(1)}
    assert "SCHEDULE" in {of.short for of in landed.loaded}


# Mutants of code.


def source(name: str) -> code.Source:
    [found] = [one for one in code.sources(list(tables.outputs())) if one.name == name]
    return found


def test_every_kind_of_change_has_places_in_the_steps_queries_and_in_the_witnesses():
    assert {kind for name in ("PGS", "PCF", "PDC") for kind, *_ in code.sites(source(name))} == set(code.KINDS)
    of_witnesses = {one.name for one in code.sources([output("TDZA")])} - {"TDZA"}
    assert {"witness.calendar", "witness.player_windows", "witness.player_composite_factors"} <= of_witnesses


def test_a_mutant_of_code_changes_its_query_in_one_place_and_says_which():
    [first] = [site for site in code.sites(source("TDZA")) if site[0] == "comparison"][:1]
    mutant = code.mutant(source("TDZA"), *first)
    left, became, right = mutant.change.partition(" became ")
    assert became
    assert left != right
    assert mutant.in_duckdbs_sql != code.mutant(source("TDZA"), *code.sites(source("TDZA"))[-1]).in_duckdbs_sql


@pytest.mark.parametrize(
    ("kind", "text", "instead"),
    [
        ("range", "a BETWEEN 1 AND 7", ["(a > 1 AND a <= 7)", "(a >= 1 AND a < 7)"]),
        ("membership", "a IN ('x', 'y')", ["(NOT a IN ('x', 'y'))", "a IN ('y')", "a IN ('x')"]),
        ("division", "SAFE_DIVIDE(a, b)", ["SAFE_DIVIDE(b, a)", "(a)"]),
        ("absence", "COALESCE(a, 0)", ["(a)"]),
        ("absence", "a IS NULL", ["(NOT a IS NULL)"]),
        ("branch", "CASE WHEN a THEN 1 WHEN b THEN 2 END", ["CASE WHEN b THEN 2 END", "CASE WHEN a THEN 1 END"]),
        ("branch", "IF(a, 1, 2)", ["IF(a, 2, 1)"]),
        ("comparison", "a < b", ["a <= b", "a >= b"]),
        ("constant", "15", ["16", "14"]),
        ("operator", "a + b", ["a - b"]),
        ("aggregate", "AVG(a)", ["MAX(a)", "MIN(a)"]),
    ],
)
def test_a_kind_of_change(kind, text, instead):
    found = []
    query = sqlglot.parse_one(f"SELECT {text} AS x", read="bigquery")
    for place, node in enumerate(query.walk()):
        for change in code.KINDS[kind](node):
            other = query.copy()
            list(other.walk())[place].replace(change)
            found.append(other.sql("bigquery").removeprefix("SELECT ").removesuffix(" AS x"))
    assert found == instead


# Counting.


def result(column: str, killed_by: str, reason: str = "", kind: str = "NULL", warned_by: str = "", is_outvoted: bool = False) -> dict:
    of = planted.CODE if column == QUERY else planted.DATA
    said = (of, "PGS", column, kind, "a row", f"PGS.{column} {kind}", killed_by, warned_by, is_outvoted, reason)
    return dict(zip(planted.COLUMNS, said, strict=True))


def test_rates_survivors_and_summary_tell_the_same():
    results = pd.DataFrame([
        result("points", "mirror"), result("points", "", kind="sign"), result("jersey", "", "nobody reads it"),
        result(QUERY, EQUIVALENT, kind="join"), result(QUERY, "recomputed", kind="join"),
        result("steals", "", warned_by="sources_differ", is_outvoted=True),
    ])  # fmt: skip
    assert tally.rates(results).values.tolist() == [
        ["PGS", "points", "NULL", 1, 1, 0], ["PGS", "points", "sign", 0, 1, 0], ["PGS", "jersey", "NULL", 0, 1, 1],
        ["PGS", "query", "join", 1, 1, 0], ["PGS", "steals", "NULL", 0, 1, 1],
    ]  # fmt: skip
    assert tally.survivors(results).values.tolist() == [["PGS.points sign", ""], ["PGS.jersey NULL", "nobody reads it"]]
    assert tally.summary(results) == [
        "1 of 3 mutants of data were killed (33.3%); 1 survivor for a reason; 1 survivor for none; "
        "1 more were outvoted: a warning names them, and nothing above raw is other for them.",
        "1 of 1 mutant of code were killed (100.0%); 1 more changed no row.",
    ]


COPIED = {"player_full_name", "player_name", "plus_minus"}  # into the summaries, and no further


def columns_read(layers: set[int]) -> set[tuple[str, str]]:
    """The columns that the steps of some layers read, by the short names of their tables."""
    parts = [source for of in tables.outputs() if of.layer in layers for source in tables.parts_read(of)]
    return {(source.short, column) for source in parts for column in source.table.column_names}


def test_nothing_that_a_feature_or_a_forecast_is_computed_from_may_go_unseen():
    assert {(short, column) for short, column in columns_read({2, 3, 4}) if column not in COPIED} & unwitnessed.REASONS.keys() == set()
    assert {column for short, column in columns_read({3, 4}) if short == "PGS"} & COPIED == set()


# The command.


def test_mutants_are_asked_for_by_number_seed_table_and_column(monkeypatch):
    asked = []
    monkeypatch.setattr(drill, "walk_mutants", lambda settings, window, draw: asked.append(draw) or 0)
    given = Namespace(
        start_date="2025-10-21", end_date="2025-12-16", season="2025-26", only=None, mutants=7, code_mutants=0, seed=3, table="PGS",
        column="points", body_mutants=9,
    )  # fmt: skip
    monkeypatch.setattr("nbhelpers.commands.rehearsing.window", lambda *of: None)
    assert commands.drill(None, given) == 0
    assert asked == [Draw(7, 0, 3, "PGS", "points", 9)]


def test_a_walk_names_survivors_and_leaves_a_page(published_season, monkeypatch, capsys):
    monkeypatch.setattr("nbhelpers.drill.matrix.healthy", lambda session: {"19 who_played": "pass"})
    draw = Draw(data=3, seed=1, table="BOXSCORES", column="position")
    assert drill.walk_mutants(published_season.settings, published_season.window, draw) == 0
    told = capsys.readouterr().out
    assert "3 of 3 mutants of data were killed (100.0%)" in told
    [where] = [line for line in told.splitlines() if line.startswith("Report: ")]
    page = Path(where.removeprefix("Report: ")).read_text(encoding="utf-8")
    assert "of 3 mutants of data were killed" in page
    assert "Mutants killed, by table and column" in page
    assert "chosen by seed 1" in page


def test_what_cannot_be_planted_is_said(published_season):
    with pytest.raises(BadInput, match="only 0 of 5 mutants could be planted in BOXSCORES.jersey_number"):
        planted.plant(published_season, [19], Draw(data=5, table="BOXSCORES", column="jersey_number"))
    with pytest.raises(BadInput, match="no table that has rows has such a column"):
        planted.plant(published_season, [19], Draw(data=5, column="no_such_column"))


# Some hundreds, in the simulated season. Above raw everything has a witness: whatever survives there has a reason.


def survivors_of(results: pd.DataFrame) -> list[str]:
    alive = tally.survivors(results)
    return list(alive[alive.reason == ""].mutant)


def test_whatever_is_wrong_in_what_the_sources_answered_is_seen_outvoted_or_told_why_not(published_season):
    results = planted.plant(published_season, [19], Draw(data=0, bodies=10, seed=12))
    assert survivors_of(results) == []
    assert len(set(results["table"])) > 1 and set(results.of) == {planted.BODIES}


def test_where_sources_quarrel_the_lines_that_count_are_chosen_alike_twice(published_season):
    with quarrels.in_memory(published_season, random.Random(5)) as season:
        by_source = "SELECT lines_source, COUNT(DISTINCT game_id), COUNT(DISTINCT why) FROM views.box_lines GROUP BY 1"
        taken = season.warehouse.tuples(by_source, season.parameters())
        assert {source for source, games, whys in taken if games > 20 and whys > 10} == {"bdl", "nba"}
        asked = choice.Choice(season)
        assert asked.is_sound
        query = dialect.parse_text(files.text(files.view("views", "chosen_sources")).replace("THEN 'nba'", "THEN 'bdl'"))
        assert asked.verdict(code.CodeMutant(code.Source("views.chosen_sources", None), "constant", "", query)) == (True, True)
        same = dialect.parse_text(files.text(files.view("views", "chosen_sources")).replace("'both sources agree'", "'they agree'"))
        assert asked.verdict(code.CodeMutant(code.Source("views.chosen_sources", None), "constant", "", same)) == (False, False)


@pytest.fixture(scope="module")
def planted_above_raw(published_season) -> pd.DataFrame:
    return planted.plant(published_season, [29, 39, 49], Draw(data=160, code=16, seed=29))


def test_whatever_is_wrong_above_raw_is_seen(planted_above_raw):
    of_data = planted_above_raw[planted_above_raw.column != QUERY]
    assert len(set(of_data["table"])) > 10
    assert survivors_of(of_data) == []


def test_a_query_that_gives_other_rows_is_seen_in_a_step_and_in_a_witness(planted_above_raw):
    of_code = planted_above_raw[planted_above_raw.column == QUERY]
    assert len(of_code) == 16
    assert of_code["table"].str.startswith("witness.").any()
    assert list(of_code[of_code.killed_by == ""].mutant) == []


def test_whatever_is_wrong_in_raw_is_seen(published_season):
    results = planted.plant(published_season, [19], Draw(data=24, seed=19))
    assert len(tally.survivors(results)) == 0
    assert not results.is_outvoted.any()
    assert "as_stored" in set(results.killed_by)  # and what other checks see is named by them
    assert len(set(results.killed_by)) > 3
