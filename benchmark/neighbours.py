"""The same eight tables in SQLMesh, in dbt, in papermill alone and by the queries alone, each in its own environment."""

import shutil
import sys
from pathlib import Path

from benchmark.measuring import Scenario, Taken, take
from benchmark.season import EIGHT, MIDDLE, export_raw, query_text
from nbhelpers.session import Session

ROOT = Path(__file__).resolve().parent.parent
SQLMESH, DBT = ROOT / ".venv-sqlmesh", ROOT / ".venv-dbt"
SUMMARIES = [output.table.name for output in EIGHT if output.layer == 2]  # what reads the corrected rows
SQLMESH_CONFIG = """\
gateways: {{local: {{connection: {{type: duckdb, database: "{database}"}}}}}}
default_gateway: local
model_defaults: {{dialect: duckdb, start: "{start}"}}
"""
SQLMESH_MODEL = """\
MODEL (
    name {name},
    kind INCREMENTAL_BY_TIME_RANGE (time_column {date}{batch}),
    start '{start}', end '{end}', cron '@daily'
);
{query}
"""
DBT_PROJECT = """\
name: season
version: "1.0"
profile: season
models: {season: {+materialized: table}}
flags: {send_anonymous_usage_stats: false}
"""
DBT_PROFILE = 'season: {{target: here, outputs: {{here: {{type: duckdb, path: "{database}", threads: 2}}}}}}\n'


class Neighbour:
    """A project in a folder of its own, on a DuckDB file with the raw rows."""

    def __init__(self, session: Session, folder: Path):
        self.session, self.folder, self.database = session, folder, folder / "season.duckdb"
        self.raw = folder.with_name("raw.duckdb")
        if not self.raw.exists():
            export_raw(session.warehouse.path, self.raw)

    def restart(self) -> None:
        """The project as it is before anything was run."""
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "models").mkdir(parents=True)
        shutil.copyfile(self.raw, self.database)
        self.write()

    def write(self) -> None:
        """Write the project's files."""


class SqlMesh(Neighbour):
    """A SQLMesh project of incremental models, each filled in one batch, or day by day."""

    def __init__(self, session: Session, folder: Path, by_day: bool = False):
        super().__init__(session, folder)
        self._batch = ", batch_size 1" if by_day else ""

    def write(self) -> None:
        """Write the configuration and a model a table."""
        window = self.session.window
        config = SQLMESH_CONFIG.format(database=self.database, start=window.start_date)
        (self.folder / "config.yaml").write_text(config, encoding="utf-8")
        for output in EIGHT:
            query = query_text(self.session, output, first="@start_date", last="@end_date")
            text = SQLMESH_MODEL.format(
                name=output.table.name, date=output.table.date, batch=self._batch, start=window.start_date, end=window.end_date, query=query
            )
            (self.folder / "models" / f"{output.short.lower()}.sql").write_text(text, encoding="utf-8")

    def scenarios(self) -> list[Scenario]:
        """From nothing, nothing to do, and a date restated."""
        restated = [word for name in SUMMARIES for word in ("--restate-model", name)]
        plan = ("plan", "--auto-apply", "--no-prompts")
        return [
            Scenario("from nothing", self.restart, lambda: self._run(*plan)),
            Scenario("nothing to do", lambda: None, lambda: self._run("run")),
            Scenario("one date restated", lambda: None, lambda: self._run(*plan, *restated, "--start", MIDDLE, "--end", MIDDLE)),
        ]

    def _run(self, *words: str) -> Taken:
        return take([str(SQLMESH / "bin" / "sqlmesh"), *words], self.folder, {"SQLMESH__DISABLE_ANONYMIZED_ANALYTICS": "1"})


class Dbt(Neighbour):
    """A dbt project of tables: dbt has no other way to know that nothing changed than to build them."""

    def write(self) -> None:
        """Write the project, the profile and a model a table."""
        (self.folder / "dbt_project.yml").write_text(DBT_PROJECT, encoding="utf-8")
        (self.folder / "profiles.yml").write_text(DBT_PROFILE.format(database=self.database), encoding="utf-8")
        models = {output.table.name: f"{{{{ ref('{output.short.lower()}') }}}}" for output in EIGHT}
        for output in EIGHT:
            text = query_text(self.session, output, lambda name: models.get(name, name))
            (self.folder / "models" / f"{output.short.lower()}.sql").write_text(text, encoding="utf-8")

    def scenarios(self) -> list[Scenario]:
        """From nothing, and the same again."""
        run = [str(DBT / "bin" / "dbt"), "run", "--profiles-dir", "."]
        return [
            Scenario("from nothing", self.restart, lambda: take(run, self.folder)),
            Scenario("nothing to do", lambda: None, lambda: take(run, self.folder)),
        ]


class QueriesAlone(Neighbour):
    """The eight queries, one after the other, in one process."""

    def write(self) -> None:
        """Write one script that makes the eight tables."""
        schemas = {output.table.name.split(".")[0] for output in EIGHT}
        statements = [f"CREATE SCHEMA IF NOT EXISTS {schema}" for schema in sorted(schemas)]
        statements += [f"CREATE OR REPLACE TABLE {output.table.name} AS {query_text(self.session, output)}" for output in EIGHT]
        (self.folder / "all.sql").write_text(";\n".join(statements), encoding="utf-8")

    def scenarios(self) -> list[Scenario]:
        """From nothing."""
        script = "import duckdb; duckdb.connect('season.duckdb').execute(open('all.sql').read())"
        return [Scenario("from nothing", self.restart, lambda: take([sys.executable, "-c", script], self.folder))]
