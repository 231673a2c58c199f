"""Who is who: one person has one player_lookup and one name over a season, whatever either source spells on a given day.

The person is the source's id. The ids of the two sources are joined by the games in which both list him: same game, same
team, same statistics, and the name where these tie.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from nbhelpers.raw.boxscores import COUNTED
from nbhelpers.raw.identifiers import family_key, player_lookup

BDL, NBA = "bdl", "nba"
ID_COLUMN = {BDL: "bdl_player_id", NBA: "person_id"}
NAME_COLUMN = {BDL: "player_full_name", NBA: "player_name"}
SOURCE_NAME = {BDL: "BallDontLie", NBA: "the NBA"}

Id = tuple[str, int]  # a source and its id of a person
Published = dict[Id, str]  # the lookups under which other dates of the season are published
Names = dict[str, str]  # the name by which each lookup is published there

# How much a game in which both list him says for two ids being one person.
SAME_STATISTICS, SAME_IDLENESS, SAME_NAME, SAME_FAMILY = 4, 1, 3, 1
ENOUGH = 2  # a family name alone is not: brothers play for one team


@dataclass
class Person:
    """The ids of one person and how each source spells him: the day from which on, the name."""

    ids: list[Id]
    spellings: dict[str, list[tuple[date, str]]] = field(default_factory=lambda: {BDL: [], NBA: []})
    lookup: str = ""
    name: str = ""

    def first_name_in(self, source: str) -> tuple[date, str] | None:
        """The day from which a source spells him, and how; None where it never does."""
        return min(self.spellings[source], default=None)

    @property
    def first_day(self) -> date:
        """The first day on which either source lists him."""
        return min(day for spelled in self.spellings.values() for day, _ in spelled)


@dataclass(frozen=True)
class Named:
    """Something about a person that had to be decided, for a reader."""

    player_lookup: str
    what: str


def assign_lookups(bdl: list[dict], nba: list[dict], published: Published, lead: str, names: Names | None = None) -> list[Named]:
    """Give the rows of both sources one player_lookup and one name a person, and tell what was decided.

    A person keeps the lookup under which other dates are `published`, and the name that `names` has of it; else they are
    the name he had first in the window, as the source whose lines count (`lead`) spells it, or the other one where that
    has none of him.
    """
    people, names = _people(bdl, nba), names or {}
    for person in people:
        person.lookup = _lookup(person, published, lead)
    decided = _tell_namesakes_apart(people, published)
    for person in people:
        person.name = names.get(person.lookup) or _first_name(person, lead)
    by_id = {identifier: person for person in people for identifier in person.ids}
    for source, rows in ((BDL, bdl), (NBA, nba)):
        for row in rows:
            person = by_id[source, row[ID_COLUMN[source]]]
            row["player_lookup"], row[NAME_COLUMN[source]] = person.lookup, person.name
    return decided + [Named(person.lookup, what) for person in people for what in _changes(person, published, lead)]


def _people(bdl: list[dict], nba: list[dict]) -> list[Person]:
    joined = _joined(bdl, nba)
    people: dict[Id, Person] = {}
    for source, rows in ((NBA, nba), (BDL, bdl)):
        for row in rows:
            identifier = source, row[ID_COLUMN[source]]
            known_as = joined.get(identifier, identifier)
            person = people.setdefault(known_as, Person([]))
            if identifier not in person.ids:
                person.ids.append(identifier)
            person.spellings[source].append((row["game_date"], row[NAME_COLUMN[source]]))
    return list(people.values())


def _joined(bdl: list[dict], nba: list[dict]) -> dict[Id, Id]:
    """The NBA's id of each BallDontLie id that can be joined to one."""
    votes: Counter[tuple[int, int]] = Counter()
    games_of: dict[int, set[str]] = defaultdict(set)
    theirs = _by_game_and_team(nba)
    for place, lines in _by_game_and_team(bdl).items():
        for line in lines:
            games_of[line["bdl_player_id"]].add(place[0])
        for line, like, weight in _alike(lines, theirs.get(place, [])):
            votes[line["bdl_player_id"], like["person_id"]] += weight
    found: dict[int, int] = {}
    bearers: dict[int, list[int]] = defaultdict(list)
    for (ours, other), weight in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0])):
        # One person may have two ids in the course of a season, never in one game.
        overlaps = any(games_of[ours] & games_of[bearer] for bearer in bearers[other])
        if weight >= ENOUGH and ours not in found and not overlaps:
            found[ours] = other
            bearers[other].append(ours)
    found |= _by_name_alone(bdl, nba, found)
    return {(BDL, ours): (NBA, other) for ours, other in found.items()}


def _alike(ours: list[dict], theirs: list[dict]) -> Iterator[tuple[dict, dict, int]]:
    """The pairs of lines of one team in one game that may be one person, and how much speaks for it."""
    for line in ours:
        lookup, family, counts = player_lookup(line["player_full_name"]), _family(line["player_full_name"]), _counts(line)
        for other in theirs:
            weight = SAME_NAME * (lookup == player_lookup(other["player_name"])) + SAME_FAMILY * (family == _family(other["player_name"]))
            if line["did_play"] and other["did_play"]:
                weight += SAME_STATISTICS * (counts == _counts(other))
            elif weight and not line["did_play"] and not other["did_play"]:
                weight += SAME_IDLENESS
            if weight:
                yield line, other, weight


def _by_name_alone(bdl: list[dict], nba: list[dict], found: dict[int, int]) -> dict[int, int]:
    """Ids that share no game, joined by a name that only one id on each side bears."""
    bearers: dict[str, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for side, source, rows in ((0, BDL, bdl), (1, NBA, nba)):
        for row in rows:
            bearers[player_lookup(row[NAME_COLUMN[source]])][side].add(row[ID_COLUMN[source]])
    taken = set(found.values())
    return {
        min(ours): min(theirs)
        for ours, theirs in bearers.values()
        if len(ours) == len(theirs) == 1 and not ours & found.keys() and not theirs & taken
    }


def _lookup(person: Person, published: Published, lead: str) -> str:
    """The lookup that a person keeps, or the name he had first."""
    of_lead_first = sorted(person.ids, key=lambda identifier: (identifier[0] != lead, identifier[1]))
    for identifier in of_lead_first:
        if identifier in published:
            return published[identifier]
    return player_lookup(_first_name(person, lead))


def _first_name(person: Person, lead: str) -> str:
    """The name that a person had first, as the source whose lines count spells it, or else the other one."""
    other = NBA if lead == BDL else BDL
    first = person.first_name_in(lead) or person.first_name_in(other)
    return first[1] if first else ""


def _tell_namesakes_apart(people: list[Person], published: Published) -> list[Named]:
    """Give each of several people of one name a lookup of his own: the first keeps the name, the next is its 2."""
    taken, decided = set(published.values()) | {person.lookup for person in people}, []
    bearers: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        bearers[person.lookup].append(person)
    for lookup, namesakes in bearers.items():
        # Who is published under the name keeps it; of two who came on one day, the one whom more sources list.
        in_order = sorted(namesakes, key=lambda p: (not any(published.get(i) == lookup for i in p.ids), p.first_day, -len(p.ids), p.ids))
        for person in in_order[1:]:
            person.lookup = next(f"{lookup}{n}" for n in range(2, 1000) if f"{lookup}{n}" not in taken)
            taken.add(person.lookup)
            decided.append(Named(person.lookup, f"bears the name of {lookup} and is another person ({_ids(person.ids)})"))
    return decided


def _changes(person: Person, published: Published, lead: str) -> Iterator[str]:
    """What of a person changed in the course of the season, a sentence each."""
    for source in (BDL, NBA):
        first_days: dict[str, tuple[date, str]] = {}
        if source == lead:  # which spells the name that he has
            first_days[player_lookup(person.name)] = (date.min, person.name)
        for day, name in sorted(person.spellings[source]):
            first_days.setdefault(player_lookup(name), (day, name))
        names = list(first_days.values())
        for day, name in names[1:]:
            yield f"{SOURCE_NAME[source]} spells him {name} from {day}, {names[0][1]} before; his lookup stays"
        ids = [identifier for identifier in person.ids if identifier[0] == source]
        if len(ids) > 1:
            yield f"{SOURCE_NAME[source]} lists him under {len(ids)} ids: {_ids(ids)}"
        kept = {published[i] for i in ids if i in published}
        if kept - {person.lookup}:
            yield f"{SOURCE_NAME[source]}'s id of him is published as {', '.join(sorted(kept))} on other dates"


def published_names(rows: Iterable[tuple[str, str, int]]) -> Names:
    """One name a lookup from rows of lookup, name and how many lines bear it; the most common."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for lookup, name, lines in rows:
        counts[lookup][name] += int(lines)
    return {lookup: min(of, key=lambda name: (-of[name], name)) for lookup, of in counts.items()}


def published_lookups(rows: Iterable[tuple[str, int, str, int]]) -> Published:
    """One lookup an id from rows of source, id, lookup and how many lines bear it; the most common, so that no odd line renames him."""
    counts: dict[Id, Counter[str]] = defaultdict(Counter)
    for source, identifier, lookup, lines in rows:
        counts[source, int(identifier)][lookup] += int(lines)
    return {identifier: min(of, key=lambda lookup: (-of[lookup], lookup)) for identifier, of in counts.items()}


def _by_game_and_team(rows: list[dict]) -> dict[tuple[str, str], list[dict]]:
    found: dict[tuple[str, str], list[dict]] = defaultdict(list)
    for row in rows:
        found[row["game_id"], row["team_abbr"]].append(row)
    return found


def _counts(row: dict) -> tuple[int, ...]:
    return tuple(row[column] or 0 for column in COUNTED)


@lru_cache(maxsize=4096)
def _family(name: str) -> str:
    """The key of a full name's family name: all but the first name, or the only name."""
    first, _, family = re.sub(r"\s+", " ", name.strip()).partition(" ")
    return family_key(family) or player_lookup(first)


def _ids(identifiers: list[Id]) -> str:
    return ", ".join(f"{SOURCE_NAME[source]}'s {number}" for source, number in identifiers)
