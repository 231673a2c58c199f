"""Reading fields of a source's JSON body: what is not as expected is Broken, naming the object and the field."""

from datetime import date
from typing import Any

from nbhelpers.errors import BadInput, Broken
from nbhelpers.raw.identifiers import team_abbr


def need(body: Any, name: str, kind: type | tuple[type, ...], where: str) -> Any:
    """The value of `name` in `body`, which must be of `kind`; otherwise Broken, naming the object and the field."""
    value = body.get(name) if isinstance(body, dict) else None
    # Python counts True as an int; a source's true is no number. Nor has a warehouse's INT64 room for every number.
    not_a_number = isinstance(value, bool) and kind is not bool
    too_large = isinstance(value, (int, float)) and not abs(value) < 2**63
    if not isinstance(value, kind) or not_a_number or too_large:
        raise broken(where, f"{name} is {'absent' if value is None else format(repr(value), '.60')}")
    return value


def known(body: dict, name: str, kind: type | tuple[type, ...], where: str) -> Any:
    """The value of `name` in `body`, or None where the source has none; Broken if it is of another kind."""
    return None if body.get(name) is None else need(body, name, kind, where)


def need_team(body: dict, name: str, where: str) -> str:
    """The three letters of the team that `name` holds; Broken if it is none of the NBA's."""
    try:
        return team_abbr(need(body, name, str, where))
    except BadInput as problem:
        raise Broken(f"{where}: {name}: {problem.what}", problem.why, problem.then) from None


def broken(where: str, what: str) -> Broken:
    """The error of a source object that cannot be read as what it should be."""
    return Broken(
        f"{where}: {what}.",
        "rows read from an object of another shape would be wrong without anybody noticing",
        "fetch it again; if the source has changed its shape, raw.py, boxscores.py or shots.py must learn the new one.",
    )


def need_date(body: Any, name: str, where: str) -> date:
    """The day that the text under `name` begins with."""
    text = need(body, name, str, where)
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise broken(where, f"{name} is {text!r}, which begins with no date") from None
