"""A made-up season small enough to work out by hand, in a warehouse of its own.

Every team has ten players, LAL1 to LAL10, who play 24 minutes each: 2 of 4 in the paint, 1 of 2 from mid-range and 1 of
3 threes make 9 points; with 1 offensive rebound and 2 turnovers a player has 10 possessions and a team 100, so that a
rating is a score, and pace is 100. The home team's first player makes one more in the paint: it wins 92 to 90.
What a test says of a player changes his line, and his shots and the score with it.
"""

import json
import shutil
from collections.abc import Iterable
from copy import deepcopy
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
from source_bodies import schedule, scheduled

from nbhelpers import build, gates, lineage
from nbhelpers.raw.boxscores import COUNTED
from nbhelpers.raw.identifiers import TEAMS, game_id
from nbhelpers.season import PLAN_SEASON, Window
from nbhelpers.session import Session, now
from nbhelpers.settings import Settings
from nbhelpers.sql import tables
from nbhelpers.sql.tables import Output
from nbhelpers.store import objects
from nbhelpers.warehouse import DuckDB, Staged, Transaction

SEASON = PLAN_SEASON
OPENING = SEASON.opening_night
AT = datetime(2026, 1, 1)  # whatever has to have a time
STAMP = "20260101_000000"  # whatever has to be of an object
DNP = {"minutes": 0, "paint": (0, 0), "mid_range": (0, 0), "three_pt": (0, 0)} | dict.fromkeys(
    ("offensive_rebounds", "defensive_rebounds", "assists", "steals", "blocks", "turnovers", "personal_fouls"), 0
)  # listed, and did not play
KINDS = {"regular": "002", "cup_final": "006", "play_in": "005", "playoffs": "004"}
BLANK = {"STRING": "", "INT64": 0, "FLOAT64": 0.0, "BOOL": False, "DATE": OPENING, "TIMESTAMP": AT}


def day(n: int) -> date:
    """The nth day of the season, opening night being day 0."""
    return OPENING + timedelta(n)


class Tiny:
    """A warehouse in `folder` and the games played in it.

    `play` and `postpone` note games, `load` puts what was noted into the raw tables, `build` computes steps and
    `put` writes rows of any table: all published without a gate, with log entries of receipt `made-up`.
    """

    def __init__(self, folder: Path):
        self.settings = Settings(
            "local", folder, folder / "bucket", folder / "season.duckdb", folder / "runs", "", "", None
        )
        self.warehouse = DuckDB(self.settings.warehouse, folder / "staging")
        if not self.settings.warehouse.exists():
            self.warehouse.create()
        self.games: list[dict] = []
        self.lines: list[dict] = []
        self.official_lines: list[dict] = []
        self.official_teams: list[dict] = []
        self.shots: list[dict] = []

    def copy(self, folder: Path) -> "Tiny":
        """The same season in a folder of its own, so that a test may spoil it."""
        shutil.copytree(self.settings.home, folder, dirs_exist_ok=True)
        copied = Tiny(folder)
        copied.games, copied.lines, copied.shots = deepcopy((self.games, self.lines, self.shots))
        copied.official_lines, copied.official_teams = deepcopy((self.official_lines, self.official_teams))
        return copied

    def session(self, start: date = OPENING, end: date | None = None, run_id: str = "tiny") -> Session:
        """The session of a window; it ends with the last game unless told otherwise."""
        end = end or max([start, *(game["game_date"] for game in self.games)])
        return Session(Window(SEASON, start, end), self.settings, self.warehouse, run_id)

    # raw rows

    def play(
        self, when: date, away: str, home: str, kind: str = "regular", period: int = 4, shots: bool = True,
        official: dict | None = None, **players,
    ) -> str:  # fmt: skip
        """Note a game and return its game_id; `shots=False` leaves its play-by-play out.

        players: a player by his name (`LAL3`), and what is different: zones as (makes, attempts), `ft` likewise,
        any column of his line, `team` where he has moved, `shots_lost` for attempts that the play-by-play lacks,
        `lookup_known=False` for shots that nobody could assign.
        None: he is not listed. DNP: listed, and did not play.
        official: how the NBA's box score differs from BallDontLie's: columns of a line by the player's name, of the
        totals by the team's; {} in nothing. None: the NBA has none of the game.
        """
        said: dict = {f"{team}{n}": {} for team in (away, home) for n in range(1, 11)}
        said[f"{home}1"] = {"paint": (3, 4)}
        for name, more in players.items():
            said[name] = None if more is None else (said.get(name) or {}) | more
        listed = {name: more for name, more in said.items() if more is not None}
        lines = [_line(name, more) for name, more in listed.items()]
        points = {team: sum(line["points"] for line in lines if line["team_abbr"] == team) for team in (away, home)}
        if points[away] == points[home]:
            raise ValueError(f"{away} and {home} both have {points[home]} points: somebody must win")
        game = self._game(when, away, home, kind)
        self.games.append(game | {"game_status": 3, "home_score": points[home], "away_score": points[away]})
        shared = {"game_id": game["game_id"], "game_date": when}
        box = shared | {
            "season_year": SEASON.year, "game_status": "Final", "period": period, "is_postseason": False,
            "home_team_abbr": home, "away_team_abbr": away, "home_team_score": points[home],
            "away_team_score": points[away], "source_file_path": objects.box_score_key(when, STAMP), "fetched_at": AT,
        }  # fmt: skip
        self.lines += [box | line for line in lines]
        if official is not None:
            of_game = shared | {
                "nba_game_id": game["nba_game_id"], "season_year": SEASON.year, "fetched_at": AT,
                "source_file_path": objects.official_box_score_key(when, game["nba_game_id"], STAMP),
            }  # fmt: skip
            facts = {
                "game_status": 3, "period": period, "home_team_abbr": home, "away_team_abbr": away, "home_score": points[home],
                "away_score": points[away],
            }  # fmt: skip
            self.official_lines += [of_game | facts | _official(line) | official.get(line["player_full_name"], {}) for line in lines]
            self.official_teams += [of_game | _totals(team, lines, listed) | official.get(team, {}) for team in (away, home)]
        if shots:
            shared |= {
                "nba_game_id": game["nba_game_id"],
                "source_file_path": objects.play_by_play_key(when, game["nba_game_id"], STAMP),
            }
            attempts = [shot for name, more in listed.items() for shot in _shots(name, more)]
            self.shots += [
                shared | shot | {"action_number": number + 1, "period": 1 + 4 * number // len(attempts)} for number, shot in enumerate(attempts)
            ]
        return game["game_id"]

    def postpone(self, when: date, away: str, home: str) -> str:
        """Note a game that was put off; returns its game_id."""
        game = self._game(when, away, home, "regular")
        self.games.append(game | {"game_status": 1, "is_postponed": True, "home_score": None, "away_score": None})
        return game["game_id"]

    def _game(self, when: date, away: str, home: str, kind: str) -> dict:
        return {
            "season": SEASON.name, "nba_game_id": f"{KINDS[kind]}25{len(self.games) + 1:05d}",
            "game_id": game_id(when, away, home), "game_date": when, "game_type": kind,
            "is_official": kind != "cup_final", "home_team_abbr": home, "away_team_abbr": away, "is_postponed": False,
            "is_neutral": kind == "cup_final", "source_object": "schedule.json",
        }  # fmt: skip

    def store_schedule(self) -> None:
        """Put the noted games into the object store as the NBA's schedule."""
        games = [
            scheduled(
                game["nba_game_id"], game["away_team_abbr"], game["home_team_abbr"], game["game_date"],
                postponedStatus="P" if game["is_postponed"] else "A", gameStatus=game["game_status"],
            )
            for game in self.games
        ]  # fmt: skip
        path = self.settings.bucket / objects.schedule_key(SEASON.name, STAMP)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(schedule(*games)))

    def stage_raw(self, session: Session, at: datetime | None = None) -> None:
        """Leave the noted games of the window in staging, as step 11 does now, or did at `at`."""
        window = session.window
        noted = {"SCHEDULE": self.games, "BOXSCORES": self.lines, "SHOTS": self.shots}
        noted |= {"NBA_BOXSCORES": self.official_lines, "NBA_TEAM_BOXSCORES": self.official_teams}
        for output in tables.step_outputs(tables.LOAD_STEP):
            rows = [row for row in noted[output.short] if window.start_date <= row["game_date"] <= window.end_date]
            self.warehouse.stage_rows(output, rows, staged(session, at, output))

    # published without a gate

    def load(self, end: date | None = None) -> None:
        """Put the games noted so far into the raw tables."""
        session = self.session(end=end)
        self.stage_raw(session)
        self._publish(session, tables.step_outputs(tables.LOAD_STEP))

    def build(self, *steps: int, start: date = OPENING, end: date | None = None, min_feature_rows: int = 50) -> None:
        """Compute the steps over a window, one after the other."""
        session = self.session(start, end)
        parameters = session.parameters(built_at=AT, min_feature_rows=min_feature_rows)
        for step in steps:
            for output in tables.step_outputs(step):
                self.warehouse.stage(output, output.query, parameters, staged(session))
            self._publish(session, tables.step_outputs(step))

    def backfill(self, start: date, end: date) -> list[str]:
        """Load, build and publish a window as a run does; returns what each gate says."""
        session, said = self.session(start, end), []
        self.stage_raw(session)
        for number in (19, 20, 21, 22, 29, 30, 31, 32, 33, 34, 39, 40, 49):
            if number % 10 == 9:
                said.append(gates.Audit(session, number).publish())
            else:
                build.step(session, number)
        return said

    def put(self, short: str, *rows: dict) -> None:
        """Write rows of a table beside what is there: columns left out are NULL, or blank where they must not be."""
        with self.warehouse.writing() as transaction:
            self._insert(transaction, output(short), rows)

    def put_only(self, **rows: list[dict]) -> None:
        """Write rows of several tables, by their short names, in place of all that is there."""
        with self.warehouse.writing() as transaction:
            for short, of_table in rows.items():
                transaction.execute(f"DELETE FROM {output(short).table.name}")
                self._insert(transaction, output(short), of_table)

    def _insert(self, transaction: Transaction, of: Output, rows: Iterable[dict]) -> None:
        transaction.insert(of.table.name, [filled(of, row) for row in rows])

    def accept_gap(self, game: str, what: str = "play_by_play") -> None:
        """Record that the source will never have a game."""
        row = {"game_id": game, "what": what, "reason": "lost", "accepted_by": "a test", "accepted_at": AT}
        with self.warehouse.writing() as transaction:
            transaction.insert("nba_processing.accepted_gaps", [row])

    def execute(self, sql: str) -> None:
        """Change published rows by hand, as nobody should: DuckDB's SQL."""
        with self.warehouse.writing() as transaction:
            transaction.execute(sql)

    def _publish(self, session: Session, outputs: list[Output]) -> None:
        dates = session.window.dates()
        with self.warehouse.writing() as transaction:
            for output in outputs:
                transaction.replace_partitions(output, dates, self.settings.home / "replaced")
        for output in outputs:
            self.warehouse.discard_staged(output)

    # what is there

    def rows(self, short: str, where: str = "TRUE") -> list[dict]:
        """Published rows of a table by its short name, in the order of its key; failures by `TDZA failures`."""
        of = output(short)
        mine = f"processor_name = '{of.processor}'" if of.processor else "TRUE"
        return self.select(
            f"SELECT * FROM {of.table.name} WHERE {mine} AND ({where}) ORDER BY {', '.join(of.table.key)}"
        )

    def row(self, short: str, where: str) -> dict:
        """The one published row of a table that `where` (DuckDB's SQL) tells."""
        [found] = self.rows(short, where)
        return found

    def failures(self, short: str, where: str = "TRUE") -> dict[str, tuple]:
        """A stage's failures by entity: category, retry, expected and actual games, missing games. One date only."""
        found = self.rows(f"{short} failures", where)
        assert len({row["analysis_date"] for row in found}) <= 1
        told = ("failure_category", "can_retry", "expected_game_count", "actual_game_count", "missing_game_ids")
        return {row["entity_id"]: tuple(row[name] for name in told) for row in found}

    def select(self, sql: str) -> list[dict]:
        """Rows of a query in DuckDB's SQL, as it stands in the file."""
        with duckdb.connect(str(self.warehouse.path), read_only=True) as connection:
            found = connection.execute(sql)
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def output(short: str) -> Output:
    """An output by its short name, as charts and reports call it."""
    return next(output for output in tables.outputs() if output.short == short)


def filled(of: Output, row: dict) -> dict:
    """A row with something blank in the columns that schema.sql wants and nobody spoke of."""
    return {column.name: BLANK[column.type] for column in of.table.columns if column.required} | row


def staged(session: Session, at: datetime | None = None, of: Output | None = None) -> Staged:
    """What a build would say of all the window's dates, of `of` with the code that computes it."""
    code = lineage.code_version(of) if of else "tiny"
    return Staged(tuple(map(str, session.window.dates())), session.run_id, code, (at or now()).isoformat(), {})


def checks_of(receipt: dict) -> dict[str, str]:
    """The verdict of each check that a receipt tells."""
    return {check["name"]: check["verdict"] for check in json.loads(receipt["checks"])}


ZONES = {"paint": (2, 4), "mid_range": (1, 2), "three_pt": (1, 3)}
LABELS = {"paint": "Restricted Area", "mid_range": "Mid-Range", "three_pt": "Above the Break 3"}  # the NBA's, for the zones


def _line(name: str, said: dict) -> dict:
    """A player's line of the box score; points follow from makes."""
    zones = {zone: said.get(zone, usual) for zone, usual in ZONES.items()}
    makes, attempts = (sum(pair[n] for pair in zones.values()) for n in (0, 1))
    threes, free_throws = zones["three_pt"], said.get("ft", (0, 0))
    team, minutes = said.get("team", name[:3]), said.get("minutes", 24)
    counted = {
        "assists": 2, "rebounds": 5, "offensive_rebounds": 1, "defensive_rebounds": 4, "steals": 1, "blocks": 1,
        "turnovers": 2, "personal_fouls": 3, "plus_minus": 0,
    }  # fmt: skip
    counted |= {column: said[column] for column in counted if column in said}
    counted["rebounds"] = counted["offensive_rebounds"] + counted["defensive_rebounds"]
    return counted | {
        "team_abbr": team, "player_full_name": name, "player_lookup": name.lower(),
        "bdl_player_id": _person_id(name), "jersey_number": name[3:], "position": "G",
        "minutes": str(minutes), "minutes_played": float(minutes), "did_play": said.get("did_play", minutes > 0),
        "points": 2 * makes + threes[0] + free_throws[0], "field_goals_made": makes, "field_goals_attempted": attempts,
        "three_pointers_made": threes[0], "three_pointers_attempted": threes[1],
        "free_throws_made": free_throws[0], "free_throws_attempted": free_throws[1],
    }  # fmt: skip


def _person_id(name: str) -> int:
    return 100 * list(TEAMS).index(name[:3]) + int(name[3:])


def _official(line: dict) -> dict:
    """The same line in the NBA's box score."""
    name = line["player_full_name"]
    counted = {column: line[column] for column in [*COUNTED, "plus_minus", "team_abbr", "player_lookup", "minutes_played", "did_play"]}
    who = {"person_id": _person_id(name), "player_name": name, "starter": int(name[3:]) <= 5}
    return counted | who | {"not_playing_reason": None if line["did_play"] else "DNP_COACH"}


def _totals(team: str, lines: list[dict], listed: dict[str, dict]) -> dict:
    """A team's totals in the NBA's box score, its paint as its players have shot."""
    own = [line for line in lines if line["team_abbr"] == team]
    paint = [listed[line["player_full_name"]].get("paint", ZONES["paint"]) for line in own]
    return {column: sum(line[column] for line in own) for column in COUNTED} | {
        "team_abbr": team, "score": sum(line["points"] for line in own),
        "paint_makes": sum(makes for makes, _ in paint), "paint_attempts": sum(attempts for _, attempts in paint),
    }  # fmt: skip


def _shots(name: str, said: dict) -> list[dict]:
    """A player's attempts, the made ones of each zone first."""
    person = {
        "team_abbr": said.get("team", name[:3]), "person_id": _person_id(name), "player_name": name,
        "player_lookup": name.lower() if said.get("lookup_known", True) else None,
    }  # fmt: skip
    shots = [
        person | {"shot_value": 3 if zone == "three_pt" else 2, "is_made": n < made, "zone": zone, "zone_basic": LABELS[zone]}
        for zone, (made, attempts) in ((zone, said.get(zone, usual)) for zone, usual in ZONES.items())
        for n in range(attempts)
    ]
    return shots[: len(shots) - said.get("shots_lost", 0)]
