"""A season's schedule: the NBA's file, or one made from the box scores of a season that the file is no longer of."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from source_bodies import END_OF_GAME, OPENING, official_box, play_by_play, schedule, scheduled, shot

from nbhelpers.errors import BadInput, Broken
from nbhelpers.raw.identifiers import TEAMS
from nbhelpers.season import PLAN_SEASON, window
from nbhelpers.sources import schedules
from nbhelpers.sources.balldontlie import BallDontLie
from nbhelpers.sources.fetch import Count, fetch
from nbhelpers.sources.holdings import stored_games, stored_season
from nbhelpers.store import open_store

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
TODAY = date(2026, 11, 27)
PAIRS = list(zip(list(TEAMS)[::2], list(TEAMS)[1::2], strict=True))
NEXT = schedule(scheduled("0022600001", day=date(2026, 10, 20), gameStatus=1), season_year="2026-27")


class PastSeason:
    """A CDN whose schedule is the next season's, with the box scores of one that is over: ids and their days."""

    def __init__(self, **days: date):
        self.asked = Counter()
        self.schedule_body = NEXT
        self.boxes = {}
        self.plays = set()
        self.spent = BallDontLie("http://localhost", None).spent
        for n, (identifier, day) in enumerate(days.items()):
            away, home = PAIRS[n % len(PAIRS)]
            self.boxes[identifier.lstrip("g")] = official_box(identifier.lstrip("g"), away, home, day)

    def schedule(self) -> bytes:
        return json.dumps(self.schedule_body).encode()

    def box_score(self, identifier: str) -> bytes | None:
        self.asked[identifier] += 1
        body = self.boxes.get(identifier)
        return None if body is None else json.dumps(body).encode()

    def play_by_play(self, identifier: str) -> bytes | None:
        if identifier not in self.plays and identifier not in self.boxes:
            return None
        return json.dumps(play_by_play(shot(2, 7, "C. Holmgren"), END_OF_GAME, identifier=identifier)).encode()

    def asked_since_last_time(self) -> Counter:
        asked, self.asked = self.asked, Counter()
        return asked


def regular(days: int, a_day: int = 2, first: int = 1) -> dict[str, date]:
    """Ids in the order of their days, some games a day."""
    return {f"g00225{first + n:05d}": OPENING + timedelta(n // a_day) for n in range(days * a_day)}


def find(store, cdn, through: date, season: str = "2025-26") -> schedules.Schedule:
    return schedules.find(store, cdn, season, through, NOW, lambda *told: None, [])


@pytest.fixture
def store(tmp_path):
    return open_store(tmp_path / "bucket")


def test_a_past_seasons_schedule_is_made_from_its_box_scores_which_are_kept_as_received(store):
    cdn = PastSeason(**regular(days=3))
    found = find(store, cdn, OPENING + timedelta(2))
    assert [(game.nba_game_id, game.game_date) for game in found.games] == [(i.lstrip("g"), day) for i, day in regular(days=3).items()]
    assert (found.is_new, found.odd, found.notes, found.unknown) == (True, [], [], {})
    [key] = store.keys("nba-com/schedule/")
    league = store.read_json(key)["leagueSchedule"]
    assert (league["seasonYear"], league["madeFrom"]["source"], league["madeFrom"]["through"]) == (
        "2025-26", "the NBA's box scores", "2025-10-23",
    )  # fmt: skip
    assert store.read_json("nba-com/boxscores/2025-10-21/game_0022500001/20261127_120000.json") == cdn.boxes["0022500001"]
    assert len(store.keys("nba-com/boxscores/")) == 6
    [game] = [game for game in found.games if game.nba_game_id == "0022500001"]
    assert (game.game_type, game.game_status, game.home_score, game.is_neutral) == ("regular", 3, 125, None)


def test_a_later_run_asks_for_nothing_that_is_known(store):
    cdn = PastSeason(**regular(days=3))
    find(store, cdn, OPENING + timedelta(2))
    cdn.asked_since_last_time()
    assert not find(store, cdn, OPENING + timedelta(2)).is_new
    assert cdn.asked_since_last_time() == Counter()
    assert len(store.keys("nba-com/schedule/")) == 1


def test_only_so_many_ids_are_asked_for_as_may_be_of_the_days_wanted(store):
    """Two games a day for 300 days: of the first ten days with what four weeks may have brought forward, and no more."""
    cdn = PastSeason(**regular(days=300))
    find(store, cdn, OPENING + timedelta(9))
    numbers = [int(i[5:]) for i in cdn.asked_since_last_time() if i.startswith("002")]
    assert sorted(n for n in numbers if n < 1201) == list(range(1, 241))
    assert sorted(n for n in numbers if n >= 1201) == list(range(1201, 1241))  # the Cup's week has the last ids
    find(store, cdn, OPENING + timedelta(19))
    numbers = [int(i[5:]) for i in cdn.asked_since_last_time() if i.startswith("002") and int(i[5:]) < 1201]
    assert numbers == []  # 241 and later are of days after these


def test_ids_out_of_the_order_of_their_days_are_found(store):
    """The Cup's group games come first and are played in November; a game brought forward; the Cup's week at the end."""
    days = {f"g00225{n:05d}": date(2025, 11, 14) for n in range(1, 80)} | regular(days=40, first=80)
    days |= {"g0022500159": OPENING + timedelta(1), "g0022501230": OPENING + timedelta(2), "g0062500001": OPENING + timedelta(3)}
    found = find(store, PastSeason(**days), OPENING + timedelta(3))
    known = {game.nba_game_id for game in found.games if game.game_date <= OPENING + timedelta(3)}
    assert known == {i.lstrip("g") for i, day in days.items() if day <= OPENING + timedelta(3)}
    assert [game.game_type for game in found.games if game.nba_game_id.startswith("006")] == ["cup_final"]


def test_seeding_games_beyond_the_last_id_and_a_gap_before_them_are_found(store):
    days = regular(days=30) | {f"g00225{n:05d}": date(2026, 8, 1) for n in range(1231, 1319)}
    found = find(store, PastSeason(**days), date(2026, 8, 31))
    assert len([game for game in found.games if game.game_date == date(2026, 8, 1)]) == 88


def test_play_in_and_playoffs_are_asked_for_series_by_series_once_the_season_is_that_old(store):
    days = regular(days=170) | {"g0052500101": date(2026, 4, 14), "g0052500211": date(2026, 4, 17)}
    days |= {f"g00425001{n:02d}": date(2026, 4, 20) for n in (1, 2, 3, 4, 11, 12, 13, 14, 15, 16, 17)} | {"g0042500401": date(2026, 6, 4)}
    cdn = PastSeason(**days)
    found = find(store, cdn, schedules.whole("2025-26"))
    assert Counter(game.game_type for game in found.games) == {"regular": 340, "play_in": 2, "playoffs": 12}
    asked = {i for i in cdn.asked if i.startswith("004")}
    assert {"0042500105", "0042500117", "0042500402"} <= asked and not asked & {"0042500106", "0042500122", "0042500403"}


def test_before_a_play_in_can_have_been_played_none_is_asked_for(store):
    cdn = PastSeason(**regular(days=30))
    find(store, cdn, OPENING + timedelta(29))
    assert not [i for i in cdn.asked if i[:3] in ("004", "005")]


def test_a_making_that_was_interrupted_goes_on_from_the_box_scores_that_are_stored(store, monkeypatch):
    cdn = PastSeason(**regular(days=30))
    answer, left = cdn.box_score, iter(range(20))
    monkeypatch.setattr(cdn, "box_score", lambda identifier: answer(identifier) if next(left, None) is not None else 1 / 0)
    with pytest.raises(ZeroDivisionError):
        find(store, cdn, OPENING + timedelta(29))
    kept = {key.split("game_")[1][:10] for key in store.keys("nba-com/boxscores/")}
    assert len(kept) == 20 and store.keys("nba-com/schedule/") == []
    monkeypatch.setattr(cdn, "box_score", answer)
    cdn.asked_since_last_time()
    assert len(find(store, cdn, OPENING + timedelta(29)).games) == 60
    assert not kept & cdn.asked_since_last_time().keys()


def test_a_schedule_file_of_before_the_move_is_completed_by_what_was_not_over_then(store):
    old = schedule(
        scheduled("0022500001", "HOU", "OKC", OPENING),
        scheduled("0022500002", "CLE", "NYK", OPENING + timedelta(1), gameStatus=1),
        scheduled("0022500003", "LAL", "GSW", OPENING + timedelta(2), gameStatus=1, postponedStatus="P"),
        scheduled("0022500004", "MIA", "ORL", OPENING + timedelta(60), gameStatus=1),
    )  # fmt: skip
    cdn = PastSeason()
    cdn.schedule_body = old
    find(store, cdn, OPENING)
    cdn.schedule_body = NEXT
    cdn.boxes = {
        "0022500002": official_box("0022500002", "CLE", "NYK", OPENING + timedelta(1)),
        "0022500003": official_box("0022500003", "LAL", "GSW", OPENING + timedelta(9)),
    }  # fmt: skip
    found = {game.nba_game_id: game for game in find(store, cdn, OPENING + timedelta(9)).games}
    assert cdn.asked.keys() <= {"0022500002", "0022500003", "0022500004", "0062500001"}
    assert [(found[f"002250000{n}"].game_status, found[f"002250000{n}"].is_postponed) for n in (1, 2, 3, 4)] == [
        (3, False), (3, False), (3, False), (1, False),
    ]  # fmt: skip
    assert found["0022500003"].game_id == f"{OPENING + timedelta(9):%Y%m%d}_LAL_GSW"


def test_of_an_id_between_played_games_the_play_by_play_tells_whether_it_was_played(store):
    cdn = PastSeason(**regular(days=5))
    of_day_two = {cdn.boxes.pop("0022500004") and "0022500004"}
    cdn.boxes.pop("0022500006")
    cdn.plays = of_day_two
    through = OPENING + timedelta(4)
    found = find(store, cdn, through)
    assert found.unknown == {"0022500004": (OPENING + timedelta(1), OPENING + timedelta(2))}
    nights = [window(str(OPENING + timedelta(n)), str(OPENING + timedelta(n)), PLAN_SEASON, TODAY) for n in (0, 1, 2, 3)]
    assert [list(found.unknown_in(night)) for night in nights] == [[], ["0022500004"], ["0022500004"], []]
    cdn.asked_since_last_time()
    find(store, cdn, through)
    assert cdn.asked_since_last_time() == {"0022500004": 1}  # and the id that was never played not again
    cdn.boxes["0022500004"] = official_box("0022500004", "BOS", "BKN", OPENING + timedelta(1))
    mended = find(store, cdn, through)
    assert (mended.unknown, len(mended.games)) == ({}, 9)


def test_a_run_stops_at_a_game_that_was_played_and_is_on_no_schedule_after_showing_and_keeping_the_rest(store):
    cdn = PastSeason(**regular(days=3))
    del cdn.boxes["0022500003"]
    cdn.plays = {"0022500003"}
    of = window(str(OPENING), str(OPENING + timedelta(2)), PLAN_SEASON, TODAY)
    fetched = fetch(store, BallDontLie("http://localhost", None), cdn, of, NOW)
    assert [(gap.game_id, gap.what) for gap in fetched.gaps] == [("0022500003", "schedule")]
    assert (fetched.play_by_play.fetched, fetched.official) == (5, Count(5, 0))  # those that the schedule was made from are fetched too
    with pytest.raises(Broken, match="1 game of the window is on no schedule: 0022500003"):
        fetched.require_schedule()


def test_a_box_score_that_cannot_be_read_costs_its_game_and_is_asked_for_again(store):
    cdn = PastSeason(**regular(days=3))
    cdn.boxes["0022500002"]["game"]["homeTeam"]["teamTricode"] = "SEA"
    cdn.plays = {"0022500002"}
    found = find(store, cdn, OPENING + timedelta(2))
    assert (len(found.games), list(found.unknown)) == (5, ["0022500002"])
    assert [where for where, _ in found.notes] == ["box score 0022500002"]


def test_a_season_that_no_source_has_ends_in_a_clear_line(store):
    with pytest.raises(BadInput, match=r"season 2024-25 is not to be had: the NBA's schedule is of 2026-27, and there is no box score"):
        find(store, PastSeason(), date(2025, 6, 30), "2024-25")
    with pytest.raises(BadInput, match=r"season 2027-28 has no schedule yet: the NBA's is of 2026-27"):
        find(store, PastSeason(), date(2028, 6, 30), "2027-28")
    assert store.keys() == []


def test_a_stored_season_tells_its_opening_night_and_its_last_game_as_far_as_its_schedule_is_whole(store):
    cdn = PastSeason(**regular(days=5))
    assert stored_season(store, "2025-26") is None
    for through, last_game in ((OPENING + timedelta(2), 2), (schedules.whole("2025-26"), 4)):
        find(store, cdn, through)
        of = stored_season(store, "2025-26")
        assert (of.opening_night, of.last_game) == (OPENING, OPENING + timedelta(last_game))
    cdn.schedule_body = schedule(
        scheduled("0022600001", day=date(2026, 10, 20)), scheduled("0042600401", day=date(2027, 6, 3), gameStatus=1), season_year="2026-27"
    )
    find(store, cdn, date(2026, 11, 26), "2026-27")
    going_on = stored_season(store, "2026-27")
    assert (going_on.opening_night, going_on.last_game) == (date(2026, 10, 20), date(2027, 6, 3))
    assert len(stored_games(store, "2026-27")) == 2
