"""Google's own analyzer takes every statement as it is sent to BigQuery, and its evaluator computes what DuckDB does.

One file, so that the analyzer is loaded once.
"""

import ast
import inspect
import random
import re
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from analyzer import Analyzer, ServerError, parameter_type
from sqlglot import exp
from tiny import AT, DNP, SEASON, Tiny, day, output, staged

from nbhelpers import gates, survey
from nbhelpers.build import repairs, steps
from nbhelpers.errors import BadInput
from nbhelpers.gates import checklist, due, finding, stored_rows, witness
from nbhelpers.lineage import gaps, overrides, season_lines, undo
from nbhelpers.runs import data_verification, needs, receipts
from nbhelpers.session import Session
from nbhelpers.sql import dialect, files, tables
from nbhelpers.survey import roots, samples, weeks
from nbhelpers.warehouse import DuckDB, Staged, audited
from nbhelpers.warehouse.bigquery import BigQuery, lease
from nbhelpers.warehouse.bigquery.jobs import word
from nbhelpers.warehouse.bigquery.shapes import Shape

PROJECT = "p"
CHECK = [("game_date", "DATE"), ("member", "STRING"), ("is_examined", "BOOL"), ("problem", "STRING")]
BUILT = [o for o in tables.outputs() if o.path]
CHECKS = sorted(files.SQL.glob("[0-9]9_*/*.sql"))
PACKAGE = Path(inspect.getfile(dialect)).parents[1]
FEWEST_FEATURE_ROWS = 15


class Sent(BigQuery):
    """The warehouse on BigQuery with every table in place; what it would send is kept and answered with one row."""

    def __init__(self, area: str = "a_run", is_staged: bool = False):
        super().__init__(type("Nobody", (), {"project": PROJECT, "location": "US"})(), SEASON, area)
        self.jobs.read, self.jobs.write, self.jobs.load = self._read, self._write, self._nothing
        for name, table in tables.schema().items():
            self.datasets.note_shape(name, Shape.declared(table))
        self.datasets.drop = self.datasets.ensure = self._views.create = self._nothing
        self._notes.write = self._staging._require_types = self._nothing
        self._lease._row = lambda: ("a_token", {"run_id": area}, AT)
        self._notes.read = lambda name: asdict(Staged((str(day(0)),), area, "", AT.isoformat()))
        self.sent: list[tuple[str, dict]] = []
        self.is_staged = is_staged

    def staged(self, of):
        return Staged(("2025-10-21",), "a_run", "", "2026-01-01T00:00:00+00:00") if self.is_staged else None

    def _read(self, text: str, parameters: dict) -> pa.Table:
        self.sent.append((text, parameters))
        return _rows_of_anything()

    def _write(self, text: str, parameters: dict, *told: str) -> pa.Table:
        self.sent += [(statement, parameters) for statement in whole_statements(text)]
        blanks = re.search(r"SELECT \[(COUNTIF.*?)\] AS blanks", text)
        return _rows_of_anything(blanks[1].count("COUNTIF") if blanks else 0)

    def _nothing(self, *told, **more) -> None:
        """What no SQL is sent for."""


def _rows_of_anything(required: int = 0) -> pa.Table:
    """One row that answers whatever the warehouse looks for, in a table with so many columns that are never NULL."""
    counted = {c.name: [0] for table in tables.schema().values() for c in table.columns}
    found = {"day": [day(0)], "row_count": [1], "fingerprints": [["x"] * 20], "blanks": [[0] * required], "nth": [0]}
    return pa.table(counted | found)


def whole_statements(script: str) -> list[str]:
    """The statements of a script, each with the temporary tables that were made before it in front: the analyzer has none."""
    found, front = [], {}
    for statement in script.removesuffix(";").split(";\n"):
        made = re.match(r"CREATE TEMP TABLE (\w+) AS ", statement)
        select = re.search(r"(?m)(^| AS )(SELECT|WITH) ", statement)
        if made:
            front[made[1]] = statement[made.end() :]
        elif select and front:
            place, text = select.start(2), statement[select.start(2) :]
            with_ = ", ".join(f"{name} AS ({query})" for name, query in front.items())
            found.append(f"{statement[:place]}WITH {with_} SELECT * FROM ({text})")
        else:
            found.append(statement)
    return found


@pytest.fixture(scope="module")
def analyzer(request) -> Analyzer:
    """The analyzer, knowing the tables of schema.sql and those that a run stages into and keeps."""
    sent, known = Sent(), {}
    for table in tables.schema().values():
        known[table.name] = table
        known[f"backfill_staging.a_run__new_{table.name.partition('.')[2]}_0"] = table
    for of in tables.outputs():
        known[sent._staging.name(of)] = of.table
        known[f"{sent.replaced('a_run/29')}__{word(of.name)}"] = of.table
    known[lease.TABLE] = lease._ROW
    columns = {f"{PROJECT}.{name}": [(c.name, c.type) for c in table.columns] for name, table in known.items()}
    return Analyzer(request.config.cache.mkdir("zetasql"), columns)


@pytest.fixture(scope="module")
def season(tmp_path_factory) -> Tiny:
    """BOS and LAL play eighteen times, all in their own way; then BOS has NYK, whose first game it is.

    So on the last date some have too few games, an opponent has no zones, and there are too few features to forecast.
    LAL11 plays the last games alone, LAL10 sits out some, and one game's play-by-play is lost.
    """
    season, chance = Tiny(tmp_path_factory.mktemp("season")), random.Random(3)

    def shots(most: int) -> tuple[int, int]:
        made = chance.randint(0, most)
        return made, made + chance.randint(0, 2)

    def line() -> dict:
        zones = {"paint": shots(4), "mid_range": shots(2), "three_pt": shots(3), "ft": shots(3)}
        return zones | {"minutes": chance.choice([22, 24, 26]), "assists": chance.randint(0, 9)}

    for nth in range(18):
        players = {f"{team}{n}": line() for team in ("LAL", "BOS") for n in range(1, 11)}
        players |= {"LAL10": DNP} if nth in (3, 9) else {}
        players |= {"LAL11": line()} if nth > 14 else {}
        away, home = chance.choice([("LAL", "BOS"), ("BOS", "LAL")])
        lost = season.play(day(2 * nth), away, home, shots=nth != 6, **players)
        if nth == 6:
            season.accept_gap(lost)
    season.play(day(37), "NYK", "BOS", **{f"{team}{n}": line() for team in ("NYK", "BOS") for n in range(1, 11)})
    season.load()
    season.build(20, 21, 22, 30, 31, 32, 33, 34, 40, min_feature_rows=FEWEST_FEATURE_ROWS)
    return season


WINDOW = (day(34), day(37))


@pytest.fixture(scope="module")
def parameters(season) -> dict[str, object]:
    """The values of all named parameters, for the last two dates with games."""
    return season.session(*WINDOW).parameters(built_at=AT, min_feature_rows=FEWEST_FEATURE_ROWS)


@pytest.fixture(scope="module")
def types(parameters) -> dict[str, str]:
    return {name: parameter_type(value) for name, value in parameters.items()}


# Names and types.


@pytest.mark.parametrize("of", BUILT, ids=lambda of: of.short)
def test_bigquery_computes_the_very_columns_that_schema_sql_declares(analyzer, types, of):
    text, _ = Sent().queries.text(dialect.parse(of.path))
    told = analyzer.columns(text, types)
    assert sorted(told) == sorted((column.name, column.type) for column in of.table.columns)


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_bigquery_gives_of_a_check_who_was_examined_and_what_is_wrong(analyzer, types, path):
    text, _ = Sent().queries.text(dialect.parse(path))
    assert analyzer.columns(text, types) == CHECK


@pytest.mark.parametrize("table", audited.published_tables(), ids=lambda table: table.name)
def test_bigquery_gives_of_a_view_of_audited_rows_the_columns_of_its_table(analyzer, table):
    told = analyzer.columns(audited.select(table, Sent().datasets.quoted), {})
    assert sorted(told) == sorted((column.name, column.type) for column in table.columns)


COMPARISONS = [(layer, in_words) for layer in (2, 3, 4) for in_words in (False, True)]


@pytest.mark.parametrize(("layer", "in_words"), COMPARISONS)
def test_bigquery_compares_every_row_with_its_witness(analyzer, types, layer, in_words):
    text, _ = Sent().queries.text(witness.comparison(layer, in_words))
    assert analyzer.columns(text, types) == CHECK


def test_every_file_is_among_those_that_are_analysed_or_a_view_that_one_of_them_reads():
    survey_of = (files.SQL / "survey").rglob("*.sql")  # analysed among the queries of the package
    analysed = {of.path for of in BUILT} | {*CHECKS, *survey_of}
    read = set()
    waiting = [dialect.parse(path) for path in analysed]
    waiting += [dialect.sqlglot.parse_one(witness.comparison(*of), read="bigquery") for of in COMPARISONS]
    while waiting:
        for table in waiting.pop().find_all(exp.Table):
            view = files.VIEWS.get(table.db, files.SQL) / f"{table.name}.sql"
            if table.db in files.VIEWS and view not in read:
                read.add(view)
                waiting.append(dialect.parse(view))
    by_duckdb = set(stored_rows.FOLDER.glob("*.sql"))  # in memory, whichever the warehouse
    assert analysed | read == set(files.SQL.glob("*/**/*.sql")) - by_duckdb


ASKING = ("query", "query_all", "query_once", "query_all_once")  # what hands on the texts of others is in these files
HANDING_ON = (PACKAGE / "session.py", PACKAGE / "warehouse")


def is_handing_on(path: Path) -> bool:
    return any(path.is_relative_to(place) for place in HANDING_ON)


def asked_in_the_package() -> dict[tuple[str, int], int]:
    """Where the package asks its warehouse: the file and first line of each such call, and its last.

    Drills are left out: they plant faults in an embedded copy, whatever the warehouse is.
    """
    found = {}
    for path in sorted(set(PACKAGE.rglob("*.py")) - set((PACKAGE / "drill").rglob("*.py"))):
        if is_handing_on(path):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ASKING:
                found[str(path.relative_to(PACKAGE)), node.lineno] = node.end_lineno
    return found


def asking_place(places: dict[tuple[str, int], int]) -> tuple[str, int]:
    """Where in the package the question at hand comes from."""
    frame = inspect.currentframe()
    while not (path := Path(frame.f_code.co_filename)).is_relative_to(PACKAGE) or is_handing_on(path):
        frame = frame.f_back
    name, line = str(path.relative_to(PACKAGE)), frame.f_lineno
    return next((at for at, last in places.items() if at[0] == name and at[1] <= line <= last), (name, line))


@pytest.fixture(scope="module")
def asked(season, tmp_path_factory) -> dict[tuple, tuple]:
    """What the package asks of its warehouse, by where and for which columns: query, layer, is_cut, parameters."""
    places, found = asked_in_the_package(), {}

    def note(text, parameters, layer, facts_before) -> None:
        parsed = dialect.sqlglot.parse_one(text, read="bigquery") if isinstance(text, str) else text
        told = (parsed, layer, facts_before is not None, (parameters or {}) | {"facts_before": facts_before})
        found.setdefault((*asking_place(places), tuple(parsed.named_selects), layer), told)

    def noting(method):
        def ask(self, text, parameters=None, layer=None, facts_before=None, **named):
            texts = [text] if isinstance(text, str | exp.Query) else text
            for one, its in zip(texts, parameters if isinstance(parameters, list) else [parameters] * len(texts), strict=True):
                note(one, its, layer, facts_before)
            return method(self, text, parameters, layer, *[facts_before] * (facts_before is not None), **named)

        return ask

    spoilt = season.copy(tmp_path_factory.mktemp("asked") / "season")
    spoilt.store_schedule()
    spoilt.execute("UPDATE nba_analytics.team_defense_game_summary SET opp_paint_attempts = NULL")  # a check offends
    with pytest.MonkeyPatch.context() as patch:
        for name in ASKING:
            patch.setattr(DuckDB, name, noting(getattr(DuckDB, name)))
        ask_everything(spoilt.session(*WINDOW))
    return found


def ask_everything(session: Session) -> None:
    """Have each place of the package that asks its warehouse do so."""
    gates.Audit(session, 19).run("newest_snapshots", "objects_there", "as_stored")
    gates.Audit(session, 29).run("paint_present", "history_whole", "up_to_date")
    gates.Audit(session, 39).run("recomputed", "nothing_constant")
    gates.forecast_errors(session)
    due.why_not(session, "enough_games", 3)
    checklist.gate_receipts(session)
    survey.coverage(session, 20)
    survey.failures(session)
    survey.failure_categories(session)
    survey.contamination(session)
    for look in (samples.shot_zones, samples.defences, samples.shot_diets, samples.defaults, samples.forecasts):
        look(session)
    for look in (samples.sample, samples.spread):
        look(session, "PCF")
    for who in ("BOS", "BOS1", "LAL1"):  # a team, and a player who is listed on the date and one who is not
        survey.explain(session, who, str(WINDOW[1]))
    roots._games(session, output("TDGS"), WINDOW[0], "gap")
    weeks.weekly_spreads(session)
    repairs.rebuild_plan(session, str(WINDOW[0]))
    steps.published_identities(session, list(WINDOW))
    overrides.describe_accepted(session)
    overrides.accepted_as_missing(session)
    gaps.gaps(session)
    receipts.published_receipts(session)
    receipts.published_receipts(session, "a_run")
    needs.newest_receipts(session)
    data_verification.log_digest(session, "nobody")
    season_lines._on_record(session)
    season_lines._published_days(session)
    with pytest.raises(BadInput, match="has published nothing"):
        undo.diff(session, "nobody")
    assert undo.prune(session, datetime(2000, 1, 1, tzinfo=UTC)) == []


def test_no_query_of_the_package_is_missed(asked):
    assert {place[:2] for place in asked} == asked_in_the_package().keys()


def test_bigquery_takes_every_query_of_the_package(analyzer, asked):
    refused = {}
    for place, (query, layer, is_cut, parameters) in asked.items():
        text, wanted = Sent().queries.text(query, layer, is_cut)
        try:
            told = analyzer.columns(text, {name: parameter_type(parameters[name]) for name in wanted})
        except ServerError as problem:
            refused[place] = str(problem)
        else:
            assert [name for name, _ in told] == query.named_selects or "*" in query.named_selects
    assert not refused


def test_bigquery_takes_the_statements_that_stage_keep_publish_and_take_back(analyzer, season, parameters):
    sent = Sent(is_staged=True)
    with sent.writing() as script:
        for short in ("SHOTS", "TDGS", "TDZA failures"):
            of = output(short)
            if of.path:
                sent.stage(of, dialect.parse(of.path), parameters, staged(season.session(*WINDOW)))
            script.candidate_fingerprints(of)
            script.published_fingerprints(of)
            script.replace_partitions(of, [day(0), day(1)], sent.replaced("a_run/29"))
            script.restore_partitions(of, sent.replaced("a_run/29"))
            sent.kept(of, sent.replaced("a_run/29"))
        script.insert("nba_processing.gate_receipts", [{}])
        script.void_receipts("a_run", "undone")
    kinds = []
    for text, told in sent.sent:
        statement = analyzer.analyze(text, {name: parameter_type(value) for name, value in told.items()})
        kinds.append(statement.WhichOneof("node"))
    found = {kind.removeprefix("resolved_").partition("_")[0] for kind in kinds}
    assert found == {"query", "create", "begin", "delete", "insert", "update", "commit"}


@pytest.mark.parametrize("gate", [19, 29, 39, 49])
def test_bigquery_takes_the_checks_of_a_gate_as_one_script(analyzer, parameters, gate):
    sent = Sent(is_staged=True)
    texts = [finding.counts_of(files.text(path)) for path in files.step_files(gate)]
    sent.query_all(texts, [parameters] * len(texts), gate // 10)
    [(script, _)] = sent.sent
    [text] = whole_statements(script)
    assert [name for name, _ in analyzer.columns(text, {})] == ["nth", "game_date", "expected", "examined", "offending"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("SELECT game_day FROM `p.nba_raw.nbac_schedule`", "Unrecognized name: game_day"),
        ("SELECT game_date + 'x' AS x FROM `p.nba_raw.nbac_schedule`", "No matching signature for operator [+]"),
        ("SELECT game_id FROM `p.nba_raw.nbac_schedule` WHERE game_date = @season_year", "No matching signature"),
        ("SELECT game_id, COUNT(*) AS n FROM `p.nba_raw.nbac_schedule`", "neither grouped nor aggregated"),
        ("SELECT x::INT64 FROM UNNEST([1]) AS x", "Syntax error"),
    ],
)
def test_the_analyzer_refuses_what_bigquery_refuses(analyzer, types, text, why):
    with pytest.raises(ServerError, match=why):
        analyzer.columns(text, types)


# Values.


@pytest.mark.parametrize("of", BUILT, ids=lambda of: of.short)
def test_googles_evaluator_computes_the_rows_that_duckdb_does(analyzer, season, parameters, types, of):
    query = dialect.parse(of.path)
    text, wanted = Sent().queries.text(query)
    contents = {}
    for name in dialect.table_names(query):
        columns = ", ".join(tables.schema()[name].column_names)
        contents[f"{PROJECT}.{name}"] = [tuple(row.values()) for row in season.select(f"SELECT {columns} FROM {name}")]
    told = analyzer.rows(text, {name: (types[name], parameters[name]) for name in wanted}, contents)
    there = season.rows(of.short, f"{of.table.date} BETWEEN DATE '{WINDOW[0]}' AND DATE '{WINDOW[1]}'")
    assert there, "a table without rows shows nothing"
    assert in_order(of, told) == in_order(of, there)


@pytest.mark.parametrize("layer", [2, 3, 4])
def test_a_season_of_gaps_lost_shots_and_players_who_sit_out_is_what_its_witness_makes_of_it(season, parameters, layer):
    query = f"SELECT member, problem FROM ({witness.comparison(layer, in_words=True)}) AS members"
    found = season.warehouse.query(query, parameters, layer).to_dict("records")
    assert len(found) > 2 and [row for row in found if row["problem"]] == []


def in_order(of: tables.Output, rows: list[dict]) -> list[dict[str, str]]:
    """Rows by their keys, each value as Python writes it: 1 is not 1.0, and floats are told to their last digit."""
    written = [{name: repr(row[name]) for name in of.table.column_names} for row in rows]
    return sorted(written, key=lambda row: [row[name] for name in of.table.key])
