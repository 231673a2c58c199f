"""The header of every SQL file is a contract: this holds the query, schema.sql and the notebooks to it."""

import json
import re

import duckdb
import pytest
import sqlglot
from sqlglot import exp
from tiny import AT, BLANK, Tiny, output

from nbhelpers import gates
from nbhelpers.gates import due
from nbhelpers.gates.check import IN_PYTHON
from nbhelpers.settings import ROOT
from nbhelpers.sql import dialect, files, tables

BUILT = [output for output in tables.outputs() if output.path]
SHORT = [output.short for output in BUILT]
CHECK_FILES = sorted(files.SQL.glob("[1-4]9_*/*.sql"))
VIEWS = [(dataset, path) for dataset, folder in files.VIEWS.items() for path in sorted(folder.glob("*.sql"))]
GATES = [tables.gate_of(layer) for layer in tables.LAYERS]
NOTEBOOKS = {path.stem: path for path in (ROOT / "notebooks").glob("*.ipynb")}


def reads(path) -> set[str]:
    """What a file's query reads by name, views not looked into."""
    return {f"{table.db}.{table.name}" for table in dialect.parse(path).find_all(exp.Table) if table.db}


def names(text: str) -> list[str]:
    return re.split(r",\s*", text)


@pytest.fixture(scope="module")
def empty(tmp_path_factory) -> Tiny:
    return Tiny(tmp_path_factory.mktemp("tables"))


# Headers against queries.


@pytest.mark.parametrize("output", BUILT, ids=SHORT)
def test_a_files_first_line_names_the_table_of_its_folder_and_its_short_name(output):
    first = output.path.read_text(encoding="utf-8").splitlines()[0]
    dataset = output.path.parent.name.split("_", 1)[1]
    short = output.processor or output.short
    assert first == f"-- {dataset}.{output.path.stem} ({short})"
    assert output.table.name == f"{dataset}.{output.path.stem}"


@pytest.mark.parametrize("output", BUILT, ids=SHORT)
def test_a_files_key_is_the_tables_primary_key(output):
    assert tuple(names(files.header(output.path)["key"])) == output.table.key


@pytest.mark.parametrize("output", BUILT, ids=SHORT)
def test_a_file_says_what_a_row_is_which_dates_count_and_what_absent_looks_like(output):
    told = files.header(output.path)
    assert all(told.get(label) for label in ("about", "grain", "key", "inputs", "dates", "absent"))


@pytest.mark.parametrize(
    "path", [o.path for o in BUILT] + [path for _, path in VIEWS], ids=lambda p: f"{p.parent.name}/{p.stem}"
)
def test_a_files_inputs_are_what_its_query_reads(path):
    told = files.header(path)["inputs"]
    if told == "the five tables of the precompute layer":
        told = ", ".join(output.table.name for output in tables.layer_outputs(3) if not output.processor)
    assert sorted(names(told)) == sorted(reads(path))


@pytest.mark.parametrize(("dataset", "path"), VIEWS, ids=[f"{dataset}.{path.stem}" for dataset, path in VIEWS])
def test_a_view_says_its_name_and_what_a_row_is(dataset, path):
    assert path.read_text(encoding="utf-8").splitlines()[0] == f"-- {dataset}.{path.stem}"
    assert files.header(path)["about"] and files.header(path)["grain"]


# What comes out, against schema.sql.


def columns_of(warehouse, path, parameters: dict) -> list[tuple[str, str]]:
    """The names and types of a file's result in DuckDB's terms."""
    text = dialect.write(dialect.bind(dialect.parse(path), exp.to_table), "duckdb")
    wanted = dialect.parameters(dialect.expand(dialect.parse(path)))
    with warehouse.writing() as connection:
        described = connection.execute(f"DESCRIBE {text}", {name: parameters[name] for name in wanted}).fetchall()
        return [(name, kind) for name, kind, *_ in described]


DUCKDB_TYPES = {  # what DuckDB may give for a column that BigQuery gives as such
    "STRING": {"VARCHAR"}, "INT64": {"BIGINT", "HUGEINT", "INTEGER"}, "FLOAT64": {"DOUBLE"}, "BOOL": {"BOOLEAN"},
    "DATE": {"DATE"}, "TIMESTAMP": {"TIMESTAMP"}, "ARRAY<FLOAT64>": {"DOUBLE[]"}, "ARRAY<STRING>": {"VARCHAR[]"},
}  # fmt: skip


@pytest.mark.parametrize("output", BUILT, ids=SHORT)
def test_what_a_query_gives_is_what_schema_sql_declares_in_that_order(empty, output):
    found = columns_of(empty.warehouse, output.path, empty.session().parameters(built_at=AT, min_feature_rows=50))
    assert [name for name, _ in found] == list(output.table.column_names)
    wrong = [
        name
        for (name, kind), column in zip(found, output.table.columns, strict=True)
        if kind not in DUCKDB_TYPES[column.type]
    ]
    assert wrong == []


@pytest.mark.parametrize("path", CHECK_FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_check_gives_a_member_a_row_with_whether_it_was_examined_and_what_is_wrong(empty, path):
    found = columns_of(empty.warehouse, path, empty.session().parameters(min_feature_rows=50))
    kinds = {
        "game_date": {"DATE"},
        "member": {"VARCHAR"},
        "is_examined": {"BOOLEAN"},
        "problem": {"VARCHAR", "INTEGER"},
    }
    assert [name for name, _ in found] == list(kinds)
    assert all(kind in kinds[name] for name, kind in found), found


# schema.sql itself.


def test_every_table_of_the_season_has_a_meaning_a_key_and_a_partition_date_that_is_never_null():
    names = ("accepted_gaps", "kept_verdicts", "season_lines", "gate_receipts", "partition_log", "pruned_receipts")
    timeless = {f"nba_processing.{name}" for name in names}
    for table in tables.schema().values():
        required = {column.name for column in table.columns if column.required}
        assert table.about and table.key and required.issuperset(table.key)
        assert {column.type for column in table.columns} <= DUCKDB_TYPES.keys()
        assert (table.date is None) == (table.name in timeless)
        assert table.date in {None, *required}


def test_every_column_says_what_it_holds_and_one_quantity_is_one_in_every_table_unless_it_says_otherwise():
    told = {(table.name, column.name): column.about for table in tables.schema().values() for column in table.columns}
    assert all(told.values())
    assert told["nba_analytics.team_offense_game_summary", "pace"] == "possessions in 48 minutes"
    assert told["nba_precompute.player_daily_cache", "team_abbr"] == told["nba_raw.bdl_player_boxscores", "team_abbr"]
    assert told["nba_raw.nbac_shots", "period"] != told["nba_raw.nbac_player_boxscores", "period"]
    assert tables.schema()["nba_raw.nbac_schedule"].about.startswith("A game of the season")


def test_a_table_is_read_from_schema_sql_as_it_stands_there():
    gaps = tables.schema()["nba_processing.accepted_gaps"]
    assert (gaps.key, gaps.date, gaps.column_names) == (
        ("game_id", "what"), None, ("game_id", "what", "reason", "accepted_by", "accepted_at"),
    )  # fmt: skip
    scores = {
        column.name: (column.type, column.required) for column in tables.schema()["nba_raw.nbac_schedule"].columns
    }
    assert (scores["game_status"], scores["home_score"]) == (("INT64", True), ("INT64", False))
    assert {
        column.type for table in tables.schema().values() for column in table.columns if column.required
    } <= BLANK.keys()


# Steps, their order and their notebooks.


def test_the_outputs_are_built_in_this_order():
    assert [(output.step, output.short) for output in tables.outputs()] == [
        (11, "SCHEDULE"), (11, "BOXSCORES"), (11, "NBA_BOXSCORES"), (11, "NBA_TEAM_BOXSCORES"), (11, "SHOTS"),
        (20, "PGS"), (21, "TDGS"), (22, "TOGS"), (30, "TDZA"),
        (30, "TDZA failures"), (31, "PSZA"), (31, "PSZA failures"), (32, "PCF"), (32, "PCF failures"), (33, "PDC"),
        (33, "PDC failures"), (34, "MLFS"), (34, "MLFS failures"), (40, "PREDICTIONS"), (40, "PREDICTIONS failures"),
    ]  # fmt: skip
    assert [output.name for output in tables.step_outputs(30)] == [
        "nba_precompute.team_defense_zone_analysis", "nba_processing.precompute_failures/TDZA",
    ]  # fmt: skip


def test_a_step_reads_only_what_has_been_built_before_it():
    told = {out.short: [source.short for source in tables.inputs(out)] for out in tables.outputs()}
    assert told["SCHEDULE"] == []
    box_scores = ["BOXSCORES", "NBA_BOXSCORES", "NBA_TEAM_BOXSCORES"]  # whose lines count is decided from all of them
    assert told["TDGS"] == ["SCHEDULE", *box_scores, "SHOTS"]
    assert told["TDZA"] == ["SCHEDULE", "TDGS"]
    assert told["TDZA failures"] == ["SCHEDULE", "TDGS", "TDZA"]
    assert told["PCF"] == ["SCHEDULE", *box_scores, "PGS", "TOGS", "TDZA", "PSZA"]
    assert told["MLFS"] == ["SCHEDULE", *box_scores, "PGS", "TDZA", "PSZA", "PCF", "PDC"]
    assert all(source.step <= out.step for out in BUILT for source in tables.inputs(out))
    assert output("PDC") in tables.inputs(output("PREDICTIONS"))


def test_of_what_a_step_reads_it_is_known_which_columns():
    read = {out.short: {part.short: part.table.column_names for part in tables.parts_read(out)} for out in BUILT}
    assert all([*parts] == [source.short for source in tables.inputs(output(short))] for short, parts in read.items())
    assert read["PCF"]["TOGS"] == ("game_id", "game_date", "is_official", "team_abbr", "pace")
    assert read["PDC failures"]["PGS"] == read["PDC"]["PGS"]  # what a step reads for its rows, its failures stand on too
    # Any statistic of either source may decide whose lines count; a jersey number decides nothing.
    assert all("steals" in read[short][box] for short in ("TDGS", "TOGS") for box in ("BOXSCORES", "NBA_BOXSCORES"))
    assert not any("jersey_number" in read[short]["BOXSCORES"] for short in ("TDGS", "TOGS"))
    assert tables.parts_read(output("SHOTS")) == ()
    assert all(part.table.date in part.table.column_names for out in BUILT for part in tables.parts_read(out))


@pytest.mark.parametrize("output", BUILT, ids=SHORT)
def test_a_column_that_a_step_is_said_not_to_read_changes_nothing_that_it_computes(published_season, output):
    parts = {part.table.name: part.table.column_names for part in tables.parts_read(output)}
    parameters = published_season.parameters(built_at=AT, min_feature_rows=50)
    assert any(len(columns) < len(tables.schema()[name].columns) for name, columns in parts.items())

    def told(relation) -> list[tuple]:
        query = dialect.bind(dialect.parse(output.path), relation)
        wanted = {name: parameters[name] for name in dialect.parameters(query)}
        text = f"SELECT * FROM ({dialect.write(query, 'duckdb')}) ORDER BY {', '.join(output.table.key)}"
        with duckdb.connect(str(published_season.settings.warehouse), read_only=True) as connection:
            return connection.execute(text, wanted).fetchall()

    def without_the_rest(name: str) -> exp.Query | exp.Table:
        if name not in parts:
            return exp.to_table(name)
        columns = [
            column.name if column.name in parts[name] else f"CAST(NULL AS {column.type}) AS {column.name}"
            for column in tables.schema()[name].columns
        ]
        return sqlglot.parse_one(f"SELECT {', '.join(columns)} FROM {name}", read="bigquery")

    assert told(without_the_rest) == told(exp.to_table)


def test_every_step_and_gate_has_its_notebook_and_every_numbered_notebook_its_step_or_gate():
    steps = {int(path.name[:2]) for path in files.SQL.iterdir() if re.match(r"\d\d_nba_", path.name)}
    gate_folders = {path.name for path in files.SQL.iterdir() if re.match(r"\d9_", path.name)}
    assert steps == {output.step for output in BUILT}
    numbered = {int(name[:2]) for name in NOTEBOOKS if name[:2].isdigit()}
    assert numbered - {0, 10, 90} == steps | set(GATES) | {tables.LOAD_STEP}
    assert gate_folders <= NOTEBOOKS.keys()
    assert {int(name[:2]) for name in gate_folders} == set(GATES)


def code(notebook) -> str:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


@pytest.mark.parametrize("step", sorted({output.step for output in BUILT}))
def test_a_steps_notebook_builds_that_step(step):
    [notebook] = [path for name, path in NOTEBOOKS.items() if name.startswith(str(step))]
    assert set(re.findall(r"build\.step\(run, (\d+)", code(notebook))) == {str(step)}


# Checks.


@pytest.mark.parametrize("path", CHECK_FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_check_says_its_name_its_question_of_what_why_and_what_to_do(path):
    lines, told = path.read_text(encoding="utf-8").splitlines(), files.header(path)
    assert lines[0] == f"-- {path.stem}"
    assert len({"fail", "warn", "plan"} & told.keys()) == 1
    assert all(told.get(label) for label in ("of", "because", "then"))
    assert told.get("from") in (None, "always", *due.CONDITIONS)
    assert ("plan" in told) == path.stem.startswith("plan_")
    assert "plan" in told or told.get("fail", told.get("warn")).endswith("?")


@pytest.mark.parametrize("name", IN_PYTHON)
def test_a_check_in_python_says_the_same_in_its_docstring(name):
    members, _ = IN_PYTHON[name]
    assert members.__doc__.splitlines()[0] == name == members.__name__
    told = files.fields(members.__doc__)
    assert told.get("fail", told.get("warn")).endswith("?") and told["of"] and told["because"] and told["then"]


@pytest.mark.parametrize("gate", GATES)
def test_every_check_of_a_gate_is_shown_in_its_notebook_before_the_gate_decides(gate):
    [notebook] = [path for name, path in NOTEBOOKS.items() if name.startswith(str(gate))]
    before, decides, _ = code(notebook).partition("audit.publish()")
    assert decides
    shown = {
        name
        for called in re.findall(r"audit\.(?:evidence|run)\(([^)]*)\)", before)
        for name in re.findall(r'"(\w+)"', called)
    }
    assert shown == {check.name for check in gates.checks(gate)}
    assert f"gates.Audit(run, {gate}" in before


def test_the_plans_own_checks_come_last_and_stop_nothing():
    for gate in GATES:
        severities = [check.severity for check in gates.checks(gate)]
        assert severities == sorted(severities, key=lambda severity: severity == "plan")
        assert {check.severity for check in gates.checks(gate) if check.name.startswith("plan_")} <= {"plan"}
    assert {check.name for gate in GATES for check in gates.checks(gate) if check.severity == "plan"} == {
        "plan_gate_1", "plan_gate_2_tables", "plan_gate_2_paint", "plan_detection", "plan_gate_3",
    }  # fmt: skip
