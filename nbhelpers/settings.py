"""Where things are and how fast to ask: a flag, else the environment, else the profile.

Imports: errors.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nbhelpers.errors import BadInput

_BUCKET = re.compile(r"gs://(?P<bucket>[a-z0-9][a-z0-9._-]{1,220}[a-z0-9])(?P<prefix>(/[^/.\\\0@?#][^/\\\0@?#]*)*)")
ROOT = Path(__file__).resolve().parent.parent
PROFILES = {
    # home is the folder that bucket, warehouse and runs stand in unless they are named.
    "demo": {"home": "demo", "bdl_base_url": "", "cdn_base_url": ""},  # the simulation says where it listens
    "local": {"home": ".", "bdl_base_url": "https://api.balldontlie.io", "cdn_base_url": "https://cdn.nba.com"},
    # The same sources; tables in BigQuery, objects in Google Cloud Storage, the record of the runs in a folder here.
    "gcp": {"home": ".", "bdl_base_url": "https://api.balldontlie.io", "cdn_base_url": "https://cdn.nba.com"},
}
ENVIRONMENT = {
    "profile": "BACKFILL_PROFILE",
    "home": "BACKFILL_HOME",  # in place of the profile's own
    "bucket": "BACKFILL_BUCKET",
    "warehouse": "BACKFILL_WAREHOUSE",
    "runs": "BACKFILL_RUNS",
    "bdl_base_url": "BDL_BASE_URL",
    "cdn_base_url": "NBA_CDN_BASE_URL",
    "bdl_rate": "BDL_RATE",
    "lines": "BACKFILL_LINES",
    "project": "GOOGLE_CLOUD_PROJECT",
    "location": "BACKFILL_LOCATION",
    "dataset_prefix": "BACKFILL_DATASET_PREFIX",
    "billing_project": "BACKFILL_BILLING_PROJECT",
    "labels": "BACKFILL_LABELS",
    "max_bytes": "BACKFILL_MAX_BYTES",
    "max_cost": "BACKFILL_MAX_COST",
    "price": "BACKFILL_PRICE",
    "commands": "BACKFILL_COMMANDS",
}
LINES = ("bdl", "nba")  # BallDontLie's, or the NBA's own
PRICE = 6.25  # dollars a TiB billed, on demand in the US
_LABEL = re.compile(r"[a-z][a-z0-9_-]{0,62}=[a-z0-9_-]{0,63}")
TIB = 2**40
LEAST_BYTES = 10 * 2**20  # that BigQuery bills for each table that a query reads
KEY_VARIABLE = "BALLDONTLIE_API_KEY"


@dataclass(frozen=True)
class Settings:
    """Everything a run needs to know that is not a date. No secret is among it."""

    profile: str
    home: Path
    bucket: Path | str  # a folder, or gs://bucket
    warehouse: Path  # of the embedded warehouse
    runs: Path
    bdl_base_url: str
    cdn_base_url: str
    bdl_rate: int | None  # requests a minute; None: as the source's headers say, 5 before they do
    project: str | None = None  # of Google Cloud, whose tables these are; None: the embedded warehouse
    location: str | None = None
    dataset_prefix: str = ""
    billing_project: str | None = None  # that pays for the jobs; None: the tables' own
    labels: str = ""  # of BigQuery's jobs beside our own, such as team=data,purpose=backfill
    max_bytes: int | None = None  # that a job of BigQuery may bill
    max_cost: float | None = None  # in dollars, that a run may cost
    price: float = PRICE  # of a TiB billed
    commands: Path | None = None  # a file of steps' own commands, see owned.py
    lines: str = "bdl"  # whose lines count where the two box scores do not differ: one of LINES
    lines_given: bool = True  # somebody has said so; else a season keeps those that it was filled by

    @property
    def max_run_bytes(self) -> int | None:
        """What all jobs of a run may bill together."""
        return None if self.max_cost is None else int(self.max_cost / self.price * TIB)

    @property
    def is_simulated(self) -> bool:
        """Whether the season is the invented one of the demo."""
        return self.profile == "demo"

    @property
    def is_cloud(self) -> bool:
        """Whether the tables are in BigQuery and the objects in Google Cloud Storage."""
        return self.profile == "gcp"

    def recorded(self) -> dict[str, str]:
        """The settings that a run's record keeps."""
        places = ("project", "location", "dataset_prefix", "max_bytes") if self.is_cloud else ("warehouse",)
        own = tuple(name for name in ("billing_project", "labels", "max_cost", "commands") if getattr(self, name))
        return {name: str(getattr(self, name)) for name in ("bucket", *places, *own, "bdl_base_url", "cdn_base_url", "bdl_rate", "lines")}


def load(**flags: str | int | None) -> Settings:
    """The settings from what was given (None and '' count as not given), the environment and the profile.

    >>> load(profile="local", bucket="/data/objects").bucket.as_posix()
    '/data/objects'
    """
    values: dict[str, Any] = {
        name: flags.get(name) or os.environ.get(variable) or None for name, variable in ENVIRONMENT.items()
    }
    name = values["profile"] or "demo"
    if name not in PROFILES:
        raise BadInput(f"profile {name!r} is not known; known are {', '.join(PROFILES)}.", then="choose one of them.")
    profile = PROFILES[name]
    home = ROOT / Path(values["home"] or profile["home"]).expanduser()

    def path(what: str, default: str) -> Path:
        found = (ROOT / Path(values[what]).expanduser()).absolute() if values[what] else (home / default).absolute()
        if what == "warehouse":
            found = found.resolve()  # what lies beside it goes by its name: one name, whatever links lead to it
        _require_room(what, found)
        return found

    is_far = bool(values["bucket"]) and str(values["bucket"]).startswith("gs://")
    if is_far and name == "demo":
        raise BadInput(
            f"bucket {values['bucket']!r} is on Google Cloud Storage, and the demo is not.",
            "the simulated season would stand among real objects",
            "give a folder (--bucket PATH), or another --profile.",
        )
    if is_far:
        bucket_and_prefix(str(values["bucket"]))  # which refuses what is none
    cloud: dict[str, Any] = _cloud(values, is_far) if name == "gcp" else {}
    return Settings(
        profile=name,
        home=home.absolute(),
        bucket=str(values["bucket"]).rstrip("/") if is_far else path("bucket", "bucket"),
        warehouse=path("warehouse", "season.duckdb"),
        runs=path("runs", "runs"),
        bdl_base_url=_address("bdl_base_url", values["bdl_base_url"] or profile["bdl_base_url"]),
        cdn_base_url=_address("cdn_base_url", values["cdn_base_url"] or profile["cdn_base_url"]),
        bdl_rate=_whole("bdl_rate", values["bdl_rate"], "a number of requests a minute"),
        lines=_lines(values["lines"], is_simulated=name == "demo"),
        lines_given=values["lines"] is not None,
        commands=(ROOT / Path(values["commands"]).expanduser()).absolute() if values["commands"] else None,
        **cloud,
    )


def api_key() -> str | None:
    """BallDontLie's key, from the environment only, so that no parameter, notebook or log can hold it."""
    return os.environ.get(KEY_VARIABLE) or None


def _lines(values: str | None, is_simulated: bool) -> str:
    """Whose lines count: as given; else BallDontLie's, as in the plan, where there is a key to ask it with."""
    if values is not None and values not in LINES:
        raise BadInput(f"lines {values!r} is neither of {' and '.join(LINES)}.", then="give --lines bdl or --lines nba.")
    return values or ("bdl" if is_simulated or api_key() else "nba")


def bucket_and_prefix(url: str) -> tuple[str, str]:
    """The two parts of a gs:// address.

    >>> bucket_and_prefix("gs://season-objects/rehearsal/one/")
    ('season-objects', 'rehearsal/one')
    """
    parts = _BUCKET.fullmatch(url.rstrip("/"))
    if not parts:
        raise BadInput(
            f"bucket {shown(url)} is not a bucket's address.",
            "objects would be looked for where none can be",
            "give --bucket gs://BUCKET or gs://BUCKET/PREFIX: a bucket's name has 3 or more of a-z, 0-9, dots and dashes.",
        )
    return parts["bucket"], parts["prefix"].strip("/")


def shown(location: str) -> str:
    """A location as a message quotes it: an address may hold a password or a signature, so only its scheme."""
    scheme, mark, _ = location.partition("://")
    return repr(f"{scheme}://…" if mark and re.search("[@?]", location) else location)


def _address(what: str, url: str) -> str:
    """Refuse an address with a key in it, without repeating it: records and reports show addresses."""
    parts = urlsplit(url)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise BadInput(
            f"{what} holds more than an address: something before an @ or after a ? or #.",
            "addresses stand in records and reports, where no secret may",
            f"give the address alone; BallDontLie's key comes from {KEY_VARIABLE}.",
        )
    return url


def _require_room(what: str, path: Path) -> None:
    """Raise BadInput where something else stands in a path's place, before anything is written."""
    is_file = what == "warehouse"
    inside = next((folder for folder in path.parents if folder.is_file()), None)
    if inside:
        problem = f"{inside} is a file, not a folder"
    elif path.exists() and path.is_dir() is is_file:
        problem = f"it is a {'folder' if is_file else 'file'}, not a {'file' if is_file else 'folder'}"
    else:
        return
    raise BadInput(f"{what} {path} cannot be used: {problem}.", then=f"choose another path: --{what} PATH.")


def _cloud(values: dict, is_far: bool) -> dict[str, str | int | float | None]:
    """The settings of the gcp profile: which project, where, and whether its datasets have names of their own."""
    for name, flag in (("project", "--project P"), ("location", "--location L")):
        if not values[name]:
            raise BadInput(
                f"profile gcp without a {name}.",
                "a job that guesses where it runs may write where it should not",
                f"add {flag} (or set {ENVIRONMENT[name]}).",
            )
    if not is_far:
        raise BadInput(f"bucket {str(values['bucket'] or '')!r} is not on Google Cloud Storage.", then="give --bucket gs://BUCKET.")
    prefix = values["dataset_prefix"] or ""
    if not re.fullmatch(r"([A-Za-z][A-Za-z0-9_]{0,99})?", prefix):
        raise BadInput(
            f"dataset_prefix {prefix!r} cannot begin the name of a dataset.",
            then="use letters, digits and underscores, a letter first: --dataset-prefix rehearsal_.",
        )
    most = _whole("max_bytes", values["max_bytes"], "a number of bytes")
    if most is not None and most < LEAST_BYTES:
        raise BadInput(
            f"max_bytes {most:,} is less than BigQuery bills for any query ({LEAST_BYTES:,}).",
            "no query at all could run",
            f"give --max-bytes {LEAST_BYTES} or more, or leave it out.",
        )
    labels = values["labels"] or ""
    if labels and not all(map(_LABEL.fullmatch, labels.split(","))):
        raise BadInput(
            f"labels {labels!r} are not labels of BigQuery's.",
            "jobs that bear none of them would be missed in the bill",
            "write them as --labels team=data,purpose=backfill: small letters, digits, _ and -.",
        )
    places = {"project": values["project"], "location": values["location"], "billing_project": values["billing_project"]}
    money = {name: _amount(name, values[name]) for name in ("max_cost", "price") if values[name]}
    return places | {"dataset_prefix": prefix, "labels": labels, "max_bytes": most} | money


def _amount(name: str, text: str | float) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = 0.0
    if not 0 < amount < float("inf"):
        raise BadInput(f"{name} {text!r} is no amount of dollars.", then="give a number above 0, such as 5.")
    return amount


def _whole(name: str, text: str | int | None, what: str) -> int | None:
    if text is None:
        return None
    digits = str(text).strip()
    number = int(digits) if digits.isascii() and digits.isdigit() else 0
    if number < 1:
        raise BadInput(f"{name} {text!r} is not {what}.", then="give a whole number above 0.")
    return number
