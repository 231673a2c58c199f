"""The plan's four ways to run out of order, walked through in a scratch copy, each seen to stop."""

import shutil
from dataclasses import dataclass, replace

from rich.console import Console

from nbhelpers import build, gates
from nbhelpers.errors import GateFailed
from nbhelpers.season import Window
from nbhelpers.session import Session
from nbhelpers.settings import Settings
from nbhelpers.warehouse import DuckDB


@dataclass(frozen=True)
class Scenario:
    """One mistake of the plan's list: what is in place, which step is tried too early, what was to follow."""

    title: str
    passed: tuple[int, ...]  # steps and gates that go first
    tried: int
    would_give: str


SCENARIOS = [
    Scenario("1. Phase 4 before the Phase 3 team summaries", (11, 19), 30, "opponent_strength_score = 0 everywhere"),
    Scenario("2. PCF before TDZA", (20, 21, 22, 29), 32, "opponent_strength_score = 0 everywhere"),
    Scenario("3. ML before PCF is complete", (30, 31), 34, "missing or default feature values"),
    Scenario("4. Predictions before ML has its rows", (32, 33, 34), 40, "dates skipped in silence"),
]


def walk(settings: Settings, window: Window) -> int:
    """Walk through the scenarios in a scratch warehouse; 0 if each was stopped, 1 if one got through."""
    console = Console(highlight=False)
    home = settings.warehouse.with_name(settings.warehouse.name + ".rehearsal")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    scratch = _scratch(replace(settings, warehouse=home / "season.duckdb"), window)
    if settings.is_simulated:
        from nbhelpers.simulation import demo  # only the demo pays for importing the simulation

        console.print(f"[bold yellow]{demo.prepare(scratch)}[/]")
    build.fetch_missing(scratch)
    stopped = []
    for scenario in SCENARIOS:
        for number in scenario.passed:
            _go(scratch, number)
        refusal = _refusal(scratch, scenario.tried)
        stopped.append(refusal is not None)
        _tell(console, scenario.title, scenario.would_give, refusal and f"refused: {refusal}")
    built_anyway = _built_anyway(scratch)
    stopped.append(built_anyway is not None)
    _tell(console, "1. again, built all the same", SCENARIOS[0].would_give, built_anyway)
    shutil.rmtree(home)
    console.print("\nEach was stopped, and nothing wrong was published." if all(stopped) else "\n[bold]One got through.[/]")
    return 0 if all(stopped) else 1


def _tell(console: Console, title: str, would_give: str, happened: str | None) -> None:
    console.print(f"\n[bold]{title}[/]\n  the plan: {would_give}\n  here:     {happened or '[bold]it went through[/]'}", soft_wrap=True)


def _scratch(settings: Settings, window: Window) -> Session:
    staging = settings.warehouse.with_name("staging")
    return Session(window, settings, DuckDB(settings.warehouse, staging), "rehearsal")


def _go(scratch: Session, number: int) -> None:
    if number % 10 == 9:
        gates.Audit(scratch, number).publish()
    elif number == 11:
        build.load(scratch)
    else:
        build.step(scratch, number)


def _refusal(scratch: Session, number: int) -> str | None:
    try:
        build.step(scratch, number)
    except GateFailed as problem:
        return problem.what
    return None


def _built_anyway(scratch: Session) -> str | None:
    """Empty team defence behind the runbook's back, build what stands on it all the same, and ask gate 3."""
    with scratch.warehouse.writing() as transaction:
        transaction.execute("DELETE FROM nba_analytics.team_defense_game_summary")
    for number in (30, 31, 32, 33, 34):
        build.compute(scratch, number)
    audit = gates.Audit(scratch, 39)
    try:
        audit.publish()
    except GateFailed:
        caught = [finding.check.name for finding in audit.run() if finding.verdict == "fail"]
        said = [finding.check.name for finding in audit.run() if finding.check.severity == "plan" and finding.verdict == "pass"]
        return f"gate 39 stopped it: {', '.join(caught)}" + (f" (passed by the plan's own: {', '.join(said)})" if said else "")
    return None
