"""The fetch step on real sockets: a season of three days here, the real season where it is at hand."""

import json
import re
import subprocess
import sys
import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from source_bodies import END_OF_GAME, OPENING, box_game, box_object, five, official_box, play_by_play, schedule, scheduled, shot
from werkzeug import Response

from nbhelpers import raw
from nbhelpers.errors import BadInput, Broken
from nbhelpers.raw import Gap
from nbhelpers.raw.identifiers import TEAMS
from nbhelpers.season import PLAN_SEASON, window
from nbhelpers.sources.balldontlie import BallDontLie
from nbhelpers.sources.fetch import NOT_ASKED, Count, fetch
from nbhelpers.sources.findings import Findings
from nbhelpers.sources.holdings import missing, stored_games
from nbhelpers.sources.nba_cdn import NbaCdn
from nbhelpers.sources.progress import ThrottledLines
from nbhelpers.store import open_store

LEAGUE = Path(__file__).parents[3] / "shared" / "real_season" / "league.py"
# `league.py serve`, its tables read beforehand: its threads cannot read them at the same time.
SERVE = """
import sys
sys.path.insert(0, sys.argv[1])
import league
league.games(), league._lines(), league._shots()
league.serve(0, sys.argv[2:], seed=0)
"""
NOON = datetime(2025, 12, 17, 12, tzinfo=UTC)
TODAY = date(2025, 12, 17)
OCT_21, OCT_22, OCT_23 = (OPENING + timedelta(days) for days in range(3))
THREE_DAYS = window("2025-10-21", "2025-10-23", PLAN_SEASON, TODAY)
SCHEDULE = "nba-com/schedule/2025-26/20251217_120000.json"
END = END_OF_GAME
OFFICIAL_LINES = "nba_raw.nbac_player_boxscores"
SHOT = shot(2, 7, "C. Holmgren")
NO_SUCH_FILE = Response(b"<?xml version='1.0'?><Error/>", status=403)


class Sources:
    """Both sources as one server: three days with a game each, and the Cup final on the third."""

    def __init__(self, httpserver):
        self.url = httpserver.url_for("")
        self.asked = []
        self.before_the_second_play_by_play = lambda: None
        games = [("0022500001", "HOU", "OKC", OCT_21), ("0022500002", "CLE", "NYK", OCT_22)]
        games += [("0022500003", "LAL", "GSW", OCT_23), ("0062500001", "NYK", "SAS", OCT_23)]
        self.schedule = schedule(*(scheduled(number, away, home, day) for number, away, home, day in games))
        self.days = {str(day): [] for _, _, _, day in games}
        for _, away, home, day in games:
            self.days[str(day)].append(box_game(away, home, day))
        self.plays = {number: play_by_play(SHOT, END, identifier=number) for number, _, _, _ in games[:3]}
        self.boxes = {number: official_box(number, away, home, day) for number, away, home, day in games}
        httpserver.expect_request(re.compile("/.*")).respond_with_handler(self.answer)

    def answer(self, request):
        name = request.args.get("date") or request.path.rpartition("/")[2].removesuffix(".json").removeprefix("playbyplay_")
        self.asked.append(name)
        if name.startswith("boxscore_"):
            body = self.boxes.get(name.removeprefix("boxscore_"))
            return NO_SUCH_FILE if body is None else body if isinstance(body, Response) else Response(json.dumps(body))
        if name in self.plays and sum(asked in self.plays for asked in self.asked) > 1:
            self.before_the_second_play_by_play()
        if name == "scheduleLeagueV2":
            return self.schedule if isinstance(self.schedule, Response) else Response(json.dumps(self.schedule))
        if name in self.days:
            day = self.days[name]
            return day if isinstance(day, Response) else Response(json.dumps({"data": day}))
        return Response(json.dumps(self.plays[name])) if name in self.plays else NO_SUCH_FILE

    def asked_since_last_time(self):
        asked, self.asked = self.asked, []
        return sorted(asked)


@pytest.fixture
def sources(httpserver):
    return Sources(httpserver)


@pytest.fixture
def store(tmp_path):
    return open_store(tmp_path / "bucket")


def run(store, sources, of=THREE_DAYS, now=NOON, **settings):
    bdl = BallDontLie(sources.url, settings.pop("key", "key"), 600, clock=lambda: 0.0, sleep=lambda seconds: None)
    cdn = NbaCdn(sources.url, sleep=lambda seconds: None)
    return fetch(store, bdl, cdn, of, now, clock=lambda: 0.0, **settings)


def put(store, key, body):
    path = store.root / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body if isinstance(body, bytes) else json.dumps(body).encode())


def test_everything_missing_is_fetched_and_stored_under_its_key(store, sources):
    fetched = run(store, sources)

    assert store.keys() == [
        "ball-dont-lie/boxscores/2025-10-21/20251217_120000.json",
        "ball-dont-lie/boxscores/2025-10-22/20251217_120000.json",
        "ball-dont-lie/boxscores/2025-10-23/20251217_120000.json",
        "nba-com/boxscores/2025-10-21/game_0022500001/20251217_120000.json",
        "nba-com/boxscores/2025-10-22/game_0022500002/20251217_120000.json",
        "nba-com/boxscores/2025-10-23/game_0022500003/20251217_120000.json",
        "nba-com/boxscores/2025-10-23/game_0062500001/20251217_120000.json",
        "nba-com/play-by-play/2025-10-21/game_0022500001/20251217_120000.json",
        "nba-com/play-by-play/2025-10-22/game_0022500002/20251217_120000.json",
        "nba-com/play-by-play/2025-10-23/game_0022500003/20251217_120000.json",
        SCHEDULE,
    ]
    assert (fetched.schedule, fetched.box_scores, fetched.play_by_play) == (Count(1, 0), Count(3, 0), Count(3, 0))
    assert fetched.official == Count(4, 0)
    assert (fetched.gaps, fetched.one_witness, fetched.broken, fetched.notes) == ([], [], [], [])
    assert str(fetched) == (
        "2025-10-21 to 2025-10-23: box scores 3 dates fetched, 0 there before; the NBA's 4 games fetched, 0 there before; "
        "play-by-play 3 games fetched, 0 there before; 0 gaps; 11 requests (0 repeated) in 1 s"
    )


def test_without_a_key_it_is_said_that_balldontlie_is_not_asked_and_no_game_is_called_in_want_of_a_witness(store, sources):
    fetched = run(store, sources, key=None)
    assert {gap.reason for gap in fetched.one_witness} == {NOT_ASKED} and len(fetched.one_witness) == 4
    assert str(fetched) == (
        "2025-10-21 to 2025-10-23: the NBA's box scores 4 games fetched, 0 there before; BallDontLie's not asked for without a key; "
        "play-by-play 3 games fetched, 0 there before; 0 gaps; 8 requests (0 repeated) in 1 s"
    )


def test_a_days_games_are_stored_in_an_envelope_and_the_rest_as_received(store, sources):
    run(store, sources)

    assert store.read_json("ball-dont-lie/boxscores/2025-10-21/20251217_120000.json") == {
        "date": "2025-10-21",
        "timestamp": "2025-12-17T12:00:00+00:00",
        "rowCount": 1,
        "boxScores": [box_game("HOU", "OKC", OCT_21)],
    }
    plays = store.read("nba-com/play-by-play/2025-10-21/game_0022500001/20251217_120000.json")
    assert plays == json.dumps(sources.plays["0022500001"]).encode()
    box = store.read("nba-com/boxscores/2025-10-21/game_0022500001/20251217_120000.json")
    assert box == json.dumps(sources.boxes["0022500001"]).encode()
    assert store.read(SCHEDULE) == json.dumps(sources.schedule).encode()


def test_what_is_there_is_not_asked_for_again(store, sources):
    run(store, sources)
    before = store.keys()
    sources.asked_since_last_time()

    again = run(store, sources, key=None)  # and without missing box scores no key is needed

    assert sources.asked_since_last_time() == ["scheduleLeagueV2"]
    assert store.keys() == before
    assert (again.schedule, again.box_scores, again.play_by_play) == (Count(0, 1), Count(0, 3), Count(0, 3))
    assert again.official == Count(0, 4)


def test_the_cup_final_has_a_box_score_and_no_play_by_play(store, sources):
    run(store, sources, of=window("2025-10-23", "2025-10-23", PLAN_SEASON, TODAY))
    assert sources.asked_since_last_time() == [
        "0022500003", "2025-10-23", "boxscore_0022500003", "boxscore_0062500001", "scheduleLeagueV2"
    ]  # fmt: skip


def test_a_postponed_game_is_not_asked_for(store, sources):
    postponed = scheduled("0022500002", "CLE", "NYK", OCT_22, postponedStatus="P")
    sources.schedule["leagueSchedule"]["gameDates"][0]["games"][1] = postponed
    run(store, sources)
    assert sources.asked_since_last_time() == [
        "0022500001", "0022500003", "2025-10-21", "2025-10-23",
        "boxscore_0022500001", "boxscore_0022500003", "boxscore_0062500001", "scheduleLeagueV2",
    ]  # fmt: skip


def test_a_missing_date_is_said_without_asking_anybody(store, sources):
    run(store, sources)
    games = stored_games(store, PLAN_SEASON.name)
    (store.root / "ball-dont-lie/boxscores/2025-10-22/20251217_120000.json").unlink()
    (store.root / "nba-com/play-by-play/2025-10-23/game_0022500003/20251217_120000.json").unlink()
    sources.asked_since_last_time()

    lacking = missing(Findings(store), games, THREE_DAYS)

    assert lacking.box_score_dates == [OCT_22]
    assert [game.game_id for game in lacking.play_by_play_games] == ["20251023_LAL_GSW"]
    assert lacking.official_games == []
    assert lacking.broken == [] and sources.asked_since_last_time() == []


# Schedules


def test_an_unchanged_schedule_is_not_stored_twice_whatever_its_meta_says(store, sources):
    run(store, sources)
    sources.schedule["meta"] = {"time": "later"}
    run(store, sources)
    assert store.keys("nba-com/schedule/") == [SCHEDULE]


def test_a_changed_schedule_is_a_new_object_and_counts_from_then_on(store, sources):
    run(store, sources)
    games = sources.schedule["leagueSchedule"]["gameDates"][0]["games"]
    games[1] = scheduled("0022500002", "CLE", "NYK", OCT_22, postponedStatus="P")

    run(store, sources)

    assert store.keys("nba-com/schedule/") == [SCHEDULE, SCHEDULE.replace("120000", "120001")]
    assert [game.is_postponed for game in stored_games(store, PLAN_SEASON.name)] == [False, True, False, False]


@pytest.mark.parametrize(
    ("games", "problem"),
    [
        ([], "2025-26 has no games"),
        ([scheduled(day=OCT_22), scheduled("0022500002", day=OCT_23)], "games from 2025-10-22 to 2025-10-23 only"),
        ([scheduled(day=OCT_21), scheduled("0022500002", day=OCT_22)], "games from 2025-10-21 to 2025-10-22 only"),
    ],
)
def test_a_schedule_that_does_not_cover_the_window_stops_the_fetch(store, sources, games, problem):
    sources.schedule = schedule(*games)
    with pytest.raises(Broken, match=problem):
        run(store, sources)
    assert store.keys() == []


def test_a_season_that_is_over_keeps_its_stored_schedule(store, sources):
    put(store, SCHEDULE, sources.schedule)
    sources.schedule = schedule(scheduled(day=date(2026, 10, 20)), season_year="2026-27")

    fetched = run(store, sources)

    assert fetched.schedule == Count(0, 1) and fetched.gaps == []
    assert store.keys("nba-com/schedule/") == [SCHEDULE]


def test_without_a_stored_schedule_nobody_can_say_what_is_missing(store):
    with pytest.raises(Broken, match=r"holds no schedule of 2025-26\."):
        stored_games(store, PLAN_SEASON.name)
    put(store, SCHEDULE, b"<html>")
    with pytest.raises(Broken, match=f"2025-26 that can be read: object {SCHEDULE} .* is not JSON"):
        stored_games(store, PLAN_SEASON.name)


# Gaps


def box_gap(day, game_id, reason, official="the NBA: no box score yet"):
    """A game in neither source, by BallDontLie for this reason; with `official` empty, one that the NBA alone has."""
    return Gap(day, game_id, "box_score", "; ".join(filter(None, [f"BallDontLie: {reason}", official])))


def of_one_source(day, game_id, reason):
    return box_gap(day, game_id, reason, official="")


def test_an_empty_day_stays_a_gap_and_is_not_stored(store, sources):
    sources.days["2025-10-22"] = []
    del sources.boxes["0022500002"]

    fetched = run(store, sources)

    assert fetched.gaps == [box_gap(OCT_22, "20251022_CLE_NYK", "empty day")]
    assert fetched.box_scores == Count(2, 0)
    assert store.keys("ball-dont-lie/boxscores/2025-10-22") == []


def test_an_unfinished_game_stays_a_gap_until_it_is_final(store, sources):
    sources.days["2025-10-22"] = [box_game("CLE", "NYK", OCT_22, status="3rd Qtr", period=3)]
    sources.boxes.clear()
    fetched = [run(store, sources), run(store, sources)]
    sources.days["2025-10-22"] = [box_game("CLE", "NYK", OCT_22)]
    fetched.append(run(store, sources))

    gap = [box_gap(OCT_22, "20251022_CLE_NYK", "unfinished: 3rd Qtr")]
    assert [once.gaps for once in fetched] == [gap, gap, []]
    # The first answer of the day is kept, the second says nothing new, the third does.
    assert [once.box_scores for once in fetched] == [Count(3, 0), Count(0, 2), Count(1, 2)]
    assert store.keys("ball-dont-lie/boxscores/2025-10-22") == [
        "ball-dont-lie/boxscores/2025-10-22/20251217_120000.json",
        "ball-dont-lie/boxscores/2025-10-22/20251217_120001.json",
    ]


def test_a_game_absent_from_its_day_is_a_gap_beside_games_that_are_there(store, sources):
    sources.days["2025-10-23"].pop()
    fetched = run(store, sources)
    assert (fetched.gaps, fetched.one_witness) == ([], [of_one_source(OCT_23, "20251023_NYK_SAS", "absent")])
    sources.boxes.clear()
    (store.root / "nba-com/boxscores/2025-10-23/game_0062500001/20251217_120000.json").unlink()
    assert run(store, sources).gaps == [box_gap(OCT_23, "20251023_NYK_SAS", "absent")]


def test_games_final_in_different_objects_are_all_there(store, sources):
    lakers, final = sources.days["2025-10-23"]
    put(store, "ball-dont-lie/boxscores/2025-10-23/a.json", box_object(lakers, day=OCT_23))
    put(store, "ball-dont-lie/boxscores/2025-10-23/b.json", box_object(final, day=OCT_23))
    run(store, sources)
    assert "2025-10-23" not in sources.asked_since_last_time()


def test_a_game_listed_the_other_way_round_says_so(store, sources):
    sources.days["2025-10-22"] = [box_game("NYK", "CLE", OCT_22)]
    reason = "absent under this id, but there as 20251022_NYK_CLE"
    assert run(store, sources).one_witness == [of_one_source(OCT_22, "20251022_CLE_NYK", reason)]


def test_an_answer_that_cannot_be_used_is_a_gap_and_the_other_days_are_fetched(store, sources):
    sources.days["2025-10-21"] = [box_game("HOU", "OKC", OCT_21, home_team={"abbreviation": "XXX", "players": []})]

    sources.days["2025-10-22"] = [box_game("CLE", "NYK", OCT_21)]
    del sources.boxes["0022500001"], sources.boxes["0022500002"]

    fetched = run(store, sources)

    assert [gap.game_id for gap in fetched.gaps] == ["20251021_HOU_OKC", "20251022_CLE_NYK"]
    assert "asked for 2025-10-22 and answered with games of 2025-10-21" in fetched.gaps[1].reason
    assert fetched.box_scores == Count(2, 0)
    assert store.keys("ball-dont-lie/boxscores/2025-10-22") == []
    # What was received of the first day is kept as evidence: it may be a team that the code must learn.
    assert len(store.keys("ball-dont-lie/boxscores/2025-10-21")) == 1


def test_a_play_by_play_that_is_not_there_or_empty_stays_a_gap(store, sources):
    del sources.plays["0022500001"]
    sources.plays["0022500002"] = play_by_play(identifier="0022500002")
    sources.plays["0022500003"] = play_by_play({"isFieldGoal": 1, "personId": 7}, identifier="0022500003")

    fetched = run(store, sources)

    assert [(gap.game_id, gap.what, gap.reason.partition(":")[0]) for gap in fetched.gaps] == [
        ("20251021_HOU_OKC", "play_by_play", "no play-by-play yet"),
        ("20251022_CLE_NYK", "play_by_play", "no shots in its play-by-play yet"),
        ("20251023_LAL_GSW", "play_by_play", "unusable answer"),
    ]
    assert fetched.play_by_play == Count(0, 0) and store.keys("nba-com/play-by-play") == []


def test_a_play_by_play_of_a_game_still_going_on_is_not_kept(store, sources):
    sources.days["2025-10-23"][0] |= {"status": "4th Qtr"}
    sources.boxes = {}
    sources.plays["0022500003"] = play_by_play(SHOT, identifier="0022500003")  # live: no end
    sources.plays["0022500002"] = play_by_play(SHOT, identifier="0022500002")  # no end, but its box score is final

    assert [(gap.game_id, gap.what, gap.reason) for gap in run(store, sources).gaps] == [
        ("20251023_LAL_GSW", "box_score", "BallDontLie: unfinished: 4th Qtr; the NBA: no box score yet"),
        ("20251023_LAL_GSW", "play_by_play", "unfinished play-by-play"),
    ]
    sources.days["2025-10-23"][0] |= {"status": "Final"}
    assert run(store, sources).gaps == []


# Objects that cannot be read


def test_an_unreadable_object_is_named_left_alone_and_replaced_by_a_new_one(store, sources):
    box = "ball-dont-lie/boxscores/2025-10-21/20251022_110500.json"
    plays = "nba-com/play-by-play/2025-10-21/game_0022500001/20251022_111000.json"
    put(store, box, b'{"date": "2025-10-21", "boxSc')
    put(store, plays, {"game": {"gameId": "0022500099", "actions": []}})
    put(store, SCHEDULE.replace("20251217", "20251216"), {"leagueSchedule": None})
    put(store, "ball-dont-lie/boxscores/notes.txt", b"")

    fetched = run(store, sources)

    assert sorted(key for key, _ in fetched.broken) == [
        "ball-dont-lie/boxscores/2025-10-21/20251022_110500.json",
        "ball-dont-lie/boxscores/notes.txt",
        "nba-com/play-by-play/2025-10-21/game_0022500001/20251022_111000.json",
        "nba-com/schedule/2025-26/20251216_120000.json",
    ]
    assert "is not JSON" in dict(fetched.broken)[box] and "gameId is 0022500099" in dict(fetched.broken)[plays]
    assert "4 unreadable objects" in str(fetched)
    assert store.read(box) == b'{"date": "2025-10-21", "boxSc'
    assert store.keys(box.rpartition("/")[0]) == [box, box.replace("20251022_110500", "20251217_120000")]
    assert fetched.gaps == []
    assert missing(Findings(store), stored_games(store, PLAN_SEASON.name), THREE_DAYS).box_score_dates == []


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"date": "2025-10-21"},
        box_object(box_game(day=OCT_22), day=OCT_21),
        box_object(day=OCT_22),
        {"data": []},
    ],
)
def test_an_object_of_another_shape_or_date_counts_as_not_there(store, sources, body):
    put(store, SCHEDULE, sources.schedule)
    put(store, "ball-dont-lie/boxscores/2025-10-21/x.json", body)

    lacking = missing(Findings(store), stored_games(store, PLAN_SEASON.name), THREE_DAYS)

    assert OCT_21 in lacking.box_score_dates
    assert [key for key, _ in lacking.broken] == ["ball-dont-lie/boxscores/2025-10-21/x.json"]


def test_a_live_snapshot_that_was_stored_does_not_count(store, sources):
    put(store, SCHEDULE, sources.schedule)
    four = box_game(home_players=five("h")[:4])
    put(store, "ball-dont-lie/boxscores/2025-10-21/x.json", box_object(four))
    assert OCT_21 in missing(Findings(store), stored_games(store, PLAN_SEASON.name), THREE_DAYS).box_score_dates


def test_of_a_games_play_by_plays_the_newest_with_shots_is_enough(store, sources):
    run(store, sources)
    put(store, "nba-com/play-by-play/2025-10-21/game_0022500001/20251022_111000.json", b"older and broken")
    put(store, "nba-com/play-by-play/2025-10-21/game_0022500001/20251218_111000.json", sources.plays["0022500001"])
    lacking = missing(Findings(store), stored_games(store, PLAN_SEASON.name), THREE_DAYS)
    assert (lacking.play_by_play_games, lacking.broken) == ([], [])


def test_each_object_is_read_once(store, sources, monkeypatch):
    run(store, sources)
    reads, read = Counter(), store.read
    monkeypatch.setattr(store, "read", lambda key: reads.update([key]) or read(key))
    run(store, sources)
    assert set(reads.values()) == {1} and len(reads) == 11


# Stopping and going on


class Interrupted(Exception):
    pass


def stop_at(what, done):
    def listener(done_now, total, what_now, seconds_left):
        if (what_now, done_now) == (what, done):
            raise Interrupted

    return listener


@pytest.mark.parametrize(
    ("what", "done", "objects_kept"),
    [("schedule", 1, 1), ("official box scores", 1, 2), ("box scores", 2, 7), ("play-by-play", 1, 9)],
)
def test_a_fetch_that_was_stopped_goes_on_where_it_was(store, sources, what, done, objects_kept):
    with pytest.raises(Interrupted):
        run(store, sources, listener=stop_at(what, done))
    kept = len(store.keys())
    first = sources.asked_since_last_time()

    fetched = run(store, sources)

    # Of the NBA's files up to four were in flight; they are kept.
    assert objects_kept <= kept <= objects_kept + (3 if what in ("play-by-play", "official box scores") else 0)
    assert fetched.gaps == [] and len(store.keys()) == 11
    once_more = Counter(first) & Counter(sources.asked_since_last_time())
    assert once_more == Counter(["scheduleLeagueV2"])


def test_a_stopped_fetch_begins_nothing_new(store, sources):
    """Of 15 play-by-plays four are in flight when the first is done; no other is asked for after that."""
    teams = list(TEAMS)
    games = {f"00225001{n:02d}": (teams[2 * n], teams[2 * n + 1]) for n in range(15)}
    sources.schedule = schedule(*(scheduled(number, *pair, OCT_21) for number, pair in games.items()))
    sources.days = {"2025-10-21": []}
    sources.plays = {number: play_by_play(SHOT, END, identifier=number) for number in games}
    stopped = threading.Event()
    sources.before_the_second_play_by_play = lambda: stopped.wait(10)

    def listener(done, total, what, seconds_left):
        if (what, done) == ("play-by-play", 1):
            stopped.set()
            raise Interrupted

    with pytest.raises(Interrupted):
        run(store, sources, of=window("2025-10-21", "2025-10-21", PLAN_SEASON, TODAY), listener=listener)

    asked = [name for name in sources.asked_since_last_time() if name in games]
    assert 1 <= len(asked) < 10
    assert len(store.keys("nba-com/play-by-play")) == len(asked)


def test_a_bad_day_costs_that_day_and_the_others_are_fetched(store, sources):
    sources.days["2025-10-22"] = None  # "data": null
    fetched = run(store, sources)
    [gap] = fetched.one_witness
    assert gap.game_id == "20251022_CLE_NYK"
    assert gap.reason.endswith("date=2025-10-22 in 3 attempts; the last: JSON of another shape.")
    assert len(store.keys("ball-dont-lie")) == 2


def test_a_bad_file_costs_its_game_and_the_others_are_fetched(store, sources):
    sources.plays["0022500001"] = {}
    sources.boxes["0022500002"] = {"game": {"gameId": "0022500002", "gameEt": "2025-10-22", "gameStatus": 3}}
    fetched = run(store, sources)
    assert [(gap.game_id, gap.what) for gap in fetched.gaps] == [("20251021_HOU_OKC", "play_by_play")]
    assert "in 3 attempts; the last: JSON of another shape or game" in fetched.gaps[0].reason
    [gap] = fetched.one_witness
    assert gap.game_id == "20251022_CLE_NYK" and "unusable answer: the NBA's box score of 20251022_CLE_NYK: homeTeam is absent" in gap.reason
    assert (fetched.official, fetched.play_by_play, fetched.box_scores) == (Count(3, 0), Count(2, 0), Count(3, 0))


def test_what_is_accepted_as_missing_is_not_asked_for(store, sources):
    accepted = {("20251021_HOU_OKC", "play_by_play"), ("20251022_CLE_NYK", "box_score")}
    fetched = run(store, sources, accepted=accepted)
    asked = set(sources.asked_since_last_time())
    assert asked & {"0022500001", "boxscore_0022500002", "2025-10-22"} == set()
    assert asked >= {"boxscore_0022500001", "0022500002", "2025-10-21"}
    assert fetched.gaps == []


def test_without_a_key_balldontlie_is_not_asked_and_every_game_has_its_official_box_score(store, sources):
    fetched = run(store, sources, key=None)
    assert not [name for name in sources.asked_since_last_time() if name.startswith("2025")]
    assert (fetched.gaps, fetched.official, fetched.box_scores) == ([], Count(4, 0), Count(0, 0))
    assert {gap.reason for gap in fetched.one_witness} == {"BallDontLie: not asked without a key"}


def test_a_source_that_is_down_is_given_up_on_after_one_day_and_the_other_fills_the_season(store, sources):
    sources.days = {day: Response(status=503) for day in sources.days}
    fetched = run(store, sources)
    asked = [name for name in sources.asked_since_last_time() if name.startswith("2025")]
    assert (set(asked), len(asked)) == ({"2025-10-21"}, 8)
    assert (fetched.gaps, fetched.official) == ([], Count(4, 0))
    assert [gap.reason.startswith("BallDontLie: not asked for: ") for gap in fetched.one_witness] == [False, True, True, True]


def test_a_cdn_that_is_gone_stops_the_fetch_and_keeps_what_came(store, sources):
    sources.boxes = {number: Response(status=503) for number in sources.boxes}
    with pytest.raises(Broken, match="NBA CDN gave no usable answer to .*boxscore_.* in 8 attempts; the last: status 503"):
        run(store, sources)
    assert store.keys() == [SCHEDULE]


def test_an_odd_entry_of_the_schedule_costs_itself_alone_and_only_in_the_window(store, sources):
    games = sources.schedule["leagueSchedule"]["gameDates"][0]["games"]
    games[1]["gameStatus"] = 7
    games += [scheduled("0022500009", "BOS", "MIA", date(2025, 11, 1), gameStatus=7)]
    fetched = run(store, sources)
    asked = sources.asked_since_last_time()
    assert "boxscore_0022500002" in asked and "boxscore_0022500009" not in asked
    assert [where for where, _ in fetched.notes] == ["schedule, game 0022500002"]
    assert (fetched.gaps, fetched.official, fetched.play_by_play) == ([], Count(3, 0), Count(2, 0))
    loaded = raw.load(store, THREE_DAYS)
    assert "20251022_CLE_NYK" in {row["game_id"] for row in loaded.rows["nba_raw.nbac_schedule"]}


def test_without_the_schedules_file_the_stored_schedule_serves(store, sources):
    run(store, sources)
    sources.schedule = Response(status=503)
    fetched = run(store, sources)
    assert (fetched.gaps, fetched.schedule) == ([], Count(0, 1))
    assert fetched.notes[0][1].startswith("the stored one serves: NBA CDN gave no usable answer")


# Progress


def test_progress_tells_what_is_done_and_how_long_the_rest_will_take(store, sources):
    heard = []
    run(store, sources, listener=lambda *told: heard.append(told))
    assert heard == [
        (0, 1, "schedule", None),
        (1, 1, "schedule", 0.0),
        (0, 4, "official box scores", None),
        *((done, 4, "official box scores", 0.0) for done in (1, 2, 3, 4)),
        *((done, 3, "box scores", 0.0) for done in range(4)),
        (0, 3, "play-by-play", None),
        *((done, 3, "play-by-play", 0.0) for done in (1, 2, 3)),
    ]


def test_the_time_left_counts_the_minutes_that_the_limit_holds_requests_back(store, sources):
    heard = []
    clock = iter(range(1000)).__next__  # a second a look
    bdl = BallDontLie(sources.url, "key", per_minute=1, clock=lambda: 0.0, sleep=lambda seconds: None)
    fetch(store, bdl, NbaCdn(sources.url), THREE_DAYS, NOON, lambda *told: heard.append(told), clock)
    assert [left for done, _, what, left in heard if what == "box scores"] == [120.0, 120.0, 60.0, 0.0]


def test_progress_is_a_few_lines():
    lines, now = [], [0.0]
    tell = ThrottledLines(lines.append, lambda: now[0], every_seconds=5)
    for done in range(25):
        tell(done, 24, "box scores", (24 - done) * 12.0)
        now[0] += 1
    tell.waiting(48, "5 requests a minute are allowed")
    tell.waiting(1, "status 429 (attempt 1 of 8)")
    tell(0, 2, "play-by-play", None)
    tell(1, 2, "play-by-play", 1.0)
    tell(2, 2, "play-by-play", 0.0)

    assert lines == [
        "box scores 0 of 24 dates, about 5 min left",
        "box scores 5 of 24 dates, about 4 min left",
        "box scores 10 of 24 dates, about 3 min left",
        "box scores 15 of 24 dates, about 2 min left",
        "box scores 20 of 24 dates, about 48 s left",
        "box scores 24 of 24 dates",
        "waiting 48 s: 5 requests a minute are allowed",
        "play-by-play 0 of 2 games",
        "play-by-play 2 of 2 games",
    ]


# The real season


@pytest.fixture(scope="module")
def start_of_the_plan(tmp_path_factory):
    """The bucket as the plan found it: Nov 13 to Dec 15."""
    if not LEAGUE.exists():
        pytest.skip("the real season is not beside this repository")
    bucket = tmp_path_factory.mktemp("plan") / "bucket"
    subprocess.run([sys.executable, LEAGUE, "bucket", bucket], check=True, capture_output=True)
    return bucket


@pytest.fixture
def league(start_of_the_plan, tmp_path):
    """Starts the real season's server with faults; gives its address. What it was asked is in tmp_path/asked."""
    running = []

    def serve(*faults):
        command = [sys.executable, "-B", "-c", SERVE, LEAGUE.parent, *faults]
        with (tmp_path / "asked").open("w") as asked:
            server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=asked, text=True)
        running.append(server)
        return server.stdout.readline().split()[-1]

    yield serve
    for server in running:
        server.terminate()
        server.wait()
        server.stdout.close()


def fetch_real(bucket, url, start, end, key="key"):
    bdl = BallDontLie(url, key, 600, sleep=lambda seconds: None)
    cdn = NbaCdn(url, sleep=lambda seconds: None)
    return fetch(open_store(bucket), bdl, cdn, window(start, end, PLAN_SEASON, TODAY), NOON)


def linked(bucket, to):
    """A bucket of its own for a test, sharing the objects of `bucket`."""
    for key in open_store(bucket).keys(""):
        (to / key).parent.mkdir(parents=True, exist_ok=True)
        (to / key).hardlink_to(bucket / key)
    return to


def test_the_real_season_is_completed_through_every_transport_fault(league, start_of_the_plan, tmp_path):
    bucket = linked(start_of_the_plan, tmp_path / "bucket")
    url = league("429=0.05", "500=0.05", "truncate=0.05", "html=0.05", "key=s3cret")

    fetched = fetch_real(bucket, url, "2025-10-21", "2025-12-16", key="s3cret")

    assert (fetched.schedule, fetched.box_scores, fetched.play_by_play) == (Count(0, 1), Count(24, 32), Count(174, 213))
    assert (fetched.gaps, fetched.broken) == ([], [])
    assert fetched.spent.retries > 0 and fetched.spent.requests == 1 + 24 + 388 + 174 + fetched.spent.retries
    asked = set(re.findall(r"GET (\S+)", (tmp_path / "asked").read_text()))
    assert fetched.official == Count(388, 0)
    assert len(asked) == 1 + 24 + 388 + 174
    dates = sorted(path.partition("date=")[2] for path in asked if "date=" in path)
    assert (dates[0], dates[-2], dates[-1]) == ("2025-10-21", "2025-11-12", "2025-12-16")
    assert b"s3cret" not in b"".join(open_store(bucket).read(key) for key in open_store(bucket).keys("ball-dont-lie/"))


def test_the_real_days_that_are_missing_partial_or_live_stay_gaps(league, start_of_the_plan, tmp_path):
    bucket = linked(start_of_the_plan, tmp_path / "bucket")
    faults = ("missing=2025-10-21", "partial=2025-10-22", "live=2025-10-23", "dup=2025-10-24", "noshots=2025-10-21", "nobox=2025-10-22")

    fetched = fetch_real(bucket, league(*faults), "2025-10-21", "2025-10-24")

    assert [(gap.game_id, gap.what, gap.reason) for gap in fetched.gaps] == [
        ("20251021_GSW_LAL", "play_by_play", "no play-by-play yet"),
        ("20251021_HOU_OKC", "play_by_play", "no play-by-play yet"),
        ("20251022_MIN_POR", "box_score", "BallDontLie: absent; the NBA: no box score yet"),
        ("20251023_DEN_GSW", "box_score", "BallDontLie: unfinished: 3rd Qtr; the NBA: unfinished: Q3 4:12"),
    ]
    of_one_source = {(gap.game_id[:8], gap.reason) for gap in fetched.one_witness}
    assert of_one_source == {
        ("20251021", "BallDontLie: empty day"), ("20251022", "the NBA: no box score yet"), ("20251023", "the NBA: unfinished: Q3 4:12"),
    }  # fmt: skip
    assert fetch_real(bucket, league(), "2025-10-21", "2025-10-24").gaps == []


@pytest.mark.parametrize(
    ("fault", "days", "left"),
    [
        ("bdldown", "2025-10-21 2025-10-22", []),
        ("postponed=N", "2025-10-21 2025-10-22", []),
        ("oddline=2025-10-22", "2025-10-21 2025-10-22", []),
        ("nulldnp=2025-10-22", "2025-10-21 2025-10-22", []),
        ("hoop=2025-10-22", "2025-10-21 2025-10-22", []),
        ("correct=2025-10-22", "2025-10-21 2025-10-22", []),
        ("nullpbp=0022500001", "2025-10-21 2025-10-22", [("20251021_HOU_OKC", "play_by_play")]),
    ],
)
def test_a_fault_of_the_real_sources_costs_what_it_touches_and_nothing_else(league, tmp_path, fault, days, left):
    url, (start, end) = league(*fault.split(maxsplit=0)), days.split()
    fetched = fetch_real(tmp_path / "bucket", url, start, end)
    assert [(gap.game_id, gap.what) for gap in fetched.gaps] == left
    loaded = raw.load(open_store(tmp_path / "bucket"), fetched.window)
    assert [(gap.game_id, gap.what) for gap in loaded.gaps] == left
    lines = {table: Counter(row["game_id"] for row in loaded.rows[table]) for table in ("nba_raw.bdl_player_boxscores", OFFICIAL_LINES)}
    assert len(lines[OFFICIAL_LINES]) == 14
    assert len(lines["nba_raw.bdl_player_boxscores"]) == (0 if fault == "bdldown" else 14)
    assert (loaded.unresolved, loaded.named) == ([], [])
    paint = Counter((row["game_id"], row["team_abbr"]) for row in loaded.rows["nba_raw.nbac_shots"] if row["zone"] == "paint")
    official = {(row["game_id"], row["team_abbr"]): row["paint_attempts"] for row in loaded.rows["nba_raw.nbac_team_boxscores"]}
    assert paint == {team: tried for team, tried in official.items() if (team[0], "play_by_play") not in left}


def test_a_player_whom_balldontlie_renames_keeps_his_lookup_in_both_sources_and_is_named(league, tmp_path):
    fetched = fetch_real(tmp_path / "bucket", league("rename=2025-10-24"), "2025-10-21", "2025-10-24")
    loaded = raw.load(open_store(tmp_path / "bucket"), fetched.window)
    assert [(one.player_lookup, one.what) for one in loaded.named] == [
        ("alexandresarr", "BallDontLie spells him Alex Sarr from 2025-10-24, Alexandre Sarr before; his lookup stays")
    ]
    of_both = {table: {row["player_lookup"] for row in loaded.rows[table] if "Sarr" in row[name]} for table, name in (
        ("nba_raw.bdl_player_boxscores", "player_full_name"), (OFFICIAL_LINES, "player_name"), ("nba_raw.nbac_shots", "player_name"),
    )}  # fmt: skip
    assert list(of_both.values()) == [{"alexandresarr"}] * 3
    lines = raw.load(open_store(tmp_path / "bucket"), fetched.window, lines="nba").rows[OFFICIAL_LINES]
    assert {row["player_lookup"] for row in lines if row["player_name"] == "Alex Sarr"} == {"alexsarr"}


def test_once_the_nba_has_moved_on_the_real_season_is_had_from_box_scores_alone_and_is_the_same(league, tmp_path):
    days, provenance = ("2025-10-21", "2025-10-27"), {"source_file_path", "source_object", "fetched_at"}
    fetched = fetch_real(tmp_path / "moved", league("moved=2026-27"), *days, key=None)
    asked = Counter(re.findall(r"GET (\S+)", (tmp_path / "asked").read_text()))
    assert (fetched.gaps, fetched.notes) == ([], [])
    assert max(asked.values()) == 1 and len(asked) < 500  # of 1,230 ids those before, and four weeks after
    again = fetch_real(tmp_path / "moved", league("moved=2026-27"), *days, key=None)
    assert len((tmp_path / "asked").read_text().splitlines()) == again.spent.requests == 1  # the schedule
    fetch_real(tmp_path / "file", league(), *days, key=None)
    made, filed = (raw.load(open_store(tmp_path / name), fetched.window, lines="nba").rows for name in ("moved", "file"))
    for table in made:
        ours, theirs = ([{n: v for n, v in row.items() if n not in provenance} for row in rows[table]] for rows in (made, filed))
        if table == "nba_raw.nbac_schedule":  # whether a floor was neutral no box score tells
            assert {row.pop("is_neutral") for row in ours} == {None} and {row.pop("is_neutral") for row in theirs} == {False}
        assert ours == theirs


def test_a_key_that_the_source_does_not_know_stops_the_fetch_without_being_shown(league, start_of_the_plan, tmp_path):
    bucket = linked(start_of_the_plan, tmp_path / "bucket")
    with pytest.raises(BadInput, match="check BALLDONTLIE_API_KEY") as stopped:
        fetch_real(bucket, league("key=right"), "2025-10-21", "2025-10-21", key="wr0ng-one")
    assert "wr0ng" not in str(stopped.value)
