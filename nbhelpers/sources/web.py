"""Asking a web source politely: at a pace it allows, waiting when told to, again while a trouble may pass.

Nobody can hang or flood it: an answer has to be whole within a time, and within a size, packed and unpacked.
"""

import queue
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin, urlsplit

from nbhelpers.errors import BadInput, Broken
from nbhelpers.sources.pace import retry_after
from nbhelpers.store.objects import parse_json
from nbhelpers.wording import printable

if TYPE_CHECKING:  # only who asks a source pays for importing it
    import requests

ATTEMPTS = 8  # their back-offs add up to two minutes, so a limit by the minute has always passed
FEW_ATTEMPTS = 3  # where another attempt hardly changes anything, or costs minutes
CONNECT_SECONDS, READ_SECONDS = 10.0, 20.0
TOTAL_SECONDS = 90.0  # for a whole answer: a server that sends a byte now and then never exceeds the read time
MOST_RECEIVED, MOST_UNPACKED = 32 * 2**20, 128 * 2**20  # bytes: ten times the longest body of either source
SAME_HOST_REDIRECTS = 3
LONGEST_BACK_OFF = 60.0
LONGEST_WAIT = 600.0  # a source that asks for more is told to the user instead of waited for
LOOPBACK = ("127.0.0.1", "localhost", "::1")

Found = TypeVar("Found")
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


@dataclass(frozen=True)
class Answer:
    """What a source answered: status, headers and the body, unpacked."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def is_page(self) -> bool:
        """Whether the body is markup, and not the JSON of an API."""
        return self.content.lstrip()[:1] == b"<"


class Passing(Exception):
    """A trouble that may be over at the next attempt; `retry_after` is in seconds, 0 where the source is silent."""

    def __init__(self, cause: str, retry_after: float = 0.0, attempts: int = ATTEMPTS):
        super().__init__(cause)
        self.retry_after, self.attempts = retry_after, attempts


class AnotherShape(Passing):
    """A body that parses and is none of ours: hardly another the next time, and no sign that the source is down."""

    def __init__(self, cause: str = "JSON of another shape"):
        super().__init__(cause, attempts=FEW_ATTEMPTS)


class Unusable(Broken):
    """An answer that came and cannot be used: it costs what was asked for, and nothing else."""


class Silent(Broken):
    """A source that gave no usable answer as often as it was asked."""


class Source:
    """One loop of attempts, and a count of what it cost. A source is a subclass that knows paths and shapes."""

    name = "source"

    def __init__(
        self,
        base_url: str,
        session: "requests.Session | None",
        sleep: Callable[[float], None],
        listener: Waiting | None,
        read_seconds: float = READ_SECONDS,
        attempts: int = ATTEMPTS,
        total_seconds: float = TOTAL_SECONDS,
    ):
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadInput(f"base URL {base_url!r} of {self.name} is not a web address.", then="begin it with https://")
        if session is None:
            import requests

            session = requests.Session()
            session.trust_env = parts.hostname not in LOOPBACK  # a proxy cannot see this computer's own servers
        self._base, self._session = base_url.rstrip("/"), session
        self._sleep, self._listener = sleep, listener
        self._read_seconds, self._attempts, self._total_seconds = read_seconds, attempts, total_seconds
        self._headers = {"User-Agent": "nbhelpers/0.1 (backfill of one season)"}
        self._counting = threading.Lock()
        self.spent = Spent()

    def get(self, path: str, read: Callable[[Answer], Found]) -> Found:
        """What `read` makes of the answer to `path`, asked again while the trouble may pass; Silent or Unusable in the end."""
        for attempt in range(1, self._attempts + 1):
            try:
                return read(self.ask(path, retry=attempt > 1))
            except Passing as trouble:
                cause, seconds, most = str(trouble), trouble.retry_after, min(trouble.attempts, self._attempts)
                kind = Unusable if isinstance(trouble, AnotherShape) else Silent
            if seconds > LONGEST_WAIT:
                raise Silent(
                    f"{self.name} asks to wait {seconds:.0f} seconds before {path} ({cause}).",
                    "nothing more can be fetched until then; what was fetched so far is kept",
                    "run again after that time: it goes on from here.",
                )
            if attempt >= most:
                break
            back_off = min(2.0 ** (attempt - 1), LONGEST_BACK_OFF)
            self._pause(max(seconds, back_off), f"{self.name}: {cause} (attempt {attempt} of {most})")
        raise kind(
            f"{self.name} gave no usable answer to {path} in {attempt} attempts; the last: {cause}.",
            "going on without it would leave a hole; what was fetched so far is kept",
            "check the connection, then run again: it goes on from here.",
        )

    def ask(self, path: str, retry: bool = False) -> Answer:
        """One request. Passing if it failed in a way that may pass; any other status is the caller's to judge."""
        import requests

        self._before()
        answer = None
        try:
            answer = self._within_total_time(lambda is_late: self._exchange(path, is_late))
        except requests.Timeout:
            raise Passing(f"no answer within {self._read_seconds:g} seconds") from None
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError):
            raise Passing("the answer was cut off") from None
        except requests.ConnectionError as problem:
            inner = getattr(problem.args[0], "reason", problem) if problem.args else problem
            if "timed out" in str(inner):
                raise Passing(f"no answer within {self._read_seconds:g} seconds") from None
            raise Passing(f"no connection: {self._quoted(str(inner))}") from None
        except requests.RequestException as problem:
            raise Broken(f"{self.name} cannot be asked for {path}: {type(problem).__name__}.") from None
        finally:
            self._count(requests=1, retries=int(retry), bytes=len(answer.content) if answer is not None else 0)
            self._after({} if answer is None else answer.headers)
        if answer.status == 429 or answer.status >= 500:
            raise Passing(f"status {answer.status}", retry_after(answer.headers))
        return answer

    def json(self, answer: Answer, path: str) -> dict:
        """The JSON object that a good answer holds. Broken for another status, Passing for another body."""
        if answer.status != 200:
            raise Broken(
                f"{self.name} answers {answer.status} to {path}: {self._quoted_body(answer)}",
                "asking again would change nothing; what was fetched so far is kept",
                "check the base URL; after a 403, try again later: the source may be refusing this computer for now.",
            )
        try:
            body = parse_json(answer.content)
        except ValueError:
            raise Passing(f"{'a web page' if answer.is_page else 'something else'} instead of JSON") from None
        if not isinstance(body, dict):
            raise AnotherShape
        return body

    def _within_total_time(self, exchange: Callable[[threading.Event], Answer]) -> Answer:
        """What an exchange returns or raises, if it ends in time; a late one is told so and left alone."""
        outcomes: queue.SimpleQueue = queue.SimpleQueue()
        is_late = threading.Event()

        def work() -> None:
            try:
                outcomes.put((exchange(is_late), None))
            except Exception as problem:
                outcomes.put((None, problem))

        threading.Thread(target=work, daemon=True).start()
        try:
            answer, problem = outcomes.get(timeout=self._total_seconds)
        except queue.Empty:
            is_late.set()
            raise Passing(f"no whole answer within {self._total_seconds:g} seconds", attempts=FEW_ATTEMPTS) from None
        if problem:
            raise problem
        return answer

    def _exchange(self, path: str, is_late: threading.Event) -> Answer:
        """Send a request and receive its answer, following redirects on the source's own host alone."""
        url = self._base + path
        for _ in range(SAME_HOST_REDIRECTS + 1):
            with self._session.get(
                url,
                headers=self._headers,
                auth=self._sign,
                timeout=(CONNECT_SECONDS, self._read_seconds),
                stream=True,
                allow_redirects=False,
            ) as response:
                if not response.is_redirect:
                    return Answer(response.status_code, response.headers, self._received(response, path, is_late))
                target = urljoin(url, response.headers["Location"])
            if urlsplit(target)[:2] != urlsplit(url)[:2]:
                break
            url = target
        raise Broken(
            f"{self.name} sends whoever asks for {path} elsewhere: to {printable(urlsplit(target).netloc, 80)}.",
            "a key and a season's numbers are for the source alone, and another host may answer anything",
            "check the base URL and what stands between this computer and the source.",
        )

    def _received(self, response: "requests.Response", path: str, is_late: threading.Event) -> bytes:
        body = bytearray()
        for piece in response.iter_content(2**16):
            body += piece
            if is_late.is_set():
                break
            if response.raw.tell() > MOST_RECEIVED or len(body) > MOST_UNPACKED:
                raise Unusable(
                    f"{self.name} answers {path} with more than {min(MOST_RECEIVED, len(body)) // 2**20} MB; the rest was not read.",
                    "no answer of this source is so long, and what is not it would fill memory and store",
                    "check the base URL, then run again.",
                )
        return bytes(body)

    def _before(self) -> None:
        """What a source with a limit does before a request."""

    def _after(self, headers: Mapping[str, str]) -> None:
        """What it does after one; no headers if no answer came."""

    def _sign(self, request: "requests.PreparedRequest") -> "requests.PreparedRequest":
        """Put the key on a request, for a source that wants one."""
        return request

    def _quoted(self, text: str) -> str:
        """The beginning of what a source said, for an error message."""
        return printable(text) or "an empty body"

    def _quoted_body(self, answer: Answer) -> str:
        """What a body says, in short: of a web page its title alone."""
        text = answer.content[:4000].decode("utf-8", "replace")
        if not answer.is_page:
            return self._quoted(text)
        title = re.search(r"<(?:title|code|message)>([^<]{1,200})<", text, re.IGNORECASE)
        return f"a web page{f', {self._quoted(title[1])}' if title else ''}"

    def _pause(self, seconds: float, why: str) -> None:
        self._count(waited_seconds=seconds)
        if self._listener:
            self._listener(seconds, why)
        self._sleep(seconds)

    def _count(self, **spent: Any) -> None:
        with self._counting:
            self.spent += Spent(**spent)


def field(body: Any, *names: str) -> Any:
    """A value by its path of names, None where anything on the way is absent or no object."""
    for name in names:
        body = body.get(name) if isinstance(body, dict) else None
    return body
