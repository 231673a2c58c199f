"""Who is who: one person has one player_lookup over a season and over both sources, whatever is spelled on a day."""

from datetime import date, timedelta

from source_bodies import OPENING

from nbhelpers.raw.boxscores import COUNTED
from nbhelpers.raw.identifiers import player_lookup
from nbhelpers.raw.identities import assign_lookups, published_lookups

IDLE = dict.fromkeys(COUNTED, 0)


def listed(source: str, identifier: int, name: str, night: int = 0, team: str = "OKC", points: int | None = None, **more) -> dict:
    """A line of either source, as `load` has it before identities are settled; without points he did not play."""
    day = OPENING + timedelta(night)
    key, called = {"bdl": ("bdl_player_id", "player_full_name"), "nba": ("person_id", "player_name")}[source]
    counts = IDLE | ({"points": points} if points else {}) | more
    return {
        "game_id": f"{day:%Y%m%d}_HOU_OKC", "game_date": day, "team_abbr": team, key: identifier, called: name,
        "player_lookup": player_lookup(name), "did_play": points is not None, **counts,
    }  # fmt: skip


def settled(bdl: list[dict], nba: list[dict], published=None, lead: str = "bdl") -> tuple[dict, list[tuple[str, str]]]:
    """The lookup of each id, which is one on all its lines with one name, and what was decided."""
    named = assign_lookups(bdl, nba, published or {}, lead)
    found: dict[tuple[str, int], set[str]] = {}
    names: dict[str, set[str]] = {}
    for source, column, name, rows in (("bdl", "bdl_player_id", "player_full_name", bdl), ("nba", "person_id", "player_name", nba)):
        for row in rows:
            found.setdefault((source, row[column]), set()).add(row["player_lookup"])
            names.setdefault(row["player_lookup"], set()).add(row[name])
    assert all(len(spelled) == 1 for spelled in names.values())
    assert all(len(lookups) == 1 for lookups in found.values())
    return {key: lookups.pop() for key, lookups in found.items()}, [(one.player_lookup, one.what) for one in named]


def test_a_new_spelling_is_named_and_changes_nothing():
    lines = [listed("bdl", 1, "Alexandre Sarr", 0, points=20), listed("bdl", 1, "Alex Sarr", 1, points=10)]
    lookups, named = settled(lines, [])
    assert lookups == {("bdl", 1): "alexandresarr"}
    assert named == [("alexandresarr", "BallDontLie spells him Alex Sarr from 2025-10-22, Alexandre Sarr before; his lookup stays")]


def test_what_no_key_shows_is_no_change():
    lines = [listed("bdl", 1, "Luka Doncic", 0), listed("bdl", 1, "Luka Dončić", 1), listed("bdl", 1, "Luka  Doncic.", 2)]
    assert settled(lines, []) == ({("bdl", 1): "lukadoncic"}, [])


def test_a_family_name_that_changes_altogether_stays_one_person_by_the_games_both_sources_list():
    bdl = [listed("bdl", 1, "Enes Kanter", 0, points=11), listed("bdl", 1, "Enes Kanter", 1, points=7)]
    nba = [listed("nba", 9, "Enes Kanter", 0, points=11), listed("nba", 9, "Enes Freedom", 1, points=7)]
    lookups, named = settled(bdl, nba)
    assert lookups == {("bdl", 1): "eneskanter", ("nba", 9): "eneskanter"}
    assert [what for _, what in named] == ["the NBA spells him Enes Freedom from 2025-10-22, Enes Kanter before; his lookup stays"]


def test_the_lookup_is_the_first_name_of_the_source_whose_lines_count():
    for lead, name in (("bdl", "Carlton Carrington"), ("nba", "Bub Carrington")):
        bdl, nba = [listed("bdl", 1, "Carlton Carrington", points=9)], [listed("nba", 9, "Bub Carrington", points=9)]
        assert set(settled(bdl, nba, lead=lead)[0].values()) == {player_lookup(name)}
        assert (bdl[0]["player_full_name"], nba[0]["player_name"]) == (name, name)


def test_statistics_join_where_no_name_does():
    bdl, nba = [listed("bdl", 1, "Ronald Holland", points=13, steals=2)], [listed("nba", 9, "Deuce Nobody II", points=13, steals=2)]
    assert len(set(settled(bdl, nba)[0].values())) == 1


def test_of_two_with_the_same_statistics_the_name_tells():
    bdl = [listed("bdl", 1, "Jalen Williams", points=4), listed("bdl", 2, "Jaylin Williams", points=4)]
    nba = [listed("nba", 8, "Jaylin Williams", points=4), listed("nba", 9, "Jalen Williams", points=4)]
    lookups, _ = settled(bdl, nba)
    assert lookups == {("bdl", 1): "jalenwilliams", ("nba", 9): "jalenwilliams", ("bdl", 2): "jaylinwilliams", ("nba", 8): "jaylinwilliams"}


def test_two_names_that_were_exchanged_on_a_day_do_not_exchange_the_people():
    names = {1: "Stephen Curry", 2: "Moses Moody"}
    bdl = [listed("bdl", n, names[n], night, points=10 * n + night) for n in (1, 2) for night in range(3)]
    nba = [listed("nba", n + 7, names[n], night, points=10 * n + night) for n in (1, 2) for night in range(3)]
    bdl[1]["player_full_name"], bdl[4]["player_full_name"] = bdl[4]["player_full_name"], bdl[1]["player_full_name"]
    lookups, named = settled(bdl, nba)
    assert lookups == {("bdl", 1): "stephencurry", ("nba", 8): "stephencurry", ("bdl", 2): "mosesmoody", ("nba", 9): "mosesmoody"}
    assert [lookup for lookup, _ in named] == ["stephencurry", "mosesmoody"]


def test_a_corrected_statistic_does_not_part_a_person_from_himself():
    bdl, nba = [listed("bdl", 1, "Nic Claxton", points=8, rebounds=7)], [listed("nba", 9, "Nicolas Claxton", points=8, rebounds=8)]
    bdl += [listed("bdl", 1, "Nic Claxton", 1, points=3)]
    nba += [listed("nba", 9, "Nicolas Claxton", 1, points=3)]
    assert set(settled(bdl, nba)[0].values()) == {"nicclaxton"}


def test_a_brother_who_sat_out_is_not_taken_for_the_one_who_played():
    bdl = [listed("bdl", 1, "Thanasis Antetokounmpo")]
    nba = [listed("nba", 9, "Giannis Antetokounmpo", points=30)]
    assert set(settled(bdl, nba)[0].values()) == {"thanasisantetokounmpo", "giannisantetokounmpo"}


def test_who_is_listed_by_one_source_alone_has_his_own_name_in_it():
    lookups, named = settled([listed("bdl", 1, "Two Way"), listed("bdl", 2, "Nene", points=2)], [listed("nba", 9, "Nene", points=2)])
    assert lookups == {("bdl", 1): "twoway", ("bdl", 2): "nene", ("nba", 9): "nene"}
    assert named == []


def test_ids_that_share_no_game_are_joined_by_a_name_that_only_they_bear():
    bdl, nba = [listed("bdl", 1, "Old Hand", 0, points=2)], [listed("nba", 9, "Old Hand", 1, team="DET", points=4)]
    assert set(settled(bdl, nba)[0].values()) == {"oldhand"}


def test_two_people_of_one_name_get_lookups_that_differ_in_both_sources():
    bdl = [listed("bdl", 1, "Marcus Williams", 0, points=5), listed("bdl", 2, "Marcus Williams", 1, team="HOU", points=9)]
    nba = [listed("nba", 8, "Marcus Williams", 0, points=5), listed("nba", 9, "Marcus Williams", 1, team="HOU", points=9)]
    lookups, named = settled(bdl, nba)
    assert lookups == {
        ("bdl", 1): "marcuswilliams", ("nba", 8): "marcuswilliams", ("bdl", 2): "marcuswilliams2", ("nba", 9): "marcuswilliams2",
    }  # fmt: skip
    assert named == [
        ("marcuswilliams2", "bears the name of marcuswilliams and is another person (the NBA's 9, BallDontLie's 2)")
    ]  # fmt: skip


def test_a_second_id_of_one_person_is_his_and_is_named():
    bdl = [listed("bdl", 1, "Jaden Hardy", 0, points=5), listed("bdl", 2, "Jaden Hardy", 1, points=9)]
    nba = [listed("nba", 8, "Jaden Hardy", 0, points=5), listed("nba", 8, "Jaden Hardy", 1, points=9)]
    lookups, named = settled(bdl, nba)
    assert set(lookups.values()) == {"jadenhardy"}
    assert named == [("jadenhardy", "BallDontLie lists him under 2 ids: BallDontLie's 1, BallDontLie's 2")]


def test_two_ids_of_one_game_are_two_people_whatever_they_are_called():
    bdl = [listed("bdl", 1, "Jaden Hardy", points=5), listed("bdl", 2, "Jaden Hardy", points=9)]
    lookups, _ = settled(bdl, [listed("nba", 8, "Jaden Hardy", points=5)])
    assert lookups == {("bdl", 1): "jadenhardy", ("nba", 8): "jadenhardy", ("bdl", 2): "jadenhardy2"}


def test_the_lookup_under_which_other_dates_are_published_stays_also_before_them():
    published = {("bdl", 1): "alexandresarr"}
    lookups, named = settled([listed("bdl", 1, "Alex Sarr", points=3)], [listed("nba", 9, "Alex Sarr", points=3)], published, lead="nba")
    assert set(lookups.values()) == {"alexandresarr"}
    assert named == []


def test_who_is_published_under_a_name_keeps_it_from_a_namesake_who_came_earlier():
    bdl = [listed("bdl", 2, "Marcus Williams", 0, points=9), listed("bdl", 1, "Marcus Williams", 1, team="HOU", points=5)]
    lookups, _ = settled(bdl, [], {("bdl", 1): "marcuswilliams"})
    assert lookups == {("bdl", 1): "marcuswilliams", ("bdl", 2): "marcuswilliams2"}


def test_one_person_published_under_two_lookups_gets_one_and_is_named():
    published = {("bdl", 1): "alexandresarr", ("nba", 9): "alexsarr"}
    bdl, nba = [listed("bdl", 1, "Alexandre Sarr", points=3)], [listed("nba", 9, "Alex Sarr", points=3)]
    lookups, named = settled(bdl, nba, published)
    assert set(lookups.values()) == {"alexandresarr"}
    assert named == [("alexandresarr", "the NBA's id of him is published as alexsarr on other dates")]


def test_one_odd_published_line_does_not_rename_a_person():
    rows = [("bdl", 1, "alexandresarr", 30), ("bdl", 1, "stephencurry", 1), ("nba", 9, "alexsarr", 2)]
    assert published_lookups(rows) == {("bdl", 1): "alexandresarr", ("nba", 9): "alexsarr"}


def test_the_answer_does_not_depend_on_the_order_of_the_lines():
    bdl = [listed("bdl", n, f"Player {'ABCDE'[n]}", night, points=10 + n) for n in range(5) for night in range(3)]
    nba = [listed("nba", 50 - n, f"P. {'ABCDE'[n]}", night, points=10 + n) for n in range(5) for night in range(3)]
    forwards = settled([dict(row) for row in bdl], [dict(row) for row in nba])
    backwards = settled([dict(row) for row in reversed(bdl)], [dict(row) for row in reversed(nba)])
    assert forwards[0] == backwards[0]
    assert {forwards[0]["bdl", n] == forwards[0]["nba", 50 - n] for n in range(5)} == {True}
    assert min(row["game_date"] for row in bdl) == date(2025, 10, 21)
