"""Loading a window beside published dates: who is published keeps his lookup and his name, whatever a source spells now."""

import json

from source_bodies import box_game, box_object, five, line, schedule, scheduled
from tiny import Tiny, day

from nbhelpers import build
from nbhelpers.build import steps
from nbhelpers.store.objects import box_score_key, schedule_key


def test_the_lookup_published_on_other_dates_stays_later_and_earlier(tmp_path):
    tiny = Tiny(tmp_path)
    sarr = line("Alexandre", "Sarr", pts=7)["player"]["id"]
    tiny.put("BOXSCORES", *(
        {"game_id": f"2025102{n + 1}_BOS_LAL", "game_date": day(n), "bdl_player_id": sarr, "player_lookup": "alexandresarr", "player_full_name": "Alexandre Sarr"}
        for n in (0, 2)
    ))  # fmt: skip
    tiny.put("NBA_BOXSCORES", {"game_date": day(0), "person_id": 9, "player_lookup": "alexandresarr", "player_name": "Alexandre Sarr"})
    session = tiny.session(start=day(1), end=day(1))
    lookups, names = steps.published_identities(session, session.window.dates())
    assert lookups == {("bdl", sarr): "alexandresarr", ("nba", 9): "alexandresarr"} and names == {"alexandresarr": "Alexandre Sarr"}

    renamed = line("Alex", "Sarr", pts=7) | {"player": {"id": sarr, "first_name": "Alex", "last_name": "Sarr"}}
    objects = {
        schedule_key("2025-26", "20251024_100000"): schedule(scheduled(day=day(1))),
        box_score_key(day(1), "20251024_110000"): box_object(box_game(day=day(1), home_players=[renamed, *five("h")]), day=day(1)),
    }
    for key, body in objects.items():
        path = tiny.settings.bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(body))
    _, loaded = build.load(session)
    [found] = [row for row in loaded.rows["nba_raw.bdl_player_boxscores"] if row["bdl_player_id"] == sarr]
    assert (found["player_lookup"], found["player_full_name"]) == ("alexandresarr", "Alexandre Sarr")
    assert [(one.player_lookup, one.what) for one in loaded.named] == [
        ("alexandresarr", "BallDontLie spells him Alex Sarr from 2025-10-22, Alexandre Sarr before; his lookup stays")
    ]


def test_what_lies_in_the_window_itself_is_not_asked(tmp_path):
    tiny = Tiny(tmp_path)
    tiny.put("BOXSCORES", {"game_date": day(1), "bdl_player_id": 7, "player_lookup": "mistaken"})
    session = tiny.session(start=day(0), end=day(2))
    assert steps.published_identities(session, session.window.dates()) == ({}, {})
