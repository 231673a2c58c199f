"""Building a step: refuse where the layers below are not audited, compute the window, leave it in staging."""

from dataclasses import replace
from datetime import date

from nbhelpers import lineage, raw
from nbhelpers.build.built import Built
from nbhelpers.build.readiness import require_inputs
from nbhelpers.build.targets import dates_to_build, dates_to_compute, note_for_gate
from nbhelpers.lineage import overrides, owner_commands
from nbhelpers.session import Session, now
from nbhelpers.sql import tables
from nbhelpers.warehouse import utc

MIN_FEATURE_ROWS = 50  # the plan's own floor: below it a date's predictions rest on too few players


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
        dates = dates_to_compute(session, output, inputs, repair, contents)
        if not dates:
            session.warehouse.discard_staged(output)
            built.append(Built(output, 0, 0, is_as_published=True))
            continue
        window = replace(session.window, start_date=dates[0], end_date=dates[-1])
        parameters = replace(session, window=window).parameters(dates=dates, built_at=utc(now()), min_feature_rows=min_feature_rows)
        staged = note_for_gate(session, output, inputs, dates)
        built.append(Built(output, *session.warehouse.stage(output, output.query, parameters, staged)))
        contents.forget(output)
    return built


def load(session: Session, repair: str = "") -> tuple[list[Built], raw.Loaded]:
    """Parse the stored objects of the window into the raw tables' staging; returns what was built and what was found.

    With `repair`, only those of the dates that need it, as for `step`.
    """
    session.warehouse.step = tables.LOAD_STEP
    if template := owner_commands.command(session.settings.commands, tables.LOAD_STEP):
        return _run_command(session, tables.LOAD_STEP, template), raw.Loaded({}, [], [], [])
    contents = lineage.Contents(session, tables.LOAD_STEP // 10)
    dates, outputs = dates_to_build(session, tables.LOAD_STEP, repair, contents), tables.step_outputs(tables.LOAD_STEP)
    if not dates:
        for output in outputs:
            session.warehouse.discard_staged(output)
        return [Built(output, 0, 0, is_as_published=True) for output in outputs], raw.Loaded({}, [], [], [])
    (lookups, names), accepted = published_identities(session, dates), overrides.accepted_as_missing(session)
    loaded = raw.load(session.store, session.window, session.settings.lines, lookups, accepted, dates, names)
    built = []
    for output in outputs:
        staged = note_for_gate(session, output, contents.stored, dates)
        built.append(Built(output, *session.warehouse.stage_rows(output, loaded.rows[output.table.name], staged)))
    return built, loaded


def published_identities(session: Session, dates: list[date]) -> tuple[raw.Published, raw.Names]:
    """The lookup of each id of either source, and the name of each lookup, on the season's dates but for some that are loaded anew."""
    tables_of = {
        "bdl": ("nba_raw.bdl_player_boxscores", "bdl_player_id", "player_full_name"),
        "nba": ("nba_raw.nbac_player_boxscores", "person_id", "player_name"),
    }
    selects = [
        f"""SELECT '{source}' AS source, {column} AS id, player_lookup, {name} AS name, COUNT(*) AS lines FROM {table}
            WHERE game_date BETWEEN @season_start AND DATE '{session.window.season.last_day}'
                AND game_date NOT IN ({', '.join(f"DATE '{day}'" for day in dates)})
            GROUP BY {column}, player_lookup, {name}"""
        for source, (table, column, name) in tables_of.items()
    ]
    found = session.query(" UNION ALL ".join(selects))
    lookups = raw.published_lookups(found[["source", "id", "player_lookup", "lines"]].itertuples(index=False))
    return lookups, raw.published_names(found[["player_lookup", "name", "lines"]].itertuples(index=False))


def _run_command(session: Session, number: int, template: str, repair: str = "") -> list[Built]:
    """Have a step done by its owner's own command, and note what it was done from, for its gate."""
    session.warehouse.step = number
    contents = lineage.Contents(session, number // 10)
    outputs = tables.step_outputs(number)
    inputs = {output: lineage.input_fingerprints(session, output, contents) if output.path else {} for output in outputs}
    dates = {day for output in outputs for day in dates_to_compute(session, output, inputs[output], repair, contents)}
    if not dates:
        return [Built(output, 0, 0, is_as_published=True) for output in outputs]
    window = replace(session.window, start_date=min(dates), end_date=max(dates))  # a command takes a window, not dates
    owner_commands.run(template, window)
    built = []
    for output in outputs:
        staged = replace(note_for_gate(session, output, inputs[output], window.dates()), is_in_place=True)
        session.warehouse.stage_rows(output, [], staged)
        partitions = [partition for day, partition in session.warehouse.fingerprints(output).items() if str(day) in staged.dates]
        built.append(Built(output, sum(partition.rows for partition in partitions), len(partitions), is_in_place=True))
    return built
