"""BallDontLie: box scores by date, for a key of a tier that has them."""

import time
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from nbhelpers.errors import BadInput, Broken
from nbhelpers.sources.pace import Pace
from nbhelpers.sources.web import (
    ATTEMPTS,
    READ_SECONDS,
    TOTAL_SECONDS,
    AnotherShape,
    Answer,
    Passing,
    Source,
    Unusable,
    Waiting,
    field,
)
from nbhelpers.wording import printable

if TYPE_CHECKING:
    import requests

BALL_DONT_LIE = "https://api.balldontlie.io"

PAID_ONLY = ("tier", "plan", "upgrade", "subscri")  # what a 401 says when the key is good


class BallDontLie(Source):
    """Box scores by date, for a key of a tier that has them. One request at a time."""

    name = "BallDontLie"

    def __init__(
        self,
        base_url: str,
        key: str | None,
        per_minute: int | None = None,
        session: "requests.Session | None" = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        listener: Waiting | None = None,
        read_seconds: float = READ_SECONDS,
        attempts: int = ATTEMPTS,
        total_seconds: float = TOTAL_SECONDS,
    ):
        super().__init__(base_url, session, sleep, listener, read_seconds, attempts, total_seconds)
        self._key = _usable(key)  # None is accepted here: a store that lacks no box score needs no key
        self._clock = clock
        self._has_answered = False
        self.pace = Pace(per_minute)

    def box_scores(self, day: date) -> list[dict]:
        """The games of a day as received; none where the source has none, be it only for now."""
        if self._key is None:
            raise BadInput(
                "BALLDONTLIE_API_KEY is not set.",
                f"BallDontLie gives nobody box scores without a key, and those of {day} are missing",
                "export BALLDONTLIE_API_KEY=... in the shell that starts the run (it is never written anywhere), or fill by --lines nba.",
            )
        path = f"/v1/box_scores?date={day}"

        def read(answer: Answer) -> list[dict]:
            if answer.status == 401:
                raise self._unauthorised(answer)
            found = self.json(answer, path).get("data")
            if not isinstance(found, list) or any(not isinstance(field(game, "date"), str) for game in found):
                raise AnotherShape
            if others := sorted({game["date"] for game in found if game["date"][:10] != day.isoformat()}):
                raise Unusable(
                    f"BallDontLie was asked for {day} and answered with games of {printable(', '.join(others[:3]), 60)}.",
                    "it ignores what it does not understand, and games would be filed under a wrong date",
                    "check the base URL; if the API has changed, nbhelpers/sources/balldontlie.py must learn it.",
                )
            self._has_answered = True
            return found

        return self.get(path, read)

    @property
    def has_key(self) -> bool:
        """Whether there is a key to ask with."""
        return self._key is not None

    @property
    def has_answered(self) -> bool:
        """Whether it has given a usable answer since it was made."""
        return self._has_answered

    def seconds_for(self, requests: int) -> float:
        """How long until the last of that many further requests may go out."""
        return self.pace.seconds_for(requests, self._clock())

    def _before(self) -> None:
        wait = self.pace.wait(self._clock())
        if wait > 0:
            self._pause(wait, f"{self.name} allows {self.pace.limit} requests a minute")

    def _after(self, headers: Mapping[str, str]) -> None:
        self.pace.answered(self._clock(), headers)

    def _sign(self, request: "requests.PreparedRequest") -> "requests.PreparedRequest":
        # Sent as requests' `auth`, not as a header: an entry in ~/.netrc would replace the header.
        request.headers["Authorization"] = self._key or ""
        return request

    def _quoted(self, text: str) -> str:
        return super()._quoted(text.replace(self._key, "(the key)") if self._key else text)

    def _unauthorised(self, answer: Answer) -> BadInput:
        """What to do about a 401: a bad key, or a good one of a tier without box scores."""
        says = self._quoted_body(answer)
        what, why = f"BallDontLie does not let this key read box scores (401: {says}).", "every layer is built on them"
        bad_key = "check BALLDONTLIE_API_KEY against the key shown in your BallDontLie account."
        low_tier = (
            "the key is good, but its tier has no box scores: move it to a tier that has them, or unset it, since the NBA's own box "
            "scores need none; then run again."
        )
        if self._has_answered:
            return BadInput(
                what,
                "it was good earlier in this run, so it was withdrawn or its trial is over; all so far is kept",
                "renew the key or its tier, then run again: it goes on from here.",
            )
        if any(word in says.lower() for word in PAID_ONLY):
            return BadInput(what, why, low_tier)
        try:
            status = self.ask("/v1/teams?per_page=1").status  # which a key of any tier may read
        except (Passing, Broken):
            status = 0  # no answer
        cannot_tell = f"{bad_key} If it is that one, its tier has no box scores."
        return BadInput(what, why, {200: low_tier, 401: bad_key}.get(status, cannot_tell))


def _usable(key: str | None) -> str | None:
    """The key without blanks around it, None if there is none. BadInput, not showing it, if it cannot be one."""
    bare = (key or "").strip()
    if not bare.isascii() or not bare.isprintable() or " " in bare:
        raise BadInput(
            "BALLDONTLIE_API_KEY holds a blank or a character that no key has.",
            then="set it to the bare key, without the word Bearer.",
        )
    return bare or None
