"""Why we stopped: the first bad partition below what failed, found by following the critical fields upstream."""

from dataclasses import dataclass
from datetime import date

from nbhelpers import survey
from nbhelpers.raw import Game
from nbhelpers.session import Session
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output
from nbhelpers.store import objects

BAD = ("gap", "contaminated", "unaudited")
COMES_FROM = {  # the table that a table's critical field is computed from
    "PREDICTIONS": "MLFS", "MLFS": "PCF", "PCF": "TDZA", "PDC": "PGS", "TDZA": "TDGS", "PSZA": "PGS",
    "TDGS": "SHOTS", "TOGS": "SHOTS", "PGS": "SHOTS",
}  # fmt: skip
WRONG = {"TDGS": "COALESCE(opp_paint_attempts <= 0, TRUE) AND is_official", "SHOTS": "zone IS NULL"}
MOST_NAMED = 3


@dataclass(frozen=True)
class Root:
    """The lowest bad partition that something is computed from: its table's short name, its state, the games concerned, in words."""

    short: str
    state: str
    games: list[str]
    words: str

    def __str__(self) -> str:
        return self.words


def likely_root(session: Session, layer: int, dates: list[date]) -> Root | None:
    """The lowest bad partition that what failed on `dates` is computed from, with the way down to it in words.

    A layer is judged as its gate sees it, those below as published. None where nothing below is bad.
    """
    order = {output.short: output for output in tables.outputs() if not output.processor and output.layer <= layer}
    cells = survey.up_to(session, layer)
    bad = {(row.table, row.date): row for row in cells[cells.state.isin(BAD)].itertuples()}
    own = [(short, day) for short, day in bad if order[short].layer == layer and day in dates]
    starts = own or [(short, day) for short, output in order.items() if output.layer == layer for day in dates]
    below = {start: [node for node in bad if _reaches(order, start, node)] for start in starts}
    found = {node for nodes in below.values() for node in nodes}
    if not found:
        return None
    places = list(order)
    root = min(found, key=lambda node: (places.index(node[0]), node[1]))
    more = len({day for short, day in found if short == root[0]}) - 1
    cell, output = bad[root], order[root[0]]
    games = _games(session, output, root[1], cell.state)
    lines = [
        f"Likely root: {output.table.name} on {root[1]}{f' and {more} more dates' if more else ''}: {cell.state}, {cell.note}"
        f"{_named(session, output, games, cell.state)}."
    ]
    ways = [_way(order, start, root) for start, nodes in below.items() if root in nodes]
    way = max(ways, key=lambda nodes: (nodes[0][0] == "PCF", len(nodes)))
    if len(way) > 1:
        lines.append(f"Traced: {' <- '.join(f'{_field(short)} of {day}' for short, day in way)}.")
    return Root(root[0], cell.state, [game.game_id for game in games], "\n".join(lines))


def _reaches(order: dict[str, Output], start: tuple[str, date], node: tuple[str, date]) -> bool:
    """Whether a partition is, or is computed from, another one: games of the day itself, analyses look back on earlier ones."""
    (short, day), (lower, when) = start, node
    if lower != short and lower not in _ancestors(order, short):
        return False
    if order[short].layer <= 2 or order[lower].layer >= 3:
        return when == day
    return when < day or (when == day and order[lower].layer == 1)


def _ancestors(order: dict[str, Output], short: str) -> set[str]:
    direct = {source.short for source in tables.inputs(order[short]) if not source.processor}
    return direct.union(*(_ancestors(order, source) for source in direct))


def _way(order: dict[str, Output], start: tuple[str, date], root: tuple[str, date]) -> list[tuple[str, date]]:
    """From where it shows to the root, by the critical fields where they lead there."""
    chain = [start[0]]
    while chain[-1] != root[0] and chain[-1] in COMES_FROM:
        chain.append(COMES_FROM[chain[-1]])
    if chain[-1] != root[0]:
        chain = list(dict.fromkeys([start[0], root[0]]))
    return [(short, start[1] if order[short].layer >= 3 else root[1]) for short in chain]


def _field(short: str) -> str:
    return f"{short}.{survey.CRITICAL[short]}" if short in survey.CRITICAL else short


def _games(session: Session, output: Output, day: date, state: str) -> list[Game]:
    """The games that a partition lacks or has wrong; none where games say nothing."""
    slate = (survey.slate(session) or {}).get(day, [])
    if output.layer > 2 or output.short == "SCHEDULE" or state == "unaudited" or not slate:
        return []
    is_wrong = state == "contaminated"
    if is_wrong and output.short not in WRONG:
        return []
    wrong = f" AND {WRONG[output.short]}" if is_wrong else ""
    layer = output.layer if session.warehouse.staged(output) else None
    there = session.query(f"SELECT DISTINCT game_id FROM {output.table.name} WHERE {output.table.date} = DATE '{day}'{wrong}", layer)
    present = set(there.game_id)
    due = [game for game in slate if game.is_official or output.short != "SHOTS"]
    return [game for game in due if (game.game_id in present) is is_wrong]


def _named(session: Session, output: Output, games: list[Game], state: str) -> str:
    """The games by name, a few of them, and whether the source ever gave what is missing; '' where there are none."""
    if not games:
        return ""
    names = ", ".join(game.game_id for game in games[:MOST_NAMED])
    more = f" and {len(games) - MOST_NAMED} more" if len(games) > MOST_NAMED else ""
    return f": {names}{more}{'' if state == 'contaminated' else _arrival(session, output, games[0])}"


def _arrival(session: Session, output: Output, game: Game) -> str:
    """Whether the object store holds anything for a game that a raw table lacks."""
    if output.short == "SHOTS":
        what, prefix = "play-by-play", objects.play_by_play_prefix(game.game_date, game.nba_game_id)
    elif output.short == "BOXSCORES":
        what, prefix = "box score", objects.box_score_prefix(game.game_date)
    else:
        return ""
    return f"; the {what} is stored and was not fit to load" if session.store.keys(prefix) else f"; the {what} never came"
