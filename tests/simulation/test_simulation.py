"""The simulated season: shaped like the APIs, sound in itself, and the same every time."""

import json
import math
import random
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import combinations

import pytest
import requests

from nbhelpers import simulation
from nbhelpers.errors import BadInput
from nbhelpers.raw.identifiers import TEAMS, family_key, player_lookup
from nbhelpers.simulation.calendar import calendar, in_rounds

THANKSGIVING, CUP_FINAL_DAY = date(2025, 11, 27), date(2025, 12, 16)
FIRST_DAY = date(2025, 10, 21)
KEY = {"Authorization": "any key"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    written = tmp_path_factory.mktemp("simulation") / "season"
    simulation.write(written)
    return written


@pytest.fixture(scope="module")
def schedule(folder):
    """Every entry of the schedule, in its order."""
    body = json.loads((folder / simulation.SCHEDULE).read_bytes())
    return [game for day in body["leagueSchedule"]["gameDates"] for game in day["games"]]


@pytest.fixture(scope="module")
def box_scores(folder):
    """BallDontLie's games by date, days without a game too."""
    files = sorted((folder / simulation.BOX_SCORES).iterdir())
    return {date.fromisoformat(file.stem): json.loads(file.read_bytes())["data"] for file in files}


@pytest.fixture(scope="module")
def play_by_play(folder):
    """The actions of each official game, by NBA game id."""
    bodies = [json.loads(file.read_bytes()) for file in (folder / simulation.PLAY_BY_PLAY).iterdir()]
    return {body["game"]["gameId"]: body["game"]["actions"] for body in bodies}


@pytest.fixture(scope="module")
def played(schedule, box_scores):
    """The official games as pairs: entry of the schedule, box score."""
    found = {(day, game["home_team"]["abbreviation"]): game for day, games in box_scores.items() for game in games}
    official = [entry for entry in schedule if entry["gameId"].startswith("002") and entry["gameStatus"] == 3]
    return [(entry, found[day_of(entry), entry["homeTeam"]["teamTricode"]]) for entry in official]


@pytest.fixture(scope="module")
def official(folder):
    """The NBA's own box score of each game, by NBA game id."""
    bodies = [json.loads(file.read_bytes()) for file in (folder / simulation.OFFICIAL).iterdir()]
    return {body["game"]["gameId"]: body["game"] for body in bodies}


def day_of(entry):
    return date.fromisoformat(entry["gameDateEst"][:10])


def teams_of(entry):
    return entry["awayTeam"]["teamTricode"], entry["homeTeam"]["teamTricode"]


def sides(game):
    return (game["home_team"], game["home_team_score"]), (game["visitor_team"], game["visitor_team_score"])


def every_side(box_scores):
    return [(game, *side) for games in box_scores.values() for game in games for side in sides(game)]


def test_a_season_has_387_games_on_55_dates_none_on_thanksgiving_and_the_cup_final_alone(schedule, box_scores, played):
    slate = Counter(day_of(entry) for entry, _ in played)
    days = [FIRST_DAY + timedelta(n) for n in range((CUP_FINAL_DAY - FIRST_DAY).days + 1)]
    assert list(box_scores) == days
    assert box_scores[THANKSGIVING] == []
    assert sorted(slate) == [day for day in days if day not in (THANKSGIVING, CUP_FINAL_DAY)]
    assert (len(slate), slate.total(), slate[FIRST_DAY], min(slate.values()), max(slate.values())) == (
        55,
        387,
        2,
        2,
        14,
    )
    assert {day: len(games) for day, games in box_scores.items() if games} == {**slate, CUP_FINAL_DAY: 1}
    assert [entry["gameId"] for entry in schedule if day_of(entry) == CUP_FINAL_DAY] == ["0062500001"]
    assert len({entry["gameId"] for entry in schedule}) == len(schedule)
    assert len({game["id"] for games in box_scores.values() for game in games}) == 388


def test_every_team_plays_25_or_26_games_and_has_five_before_november_4(played):
    days = {team: [day_of(entry) for entry, _ in played if team in teams_of(entry)] for team in TEAMS}
    assert {len(own) for own in days.values()} == {25, 26}
    assert all(own == sorted(set(own)) for own in days.values())
    assert max(own[4] for own in days.values()) < date(2025, 11, 4)
    assert date(2025, 10, 28) <= min(own[4] for own in days.values()) < date(2025, 11, 1)
    back_to_backs = {team: sum(day + timedelta(1) in own for day in own) for team, own in days.items()}
    assert 1 <= min(back_to_backs.values()) <= max(back_to_backs.values()) <= 10


def test_a_postponed_game_is_not_played_that_day_but_later_under_another_id(schedule, box_scores, played):
    (postponed,) = [entry for entry in schedule if entry["postponedStatus"] != "A"]
    day, (away, home) = day_of(postponed), teams_of(postponed)
    assert (postponed["postponedStatus"], postponed["gameStatus"]) == ("P", 1)
    assert (postponed["homeTeam"]["score"], postponed["awayTeam"]["score"]) == (0, 0)
    assert FIRST_DAY < day < CUP_FINAL_DAY
    that_day = {side["abbreviation"] for game in box_scores[day] for side, _ in sides(game)}
    assert that_day and not that_day & {away, home}
    assert [entry for entry, _ in played if teams_of(entry) == (away, home) and day_of(entry) > day]


def test_the_schedule_also_lists_what_is_never_loaded_and_what_is_still_to_come(schedule):
    kinds = Counter((entry["gameId"][:3], entry["gameStatus"], entry["postponedStatus"]) for entry in schedule)
    assert kinds.pop(("002", 3, "A")) == 387
    assert kinds == {
        ("001", 3, "A"): 3, ("003", 1, "A"): 1, ("006", 3, "A"): 1, ("002", 1, "P"): 1, ("002", 1, "A"): 3,
    }  # fmt: skip
    assert all(day_of(e) > CUP_FINAL_DAY for e in schedule if e["gameStatus"] == 1 and e["postponedStatus"] == "A")


def test_points_makes_rebounds_and_minutes_add_up_in_every_box_score(box_scores, played):
    for game, team, score in every_side(box_scores):
        lines = team["players"]
        where = game["date"], team["abbreviation"]
        assert sum(line["pts"] for line in lines) == score, where
        minutes = sum(int(line["min"]) for line in lines)
        assert abs(minutes - 240 - 25 * (game["period"] - 4)) <= 8, where
        for line in lines:
            assert line["pts"] == 2 * (line["fgm"] - line["fg3m"]) + 3 * line["fg3m"] + line["ftm"], where
            assert line["fg3m"] <= line["fgm"] <= line["fga"] and line["fg3a"] <= line["fga"], where
            assert line["fgm"] - line["fg3m"] <= line["fga"] - line["fg3a"] and line["ftm"] <= line["fta"], where
            assert line["oreb"] + line["dreb"] == line["reb"] and line["pf"] <= 6, where
            assert int(line["min"]) <= 48 + 5 * (game["period"] - 4), where
    for entry, game in played:
        assert [score for _, score in sides(game)] == [entry["homeTeam"]["score"], entry["awayTeam"]["score"]]
        assert game["home_team_score"] != game["visitor_team_score"]


def test_about_15_players_are_listed_a_side_and_those_who_sat_out_have_nothing(box_scores):
    listed = [(len(team["players"]), sum(line["min"] != "00" for line in team["players"]))
              for _, team, _ in every_side(box_scores)]  # fmt: skip
    assert 14.5 < sum(all_ for all_, _ in listed) / len(listed) < 15.7
    assert 10 < sum(on for _, on in listed) / len(listed) < 11.3
    assert min(on for _, on in listed) >= 9
    sat_out = [line for _, team, _ in every_side(box_scores) for line in team["players"] if line["min"] == "00"]
    counts = ("fga", "fta", "reb", "ast", "stl", "blk", "turnover", "pf", "pts", "plus_minus")
    assert not any(line[count] for line in sat_out for count in counts)
    assert {line["fg_pct"] for line in sat_out} == {None}


def test_six_percent_of_games_go_to_overtime_one_of_them_twice(played):
    assert Counter(game["period"] for _, game in played) == {4: 364, 5: 22, 6: 1}


def test_levels_are_those_of_the_league(played, play_by_play):
    lines = [line for _, game in played for team, _ in sides(game) for line in team["players"]]
    a_game = {
        count: sum(line[count] for line in lines) / 774 for count in ("pts", "fga", "fta", "stl", "blk", "turnover")
    }
    assert 112 < a_game["pts"] < 117 and 86 < a_game["fga"] < 91 and 20 < a_game["fta"] < 24
    assert 7 < a_game["stl"] < 9.5 and 4 < a_game["blk"] < 6 and 13 < a_game["turnover"] < 15
    zones = defaultdict(list)
    for shot in (action for actions in play_by_play.values() for action in actions if action["isFieldGoal"]):
        zones[zone(shot)].append(shot["shotResult"] == "Made")
    shots = sum(map(len, zones.values()))
    shares = {name: len(made) / shots for name, made in zones.items()}
    chances = {name: sum(made) / len(made) for name, made in zones.items()}
    assert shares == pytest.approx({"paint": 0.485, "mid_range": 0.10, "three_pt": 0.415}, abs=0.02)
    assert chances == pytest.approx({"paint": 0.57, "mid_range": 0.41, "three_pt": 0.36}, abs=0.015)


def zone(shot):
    if shot["actionType"] == "3pt":
        return "three_pt"
    if shot["area"]:
        return "mid_range" if shot["area"] == "Mid-Range" else "paint"
    return by_place(shot)


def by_place(shot):
    """Where a two was taken from, by coordinates alone."""
    x, y = shot["xLegacy"] / 10, shot["yLegacy"] / 10
    return "paint" if math.hypot(x, y) < 4 or (abs(x) <= 8 and y <= 13.8) else "mid_range"


def test_every_players_shots_equal_his_box_line(played, play_by_play):
    for entry, game in played:
        shots = defaultdict(lambda: [0, 0, 0])
        for action in play_by_play[entry["gameId"]]:
            if action["isFieldGoal"] and action["personId"]:
                tally = shots[action["teamTricode"], action["personId"]]
                tally[0] += 1
                tally[1] += action["shotResult"] == "Made"
                tally[2] += action["actionType"] == "3pt"
        lines = [
            (team["abbreviation"], [line["fga"], line["fgm"], line["fg3a"]])
            for team, _ in sides(game)
            for line in team["players"]
            if line["fga"]
        ]
        assert sorted((team, tally) for (team, _), tally in shots.items()) == sorted(lines), entry["gameId"]


def test_every_family_name_in_the_play_by_play_is_in_its_box_score(played, play_by_play):
    for entry, game in played:
        families = {
            (team["abbreviation"], family_key(line["player"]["last_name"]))
            for team, _ in sides(game)
            for line in team["players"]
        }
        shooters = {
            (action["teamTricode"], family_key(action["playerName"]))
            for action in play_by_play[entry["gameId"]]
            if action["personId"]
        }
        assert shooters <= families, entry["gameId"]


def test_the_nbas_box_scores_have_the_lines_of_balldontlie_with_minutes_to_the_second(played, official):
    same = {
        "pts": "points", "ast": "assists", "reb": "reboundsTotal", "oreb": "reboundsOffensive", "dreb": "reboundsDefensive",
        "stl": "steals", "blk": "blocks", "turnover": "turnovers", "pf": "foulsPersonal", "fgm": "fieldGoalsMade",
        "fga": "fieldGoalsAttempted", "fg3m": "threePointersMade", "fg3a": "threePointersAttempted",
        "ftm": "freeThrowsMade", "fta": "freeThrowsAttempted",
    }  # fmt: skip
    assert len(official) == len(played) + 1  # the Cup final has one, too
    for entry, game in played:
        record = official[entry["gameId"]]
        assert (record["gameStatus"], record["period"], record["gameCode"]) == (3, game["period"], entry["gameCode"])
        assert record["gameEt"][:10] == entry["gameDateEst"][:10]
        for (team, score), side in zip(sides(game), (record["homeTeam"], record["awayTeam"]), strict=True):
            assert (side["teamTricode"], side["score"]) == (team["abbreviation"], score)
            theirs = Counter(tuple(line["statistics"][name] for name in same.values()) for line in side["players"])
            assert theirs == Counter(tuple(line[name] for name in same) for line in team["players"])
            seconds = [60 * int(line["statistics"]["minutes"][2:4]) + int(line["statistics"]["minutes"][5:7]) for line in side["players"]]
            assert sorted(map(round, (second / 60 for second in seconds))) == sorted(int(line["min"]) for line in team["players"])
            assert abs(sum(seconds) / 60 - 240 - 25 * (game["period"] - 4)) < 1
            assert sum(line["starter"] == "1" for line in side["players"]) == 5
            assert all(("notPlayingReason" in line) is (line["played"] == "0") for line in side["players"])


def test_the_paint_of_the_nbas_box_scores_is_that_of_the_play_by_play(official, play_by_play):
    for nba_game_id, actions in play_by_play.items():
        for side in (official[nba_game_id]["homeTeam"], official[nba_game_id]["awayTeam"]):
            taken = [a for a in actions if a["isFieldGoal"] and a["personId"] and a["teamTricode"] == side["teamTricode"]]
            paint = [shot for shot in taken if shot["actionType"] == "2pt" and zone(shot) == "paint"]
            made, totals = sum(shot["shotResult"] == "Made" for shot in paint), side["statistics"]
            assert (totals["pointsInThePaintMade"], totals["pointsInThePaintAttempted"]) == (made, len(paint))
            heaves = sum(bool(a["isFieldGoal"]) and not a["personId"] and a["teamTricode"] == side["teamTricode"] for a in actions)
            assert totals["fieldGoalsAttempted"] == len(taken) + heaves


def test_a_shots_area_agrees_with_its_place_and_a_few_have_a_place_only(play_by_play):
    shots = [action for actions in play_by_play.values() for action in actions if action["isFieldGoal"]]
    twos = [shot for shot in shots if shot["actionType"] == "2pt"]
    assert [shot for shot in twos if zone(shot) != by_place(shot)] == []
    assert {shot["area"] for shot in shots} == {
        "Restricted Area", "In The Paint (Non-RA)", "Mid-Range", "Left Corner 3", "Right Corner 3", "Above the Break 3",
        "Backcourt", None,
    }  # fmt: skip
    assert 0.001 < sum(shot["area"] is None for shot in shots) / len(shots) < 0.01
    assert all(shot["xLegacy"] < 0 for shot in shots if shot["area"] == "Left Corner 3")
    assert 10 < sum(shot["personId"] == 0 for shot in shots) < 120


def test_a_play_by_play_is_one_game_long_and_small_enough(folder, played, play_by_play):
    assert sorted(play_by_play) == sorted(entry["gameId"] for entry, _ in played)
    for entry, game in played:
        actions = play_by_play[entry["gameId"]]
        assert sorted({action["actionNumber"] for action in actions}) == [action["actionNumber"] for action in actions]
        periods = [action["period"] for action in actions]
        assert periods == sorted(periods) and periods[-1] == game["period"], entry["gameId"]
        for period in range(1, game["period"] + 1):
            clocks = [action["clock"] for action in actions if action["period"] == period]
            assert clocks == sorted(clocks, reverse=True), entry["gameId"]
    sizes = [file.stat().st_size for file in (folder / simulation.PLAY_BY_PLAY).iterdir()]
    assert max(sizes) < 95_000 and sum(sizes) / len(sizes) < 80_000


def test_some_teammates_share_a_surname_and_some_an_initial_too(box_scores):
    names = defaultdict(set)
    for _, team, _ in every_side(box_scores):
        for line in team["players"]:
            names[team["abbreviation"]].add((line["player"]["first_name"], line["player"]["last_name"]))
    alike, with_initial = set(), set()
    for team, people in names.items():
        for (first, family), (other_first, other_family) in combinations(people, 2):
            if family_key(family) == family_key(other_family):
                alike.add(team)
                if first[0] == other_first[0]:
                    with_initial.add(team)
    assert (alike, with_initial) == ({"OKC", "MIA", "GSW"}, {"OKC", "MIA"})


def test_no_two_players_are_one_lookup_and_only_the_traded_one_has_two_teams(box_scores):
    teams, ids = defaultdict(list), defaultdict(set)
    for game, team, _ in every_side(box_scores):
        for line in team["players"]:
            lookup = player_lookup(f"{line['player']['first_name']} {line['player']['last_name']}")
            ids[lookup].add(line["player"]["id"])
            teams[lookup].append((game["date"], team["abbreviation"]))
    assert {len(own) for own in ids.values()} == {1}
    traded = {lookup: sorted(own) for lookup, own in teams.items() if len({team for _, team in own}) > 1}
    (games,) = traded.values()
    assert [team for _, team in games] == sorted(team for _, team in games)  # CHA first, then POR, never back
    assert {team for day, team in games if day < "2025-11-22"} == {"CHA"}
    assert {team for day, team in games if day >= "2025-11-22"} == {"POR"}


def test_balldontlie_spells_some_names_otherwise(box_scores, play_by_play):
    boxes = {
        f"{line['player']['first_name']} {line['player']['last_name']}"
        for _, team, _ in every_side(box_scores)
        for line in team["players"]
    }
    shooters = {action["playerNameI"] for actions in play_by_play.values() for action in actions if action["personId"]}
    assert {"Niksa Vrdevic", "Carlisle Carrowell", "Cortez Pellwood", "AJ Lowden", "Idris Traorél"} <= boxes
    assert {"N. Vrđević", "B. Carrowell", "C. Pellwood Jr.", "S. O'Tarrick", "K. Ellmarch-Osei"} <= shooters
    assert {name for name in boxes if not name.isascii()} == {"Idris Traorél"}


def test_the_same_seed_writes_the_same_bytes_over_what_was_there(folder, tmp_path):
    again = tmp_path / "again"
    again.mkdir()
    simulation.write(again)
    sample = [simulation.SCHEDULE, "v1/box_scores/2025-12-15.json", "v1/box_scores/2025-12-16.json"]
    sample.append(f"{simulation.PLAY_BY_PLAY}/playbyplay_0022500388.json")
    assert all((again / path).read_bytes() == (folder / path).read_bytes() for path in sample)
    assert [left.name for left in tmp_path.iterdir()] == ["again"]


def test_another_seed_is_another_calendar_of_the_same_shape():
    seasons = [[entry for entry in calendar(random.Random(seed)) if entry.has_box_score] for seed in (7, 8)]
    for entries in seasons:
        official = [entry for entry in entries if entry.is_official]
        assert (len(entries), len(official), len({entry.day for entry in official})) == (388, 387, 55)
        assert {sum(team in (entry.home, entry.away) for entry in official) for team in TEAMS} == {25, 26}
    assert seasons[0] != seasons[1]


def test_a_season_in_rounds_plays_its_games_again_and_numbers_them_anew():
    once = calendar(random.Random(7))
    thrice = in_rounds(once, 3)
    official = [entry for entry in thrice if entry.is_official]
    played = [(entry.day, entry.home, entry.away) for entry in official if entry.state == "played"]
    first = [(entry.day, entry.home, entry.away) for entry in once if entry.is_official and entry.state == "played"]
    assert len(played) == 3 * 387
    assert set(played) == {(day + timedelta(57 * n), *pair) for day, *pair in first for n in range(3)}
    assert [entry.nba_game_id for entry in official] == [f"00225{n:05d}" for n in range(1, len(official) + 1)]
    assert max(day for day, *_ in played) < min(entry.day for entry in official if entry.state == "to_come")
    assert in_rounds(once, 1) == once


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(BadInput, match="not a simulated season"):
        simulation.write(tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_the_season_says_that_it_is_simulated(folder):
    assert json.loads((folder / simulation.SCHEDULE).read_bytes())["meta"]["simulated"] is True
    assert "SIMULATED" in simulation.DISCLAIMER


def test_the_server_answers_like_the_two_apis(folder):
    with simulation.serving(folder) as url, requests.Session() as client:
        box = client.get(f"{url}/v1/box_scores", params={"date": "2025-10-21", "per_page": 100}, headers=KEY)
        assert (box.status_code, len(box.json()["data"])) == (200, 2)
        assert box.headers["Content-Type"] == "application/json"
        assert (box.headers["x-ratelimit-limit"], box.headers["x-ratelimit-remaining"]) == ("600", "599")
        for day in ("2025-11-27", "2026-01-01"):
            empty = client.get(f"{url}/v1/box_scores", params={"date": day}, headers=KEY)
            assert (empty.status_code, empty.json()) == (200, {"data": []})
        assert client.get(f"{url}/v1/box_scores", params={"date": "2025-10-21"}).status_code == 401
        assert client.get(f"{url}/v1/box_scores", params={"date": "../../x"}, headers=KEY).status_code == 400
        turned_away = client.get(f"{url}/{simulation.SCHEDULE}")
        assert turned_away.status_code == 403 and turned_away.headers["Content-Type"] == "text/html"
        client.headers["Referer"] = "https://www.nba.com/"
        schedule = client.get(f"{url}/static/json/staticData/scheduleLeagueV2.json")
        assert schedule.content == (folder / simulation.SCHEDULE).read_bytes()
        shots = client.get(f"{url}/static/json/liveData/playbyplay/playbyplay_0022500001.json")
        assert shots.json()["game"]["gameId"] == "0022500001"
        final = client.get(f"{url}/static/json/liveData/boxscore/boxscore_0062500001.json")
        assert final.content == (folder / simulation.OFFICIAL / "boxscore_0062500001.json").read_bytes()
        assert client.get(f"{url}/static/json/liveData/boxscore/boxscore_0022599999.json").status_code == 403
        cup_final = client.get(f"{url}/static/json/liveData/playbyplay/playbyplay_0062500001.json")
        assert cup_final.status_code == 403
        assert cup_final.headers["Content-Type"] == "application/xml" and cup_final.text.startswith("<?xml")
        assert client.get(f"{url}/v1/players").status_code == 404


def test_too_many_box_scores_a_minute_are_answered_429_and_the_cdn_does_not_count(folder):
    now = [0.0]
    with simulation.serving(folder, requests_per_minute=2, clock=lambda: now[0]) as url, requests.Session() as client:

        def ask():
            answer = client.get(f"{url}/v1/box_scores?date=2025-11-27", headers=KEY)
            return answer.status_code, answer.headers["x-ratelimit-remaining"], answer.headers.get("Retry-After")

        assert client.get(f"{url}/{simulation.SCHEDULE}", headers={"Referer": "https://www.nba.com/"}).status_code == 200
        assert [ask(), ask()] == [(200, "1", None), (200, "0", None)]
        now[0] = 45.0
        assert ask() == (429, "0", "15")
        now[0] = 60.0
        assert ask() == (200, "1", None)


def test_without_a_season_there_is_nothing_to_serve_or_lay_out(tmp_path):
    with pytest.raises(BadInput, match="no simulated season"), simulation.serving(tmp_path):
        pass
    with pytest.raises(BadInput, match="no simulated season"):
        simulation.write_bucket(tmp_path, tmp_path / "bucket", FIRST_DAY, CUP_FINAL_DAY)


def test_the_bucket_holds_a_schedule_and_what_was_fetched_the_next_morning(folder, tmp_path):
    written = simulation.write_bucket(folder, tmp_path, date(2025, 11, 26), date(2025, 11, 28))
    keys = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.json"))
    assert written == len(keys) == 1 + 2 + 12 + 14
    assert keys[:2] == [
        "ball-dont-lie/boxscores/2025-11-26/20251127_110500.json",
        "ball-dont-lie/boxscores/2025-11-28/20251129_110500.json",
    ]
    assert keys[-1] == "nba-com/schedule/2025-26/20251217_120000.json"
    assert keys[2].startswith("nba-com/play-by-play/2025-11-26/game_00225") and keys[2].endswith("20251127_111000.json")
    stored = json.loads((tmp_path / keys[0]).read_bytes())
    served = json.loads((folder / simulation.BOX_SCORES / "2025-11-26.json").read_bytes())
    assert stored == {
        "date": "2025-11-26", "timestamp": "2025-11-27T11:05:00+00:00", "rowCount": 12, "boxScores": served["data"],
    }  # fmt: skip


def test_the_plans_bucket_is_246_objects_and_the_cup_final_has_no_play_by_play(folder, tmp_path):
    assert simulation.write_bucket(folder, tmp_path / "plan", date(2025, 11, 13), date(2025, 12, 15)) == 1 + 32 + 213
    assert simulation.write_bucket(folder, tmp_path / "final", CUP_FINAL_DAY, CUP_FINAL_DAY) == 1 + 1
    assert simulation.write_bucket(folder, tmp_path / "both", CUP_FINAL_DAY, CUP_FINAL_DAY, with_official=True) == 1 + 1 + 1
    assert [path.name for path in (tmp_path / "both").glob("nba-com/boxscores/2025-12-16/game_0062500001/*")] == ["20251217_111000.json"]
