"""The NBA's CDN: static files for everybody, of the schedule and of each game's box score and play-by-play; no key."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from nbhelpers.sources.web import (
    ATTEMPTS,
    READ_SECONDS,
    TOTAL_SECONDS,
    AnotherShape,
    Answer,
    Source,
    Waiting,
    field,
)

if TYPE_CHECKING:
    import requests

NBA_CDN = "https://cdn.nba.com"


class NbaCdn(Source):
    """The NBA's static files; no key. May be asked from several threads."""

    name = "NBA CDN"

    def __init__(
        self,
        base_url: str,
        session: "requests.Session | None" = None,
        sleep: Callable[[float], None] = time.sleep,
        listener: Waiting | None = None,
        read_seconds: float = READ_SECONDS,
        attempts: int = ATTEMPTS,
        total_seconds: float = TOTAL_SECONDS,
    ):
        super().__init__(base_url, session, sleep, listener, read_seconds, attempts, total_seconds)
        self._headers["Referer"] = "https://www.nba.com/"  # without it the CDN answers 403 to everything

    def schedule(self) -> bytes:
        """The schedule of the season that the NBA is in, as received."""
        path = "/static/json/staticData/scheduleLeagueV2.json"

        def read(answer: Answer) -> bytes:
            if not isinstance(field(self.json(answer, path), "leagueSchedule", "gameDates"), list):
                raise AnotherShape
            return answer.content

        return self.get(path, read)

    def box_score(self, nba_game_id: str) -> bytes | None:
        """The official box score of a game as received, None where the CDN has none, be it only for now."""
        return self._of_game(f"/static/json/liveData/boxscore/boxscore_{nba_game_id}.json", nba_game_id, "gameEt", str)

    def play_by_play(self, nba_game_id: str) -> bytes | None:
        """The play-by-play of a game as received, None where the CDN has none, be it only for now."""
        return self._of_game(f"/static/json/liveData/playbyplay/playbyplay_{nba_game_id}.json", nba_game_id, "actions", list)

    def _of_game(self, path: str, nba_game_id: str, name: str, kind: type) -> bytes | None:
        """A game's file as received, if its `name` is of `kind`."""

        def read(answer: Answer) -> bytes | None:
            # A 403 in XML is how the CDN says that there is no such file; a 403 with a web page is a refusal.
            refused = answer.status == 403 and b"<html" in answer.content[:500].lower()
            if answer.status in (403, 404) and not refused:
                return None
            game = field(self.json(answer, path), "game")
            if field(game, "gameId") != nba_game_id or not isinstance(field(game, name), kind):
                raise AnotherShape("JSON of another shape or game")
            return answer.content

        return self.get(path, read)
