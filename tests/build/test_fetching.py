"""Step 10 as a whole: which season is meant, whose sources are asked, and what is shown of what came."""

import json
from datetime import date

import pytest
from source_bodies import OPENING, schedule, scheduled

from nbhelpers import build, commands, notebook, settings
from nbhelpers.errors import BadInput, Broken
from nbhelpers.raw import Gap, Loaded, Named
from nbhelpers.season import PLAN_SEASON, Season, window
from nbhelpers.sources.fetch import NOT_ASKED, Count, Fetched
from nbhelpers.sources.web import Spent

FIRST, SCHEDULE = date(2026, 10, 20), "/static/json/staticData/scheduleLeagueV2.json"
LISTED = [scheduled("0022600001", day=FIRST), scheduled("0022601230", day=date(2027, 4, 11), gameStatus=1)]


@pytest.fixture
def chosen(tmp_path, httpserver, monkeypatch):
    """The settings of somebody without a key, whose NBA is at 2026-27."""
    for variable in (*settings.ENVIRONMENT.values(), settings.KEY_VARIABLE):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(notebook, "today", lambda: date(2026, 11, 27))
    httpserver.expect_request(SCHEDULE).respond_with_data(json.dumps(schedule(*LISTED, season_year="2026-27")))
    return settings.load(profile="local", home=str(tmp_path), cdn_base_url=httpserver.url_for(""))


def asked_for_the_schedule(httpserver) -> int:
    return sum(request.path == SCHEDULE for request, _ in httpserver.log)


def test_the_season_going_on_is_asked_for_once_and_then_known_from_what_is_stored(chosen, httpserver):
    assert str(notebook.window(chosen, "", "2026-11-01", "2026-27")) == "2026-10-20 to 2026-11-01"
    assert asked_for_the_schedule(httpserver) == 1
    found = notebook.window(chosen, "2026-10-21", "2026-11-01", "2026-27")
    assert (found.season, asked_for_the_schedule(httpserver)) == (Season("2026-27", FIRST), 1)


def test_without_an_end_the_schedule_is_asked_for_and_the_window_ends_yesterday(chosen, httpserver):
    for times in (1, 2):
        assert str(notebook.window(chosen, "", "", "2026-27")) == "2026-10-20 to 2026-11-26"
        assert asked_for_the_schedule(httpserver) == times


def test_a_run_asks_for_the_schedule_of_a_season_that_is_not_stored(chosen, httpserver, monkeypatch):
    class Begun(Exception):
        pass

    def begin(settings, window, *more):
        raise Begun(str(window))

    monkeypatch.setattr("nbhelpers.runs.runner.Run", begin)
    with pytest.raises(Begun, match="2026-10-20 to 2026-11-26"):
        commands.run(chosen, commands.parser(commands.COMMANDS).parse_args(["--season", "2026-27"]))
    assert asked_for_the_schedule(httpserver) == 1


def test_who_may_not_ask_is_told_what_to_type_and_the_plans_own_window_needs_no_schedule(chosen, httpserver):
    with pytest.raises(BadInput, match="holds no schedule of 2026-27(?s:.*)--season 2026-27 --to 10 fetches it"):
        notebook.window(chosen, "", "", "2026-27", may_ask=False)
    assert notebook.window(chosen, "2025-10-21", "2025-12-16", "2025-26").season == PLAN_SEASON
    assert asked_for_the_schedule(httpserver) == 0


def test_a_season_without_a_regular_game_yet_is_refused(chosen, httpserver):
    httpserver.clear()
    only = schedule(scheduled("0012600001", day=date(2026, 10, 4)), season_year="2026-27")
    httpserver.expect_request(SCHEDULE).respond_with_data(json.dumps(only))
    with pytest.raises(BadInput, match="the schedule of 2026-27 has no regular game yet"):
        build.find_season(chosen, "2026-27", None)


def fetched(**changes) -> Fetched:
    given = {"gaps": [], "one_witness": [], "broken": [], "notes": []} | changes
    of = window("2025-10-21", "2025-10-21", PLAN_SEASON, date(2026, 1, 1))
    return Fetched(of, Count(1, 0), Count(1, 0), Count(1, 0), Count(1, 0), spent=Spent(), seconds=1.0, **given)


def test_that_all_is_there_is_said_in_a_line(capsys):
    build.show_gaps(fetched())
    build.show_findings(Loaded({}, [], [], []))
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == ["Nothing is absent", "Nothing"]


def test_without_a_key_no_game_is_shown_as_one_that_lacks_a_witness(capsys):
    alone = [Gap(OPENING, "20251021_HOU_OKC", "box_score", NOT_ASKED)]
    build.show_gaps(fetched(one_witness=alone, has_key=False))
    build.show_findings(Loaded({"nba_raw.bdl_player_boxscores": []}, [], [], [], one_witness=alone))
    assert capsys.readouterr().out.splitlines() == [
        "Nothing is absent: every slate game is final in the NBA's box scores (BallDontLie is not asked without a key), and every "
        "official one has its play-by-play.",
        "Nothing: every slate game loaded from the NBA's box score, none being stored of BallDontLie's, every object could be read, "
        "every shooter is listed.",
    ]


def test_what_is_absent_or_was_decided_is_shown_with_its_reason_and_no_escape_code(capsys, monkeypatch):
    shown = []
    monkeypatch.setattr("nbhelpers.charts.show", lambda table, title: shown.extend(table.itertuples(index=False, name=None)))
    alone = [Gap(OPENING, f"20251021_{team}_LAL", "box_score", "BallDontLie: empty day") for team in ("HOU", "BOS", "MIA", "NYK")]
    build.show_gaps(fetched(gaps=[Gap(OPENING, "20251021_HOU_OKC", "box_score", "unfinished: \x1b[31mQ3")], one_witness=alone))
    build.show_findings(Loaded({}, [], [], [], named=[Named("alexandresarr", "spelled otherwise")], notes=[("schedule", "odd")]))
    assert shown == [
        ("gap: no box_score", "20251021_HOU_OKC", "unfinished: [31mQ3"),
        ("one witness: 4 games", "20251021_HOU_LAL, 20251021_BOS_LAL, 20251021_MIA_LAL and 1 more", "BallDontLie: empty day"),
        ("identity", "alexandresarr", "spelled otherwise"),
        ("note", "schedule", "odd"),
    ]


def test_a_game_on_no_schedule_stops_step_10_after_it_is_shown(monkeypatch):
    shown = []
    monkeypatch.setattr("nbhelpers.charts.show", lambda table, title: shown.append(table))
    with pytest.raises(Broken, match="1 game of the window is on no schedule: 0022500009"):
        build.show_gaps(fetched(gaps=[Gap(OPENING, "0022500009", "schedule", "its play-by-play shows that it was played")]))
    assert len(shown) == 1
