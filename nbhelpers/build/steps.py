"""Building a step: refuse where the layers below are not audited, compute the window, leave it in staging."""

from dataclasses import dataclass, replace
from datetime import date

from nbhelpers import lineage, raw, season, survey
from nbhelpers.errors import GateFailed
from nbhelpers.lineage import overrides, owner_commands
from nbhelpers.session import Session, now
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output
from nbhelpers.survey import roots
from nbhelpers.warehouse import Staged, utc
from nbhelpers.wording import many, on_dates

MIN_FEATURE_ROWS = 50  # the plan's own floor: below it a date's predictions rest on too few players

WRONG = "wrong"  # a repair of all that the log does not vouch for


@dataclass(frozen=True)
class Built:
    """What a step computed: rows of an output, on how many dates of the window."""

    output: Output
    rows: int
    dates_with_rows: int
    is_in_place: bool = False
    is_as_published: bool = False  # a repair found nothing to rebuild

    def __str__(self) -> str:
        if self.is_as_published:
            return f"{self.output.short} nothing to rebuild"
        return f"{self.output.short} {many(self.rows, 'row')} on {many(self.dates_with_rows, 'date')}"


def repair_target(repair: str) -> date | str | None:
    """What a repair rebuilds whatever the log says: a date, a table by its full name, or nothing.

    >>> repair_target("2025-11-01"), repair_target("TDZA"), repair_target("wrong")
    (datetime.date(2025, 11, 1), 'nba_precompute.team_defense_zone_analysis', None)
    """
    if repair in ("", WRONG):
        return None
    return season.day("repair", repair) if repair[:1].isdigit() else tables.named(repair).table.name


def describe(built: list[Built]) -> str:
    """What a step has staged, or its own command has written, in one line."""
    if all(one.is_as_published for one in built):
        return f"Nothing to rebuild: {', '.join(one.output.short for one in built)} as published, audited and up to date."
    return f"{'Written by its own command' if built[0].is_in_place else 'Staged'} {', '.join(map(str, built))}."


def step(session: Session, number: int, min_feature_rows: int = MIN_FEATURE_ROWS, repair: str = "") -> list[Built]:
    """Compute everything that step `number` writes and leave it in staging; nothing published is touched.

    With `repair`, only the dates that need it: WRONG those whose rows, inputs or code are not what the log says, or are
    tainted; a date or a table that one, too. Raises GateFailed where a table it reads is not the one that its gate audited.
    """
    template = owner_commands.command(session.settings.commands, number)
    with session.warehouse.held_open():
        contents = lineage.Contents(session, number // 10)
        require_inputs(session, number, contents)
        if not template:
            return compute(session, number, min_feature_rows, repair, contents)
    return _run_command(session, number, template, repair)  # which writes to what would be held open


def compute(
    session: Session,
    number: int,
    min_feature_rows: int = MIN_FEATURE_ROWS,
    repair: str = "",
    contents: lineage.Contents | None = None,
) -> list[Built]:
    """As `step`, without asking whether the layers below are fit: for rehearsals, which show what the gate says then."""
    session.warehouse.step = number
    built, contents = [], contents or lineage.Contents(session, number // 10)
    for output in tables.step_outputs(number):
        inputs = lineage.input_fingerprints(session, output, contents)
        dates = _dates(session, output, inputs, repair, contents)
        if not dates:
            session.warehouse.discard_staged(output)
            built.append(Built(output, 0, 0, is_as_published=True))
            continue
        of = replace(session.window, start_date=dates[0], end_date=dates[-1])
        parameters = replace(session, window=of).parameters(dates=dates, built_at=utc(now()), min_feature_rows=min_feature_rows)
        staged = _staged(session, output, inputs, dates)
        built.append(Built(output, *session.warehouse.stage(output, output.query, parameters, staged)))
        contents.forget(output)
    return built


def load(session: Session) -> tuple[list[Built], raw.Loaded]:
    """Parse the stored objects of the window into the raw tables' staging; returns what was built and what was found."""
    session.warehouse.step = tables.LOAD_STEP
    if template := owner_commands.command(session.settings.commands, tables.LOAD_STEP):
        return _run_command(session, tables.LOAD_STEP, template), raw.Loaded({}, [], [], [])
    dates, accepted = session.window.dates(), overrides.accepted_as_missing(session)
    loaded = raw.load(session.store, session.window, session.settings.lines, published_lookups(session), accepted)
    built = []
    for output in tables.step_outputs(tables.LOAD_STEP):
        rows = loaded.rows[output.table.name]
        built.append(Built(output, *session.warehouse.stage_rows(output, rows, _staged(session, output, {}, dates))))
    return built, loaded


def published_lookups(session: Session) -> raw.Published:
    """The lookup under which each id of either source is published on the season's dates outside the window."""
    tables_of = {"bdl": ("nba_raw.bdl_player_boxscores", "bdl_player_id"), "nba": ("nba_raw.nbac_player_boxscores", "person_id")}
    selects = [
        f"""SELECT '{source}' AS source, {column} AS id, player_lookup, COUNT(*) AS lines FROM {table}
            WHERE game_date BETWEEN @season_start AND DATE '{session.window.season.last_day}'
                AND NOT game_date BETWEEN @start_date AND @end_date
            GROUP BY {column}, player_lookup"""
        for source, (table, column) in tables_of.items()
    ]
    found = session.query(" UNION ALL ".join(selects))
    return raw.published_lookups(found[["source", "id", "player_lookup", "lines"]].itertuples(index=False))


def _run_command(session: Session, number: int, template: str, repair: str = "") -> list[Built]:
    """Have a step done by its owner's own command, and note what it was done from, for its gate."""
    session.warehouse.step = number
    contents = lineage.Contents(session, number // 10)
    outputs = tables.step_outputs(number)
    made_from = {output: lineage.input_fingerprints(session, output, contents) for output in outputs if output.path}
    wanted = {day for output in outputs for day in _dates(session, output, made_from.get(output, {}), repair, contents)}
    if not wanted:
        return [Built(output, 0, 0, is_as_published=True) for output in outputs]
    of = replace(session.window, start_date=min(wanted), end_date=max(wanted))  # a command takes a window, not dates
    owner_commands.run(template, of)
    built = []
    for output in outputs:
        staged = replace(_staged(session, output, made_from.get(output, {}), of.dates()), is_in_place=True)
        session.warehouse.stage_rows(output, [], staged)
        there = [held for day, held in session.warehouse.fingerprints(output).items() if str(day) in staged.dates]
        built.append(Built(output, sum(held.rows for held in there), len(there), True))
    return built


def require_inputs(session: Session, number: int, contents: lineage.Contents | None = None) -> None:
    """Raise GateFailed unless every table that the step reads is audited, unchanged since, and covers the window."""
    problems = unready_inputs(session, number, contents)
    if not problems:
        return
    dates = [day for day in sorted(problems) if day in (survey.slate(session) or problems)] or sorted(problems)
    source, why = problems[dates[0]]
    raise GateFailed(
        "\n".join(
            filter(
                None,
                [
                    f"step {number} cannot start: {source.table.name} {why}, {on_dates(dates)}.",
                    roots.likely_root(session, source.layer, dates),
                ],
            )
        ),
        "what is built on a table that no gate has passed looks right and may be wrong",
        f"run from step {source.step}: python run_backfill.py --from {source.step // 10 * 10} "
        f"(by hand: notebook {source.step}, then gate {tables.gate_of(source.layer)} if it is of a lower layer).",
    )


def unready_inputs(
    session: Session, number: int, contents: lineage.Contents | None = None
) -> dict[date, tuple[Output, str]]:
    """For each date of the window, the lowest input of a step that is not fit to be read, and why."""
    log = (contents or lineage.Contents(session, number // 10)).log
    problems: dict[date, tuple[Output, str]] = {}
    sources = list(dict.fromkeys(s for output in tables.step_outputs(number) for s in tables.inputs(output) if s.step < number))
    held = session.warehouse.fingerprints_of(sources)
    for source in sources:
        staged = session.warehouse.staged(source) if source.layer == number // 10 else None
        published = held[source]
        for day in session.window.dates():
            if day in problems or (staged and str(day) in staged.dates):
                continue
            entry = log.get((source.name, day))
            if entry is None:
                below = "no gate has passed it" if source.layer < number // 10 else "it is neither staged nor published"
                problems[day] = (source, f"is not ready: {below}")
            elif entry["fingerprint"] != lineage.content_at(published, day).fingerprint:
                problems[day] = (source, f"is not what gate {tables.gate_of(source.layer)} audited: its rows have changed since")
    return problems


def _dates(
    session: Session, output: Output, inputs: dict[str, tuple[str, str]], repair: str, contents: lineage.Contents
) -> list[date]:
    """The dates of an output that a build computes: all of the window's, or those that a repair needs."""
    dates = session.window.dates()
    if not repair:
        return dates
    wrong, also = lineage.dates_to_rebuild(session, output, inputs, contents), repair_target(repair)
    return [day for day in dates if day in wrong or also in (day, output.table.name)]


def _staged(session: Session, output: Output, inputs: dict[str, tuple[str, str]], dates: list[date]) -> Staged:
    told = tuple(map(str, dates))
    made_from = {day: inputs[day] for day in told if day in inputs}
    return Staged(told, session.run_id, lineage.code_of(session, output), now().isoformat(), made_from)

