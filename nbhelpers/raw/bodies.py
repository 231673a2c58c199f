"""Reading fields of a source's JSON body: what is not as expected is Broken, naming the object and the field."""

import re
from datetime import date
from typing import Any

from nbhelpers.errors import BadInput, Broken
from nbhelpers.raw.identifiers import team_abbr

_WHOLE = re.compile(r"-?\d{1,18}(\.0*)?", re.ASCII)


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


def whole(body: Any, name: str, where: str) -> int | None:
    """The whole number under `name`, also where it is written as text or as 4.0; None where there is none, else Broken.

    >>> whole({"pts": "8"}, "pts", "here"), whole({"pts": 4.0}, "pts", "here"), whole({}, "pts", "here")
    (8, 4, None)
    """
    value = known(body, name, (int, float, str), where)
    if isinstance(value, str):
        value = int(value.partition(".")[0]) if _WHOLE.fullmatch(value.strip()) else value
    if value is None or (not isinstance(value, str) and value == int(value)):
        return None if value is None else int(value)
    raise broken(where, f"{name} is {format(repr(value), '.60')}")


def need_whole(body: Any, name: str, where: str) -> int:
    """The whole number under `name`, as `whole`; Broken where there is none."""
    value = whole(body, name, where)
    if value is None:
        raise broken(where, f"{name} is absent")
    return value


def number(body: Any, name: str, where: str) -> float | None:
    """The number under `name`, also where it is written as text; None where there is none, else Broken."""
    value = known(body, name, (int, float, str), where)
    if isinstance(value, str) and not re.fullmatch(r"-?\d{1,15}(\.\d+)?", value.strip(), re.ASCII):
        raise broken(where, f"{name} is {format(repr(value), '.60')}")
    return None if value is None else float(value)


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
        "fetch it again; if the source has changed its shape, nbhelpers/raw must learn the new one.",
    )


def need_date(body: Any, name: str, where: str) -> date:
    """The day that the text under `name` begins with."""
    text = need(body, name, str, where)
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise broken(where, f"{name} is {text!r}, which begins with no date") from None
