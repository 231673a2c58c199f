"""Gate 1's look at where raw rows come from: the newest object that counts, or an older one."""

from datetime import date

import pandas as pd

from nbhelpers import lineage
from nbhelpers.errors import Broken
from nbhelpers.raw.boxscores import envelope, judged
from nbhelpers.raw.shots import has_shots
from nbhelpers.session import Session
from nbhelpers.store import objects


def newest_snapshots(session: Session, gate: int, contents: lineage.Contents) -> pd.DataFrame:
    """newest_snapshots

    fail:    Was every game loaded from the newest stored object in which it is final?
    of:      box scores and play-by-plays of slate games
    because: an older snapshot of a finished game has the statistics that were corrected since
    then:    run 11_load_raw again, then this gate
    """
    loaded = session.query(
        """WITH sources AS (
               SELECT game_id, 'box score' AS of_what, MIN(source_file_path) AS source
               FROM nba_raw.bdl_player_boxscores WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_id
               UNION ALL
               SELECT game_id, 'play-by-play', MIN(source_file_path)
               FROM nba_raw.nbac_shots WHERE game_date BETWEEN @start_date AND @end_date GROUP BY game_id
           )
           SELECT expected.game_date, expected.game_id, games.nba_game_id, what, sources.source
           FROM views.expected_team_games AS expected
           INNER JOIN views.slate_games AS games ON games.game_id = expected.game_id
           CROSS JOIN UNNEST(['box score', 'play-by-play']) AS what
           LEFT JOIN sources ON sources.game_id = expected.game_id AND sources.of_what = what
           WHERE expected.is_home AND (what = 'box score' OR expected.has_play_by_play)
           ORDER BY expected.game_date, expected.game_id""",
        gate // 10,
    )
    store, rows = _Stored(session), []
    for game in loaded.itertuples():
        problem, is_there = None, isinstance(game.source, str)
        if is_there:
            newer = store.newer(game.game_date.date(), game.game_id, game.nba_game_id, game.what, game.source)
            problem = newer and f"loaded from {game.source}, but {newer} is newer"
        rows.append((game.game_date.date(), f"{game.game_id} {game.what}", is_there, problem))
    return pd.DataFrame(rows, columns=["game_date", "member", "is_examined", "problem"])


class _Stored:
    """The object store as a check asks it: is there a newer object of this game that counts?"""

    def __init__(self, session: Session):
        self._store = session.store
        self._folders: dict[str, list[str]] = {}
        for key in self._store.keys(objects.BOX_SCORES) + self._store.keys(objects.PLAY_BY_PLAYS):
            self._folders.setdefault(key.rpartition("/")[0] + "/", []).append(key)

    def newer(self, day: date, game_id: str, nba_game_id: str, what: str, source: str) -> str | None:
        """The newest key after `source` in which the game is final or has shots; None if `source` is the newest."""
        is_box_score = what == "box score"
        prefix = objects.box_score_prefix(day) if is_box_score else objects.play_by_play_prefix(day, nba_game_id)
        keys = objects.in_order(list({*self._folders.get(prefix, []), source}))
        for key in reversed(keys[keys.index(source) + 1 :]):
            try:
                body = self._store.read_json(key)
                if is_box_score:
                    _, why_not_final = judged(envelope(body, day, key)[0], day).get(game_id, ({}, "absent"))
                    counts = not why_not_final
                else:
                    counts = has_shots(body, nba_game_id)
            except Broken:
                continue  # an object that cannot be read holds no game
            if counts:
                return key
        return None
