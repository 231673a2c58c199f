"""Asking a web source politely: at a pace it allows, waiting when told to, again while a trouble may pass."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urlsplit

import requests

from nbhelpers.errors import BadInput, Broken
from nbhelpers.store.objects import parse_json

DEFAULT_PER_MINUTE = 5  # the lowest tier's limit, until a header says otherwise
MINUTE = 60.0
ATTEMPTS = 8  # their back-offs add up to two minutes, so a limit by the minute has always passed
CONNECT_SECONDS, READ_SECONDS = 10.0, 20.0
LONGEST_BACK_OFF = 60.0
LONGEST_WAIT = 600.0  # a source that asks for more is told to the user instead of waited for
LOOPBACK = ("127.0.0.1", "localhost", "::1")

Answer = TypeVar("Answer")
Waiting = Callable[[float, str], None]  # seconds about to be waited, and why


@dataclass(frozen=True)
class Spent:
    """What asking a source has cost; requests include retries, bytes are of the bodies received."""

    requests: int = 0
    retries: int = 0
    waited_seconds: float = 0.0
    bytes: int = 0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    def __sub__(self, other: "Spent") -> "Spent":
        return Spent(*(getattr(self, name) - getattr(other, name) for name in self.__dataclass_fields__))


class Passing(Exception):
    """A trouble that may be over at the next attempt; `retry_after` is in seconds, 0 where the source is silent."""

    def __init__(self, cause: str, retry_after: float = 0.0):
        super().__init__(cause)
        self.retry_after = retry_after


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


class Source:
    """One loop of attempts, and a count of what it cost. A source is a subclass that knows paths and shapes."""

    name = "source"

    def __init__(
        self,
        base_url: str,
        session: requests.Session | None,
        sleep: Callable[[float], None],
        listener: Waiting | None,
        read_seconds: float = READ_SECONDS,
        attempts: int = ATTEMPTS,
    ):
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadInput(f"base URL {base_url!r} of {self.name} is not a web address.", then="begin it with https://")
        if session is None:
            session = requests.Session()
            session.trust_env = parts.hostname not in LOOPBACK  # a proxy cannot see this computer's own servers
        self._base, self._session = base_url.rstrip("/"), session
        self._sleep, self._listener = sleep, listener
        self._read_seconds, self._attempts = read_seconds, attempts
        self._headers = {"User-Agent": "nbhelpers/0.1 (backfill of one season)"}
        self._counting = threading.Lock()
        self.spent = Spent()

    def get(self, path: str, read: Callable[[requests.Response], Answer]) -> Answer:
        """What `read` makes of the answer to `path`, asked again while the trouble may pass; Broken in the end."""
        for attempt in range(1, self._attempts + 1):
            try:
                return read(self.ask(path, retry=attempt > 1))
            except Passing as trouble:
                cause, told_to_wait = str(trouble), trouble.retry_after
            if told_to_wait > LONGEST_WAIT:
                raise Broken(
                    f"{self.name} asks to wait {told_to_wait:.0f} seconds before {path} ({cause}).",
                    "nothing more can be fetched until then; what was fetched so far is kept",
                    "run again after that time: it goes on from here.",
                )
            if attempt < self._attempts:
                back_off = min(2.0 ** (attempt - 1), LONGEST_BACK_OFF)
                self._pause(max(told_to_wait, back_off), f"{cause} (attempt {attempt} of {self._attempts})")
        raise Broken(
            f"{self.name} gave no usable answer to {path} in {self._attempts} attempts; the last: {cause}.",
            "going on without it would leave a hole; what was fetched so far is kept",
            "check the connection, then run again: it goes on from here.",
        )

    def ask(self, path: str, retry: bool = False) -> requests.Response:
        """One request. Passing if it failed in a way that may pass; any other status is the caller's to judge."""
        self._before()
        answer = None
        try:
            answer = self._session.get(
                self._base + path,
                headers=self._headers,
                auth=self._sign,
                timeout=(CONNECT_SECONDS, self._read_seconds),
            )
        except requests.Timeout:
            raise Passing(f"no answer within {self._read_seconds:g} seconds") from None
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError):
            raise Passing("the answer was cut off") from None
        except requests.ConnectionError as problem:
            inner = getattr(problem.args[0], "reason", problem) if problem.args else problem
            raise Passing(f"no connection: {self._quoted(str(inner))}") from None
        except requests.RequestException as problem:
            raise Broken(f"{self.name} cannot be asked for {path}: {type(problem).__name__}.") from None
        finally:
            self._count(requests=1, retries=int(retry), bytes=len(answer.content) if answer is not None else 0)
            self._after({} if answer is None else answer.headers)
        if answer.status_code == 429 or answer.status_code >= 500:
            raise Passing(f"status {answer.status_code}", retry_after(answer.headers))
        return answer

    def json(self, answer: requests.Response, path: str) -> dict:
        """The JSON object that a good answer holds. Broken for another status, Passing for another body."""
        if answer.status_code != 200:
            raise Broken(
                f"{self.name} answers {answer.status_code} to {path}: {self._quoted(answer.text)}",
                "asking again would change nothing; what was fetched so far is kept",
                "check the base URL; after a 403, try again later: the source may be refusing this computer for now.",
            )
        try:
            body = parse_json(answer.content)
        except ValueError:
            kind = "a web page" if answer.content.lstrip()[:1] == b"<" else "something else"
            raise Passing(f"{kind} instead of JSON") from None
        if not isinstance(body, dict):
            raise Passing("JSON of another shape")
        return body

    def _before(self) -> None:
        """What a source with a limit does before a request."""

    def _after(self, headers: Mapping[str, str]) -> None:
        """What it does after one; no headers if no answer came."""

    def _sign(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the key on a request, for a source that wants one."""
        return request

    def _quoted(self, text: str) -> str:
        """The beginning of what a source said, for an error message."""
        return " ".join(text.split())[:200] or "an empty body"

    def _pause(self, seconds: float, why: str) -> None:
        self._count(waited_seconds=seconds)
        if self._listener:
            self._listener(seconds, why)
        self._sleep(seconds)

    def _count(self, **spent: float) -> None:
        with self._counting:
            self.spent += Spent(**spent)


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
