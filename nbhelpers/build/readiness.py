"""Whether a step may start: all that it reads must be what its gate audited."""

from datetime import date

from nbhelpers import lineage, survey
from nbhelpers.errors import GateFailed
from nbhelpers.session import Session
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output
from nbhelpers.survey import roots
from nbhelpers.wording import on_dates


def require_inputs(session: Session, number: int, contents: lineage.Contents | None = None) -> None:
    """Raise GateFailed unless every table that the step reads is audited, unchanged since, and covers the window."""
    problems = unready_inputs(session, number, contents)
    if not problems:
        return
    dates = [day for day in sorted(problems) if day in (survey.slate(session) or problems)] or sorted(problems)
    source, why = problems[dates[0]]
    what = f"step {number} cannot start: {source.table.name} {why}, {on_dates(dates)}."
    first, root = source.step // 10 * 10, roots.likely_root(session, source.layer, dates)
    raise GateFailed(
        f"{what}\n{root}" if root else what,
        "what is built on a table that no gate has passed looks right and may be wrong",
        f"step {first} and those after it must come first: python run_backfill.py --from {first}",
    )


def unready_inputs(
    session: Session, number: int, contents: lineage.Contents | None = None
) -> dict[date, tuple[Output, str]]:
    """For each date of the window, the lowest input of a step that is not fit to be read, and why."""
    log, layer = (contents or lineage.Contents(session, number // 10)).log, number // 10
    problems: dict[date, tuple[Output, str]] = {}
    sources = [source for output in tables.step_outputs(number) for source in tables.inputs(output) if source.step < number]
    for source, published in session.warehouse.fingerprints_of(list(dict.fromkeys(sources))).items():
        staged = session.warehouse.staged(source) if source.layer == layer else None
        for day in session.window.dates():
            if day in problems or (staged and str(day) in staged.dates):
                continue
            entry = log.get((source.name, day))
            if entry is None:
                below = "no gate has passed it" if source.layer < layer else "it is neither staged nor published"
                problems[day] = (source, f"is not ready: {below}")
            elif entry["fingerprint"] != lineage.content_at(published, day).fingerprint:
                problems[day] = (source, f"is not what gate {tables.gate_of(source.layer)} audited: its rows have changed since")
    return problems
