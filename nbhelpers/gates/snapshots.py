"""Gate 1's look at where raw rows come from: the newest object that counts, or an older one."""

from datetime import date
from typing import Any

import pandas as pd

from nbhelpers import lineage
from nbhelpers.errors import Broken
from nbhelpers.gates.members import members_of
from nbhelpers.raw import nba_boxscores
from nbhelpers.raw.boxscores import envelope, judged
from nbhelpers.raw.shots import has_shots
from nbhelpers.session import Session
from nbhelpers.sql import tables
from nbhelpers.store import objects


def newest_snapshots(session: Session, gate: int, contents: lineage.Contents) -> pd.DataFrame:
    """newest_snapshots

    fail:    Was every game loaded whole from an object of its own, and from the newest in which it is final?
    of:      box scores and play-by-plays of slate games
    because: an older snapshot of a finished game has the statistics that were corrected since, and another game's has others
    then:    run 11_load_raw again, then this gate
    per:     range
    """
    loaded = session.query(
        """WITH sources AS (
               SELECT game_id, 'box score' AS what, MIN(source_file_path) AS source, MAX(source_file_path) AS other
               FROM nba_raw.bdl_player_boxscores WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_id
               UNION ALL
               SELECT game_id, 'official box score', MIN(source_file_path), MAX(source_file_path)
               FROM nba_raw.nbac_player_boxscores WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_id
               UNION ALL
               SELECT game_id, 'play-by-play', MIN(source_file_path), MAX(source_file_path)
               FROM nba_raw.nbac_shots WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_id
           ),
           promised AS (
               SELECT expected.game_date, expected.game_id, games.nba_game_id, expected.has_play_by_play,
               FROM views.expected_team_games AS expected
               INNER JOIN views.slate_games AS games ON games.game_id = expected.game_id
               WHERE expected.is_home
           )
           SELECT promised.game_date, promised.game_id, promised.nba_game_id, sources.what, sources.source, sources.other
           FROM promised
           INNER JOIN sources ON sources.game_id = promised.game_id
           WHERE sources.what != 'play-by-play' OR promised.has_play_by_play
           UNION ALL
           SELECT game_date, game_id, nba_game_id, 'box score', NULL, NULL
           FROM promised WHERE game_id NOT IN (SELECT game_id FROM sources WHERE what != 'play-by-play')
           UNION ALL
           SELECT game_date, game_id, nba_game_id, 'play-by-play', NULL, NULL
           FROM promised WHERE has_play_by_play AND game_id NOT IN (SELECT game_id FROM sources WHERE what = 'play-by-play')
           ORDER BY game_date, game_id, what""",
        gate // 10,
    )
    store, rows = _Stored(session), []
    for game in loaded.itertuples():
        is_there = isinstance(game.source, str)
        rows.append((game.game_date.date(), f"{game.game_id} {game.what}", is_there, _problem(store, game) if is_there else None))
    return pd.DataFrame(rows, columns=["game_date", "member", "is_examined", "problem"])


def objects_there(session: Session, gate: int, contents: lineage.Contents) -> pd.DataFrame:
    """objects_there

    warn:    Is every object still stored that a raw row names?
    of:      objects named by raw rows
    because: what is gone cannot be read again: rows of it are held to nothing, and as_stored leaves them out
    then:    bring the objects back, if they were moved; to fetch them anew, run 10_fetch_raw and 11_load_raw again
    per:     range
    """
    named = " UNION DISTINCT ".join(
        f"""SELECT game_date, {"source_object" if output.short == "SCHEDULE" else "source_file_path"} AS source
            FROM {output.table.name} WHERE game_date BETWEEN @start_date AND @end_date"""
        for output in tables.layer_outputs(gate // 10)
    )
    there = set(session.store.keys())
    rows = session.query(named, gate // 10)
    return members_of([
        (row.game_date.date(), row.source, True, None if row.source in there else "it is not there any more") for row in rows.itertuples()
    ])  # fmt: skip


def _problem(store: "_Stored", game: Any) -> str | None:
    """What is wrong with where the rows of a game come from."""
    day = game.game_date.date()
    if game.source != game.other:
        return f"loaded from several objects, {game.source} and {game.other} among them"
    if game.source.rpartition("/")[0] + "/" != _folder(day, game.nba_game_id, game.what):
        return f"loaded from {game.source}, which is no object of this game"
    newer = store.newer(day, game.game_id, game.nba_game_id, game.what, game.source)
    return newer and f"loaded from {game.source}, but {newer} is newer"


def _folder(day: date, nba_game_id: str, what: str) -> str:
    """Where a game's objects of a kind are kept."""
    if what == "box score":
        return objects.box_score_prefix(day)
    return (objects.play_by_play_prefix if what == "play-by-play" else objects.official_box_score_prefix)(day, nba_game_id)


class _Stored:
    """The object store as a check asks it: is there a newer object of this game that counts?"""

    def __init__(self, session: Session):
        self._store = session.store
        self._folders: dict[str, list[str]] = {}
        for kind in (objects.BOX_SCORES, objects.OFFICIAL_BOX_SCORES, objects.PLAY_BY_PLAYS):
            for key in self._store.keys(kind):
                self._folders.setdefault(key.rpartition("/")[0] + "/", []).append(key)

    def newer(self, day: date, game_id: str, nba_game_id: str, what: str, source: str) -> str | None:
        """The newest key after `source` in which the game is final or has shots; None if `source` is the newest."""
        keys = objects.in_order(list({*self._folders.get(_folder(day, nba_game_id, what), []), source}))
        for key in reversed(keys[keys.index(source) + 1 :]):
            try:
                if self._counts(self._store.read_json(key), day, game_id, nba_game_id, what, key):
                    return key
            except Broken:
                continue  # an object that cannot be read holds no game
        return None

    def _counts(self, body: dict, day: date, game_id: str, nba_game_id: str, what: str, key: str) -> bool:
        """Whether an object has the game's final box score, or its shots."""
        if what == "play-by-play":
            return has_shots(body, nba_game_id)
        if what == "official box score":
            return not nba_boxscores.why_not_final(body, nba_game_id, key)
        return not judged(envelope(body, day, key)[0], day).get(game_id, ({}, "absent"))[1]
