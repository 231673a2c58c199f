"""The object store: what the sources answered, kept as received, one immutable object a fetch, under one naming rule."""

import gzip
import io
import json
import os
import re
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import get_ident
from typing import Any, Protocol

from nbhelpers.errors import BadInput, Broken, Unavailable

SCHEDULES = "nba-com/schedule/"
BOX_SCORES = "ball-dont-lie/boxscores/"
PLAY_BY_PLAYS = "nba-com/play-by-play/"
OFFICIAL_BOX_SCORES = "nba-com/boxscores/"

# Only the folder says whose object it is: buckets filled by other tools name the files as they like.
_FILE = r"(?P<file>[^/\\\0]+\.json(\.gz)?)"
_SHAPES = {
    "schedule": re.compile(rf"{SCHEDULES}(?P<season>\d{{4}}-\d{{2}})/{_FILE}", re.ASCII),
    "box_score": re.compile(rf"{BOX_SCORES}(?P<date>\d{{4}}-\d{{2}}-\d{{2}})/{_FILE}", re.ASCII),
    "play_by_play": re.compile(rf"{PLAY_BY_PLAYS}(?P<date>\d{{4}}-\d{{2}}-\d{{2}})/game_(?P<game>\d{{10}})/{_FILE}", re.ASCII),
    "official_box_score": re.compile(rf"{OFFICIAL_BOX_SCORES}(?P<date>\d{{4}}-\d{{2}}-\d{{2}})/game_(?P<game>\d{{10}})/{_FILE}", re.ASCII),
}
MOST_UNPACKED = 2**28  # bytes of a zipped object: many times the longest answer of any source
_GZIP = b"\x1f\x8b"  # what a zipped body begins with, and JSON never
_UNSEEN = ("objects that cannot be seen would be taken for absent", "check the folder and its permissions.")
_STAMP = re.compile(r"/(\d{8}_\d{6})\.json(\.gz)?$", re.ASCII)


class AlreadyThere(Broken):
    """A key that is taken: objects are never overwritten."""


@dataclass(frozen=True)
class Address:
    """What a key says of its object; the fields that its kind does not have are None."""

    kind: str  # schedule, box_score, play_by_play, official_box_score
    season: str | None = None
    game_date: date | None = None
    nba_game_id: str | None = None


class Store(Protocol):
    """Where objects live. Keys are POSIX paths below its root. Unavailable, whatever is asked, if it cannot be seen."""

    def keys(self, prefix: str = "") -> list[str]:
        """Every key that starts with `prefix`, sorted."""

    def versions(self, prefix: str = "") -> dict[str, str]:
        """Every key that starts with `prefix`, with a text that is another one when the object's content is."""

    def read(self, key: str) -> bytes:
        """The bytes of an object as they were stored. Broken if there is none or it cannot be read."""

    def read_json(self, key: str) -> Any:
        """The object parsed, unzipped first if it was stored zipped. Broken, naming the key, if it is not JSON."""

    def create(self, key: str, body: bytes) -> None:
        """Store a new object, whole or not at all. AlreadyThere if the key is taken, Broken if it cannot be written."""


class LocalStore:
    """A folder of objects; hidden and half-written files in it are not objects."""

    def __init__(self, root: Path):
        self.root = root

    def __str__(self) -> str:
        return str(self.root)

    def keys(self, prefix: str = "") -> list[str]:
        """Every key that starts with `prefix`, sorted; none if there is no such folder."""
        folder = prefix.rpartition("/")[0]
        start = self._path(folder) if folder else self.root
        found = []
        for path, folders, files in os.walk(start, onerror=_refuse, followlinks=True):
            folders[:] = [name for name in folders if not name.startswith(".")]
            inside = "/".join(filter(None, (folder, path.removeprefix(str(start)).strip(os.sep).replace(os.sep, "/"))))
            found += [f"{inside}/{name}".lstrip("/") for name in files if not name.startswith(".")]
        return sorted(key for key in found if key.startswith(prefix))

    def versions(self, prefix: str = "") -> dict[str, str]:
        """Every key that starts with `prefix`, with the size and the time of change of its file."""
        states = {key: os.stat(f"{self.root}/{key}") for key in self.keys(prefix)}
        return {key: f"{state.st_size} {state.st_mtime_ns}" for key, state in states.items()}

    def read(self, key: str) -> bytes:
        """The bytes of an object as they were stored. Broken if there is none or it cannot be read."""
        try:
            return self._path(key).read_bytes()
        except OSError as problem:
            raise Broken(f"object {key}{_unreadable(problem)}", *_UNSEEN) from None

    def read_json(self, key: str) -> Any:
        """The object parsed, unzipped first if it was stored zipped. Broken, naming the key, if it is not JSON."""
        return parse_object(key, self.read(key))

    def create(self, key: str, body: bytes) -> None:
        """Store a new object, whole or not at all. AlreadyThere if the key is taken, Broken if it cannot be written."""
        path = self._path(key)
        half_written = path.with_name(f".{path.name}.{os.getpid()}.{get_ident()}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with half_written.open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            _link(half_written, path, key)
        except OSError as problem:
            raise Broken(
                f"object {key} cannot be written to {self.root}: {problem.strerror or problem}.",
                "what was fetched has to be kept before anything is loaded from it; earlier objects are untouched",
                "make the folder writable or free some space, then run again: it goes on from here.",
            ) from None
        finally:
            with suppress(OSError):
                half_written.unlink()

    def _path(self, key: str) -> Path:
        require_plain(key)
        return self.root.joinpath(*key.split("/"))


def require_plain(key: str) -> None:
    """Raise BadInput for a key that is no plain path below the store."""
    if is_hidden(key) or any(not part or "\\" in part or "\0" in part for part in key.split("/")):
        raise BadInput(
            f"object key {key!r} is not a plain path below the store.",
            "it would read or write outside the store, or where no listing shows it",
            "use the key functions of nbhelpers/objects.py.",
        )


def is_hidden(key: str) -> bool:
    """Whether a key is no object's: half-written files and those of other tools begin with a dot."""
    return any(part.startswith(".") for part in key.split("/"))


def taken(key: str) -> AlreadyThere:
    """What a store says of a key that has an object."""
    return AlreadyThere(
        f"object {key} exists already.",
        "an object is what was received at a moment; overwriting one would change the past",
        "store the new body under a later stamp.",
    )


def parse_object(key: str, body: bytes) -> Any:
    """The value of an object's body, unzipped first if its key ends in .gz or it was uploaded with gzip encoding.

    >>> parse_object("a.json", gzip.compress(b'{"data": []}'))
    {'data': []}
    """
    try:
        return parse_json(unpacked(key, body))
    except (ValueError, EOFError, OSError, zlib.error) as problem:
        raise Broken(
            f"object {key} ({len(body)} bytes) is not JSON: {problem}.",
            "nothing can be loaded from it",
            "run 10_fetch_raw: it fetches a new object beside this one and leaves this one as it is.",
        ) from None


def unpacked(key: str, body: bytes) -> bytes:
    """An object's body, unzipped where it is zipped; ValueError where that is larger than an answer can be, else what gzip raises."""
    if not (key.endswith(".gz") or body.startswith(_GZIP)):
        return body
    with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
        whole = file.read(MOST_UNPACKED + 1)
    if len(whole) > MOST_UNPACKED:
        raise ValueError(f"it unpacks to more than {MOST_UNPACKED // 2**20} MB")
    return whole


def parse_json(body: bytes) -> Any:
    """The value of a JSON text; ValueError if it is not one. NaN and Infinity are not JSON.

    >>> parse_json(b'{"data": []}')
    {'data': []}
    """
    try:
        return json.loads(body, parse_constant=_not_json)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def stamp(at: datetime) -> str:
    """The name of an object fetched at a moment: its UTC second.

    >>> stamp(datetime(2025, 12, 17, 11, 5, tzinfo=UTC))
    '20251217_110500'
    """
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return f"{at.astimezone(UTC):%Y%m%d_%H%M%S}"


def schedule_prefix(season: str) -> str:
    """Where the schedules of a season, named as `2025-26`, are kept."""
    return f"{SCHEDULES}{season}/"


def schedule_key(season: str, name: str) -> str:
    """The key of a schedule by its stamp."""
    return f"{schedule_prefix(season)}{name}.json"


def box_score_prefix(game_date: date) -> str:
    """Where the box scores of a date are kept."""
    return f"{BOX_SCORES}{game_date}/"


def box_score_key(game_date: date, name: str) -> str:
    """The key of a date's box scores by their stamp.

    >>> box_score_key(date(2025, 11, 13), "20251114_110500")
    'ball-dont-lie/boxscores/2025-11-13/20251114_110500.json'
    """
    return f"{box_score_prefix(game_date)}{name}.json"


def play_by_play_prefix(game_date: date, nba_game_id: str) -> str:
    """Where the play-by-play of a game is kept."""
    return f"{PLAY_BY_PLAYS}{game_date}/game_{nba_game_id}/"


def play_by_play_key(game_date: date, nba_game_id: str, name: str) -> str:
    """The key of a game's play-by-play by its stamp."""
    return f"{play_by_play_prefix(game_date, nba_game_id)}{name}.json"


def official_box_score_prefix(game_date: date, nba_game_id: str) -> str:
    """Where the NBA's box scores of a game are kept."""
    return f"{OFFICIAL_BOX_SCORES}{game_date}/game_{nba_game_id}/"


def official_box_score_key(game_date: date, nba_game_id: str, name: str) -> str:
    """The key of the NBA's box score of a game by its stamp."""
    return f"{official_box_score_prefix(game_date, nba_game_id)}{name}.json"


def known_address(key: str) -> Address:
    """What the object under a key of known shape is; ValueError for another."""
    if (found := address(key)) is None:
        raise ValueError(f"{key} is no object's key")
    return found


def address(key: str) -> Address | None:
    """What the object under `key` is, by its folder alone; None for a key of no known shape.

    >>> address("ball-dont-lie/boxscores/2025-11-13/anything.json").game_date
    datetime.date(2025, 11, 13)
    >>> address("ball-dont-lie/boxscores/yesterday/anything.json") is None
    True
    """
    for kind, shape in _SHAPES.items():
        if match := shape.fullmatch(key):
            named = match.groupdict()
            try:
                day = date.fromisoformat(named["date"]) if "date" in named else None
            except ValueError:
                return None
            return Address(kind, named.get("season"), day, named.get("game"))
    return None


def foreign(store: Store) -> list[str]:
    """The keys of no known shape, which nothing ever reads."""
    return [key for key in store.keys("") if address(key) is None]


def in_order(keys: list[str]) -> list[str]:
    """Keys of one folder from the oldest to the newest; a name that is no stamp tells no time and goes first.

    >>> in_order(["a/latest.json", "a/20251217_120000.json", "a/20251114_110500.json"])
    ['a/latest.json', 'a/20251114_110500.json', 'a/20251217_120000.json']
    """
    return sorted(keys, key=lambda key: (fetched_at(key) is not None, key))


def add(store: Store, prefix: str, key_of: Callable[[str], str], at: datetime, body: bytes) -> str:
    """Store a body as the newest object of its folder and return its key.

    The stamp is `at`, or the second after the folder's newest stamp if `at` is not later: where several objects hold
    the same game the latest wins, and it must be this one even if the clock was set back.
    """
    earlier = [moment for key in store.keys(prefix) if (moment := fetched_at(key))]
    at = max([at, *(moment + timedelta(seconds=1) for moment in earlier)])
    while True:
        key = key_of(stamp(at))
        try:
            store.create(key, body)
        except AlreadyThere:  # another fetch took it since the listing
            at += timedelta(seconds=1)
        else:
            return key


def fetched_at(key: str) -> datetime | None:
    """The UTC second at which an object was fetched, by its stamp; None for a name that is no stamp."""
    if not (found := _STAMP.search(key)):
        return None
    try:
        return datetime.strptime(found[1], "%Y%m%d_%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _link(half_written: Path, path: Path, key: str) -> None:
    """Give the finished file its name; unlike a rename, a link never overwrites."""
    try:
        os.link(half_written, path)
    except FileExistsError:
        raise taken(key) from None


def _refuse(problem: OSError) -> None:
    """What a listing does with a folder that it cannot list; left to itself it would pass over it in silence."""
    if not isinstance(problem, FileNotFoundError):
        raise Unavailable(f"folder {problem.filename}{_unreadable(problem)}", *_UNSEEN)


def _unreadable(problem: OSError) -> str:
    return f" cannot be read: {problem.strerror or problem}."


def _not_json(constant: str) -> None:
    raise ValueError(f"{constant} is not a JSON value")
