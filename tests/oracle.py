"""The season computed a second time, in plain Python, so that agreement with the warehouse means something.

Written from the specification alone: it shares no line with the package and uses no SQL. Numbers are exact
(`Fraction`) until a column is stored, then rounded half away from zero; absent is None or no row, zero is a
measurement. Reads an object store as the backfill leaves it, complete from opening night to the last day asked.
"""

import functools
import json
import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import permutations
from pathlib import Path

Row = dict[str, object]
Table = dict[tuple, Row]

TEAMS = (
    "ATL", "BOS", "BKN", "CHA", "CHI", "CLE", "DAL", "DEN", "DET", "GSW", "HOU", "IND", "LAC", "LAL", "MEM",
    "MIA", "MIL", "MIN", "NOP", "NYK", "OKC", "ORL", "PHI", "PHX", "POR", "SAC", "SAS", "TOR", "UTA", "WAS",
)  # fmt: skip
GAME_TYPES = {"002": "regular", "004": "playoffs", "005": "play_in", "006": "cup_final"}  # by the id's first three
ZONES = ("paint", "mid_range", "three_pt")  # in the order in which a tie between zones falls
COUNTED = {  # raw column -> the name BallDontLie gives it
    "points": "pts", "assists": "ast", "rebounds": "reb", "offensive_rebounds": "oreb", "defensive_rebounds": "dreb",
    "steals": "stl", "blocks": "blk", "turnovers": "turnover", "personal_fouls": "pf", "field_goals_made": "fgm",
    "field_goals_attempted": "fga", "three_pointers_made": "fg3m", "three_pointers_attempted": "fg3a",
    "free_throws_made": "ftm", "free_throws_attempted": "fta",
}  # fmt: skip
OFFICIAL = {  # raw column -> the name the NBA's box score gives it
    "points": "points", "assists": "assists", "rebounds": "reboundsTotal", "offensive_rebounds": "reboundsOffensive",
    "defensive_rebounds": "reboundsDefensive", "steals": "steals", "blocks": "blocks", "turnovers": "turnovers",
    "personal_fouls": "foulsPersonal", "field_goals_made": "fieldGoalsMade", "field_goals_attempted": "fieldGoalsAttempted",
    "three_pointers_made": "threePointersMade", "three_pointers_attempted": "threePointersAttempted",
    "free_throws_made": "freeThrowsMade", "free_throws_attempted": "freeThrowsAttempted", "plus_minus": "plusMinusPoints",
}  # fmt: skip
SHOOTING = {  # summary column -> raw column
    "fg_makes": "field_goals_made", "fg_attempts": "field_goals_attempted",
    "three_pt_makes": "three_pointers_made", "three_pt_attempts": "three_pointers_attempted",
    "ft_makes": "free_throws_made", "ft_attempts": "free_throws_attempted",
}  # fmt: skip
ZONE_COUNTS = ("paint_makes", "paint_attempts", "mid_range_makes", "mid_range_attempts")
KEYS = {
    "nba_raw.nbac_schedule": ("nba_game_id",),
    "nba_raw.bdl_player_boxscores": ("game_id", "bdl_player_id"),
    "nba_raw.nbac_shots": ("nba_game_id", "action_number"),
    "nba_analytics.player_game_summary": ("game_id", "player_lookup"),
    "nba_analytics.team_defense_game_summary": ("game_id", "defending_team_abbr"),
    "nba_analytics.team_offense_game_summary": ("game_id", "team_abbr"),
    "nba_precompute.team_defense_zone_analysis": ("team_abbr", "analysis_date"),
    "nba_precompute.player_shot_zone_analysis": ("player_lookup", "analysis_date"),
    "nba_precompute.player_composite_factors": ("player_lookup", "game_date"),
    "nba_precompute.player_daily_cache": ("player_lookup", "cache_date"),
    "nba_predictions.ml_feature_store_v2": ("player_lookup", "game_date"),
    "nba_predictions.player_prop_predictions": ("player_lookup", "game_date", "system_id"),
    "nba_processing.precompute_failures": ("processor_name", "analysis_date", "entity_id"),
}
NOT_COMPARED = {"run_id", "created_at", "receipt_id", "failure_reason"}  # a run's own, or free text


def season_tables(
    bucket: Path,
    start: date,
    end: date,
    season_year: int,
    opening_night: date,
    accepted_gaps: Iterable[tuple[str, str]] = frozenset(),
    min_feature_rows: int = 50,
    of_nba: bool = False,
) -> dict[str, Table]:
    """Every table's rows dated `start` to `end`, keyed by the table's key.

    Windows reach back to `opening_night` whatever `start` is. `accepted_gaps` holds (game_id, what). With `of_nba` the
    lines are those of the NBA's box scores, and BallDontLie's table has no place among the rest.
    """
    schedule = read_schedule(bucket, season_year, opening_night, end)
    if of_nba:
        lines = [line for game in schedule for line in read_official(bucket, game)]
    else:
        lines = read_box_scores(bucket, season_year, opening_night, end)
    shots = read_shots(bucket, schedule, lines)
    players, defences, offences = summarise(schedule, lines, shots)
    season = Season(schedule, lines, players, defences, offences, {game for game, _ in accepted_gaps})
    made = precompute(season, opening_night + timedelta(days=15), min_feature_rows)
    found = dict(zip(KEYS, (schedule, lines, shots, players, defences, offences, *made), strict=True))
    if of_nba:
        del found["nba_raw.bdl_player_boxscores"]
    return {table: keyed(rows, KEYS[table], start, end) for table, rows in found.items()}


def keyed(rows: list[Row], key: tuple[str, ...], start: date, end: date) -> Table:
    """The rows dated `start` to `end` by their key; a key met twice is an error."""
    table: Table = {}
    for row in rows:
        day = row.get("game_date") or row.get("analysis_date") or row.get("cache_date")
        if start <= day <= end:
            found = tuple(row[column] for column in key)
            if found in table:
                raise ValueError(f"two rows for {key} = {found}")
            table[found] = row
    return table


# Arithmetic: exact until stored.


class Either(float):
    """A stored value so near a rounding tie that the values in `others` are as good."""

    others: tuple[float, ...] = ()


@functools.cache
def exact(value: float) -> Fraction:
    """A stored number as the decimal it reads as: 0.1 is one tenth; minutes to the second, as whole seconds.

    >>> exact(0.1), exact(29.483333333333334)
    (Fraction(1, 10), Fraction(1769, 60))
    """
    seconds = Fraction(round(60 * value), 60)
    return seconds if float(seconds) == value else Fraction(repr(value))


def rounded(value: Fraction | int | None, places: int) -> float | None:
    """To `places` decimals, half away from zero."""
    if value is None:
        return None
    scaled = abs(Fraction(value)) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return float(Fraction(whole if value >= 0 else -whole, 10**places))


def rounded_or_neighbour(value: Fraction, places: int) -> float:
    """As `rounded`, for a value of 0 or more; within a millionth of a tie both neighbours are accepted."""
    below = Fraction(value * 10**places // 1, 10**places)
    above = below + Fraction(1, 10**places)
    stored = rounded(value, places)
    if abs(value - (below + above) / 2) > Fraction(1, 10**6):
        return stored
    either = Either(stored)
    either.others = tuple(float(near) for near in (below, above) if float(near) != stored)
    return either


def clamp(value: Fraction, low: int | str, high: int | str) -> Fraction:
    return max(Fraction(low), min(Fraction(high), value))


def share(part: Fraction | int | None, whole: Fraction | int | None) -> Fraction | None:
    """part/whole; absent when either is, or when the whole is 0."""
    return None if part is None or not whole else Fraction(part) / whole


def total(values: Iterable[float | None]) -> Fraction | None:
    """The sum of the values that are known; absent when none is."""
    known = [Fraction(v) if isinstance(v, int) else exact(v) for v in values if v is not None]
    return sum(known, Fraction()) if known else None


def count(values: Iterable[int | None]) -> int | None:
    """The sum of the counts that are known; absent when none is."""
    known = [v for v in values if v is not None]
    return sum(known) if known else None


def mean(rows: list[Row], column: str) -> Fraction | None:
    """The mean of a column over the rows that have a value."""
    values = [row[column] for row in rows if row[column] is not None]
    return share(total(values), len(values))


def sample_deviation(values: list[int]) -> Fraction:
    """The sample standard deviation, to 40 digits."""
    n = len(values)
    with localcontext(prec=50):
        variance = Decimal(n * sum(v * v for v in values) - sum(values) ** 2) / (n * (n - 1))
        return Fraction(variance.sqrt())


# Raw: what the sources said.


def lookup(name: str) -> str:
    """A name as a key: a to z and 0 to 9, accents dropped."""
    spelled = name.lower()
    for letter, plain in {"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae"}.items():
        spelled = spelled.replace(letter, plain)
    return "".join(c for c in unicodedata.normalize("NFKD", spelled) if c in "abcdefghijklmnopqrstuvwxyz0123456789")


def family(name: str) -> str:
    """A family name as a key, without its generation suffix."""
    words = [lookup(word) for word in name.split()]
    while len(words) > 1 and words[-1] in ("jr", "sr", "ii", "iii", "iv"):
        words.pop()
    return "".join(words)


def team(code: str) -> str:
    found = {"BRK": "BKN", "PHO": "PHX"}.get(code, code)
    if found not in TEAMS:
        raise ValueError(f"team {code!r} is not one of the 30")
    return found


def minutes_of(text: str | None) -> Fraction:
    """Minutes from "37", "37:30" or "PT37M30.00S"; an empty text or null is none played.

    >>> minutes_of("PT27M03.00S"), minutes_of("12:30"), minutes_of("05"), minutes_of(None)
    (Fraction(541, 20), Fraction(25, 2), Fraction(5, 1), Fraction(0, 1))
    """
    if not text:
        return Fraction(0)
    found = re.fullmatch(r"(?:PT)?(\d+)(?:[M:](\d+(?:\.\d+)?)S?)?M?", text)
    if not found:
        raise ValueError(f"minutes {text!r}")
    return Fraction(found[1]) + Fraction(found[2] or 0) / 60


def objects(folder: Path) -> list[Path]:
    """The folder's objects, oldest first: their names are the times of their fetches."""
    return sorted(folder.glob("*.json"))


def read_schedule(bucket: Path, season_year: int, first: date, last: date) -> list[Row]:
    """nba_raw.nbac_schedule from the newest schedule object: the games dated `first` to `last`, oldest first."""
    season = f"{season_year}-{(season_year + 1) % 100:02d}"
    source = objects(bucket / "nba-com" / "schedule" / season)[-1]
    rows = []
    for game in (g for day in json.loads(source.read_text())["leagueSchedule"]["gameDates"] for g in day["games"]):
        day = date.fromisoformat(game["gameDateEst"][:10])
        kind = GAME_TYPES.get(game["gameId"][:3])
        if kind is None or not first <= day <= last:
            continue
        home, away = team(game["homeTeam"]["teamTricode"]), team(game["awayTeam"]["teamTricode"])
        final = game["gameStatus"] == 3  # the feed's score of a game to come is 0, which is no measurement
        rows.append({
            "season": season, "nba_game_id": game["gameId"], "game_id": f"{day:%Y%m%d}_{away}_{home}",
            "game_date": day, "game_type": kind, "is_official": kind != "cup_final", "home_team_abbr": home,
            "away_team_abbr": away, "game_status": game["gameStatus"],
            "is_postponed": game["postponedStatus"] == "P", "is_neutral": game.get("isNeutral"),
            "home_score": game["homeTeam"]["score"] if final else None,
            "away_score": game["awayTeam"]["score"] if final else None,
            "source_object": source.relative_to(bucket).as_posix(),
        })  # fmt: skip
    return sorted(rows, key=lambda row: (row["game_date"], row["game_id"]))


def read_box_scores(bucket: Path, season_year: int, first: date, last: date) -> list[Row]:
    """nba_raw.bdl_player_boxscores: each game from the newest object in which it is final."""
    chosen: dict[str, tuple[Path, list[Row]]] = {}
    for folder in sorted((bucket / "ball-dont-lie" / "boxscores").iterdir()):
        day = date.fromisoformat(folder.name)
        for source in objects(folder) if first <= day <= last else ():
            games = json.loads(source.read_text())["boxScores"]
            if any(game["date"][:10] != folder.name for game in games):
                continue  # an answer to another question counts for nothing
            for game in games:
                lines = box_lines(game, day, season_year)
                played = Counter(line["team_abbr"] for line in lines if line["did_play"])
                both = all(played[line["team_abbr"]] >= 5 for line in lines) and len(played) == 2
                if game["status"] == "Final" and game["period"] >= 4 and both:
                    chosen[lines[0]["game_id"]] = source, lines
    return [
        line | {
            "source_file_path": source.relative_to(bucket).as_posix(),
            "fetched_at": datetime.strptime(source.stem, "%Y%m%d_%H%M%S").replace(tzinfo=UTC),
        }
        for source, lines in chosen.values()
        for line in lines
    ]  # fmt: skip


def box_lines(game: dict, day: date, season_year: int) -> list[Row]:
    home, away = team(game["home_team"]["abbreviation"]), team(game["visitor_team"]["abbreviation"])
    rows = []
    for side in ("home_team", "visitor_team"):
        for line in game[side]["players"]:
            counts = {column: line[source] for column, source in COUNTED.items()}
            played = minutes_of(line["min"])
            name = f"{line['player']['first_name']} {line['player']['last_name']}".strip()
            rows.append({
                "game_id": f"{day:%Y%m%d}_{away}_{home}", "game_date": day, "season_year": season_year,
                "game_status": game["status"], "period": game["period"], "is_postseason": game["postseason"],
                "home_team_abbr": home, "away_team_abbr": away, "home_team_score": game["home_team_score"],
                "away_team_score": game["visitor_team_score"], "team_abbr": team(game[side]["abbreviation"]),
                "player_full_name": name, "player_lookup": lookup(name), "bdl_player_id": line["player"]["id"],
                "jersey_number": line["player"]["jersey_number"] or None,
                "position": line["player"]["position"] or None, "minutes": line["min"],
                "minutes_played": float(played), "did_play": played > 0 or any((n or 0) > 0 for n in counts.values()),
                **counts, "plus_minus": line["plus_minus"],
                "_family": family(line["player"]["last_name"]), "_initial": lookup(line["player"]["first_name"])[:1],
            })  # fmt: skip
    return rows


def read_official(bucket: Path, game: Row) -> list[Row]:
    """The lines of the NBA's box score of a game, with as much of BallDontLie's columns as what is computed from them reads."""
    source = objects(bucket / "nba-com/boxscores" / str(game["game_date"]) / f"game_{game['nba_game_id']}")[-1]
    box, rows = json.loads(source.read_text())["game"], []
    for side in ("homeTeam", "awayTeam"):
        for line in box[side]["players"]:
            told = {column: line["statistics"][name] for column, name in OFFICIAL.items()}
            played = minutes_of(line["statistics"]["minutes"])
            rows.append({
                "game_id": game["game_id"], "game_date": game["game_date"], "season_year": int("20" + game["season"][2:4]),
                "period": box["period"], "home_team_abbr": game["home_team_abbr"], "away_team_abbr": game["away_team_abbr"],
                "home_team_score": box["homeTeam"]["score"], "away_team_score": box["awayTeam"]["score"],
                "team_abbr": team(box[side]["teamTricode"]), "player_full_name": line["name"], "player_lookup": lookup(line["name"]),
                "minutes": line["statistics"]["minutes"], "minutes_played": float(played),
                "did_play": played > 0 or any(n > 0 for column, n in told.items() if column != "plus_minus"),
                **told, "_family": family(line["familyName"]), "_initial": lookup(line["firstName"])[:1],
            })  # fmt: skip
    return rows


def read_shots(bucket: Path, schedule: list[Row], lines: list[Row]) -> list[Row]:
    """nba_raw.nbac_shots: each game's newest play-by-play, its shooters found in the box score.

    Takes the two helper columns `_family` and `_initial` off the lines.
    """
    listed = defaultdict(list)
    for line in lines:
        names = line.pop("_family"), line.pop("_initial")
        listed[line["game_id"], line["team_abbr"]].append((*names, line))
    rows = []
    for game in schedule:
        stored = objects(bucket / "nba-com/play-by-play" / str(game["game_date"]) / f"game_{game['nba_game_id']}")
        if not stored:
            continue
        actions = json.loads(stored[-1].read_text())["game"]["actions"]
        attempts = [a for a in actions if a.get("isFieldGoal") == 1 and a.get("personId")]
        shooters = find_shooters(attempts, game["game_id"], listed)
        for action in attempts:
            value = 3 if action["actionType"] == "3pt" else 2
            x, y = (None if action.get(k) is None else Fraction(action[k]) / 10 for k in ("xLegacy", "yLegacy"))
            rows.append({
                "game_id": game["game_id"], "nba_game_id": game["nba_game_id"], "game_date": game["game_date"],
                "action_number": action["actionNumber"], "period": action["period"],
                "team_abbr": team(action["teamTricode"]), "person_id": action["personId"],
                "player_name": action.get("playerNameI") or action["playerName"], "player_lookup": shooters.get(action["personId"]),
                "shot_value": value, "is_made": action["shotResult"] == "Made",
                "zone": zone_of(value, action.get("area"), x, y), "zone_basic": action.get("area"),
                "distance_ft": action.get("shotDistance"), "x_ft": None if x is None else float(x),
                "y_ft": None if y is None else float(y), "source_file_path": stored[-1].relative_to(bucket).as_posix(),
            })  # fmt: skip
    return rows


def zone_of(value: int, area: str | None, x: Fraction | None, y: Fraction | None) -> str | None:
    """A shot's zone from its area, else from feet from the hoop, else unknown."""
    if value == 3:
        return "three_pt"
    if area:
        return "paint" if area in ("Restricted Area", "In The Paint (Non-RA)") else "mid_range"
    if x is None or y is None:
        return None
    near = x * x + y * y < 16
    return "paint" if near or (abs(x) <= 8 and y <= Fraction("13.8")) else "mid_range"


def find_shooters(attempts: list[dict], game_id: str, listed: dict) -> dict[int, str]:
    """personId -> player_lookup, for those whom the box score of the game tells apart."""
    shot = {}  # personId -> his FGA, FGM, 3PA in the play-by-play
    waiting = defaultdict(list)  # namesakes of one team: (team, family, initial) -> personIds
    found = {}
    for action in attempts:
        person = action["personId"]
        sums = shot.setdefault(person, [0, 0, 0])
        for n, holds in enumerate((True, action["shotResult"] == "Made", action["actionType"] == "3pt")):
            sums[n] += holds
        code, last = team(action["teamTricode"]), family(action["playerName"])
        initial = lookup(action["playerNameI"])[:1]
        named = [line for key, _, line in listed[game_id, code] if key == last]
        if len(named) > 1:
            named = [line for key, first, line in listed[game_id, code] if (key, first) == (last, initial)]
        if len(named) == 1:
            found[person] = named[0]["player_lookup"]
        elif named and person not in waiting[code, last, initial]:
            waiting[code, last, initial].append(person)
    for (code, last, initial), persons in waiting.items():
        named = [line for key, first, line in listed[game_id, code] if (key, first) == (last, initial)]
        counts = ("field_goals_attempted", "field_goals_made", "three_pointers_attempted")
        pairings = [
            chosen
            for chosen in permutations(named, len(persons))
            if all(shot[p] == [line[c] for c in counts] for p, line in zip(persons, chosen, strict=True))
        ]
        if len(pairings) == 1:
            found |= {p: line["player_lookup"] for p, line in zip(persons, pairings[0], strict=True)}
    return found


# Analytics: what happened in each game.


def summarise(schedule: list[Row], lines: list[Row], shots: list[Row]) -> tuple[list[Row], list[Row], list[Row]]:
    """PGS, TDGS and TOGS of every game that has a box score."""
    of_game, of_shots = defaultdict(list), defaultdict(list)
    for line in lines:
        of_game[line["game_id"]].append(line)
    for shot in shots:
        of_shots[shot["game_id"]].append(shot)
    players, defences, offences = [], [], []
    for game in schedule:
        if not (box := of_game[game["game_id"]]):
            continue
        home, away = (offence(game, box, of_shots[game["game_id"]], is_home) for is_home in (True, False))
        offences += [home, away]
        defences += [defence(home, away), defence(away, home)]
        for side in (home, away):
            own = [line for line in box if line["team_abbr"] == side["team_abbr"]]
            players += [player(line, side, of_shots[game["game_id"]]) for line in own if line["did_play"]]
    return players, defences, offences


def weighted(row: Row, fg: str, ft: str, more: Iterable[str] = ()) -> Fraction | None:
    """FGA + 0.44 FTA (+ more columns); absent when one of them is."""
    if any(row[column] is None for column in (fg, ft, *more)):
        return None
    return row[fg] + Fraction(44, 100) * row[ft] + sum(row[column] for column in more)


def offence(game: Row, box: list[Row], shots: list[Row], is_home: bool) -> Row:
    own, other = ("home", "away") if is_home else ("away", "home")
    code = game[f"{own}_team_abbr"]
    lines = [line for line in box if line["team_abbr"] == code]
    scored, allowed = (box[0][f"{side}_team_score"] for side in (own, other))
    overtimes = max(box[0]["period"] - 4, 0)
    row = {
        "game_id": game["game_id"], "nba_game_id": game["nba_game_id"], "game_date": game["game_date"],
        "season_year": box[0]["season_year"], "is_official": game["is_official"], "team_abbr": code,
        "opponent_team_abbr": game[f"{other}_team_abbr"], "home_game": is_home, "points_scored": scored,
    }  # fmt: skip
    row |= {column: count(line[source] for line in lines) for column, source in SHOOTING.items()}
    row |= {c: count(line[c] for line in lines) for c in ("offensive_rebounds", "rebounds", "assists", "turnovers")}
    row |= zone_counts([shot for shot in shots if shot["team_abbr"] == code]) if shots else dict.fromkeys(ZONE_COUNTS)
    weight = weighted(row, "fg_attempts", "ft_attempts")
    used = weighted(row, "fg_attempts", "ft_attempts", ["turnovers"])
    known = used is not None and row["offensive_rebounds"] is not None
    possessions = used - row["offensive_rebounds"] if known else None
    return row | {
        "possessions": rounded(possessions, 2),
        "offensive_rating": rounded(share(100 * scored, possessions), 2),
        "pace": rounded(possessions * 48 / (48 + 5 * overtimes), 2) if known else None,
        "ts_pct": rounded(share(scored, weight and 2 * weight), 3), "team_minutes": 240 + 25 * overtimes,
        "overtime_periods": overtimes, "win_flag": scored > allowed, "margin_of_victory": scored - allowed,
        "_steals": count(line["steals"] for line in lines), "_blocks": count(line["blocks"] for line in lines),
        "_defensive_rebounds": count(line["defensive_rebounds"] for line in lines),
    }  # fmt: skip


def zone_counts(shots: list[Row]) -> dict[str, int]:
    tried = Counter(shot["zone"] for shot in shots)
    made = Counter(shot["zone"] for shot in shots if shot["is_made"])
    return {
        "paint_makes": made["paint"], "paint_attempts": tried["paint"],
        "mid_range_makes": made["mid_range"], "mid_range_attempts": tried["mid_range"],
    }  # fmt: skip


def defence(own: Row, other: Row) -> Row:
    """A team's defence is the other side's offence; takes its own helper columns off `own`."""
    same = ("game_id", "nba_game_id", "game_date", "season_year", "is_official")
    seen = (*SHOOTING, "rebounds", "assists", *ZONE_COUNTS, "possessions")
    return {
        **{column: own[column] for column in same}, "defending_team_abbr": own["team_abbr"],
        "opponent_team_abbr": other["team_abbr"], "home_game": own["home_game"],
        "points_allowed": other["points_scored"], **{f"opp_{column}": other[column] for column in seen},
        "turnovers_forced": other["turnovers"],
        "points_in_paint_allowed": None if other["paint_makes"] is None else 2 * other["paint_makes"],
        **{column: own.pop(f"_{column}") for column in ("steals", "blocks", "defensive_rebounds")},
        "defensive_rating": other["offensive_rating"], "opponent_pace": other["pace"],
        "overtime_periods": own["overtime_periods"], "win_flag": own["win_flag"],
        "margin_of_victory": own["margin_of_victory"],
    }  # fmt: skip


def player(line: Row, side: Row, shots: list[Row]) -> Row:
    tried = line["field_goals_attempted"]
    mine = [shot for shot in shots if shot["player_lookup"] == line["player_lookup"] and shot["zone"] is not None]
    known = bool(shots) and tried is not None and (tried == 0 or abs(len(mine) - tried) <= 1)
    zones = zone_counts(mine if tried else []) if known else dict.fromkeys(ZONE_COUNTS)
    weight = weighted(line, "field_goals_attempted", "free_throws_attempted")
    used = weighted(line, "field_goals_attempted", "free_throws_attempted", ["turnovers"])
    team_used = weighted(side, "fg_attempts", "ft_attempts", ["turnovers"])
    makes, threes = line["field_goals_made"], line["three_pointers_made"]
    shooting = {column: line[source] for column, source in SHOOTING.items()}
    counts = [column for column in COUNTED if column not in SHOOTING.values()]
    played = minutes_of(line["minutes"])
    return {
        **{c: side[c] for c in ("game_id", "nba_game_id", "game_date", "season_year", "is_official")},
        "player_lookup": line["player_lookup"], "player_full_name": line["player_full_name"],
        "team_abbr": line["team_abbr"], "opponent_team_abbr": side["opponent_team_abbr"], "is_home": side["home_game"],
        "minutes_played": line["minutes_played"], **{column: line[column] for column in counts}, **shooting, **zones,
        "has_shot_zones": known,
        "efg_pct": None if makes is None or threes is None else rounded(share(makes + Fraction(threes, 2), tried), 3),
        "ts_pct": rounded(share(line["points"], weight and 2 * weight), 3),
        "usage_rate": None if used is None or not team_used or not played else rounded(
            100 * used * Fraction(side["team_minutes"], 5) / (played * team_used), 1),
        "plus_minus": line["plus_minus"], "win_flag": side["win_flag"],
    }  # fmt: skip


# History: what is known on the morning of a day.


class Season:
    """The facts of a season, asked by day: nothing dated on or after the day is ever in an answer."""

    def __init__(self, schedule, lines, players, defences, offences, gaps: set[str]):
        def windows(rows: list[Row], owner: str) -> dict[str, tuple[list[date], list[Row]]]:
            held = defaultdict(list)
            for row in sorted(rows, key=lambda r: (r["game_date"], r["game_id"])):
                if row["is_official"] and row["game_id"] not in gaps:
                    held[row[owner]].append(row)
            return {name: ([row["game_date"] for row in found], found) for name, found in held.items()}

        self.games = {game["game_id"]: game for game in schedule if not game["is_postponed"]}
        self.slate_dates = sorted({game["game_date"] for game in self.games.values()})
        self._players = windows(players, "player_lookup")
        self._defences = windows(defences, "defending_team_abbr")
        self._offences = windows(offences, "team_abbr")
        self._played_on = defaultdict(list)  # a game nobody has a box score of tires all the same
        for game in sorted(self.games.values(), key=lambda g: g["game_date"]):
            for side in ("home", "away") if game["is_official"] else ():
                self._played_on[game[f"{side}_team_abbr"]].append(game["game_date"])
        self._listed = defaultdict(dict)
        for line in sorted(lines, key=lambda r: (not r["did_play"], r["game_id"])):
            if line["game_id"] in self.games:
                self._listed[line["game_date"]].setdefault(line["player_lookup"], line)

    def player_games(self, player_lookup: str, day: date) -> list[Row]:
        """PGS rows of his official games before `day`, oldest first."""
        return _before(self._players, player_lookup, day)

    def defences(self, team_abbr: str, day: date) -> list[Row]:
        return _before(self._defences, team_abbr, day)

    def offences(self, team_abbr: str, day: date) -> list[Row]:
        return _before(self._offences, team_abbr, day)

    def team_dates(self, team_abbr: str, day: date) -> list[date]:
        """The dates of the team's official games before `day`, oldest first."""
        dates = self._played_on[team_abbr]
        return dates[: bisect_left(dates, day)]

    def days_of_rest(self, team_abbr: str, day: date) -> int | None:
        """Whole days between the team's previous official game and `day`; unknown before its first."""
        dates = self.team_dates(team_abbr, day)
        return (day - dates[-1]).days - 1 if dates else None

    def listed(self, day: date) -> Iterator[Row]:
        """Each player listed on the slate of `day`: his name, game, team, opponent and venue."""
        for name, line in sorted(self._listed[day].items()):
            home, away = line["home_team_abbr"], line["away_team_abbr"]
            yield {
                "player_lookup": name, "game_id": line["game_id"], "team_abbr": line["team_abbr"],
                "opponent_team_abbr": away if line["team_abbr"] == home else home,
                "is_home": line["team_abbr"] == home,
            }  # fmt: skip


def _before(windows: dict[str, tuple[list[date], list[Row]]], owner: str, day: date) -> list[Row]:
    dates, rows = windows.get(owner, ([], []))
    return rows[: bisect_left(dates, day)]


def recent(rows: list[Row], day: date, days: int) -> list[Row]:
    """The rows dated in the `days` days before `day`."""
    return [row for row in rows if row["game_date"] >= day - timedelta(days)]


def back_to_backs(dates: Iterable[date], day: date) -> int:
    """Pairs of games on consecutive days, both in the 14 days before `day`."""
    inside = {d for d in dates if day - timedelta(14) <= d < day}
    return sum(d - timedelta(1) in inside for d in inside)


def failure(processor: str, day: date, entity: str, category: str, needed: int | None, has: int | None,
            missing: list[Row] | None = None) -> Row:  # fmt: skip
    return {
        "processor_name": processor, "analysis_date": day, "entity_id": entity, "failure_category": category,
        "can_retry": category != "INSUFFICIENT_DATA", "expected_game_count": needed, "actual_game_count": has if needed is not None else None,
        "missing_game_ids": ",".join(row["game_id"] for row in missing) if missing else None,
    }  # fmt: skip


# Precompute, features and predictions: a row or a failure for each member of the universe.


def precompute(season: Season, factor_start: date, min_feature_rows: int) -> tuple[list[Row], ...]:
    """TDZA, PSZA, PCF, PDC, MLFS, predictions and failures of every slate date."""
    tdza, psza, pcf, pdc, mlfs, predictions, failures = made = tuple([] for _ in range(7))
    tiers: dict[date, dict[str, int]] = {}

    def keep(rows: list[Row], outcome: Row) -> Row | None:
        failed = "failure_category" in outcome
        (failures if failed else rows).append(outcome)
        return None if failed else outcome

    for day in season.slate_dates:
        analysed, unable = analyse_defences(season, day)
        tdza += analysed.values()
        failures += unable
        tiers[day] = defence_tiers(analysed)
        paces = {code: mean(season.offences(code, day)[-10:], "pace") for code in TEAMS}
        ready, waiting = [], []
        for who in season.listed(day):
            zones = keep(psza, shot_zones(season, who, day))
            cache = keep(pdc, daily_cache(season, who, day, zones))
            if day < factor_start:
                continue
            factors = keep(pcf, composite_factors(season, who, day, zones, analysed, paces))
            if factors and cache:
                features = feature_row(season, who, day, zones, cache, factors, analysed)
                mlfs.append(features)
                ready.append((who, zones, cache, factors, features))
            else:
                waiting.append(who["player_lookup"])
        for name in waiting:
            has = len(season.player_games(name, day))
            failures += [failure(p, day, name, "MISSING_DEPENDENCY", None, has) for p in ("MLFS", "PREDICTIONS")]
        for who, *known in ready:
            if len(ready) < min_feature_rows:
                name = who["player_lookup"]
                failures.append(failure("PREDICTIONS", day, name, "INSUFFICIENT_DATA", None, None))
            else:
                predictions += predict(season, who, day, *known, analysed, tiers)
    return made


def analyse_defences(season: Season, day: date) -> tuple[dict[str, Row], list[Row]]:
    """TDZA of the morning of `day`: each team's row, and the teams that have none."""
    windows, failures = {}, []
    for code in TEAMS:
        games = season.defences(code, day)
        without = [game for game in games[-15:] if game["opp_paint_attempts"] is None]
        if len(games) < 5:
            failures.append(failure("TDZA", day, code, "INSUFFICIENT_DATA", 5, len(games)))
        elif without:
            failures.append(failure("TDZA", day, code, "INCOMPLETE_UPSTREAM", 5, len(games), without))
        else:
            windows[code] = games[-15:]

    def allowed(games: list[Row], zone: str) -> Fraction | None:
        return share(count(g[f"opp_{zone}_makes"] for g in games), count(g[f"opp_{zone}_attempts"] for g in games))

    league = {zone: allowed([g for games in windows.values() for g in games], zone) for zone in ZONES}
    return {code: defence_row(code, day, games, allowed, league) for code, games in windows.items()}, failures


def defence_row(code: str, day: date, games: list[Row], allowed, league: dict[str, Fraction]) -> Row:
    n = len(games)
    pct = {zone: allowed(games, zone) for zone in ZONES}
    versus = {z: None if pct[z] is None else rounded(100 * (pct[z] - league[z]), 2) for z in ZONES}
    ranked = sorted((z for z in ZONES if versus[z] is not None), key=versus.get)  # stable: ties stay in zone order
    return {
        "team_abbr": code, "analysis_date": day, "games_in_sample": n,
        "window_start_date": games[0]["game_date"], "window_end_date": games[-1]["game_date"],
        **{f"{z}_pct_allowed_last_15": rounded(pct[z], 4) for z in ZONES},
        **{f"{z}_attempts_allowed_per_game": rounded(mean(games, f"opp_{z}_attempts"), 2) for z in ZONES},
        **{f"{z}_defense_vs_league_avg": versus[z] for z in ZONES},
        "defensive_rating_last_15": rounded(mean(games, "defensive_rating"), 2),
        "opponent_points_per_game": rounded(mean(games, "points_allowed"), 2),
        "opponent_pace": rounded(mean(games, "opponent_pace"), 2),
        "strongest_zone": ranked[0] if ranked else None,
        "weakest_zone": next((z for z in ZONES if ranked and versus[z] == versus[ranked[-1]]), None),
        "data_quality_tier": "high" if n == 15 else "medium" if n >= 10 else "low",
    }  # fmt: skip


def defence_tiers(analysed: dict[str, Row]) -> dict[str, int]:
    """Team -> 1 (the best fifth of the defences) to 5."""
    ranked = sorted(analysed, key=lambda code: (analysed[code]["defensive_rating_last_15"], code))
    return {code: 1 + 5 * n // len(ranked) for n, code in enumerate(ranked)}


def shot_zones(season: Season, who: Row, day: date) -> Row:
    """PSZA: a row, or why there is none."""
    games = season.player_games(who["player_lookup"], day)
    window = games[-10:]
    without = [game for game in window if not game["has_shot_zones"]]
    if len(games) < 10:
        return failure("PSZA", day, who["player_lookup"], "INSUFFICIENT_DATA", 10, len(games))
    if without:
        return failure("PSZA", day, who["player_lookup"], "INCOMPLETE_UPSTREAM", 10, len(games), without)
    tried = {zone: sum(game[f"{zone}_attempts"] for game in window) for zone in ZONES}
    made = {zone: sum(game[f"{zone}_makes"] for game in window) for zone in ZONES}
    shots = sum(tried.values())  # of the zones, not of the box score: so the three rates add up to 100
    rate = {zone: rounded(share(100 * tried[zone], shots), 2) for zone in ZONES}
    return {
        "player_lookup": who["player_lookup"], "analysis_date": day, "team_abbr": who["team_abbr"],
        "games_in_sample": 10, "window_start_date": window[0]["game_date"], "window_end_date": window[-1]["game_date"],
        "total_shots_last_10": shots, **{f"{z}_rate_last_10": rate[z] for z in ZONES},
        **{f"{z}_pct_last_10": rounded(share(made[z], tried[z]), 4) for z in ZONES},
        **{f"{z}_attempts_per_game": rounded(Fraction(tried[z], 10), 2) for z in ZONES},
        "primary_scoring_zone": "balanced" if not shots else "paint" if rate["paint"] >= 40
        else "perimeter" if rate["three_pt"] >= 40 else "mid_range" if rate["mid_range"] >= 35 else "balanced",
    }  # fmt: skip


def daily_cache(season: Season, who: Row, day: date, zones: Row | None) -> Row:
    """PDC: a row, or why there is none."""
    games = season.player_games(who["player_lookup"], day)
    if len(games) < 5:
        return failure("PDC", day, who["player_lookup"], "INSUFFICIENT_DATA", 5, len(games))
    ten, week, fortnight = games[-10:], recent(games, day, 7), recent(games, day, 14)
    team_games = season.offences(who["team_abbr"], day)
    from_zones = ("primary_scoring_zone", *(f"{zone}_rate_last_10" for zone in ZONES))
    deviation = sample_deviation([game["points"] for game in ten])
    return {
        "player_lookup": who["player_lookup"], "cache_date": day, "team_abbr": who["team_abbr"],
        "games_played_season": len(games), "points_avg_last_5": rounded(mean(games[-5:], "points"), 2),
        "points_avg_last_10": rounded(mean(ten, "points"), 2), "points_avg_season": rounded(mean(games, "points"), 2),
        "points_std_last_10": rounded_or_neighbour(deviation, 2),
        "minutes_avg_last_10": rounded(mean(ten, "minutes_played"), 2),
        "usage_rate_last_10": rounded(mean(ten, "usage_rate"), 2), "ts_pct_last_10": rounded(mean(ten, "ts_pct"), 3),
        "games_in_last_7_days": len(week),
        "minutes_in_last_7_days": rounded(total(game["minutes_played"] for game in week) or 0, 2),
        "games_in_last_14_days": len(fortnight),
        "back_to_backs_last_14_days": back_to_backs((game["game_date"] for game in fortnight), day),
        "team_pace_last_10": rounded(mean(team_games[-10:], "pace"), 2),
        "team_off_rating_last_10": rounded(mean(team_games[-10:], "offensive_rating"), 2),
        "team_win_pct": rounded(share(sum(game["win_flag"] for game in team_games), len(team_games)), 3),
        **{column: zones[column] if zones else None for column in from_zones}, "early_season_flag": len(games) < 10,
        "window_start_date": ten[0]["game_date"], "window_end_date": ten[-1]["game_date"],
    }  # fmt: skip


def composite_factors(season: Season, who: Row, day: date, zones: Row | None, analysed: dict[str, Row],
                      paces: dict[str, Fraction | None]) -> Row:  # fmt: skip
    """PCF: a row, or why there is none."""
    games = season.player_games(who["player_lookup"], day)
    opponent = analysed.get(who["opponent_team_abbr"])
    if opponent is None:
        return failure("PCF", day, who["player_lookup"], "MISSING_DEPENDENCY", None, len(games))
    league = mean(list(analysed.values()), "defensive_rating_last_15")
    strength = 50 + Fraction("3.5") * (league - exact(opponent["defensive_rating_last_15"]))
    scores = {
        "fatigue_score": fatigue(season, who["team_abbr"], games, day),
        "shot_zone_mismatch_score": zone_mismatch(zones, opponent),
        "pace_score": pace(paces, who["opponent_team_abbr"]),
        "usage_spike_score": usage_spike(games),
    }
    others = [score for name, score in scores.items() if name != "fatigue_score"]
    adjustment = (exact(scores["fatigue_score"]) - 100) / 20 + (total(others) or 0)
    missing = [name for name, score in scores.items() if score is None]
    return {
        "player_lookup": who["player_lookup"], "game_date": day, "game_id": who["game_id"],
        "team_abbr": who["team_abbr"], "opponent_team_abbr": who["opponent_team_abbr"], "is_home": who["is_home"],
        "opponent_strength_score": rounded(clamp(strength, 1, 100), 2), **scores,
        "total_composite_adjustment": rounded(adjustment, 2), "factors_present": 4 - len(missing),
        "missing_factors": ",".join(missing),
    }  # fmt: skip


def fatigue(season: Season, team_abbr: str, games: list[Row], day: date) -> float:
    """0 to 100, 100 = fresh: the team's rest and the player's minutes."""
    dates, rest = season.team_dates(team_abbr, day), season.days_of_rest(team_abbr, day)
    week = recent(games, day, 7)
    own, pairs = total(game["minutes_played"] for game in week) or 0, back_to_backs(dates, day)
    score = 100
    score += 0 if rest is None else -15 if rest == 0 else 5 if rest >= 3 else 0
    score -= 10 if sum(d >= day - timedelta(7) for d in dates) >= 4 else 0
    score -= 10 if own > 240 else 0
    score -= 8 if week and own / len(week) > 35 else 0
    score -= 12 if pairs >= 2 else 5 if pairs == 1 else 0
    return float(max(0, min(100, score)))


def zone_mismatch(zones: Row | None, opponent: Row) -> float | None:
    """-10 to 10: what the opponent allows where the player scores."""
    if zones is None:
        return None
    zone = {"balanced": "paint", "perimeter": "three_pt"}.get(zones["primary_scoring_zone"])
    zone = zone or zones["primary_scoring_zone"]
    rate, versus = zones[f"{zone}_rate_last_10"], opponent[f"{zone}_defense_vs_league_avg"]
    if rate is None or versus is None:
        return None
    score = exact(versus) * min(exact(rate) / 50, 1)
    if abs(score) > 5:
        score *= Fraction("1.2")
    return rounded(clamp(score, -10, 10), 1)


def pace(paces: dict[str, Fraction | None], opponent: str) -> float | None:
    """-3 to 3: how much faster the opponent plays than the league."""
    if paces[opponent] is None:
        return None
    known = [value for value in paces.values() if value is not None]
    return rounded(clamp((paces[opponent] - sum(known) / len(known)) / 2, -3, 3), 2)


def usage_spike(games: list[Row]) -> float | None:
    """-3 to 3: how much more of his team's play went through him lately."""
    lately, season = mean(games[-5:], "usage_rate"), mean(games, "usage_rate")
    if len(games) < 5 or lately is None:
        return None
    return rounded(clamp(Fraction("0.3") * (lately - season), -3, 3), 2)


# name, default, required
FEATURES = (
    ("points_avg_last_5", 10, True), ("points_avg_last_10", 10, True), ("points_avg_season", 10, True),
    ("points_std_last_10", 5, False), ("games_in_last_7_days", 3, True), ("fatigue_score", 50, True),
    ("shot_zone_mismatch_score", 0, False), ("pace_score", 0, True), ("usage_spike_score", 0, False),
    ("rest_advantage", 0, False), ("injury_risk", 0, False), ("recent_trend", 0, False), ("minutes_change", 0, False),
    ("opponent_def_rating", 112, True), ("opponent_pace", 100, True), ("home_away", 0, True),
    ("back_to_back", 0, True), ("playoff_game", 0, True), ("pct_paint", 0.3, False), ("pct_mid_range", 0.2, False),
    ("pct_three", 0.35, False), ("pct_free_throw", 0.15, False), ("team_pace", 100, True),
    ("team_off_rating", 112, True), ("team_win_pct", 0.5, True),
)  # fmt: skip


def feature_row(season: Season, who: Row, day: date, zones: Row | None, cache: Row, factors: Row,
                analysed: dict[str, Row]) -> Row:  # fmt: skip
    """MLFS: the 25 features, each observed or marked default."""
    games = season.player_games(who["player_lookup"], day)
    rest, theirs = (season.days_of_rest(code, day) for code in (who["team_abbr"], who["opponent_team_abbr"]))
    opponent = analysed[who["opponent_team_abbr"]]
    ten = games[-10:]
    trend = mean(games[-3:], "points") - mean(games[-5:-3], "points")
    minutes, usual = mean(ten, "minutes_played"), mean(games, "minutes_played")
    values = {name: {**cache, **factors}.get(name) for name, _, _ in FEATURES} | {
        "rest_advantage": None if rest is None or theirs is None else max(-2, min(2, rest - theirs)),
        "injury_risk": None,  # no source
        "recent_trend": step(trend, 2, 5),
        "minutes_change": step((minutes - usual) / usual, "0.10", "0.20") if usual else None,
        "opponent_def_rating": opponent["defensive_rating_last_15"], "opponent_pace": opponent["opponent_pace"],
        "home_away": int(who["is_home"]), "back_to_back": int(rest == 0),
        "playoff_game": int(season.games[who["game_id"]]["game_type"] == "playoffs"),
        "pct_free_throw": rounded(share(count(g["ft_makes"] for g in ten), count(g["points"] for g in ten)), 4),
        "team_pace": cache["team_pace_last_10"], "team_off_rating": cache["team_off_rating_last_10"],
    }  # fmt: skip
    for name, zone in (("pct_paint", "paint"), ("pct_mid_range", "mid_range"), ("pct_three", "three_pt")):
        rate = zones[f"{zone}_rate_last_10"] if zones else None
        values[name] = None if rate is None else rounded(exact(rate) / 100, 4)
    absent = [name for name, _, _ in FEATURES if values[name] is None]
    stored = [default if name in absent else values[name] for name, default, _ in FEATURES]
    return {
        "player_lookup": who["player_lookup"], "game_date": day, "game_id": who["game_id"],
        "team_abbr": who["team_abbr"], "opponent_team_abbr": who["opponent_team_abbr"],
        "feature_version": "v1_baseline_25", "feature_count": 25,
        "features": [value if isinstance(value, Either) else float(value) for value in stored],
        "feature_names": [name for name, _, _ in FEATURES],
        "feature_sources": ["default" if name in absent else "observed" for name, _, _ in FEATURES],
        "default_feature_count": len(absent), "feature_quality_score": rounded(Fraction(100 * (25 - len(absent)), 25), 1),
        "is_production_ready": not any(required and name in absent for name, _, required in FEATURES),
    }  # fmt: skip


def step(change: Fraction, some: int | str, much: int | str) -> int:
    """-2, -1, 0, 1 or 2: how far a change is from none."""
    size = exact(rounded(abs(change), 9))
    found = 2 if size >= Fraction(much) else 1 if size >= Fraction(some) else 0
    return found if change >= 0 else -found


def predict(season: Season, who: Row, day: date, zones: Row | None, cache: Row, factors: Row, features: Row,
            analysed: dict[str, Row], tiers: dict[date, dict[str, int]]) -> list[Row]:  # fmt: skip
    """The systems' predictions of the player's points on `day`."""
    half = Fraction(1, 2) if who["is_home"] else Fraction(-1, 2)
    paced, mismatch = (exact(factors[name] or 0.0) for name in ("pace_score", "shot_zone_mismatch_score"))
    five, ten, usual = (exact(cache[f"points_avg_{span}"]) for span in ("last_5", "last_10", "season"))
    average = five / 2 + ten * Fraction("0.3") + usual / 5 + Fraction("0.3") * (mismatch + paced) + half
    average -= Fraction("1.5") if season.days_of_rest(who["team_abbr"], day) == 0 else 0
    fresh = factors["fatigue_score"]
    average -= Fraction("2.5") if fresh < 50 else 1 if fresh < 70 else 0
    points = {"moving_average_baseline": rounded(clamp(average, 0, 60), 1)}
    if zones is not None:
        gain = sum(
            exact(analysed[who["opponent_team_abbr"]][f"{zone}_defense_vs_league_avg"] or 0.0) / 100
            * exact(zones[f"{zone}_attempts_per_game"]) * (3 if zone == "three_pt" else 2)
            for zone in ZONES
        )  # fmt: skip
        matched = usual + clamp(gain, -6, 6) + Fraction("0.4") * paced + half * Fraction("1.6")
        points["zone_matchup_v1"] = rounded(clamp(matched, 0, 60), 1)
    alike = similar_games(season, who, day, tiers)
    if len(alike) >= 5:
        value = Fraction(sum(weight * scored for weight, scored in alike), sum(weight for weight, _ in alike))
        points["similarity_balanced_v1"] = rounded_or_neighbour(clamp(value, 0, 60), 1)
    sure = confidence(cache, features)
    rows = [prediction(who, day, name, value, sure) for name, value in points.items()]
    if len(points) >= 2:
        rows.append(prediction(who, day, "ensemble_v1", ensemble(list(points.values())), sure))
    return rows


def confidence(cache: Row, features: Row) -> float:
    spread = cache["points_std_last_10"]
    sure = Fraction("0.5") - (Fraction("0.15") if spread > 6 else Fraction("0.08") if spread > 4 else 0)
    sure += Fraction("0.10") if cache["games_played_season"] >= 15 else 0
    return rounded(clamp(sure * exact(features["feature_quality_score"]) / 100, "0.2", "0.8"), 4)


def ensemble(points: list[float]) -> float:
    """The confidence-weighted mean; the systems share one confidence, so it is the plain mean."""

    def together(values: list[float]) -> float:
        return rounded(total(float(value) for value in values) / len(values), 1)

    stored = together(points)
    others = {together([*points[:-1], other]) for other in getattr(points[-1], "others", ())} - {stored}
    if not others:
        return stored
    either = Either(stored)
    either.others = tuple(others)
    return either


def prediction(who: Row, day: date, system: str, points: float, sure: float) -> Row:
    return {
        "player_lookup": who["player_lookup"], "game_date": day, "system_id": system, "game_id": who["game_id"],
        "predicted_points": points, "confidence_score": sure, "recommendation": "NO_LINE",
        "current_points_line": None, "line_margin": None, "prediction_version": "v1",
    }  # fmt: skip


def similar_games(season: Season, who: Row, day: date, tiers: dict[date, dict[str, int]]) -> list[tuple[int, int]]:
    """(similarity, points) of the player's best 20 games like today's, of the 90 days before."""
    games = season.player_games(who["player_lookup"], day)
    today = setting(season, who, day, tiers, games)
    scored = []
    for n, game in enumerate(games):
        if game["game_date"] < day - timedelta(90):
            continue
        tier, rest, home, form = setting(season, game, game["game_date"], tiers, games[:n])
        likeness = nearness(today[0], tier, 40, 20) + nearness(today[1], rest, 30, 15) + 15 * (today[2] == home)
        if form is not None and today[3] is not None:
            likeness += {0: 15, 1: 5, 2: 0}[abs(form - today[3])]
        if likeness >= 70:
            scored.append((likeness, game["game_date"], game["points"]))
    scored.sort(key=lambda found: found[:2], reverse=True)
    return [(likeness, points) for likeness, _, points in scored[:20]]


def setting(season: Season, game: Row, day: date, tiers: dict[date, dict[str, int]], earlier: list[Row]) -> tuple:
    """A game's opponent tier, rest bucket, venue and the player's form (1 hot, 0 steady, -1 cold) that morning."""
    rest = season.days_of_rest(game["team_abbr"], day)
    form = None
    if earlier:
        points = [row["points"] for row in earlier]
        change = Fraction(sum(points[-5:]), len(points[-5:])) - Fraction(sum(points), len(points))
        form = 1 if change >= 3 else -1 if change <= -3 else 0
    bucket = None if rest is None else min(rest, 3)
    return tiers[day].get(game["opponent_team_abbr"]), bucket, game["is_home"], form


def nearness(one: int | None, other: int | None, same: int, adjacent: int) -> int:
    if one is None or other is None:
        return 0
    return {0: same, 1: adjacent}.get(abs(one - other), 0)


# Comparison.


def differences(expected: Table, actual: list[Row], key: tuple[str, ...], limit: int = 10) -> list[str]:
    """What a table has that it should not, lacks, or holds otherwise; at most `limit` lines and how many more."""
    found, held = [], {}
    for row in actual:
        where = tuple(_plain(row[column]) for column in key)
        if where in held:
            found.append(f"twice: {_told(key, where)}")
        held[where] = row
    found += [f"missing: {_told(key, where)}" for where in sorted(expected.keys() - held.keys(), key=str)]
    found += [f"unexpected: {_told(key, where)}" for where in sorted(held.keys() - expected.keys(), key=str)]
    for where in sorted(expected.keys() & held.keys(), key=str):
        row, right = held[where], expected[where]
        found += [f"no column {column}: {_told(key, where)}" for column in right.keys() - row.keys()]
        found += [f"column {c} nobody knows: {_told(key, where)}" for c in row.keys() - right.keys() - NOT_COMPARED]
        found += [
            f"{column} is {row[column]!r}, expected {value!r}: {_told(key, where)}"
            for column, value in right.items()
            if column in row and not _same(value, _plain(row[column]))
        ]
    return found if len(found) <= limit else [*found[:limit], f"and {len(found) - limit} more"]


def _told(key: tuple[str, ...], where: tuple) -> str:
    return ", ".join(f"{column} {value}" for column, value in zip(key, where, strict=True))


def _plain(value: object) -> object:
    """A warehouse's value as plain Python has it: a list, a time in UTC."""
    if hasattr(value, "tolist"):  # numpy's
        value = value.tolist()
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return value


def _same(right: object, value: object) -> bool:
    if right is None or value is None:
        return right is value
    if isinstance(right, list):
        if not isinstance(value, list | tuple) or len(right) != len(value):
            return False
        return all(_same(one, other) for one, other in zip(right, value, strict=True))
    if isinstance(right, bool) or isinstance(value, bool):
        return right is value
    if isinstance(right, float) and isinstance(value, int | float | Decimal):
        return any(abs(near - float(value)) <= 1e-9 for near in (right, *getattr(right, "others", ())))
    return right == value
