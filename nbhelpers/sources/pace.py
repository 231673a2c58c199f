"""How fast a source may be asked: its own limit a minute, and what it says of waiting."""

from collections import deque
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from nbhelpers.errors import BadInput

DEFAULT_PER_MINUTE = 5  # the lowest tier's limit, until a header says otherwise
MINUTE = 60.0


class Pace:
    """At most `limit` requests in any 60 seconds: the source's own number, never above the user's if he gave one."""

    def __init__(self, per_minute: int | None = None):
        if per_minute is not None and per_minute < 1:
            raise BadInput(f"requests a minute must be 1 or more, not {per_minute}.")
        self._ceiling = per_minute
        self.limit = per_minute or DEFAULT_PER_MINUTE
        self._answered: deque[float] = deque()  # moments of the last minute
        self._not_before = float("-inf")

    def wait(self, now: float) -> float:
        """Seconds until the next request may go out."""
        while self._answered and self._answered[0] <= now - MINUTE:
            self._answered.popleft()
        return self.seconds_for(1, now)

    def answered(self, now: float, headers: Mapping[str, str]) -> None:
        """Count a request, at the moment of its answer: by then the source has certainly counted it too."""
        self._answered.append(now)
        if told := _whole_number(headers, "x-ratelimit-limit"):
            self.limit = min(told, self._ceiling or told)
        used_up = _whole_number(headers, "x-ratelimit-remaining") == 0
        if used_up and len(self._answered) < self.limit and "Retry-After" not in headers:
            self._not_before = now + MINUTE  # somebody else is using the key too

    def seconds_for(self, requests: int, now: float = 0.0) -> float:
        """How long until the last of that many further requests may go out, answers taking no time."""
        moments = list(self._answered)
        at = max(now, self._not_before)
        for _ in range(requests):
            if len(moments) >= self.limit:
                at = max(at, moments[-self.limit] + MINUTE)
            moments.append(at)
        return at - now


def _whole_number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() else None


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds the source asks to wait, 0 if it does not say; a date is counted from its own clock, not from ours."""
    if seconds := _whole_number(headers, "Retry-After"):
        return float(seconds)
    try:
        then, now = (parsedate_to_datetime(headers.get(name, "")) for name in ("Retry-After", "Date"))
        return max(0.0, (then - now).total_seconds())
    except (TypeError, ValueError):
        return 0.0
