"""What one table's one date holds, and what a build leaves of it for its gate, on either warehouse."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from nbhelpers.errors import Broken
from nbhelpers.sql.tables import Output

PROVENANCE = {"run_id", "created_at", "source_object"}  # tell who wrote a row or which schedule said so first, not what it says
EMPTY = "empty"  # the fingerprint of a partition without rows


@dataclass(frozen=True)
class Staged:
    """What a build left for its gate: which partitions it computed, from what, with which code."""

    dates: tuple[str, ...]  # ISO dates; a date of these without rows is to be emptied
    run_id: str
    code_version: str
    built_at: str
    inputs: dict[str, tuple[str, str]] = field(default_factory=dict)  # date -> (earliest date read, fingerprint)
    is_in_place: bool = False  # its rows are in the published table already, put there by their owner's own command


@dataclass(frozen=True)
class Partition:
    """The content of one table's one date."""

    rows: int
    fingerprint: str


NO_ROWS = Partition(0, EMPTY)


def digests_up_to(days: Iterable[date], asked: object, found: Mapping[Output, Mapping[date, Partition]]) -> dict[date, str]:
    """For each of some days, earliest first, a SHA-256 of what is asked and of all that was found of some outputs up to it."""
    partitions = sorted((day, output.name, held.fingerprint) for output, of in found.items() for day, held in of.items())
    digest, place, digests = hashlib.sha256(repr(asked).encode()), 0, {}
    for last in days:
        while place < len(partitions) and partitions[place][0] <= last:
            digest.update(repr(partitions[place]).encode())
            place += 1
        digests[last] = digest.hexdigest()
    return digests


def staged_from(kept: dict) -> Staged:
    """What a build left, from how it was kept beside the rows."""
    inputs = {day: tuple(made_from) for day, made_from in kept["inputs"].items()}
    return Staged(**kept | {"dates": tuple(kept["dates"]), "inputs": inputs})


def require_no_blanks(output: Output, rows: int, blank: list[str]) -> None:
    """Raise Broken where columns that are never NULL are `blank` in some of an output's computed rows."""
    if blank:
        raise Broken(
            f"{output.short}: {', '.join(blank)} is NULL in some of {rows:,} rows.",
            "schema.sql says it never is, so the rows cannot be published",
            "look at the rows below it: something there is absent that should not be.",
        )


def utc(at: datetime) -> datetime:
    """A UTC time as the warehouse stores it: without a zone, since every one there is UTC."""
    return at.replace(tzinfo=None)
