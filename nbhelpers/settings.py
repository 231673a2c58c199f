"""Where things are and how fast to ask: a flag, else the environment, else the profile."""

import os
from dataclasses import dataclass
from pathlib import Path

from nbhelpers.errors import BadInput

ROOT = Path(__file__).resolve().parent.parent
PROFILES = {
    # home is the folder that bucket, warehouse and runs stand in unless they are named.
    "demo": {"home": "demo", "bdl_base_url": "", "cdn_base_url": ""},  # the simulation says where it listens
    "local": {"home": ".", "bdl_base_url": "https://api.balldontlie.io", "cdn_base_url": "https://cdn.nba.com"},
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
}
KEY_VARIABLE = "BALLDONTLIE_API_KEY"


@dataclass(frozen=True)
class Settings:
    """Everything a run needs to know that is not a date. No secret is among it."""

    profile: str
    home: Path
    bucket: Path
    warehouse: Path
    runs: Path
    bdl_base_url: str
    cdn_base_url: str
    bdl_rate: int | None  # requests a minute; None: as the source's headers say, 5 before they do

    @property
    def is_simulated(self) -> bool:
        return self.profile == "demo"


def load(**flags: str | int | None) -> Settings:
    """The settings from what was given (None and '' count as not given), the environment and the profile.

    >>> load(profile="local", bucket="/data/objects").bucket.as_posix()
    '/data/objects'
    """
    given = {
        name: flags.get(name) or os.environ.get(variable) or None for name, variable in ENVIRONMENT.items()
    }
    name = given["profile"] or "demo"
    if name not in PROFILES:
        raise BadInput(f"profile {name!r} is not known; known are {', '.join(PROFILES)}.", then="choose one of them.")
    profile = PROFILES[name]
    home = ROOT / Path(given["home"] or profile["home"]).expanduser()

    def path(what: str, default: str) -> Path:
        found = (ROOT / Path(given[what]).expanduser()).absolute() if given[what] else (home / default).absolute()
        _require_room(what, found)
        return found

    if given["bucket"] and str(given["bucket"]).startswith("gs://"):
        raise BadInput(f"bucket {given['bucket']!r} is on Google Cloud Storage.", then="give a folder: --bucket PATH.")
    return Settings(
        profile=name,
        home=home.absolute(),
        bucket=path("bucket", "bucket"),
        warehouse=path("warehouse", "season.duckdb"),
        runs=path("runs", "runs"),
        bdl_base_url=given["bdl_base_url"] or profile["bdl_base_url"],
        cdn_base_url=given["cdn_base_url"] or profile["cdn_base_url"],
        bdl_rate=_rate(given["bdl_rate"]),
    )


def api_key() -> str | None:
    """BallDontLie's key, from the environment only, so that no parameter, notebook or log can hold it."""
    return os.environ.get(KEY_VARIABLE) or None


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


def _rate(text: str | int | None) -> int | None:
    if text is None:
        return None
    try:
        rate = int(text)
    except ValueError:
        rate = 0
    if rate < 1:
        raise BadInput(f"bdl_rate {text!r} is not a number of requests a minute.", then="give a whole number above 0.")
    return rate
