"""Games that their source will never have: accepted by name and reason, for what is absent only, and taken back."""

from argparse import Namespace
from datetime import UTC, datetime

import pytest
from tiny import Tiny, day

from nbhelpers.commands import correcting, looking, running
from nbhelpers.errors import BadInput
from nbhelpers.lineage import Contents, gaps

AT = datetime(2025, 12, 17, 9, 30, tzinfo=UTC)
GAME = "20251021_BOS_LAL"


@pytest.fixture
def tiny(tmp_path) -> Tiny:
    """BOS at LAL on opening night, by a stored schedule; nothing else is stored, and nothing was ever published."""
    tiny = Tiny(tmp_path)
    tiny.play(day(0), "BOS", "LAL")
    tiny.store_schedule()
    return tiny


def accept(tiny: Tiny, monkeypatch, game: str = GAME, what: str | None = "play_by_play", **more: str | None) -> int:
    given = Namespace(**{"command": "accept-gap", "run_id": game, "what": what, "reason": "never published", "by": "May"} | more)
    monkeypatch.setattr(correcting, "opened", lambda chosen, given: tiny.session())
    monkeypatch.setattr(looking, "opened", lambda chosen, given: tiny.session())
    return correcting.accept_gap(tiny.settings, given)


def test_a_gap_is_accepted_listed_and_taken_back_before_anything_was_published(tiny, monkeypatch, capsys):
    tiny.settings.warehouse.unlink(missing_ok=True)
    assert accept(tiny, monkeypatch) == 0
    [row] = gaps.gaps(tiny.session()).to_dict("records")
    assert (row["game_id"], row["what"], row["reason"], row["accepted_by"]) == (GAME, "play_by_play", "never published", "May")
    given = Namespace(command="withdraw-gap", run_id=GAME, what="play_by_play")
    assert looking.gaps(tiny.settings, given) == 0
    assert "never published" in capsys.readouterr().out
    assert correcting.withdraw_gap(tiny.settings, given) == 0
    assert looking.gaps(tiny.settings, given) == 0
    assert capsys.readouterr().out.endswith("No gap is accepted.\n")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"reason": "  "}, "without a reason"),
        ({"by": " "}, "nobody's name stands for"),
        ({"what": "shots"}, "'shots' is nothing that a game can lack"),
        ({"what": None}, "accept-gap of which game, and what of it"),
        ({"game": "20251021_LAL_BOS"}, "has no game 20251021_LAL_BOS"),
    ],
)
def test_without_a_reason_a_name_or_a_game_there_is_no_gap(tiny, monkeypatch, words, why):
    with pytest.raises(BadInput, match=why):
        accept(tiny, monkeypatch, **words)
    assert gaps.gaps(tiny.session()).empty


def test_what_is_accepted_already_or_was_never_accepted_is_told_so(tiny, monkeypatch):
    accept(tiny, monkeypatch)
    with pytest.raises(BadInput, match="accepted as missing already"):
        accept(tiny, monkeypatch)
    with pytest.raises(BadInput, match="is not accepted as missing"):
        gaps.withdraw_gap(tiny.session(), GAME, "box_score")


def test_a_gap_that_comes_or_goes_makes_its_own_date_be_loaded_and_asked_for_anew(tiny, monkeypatch):
    def fingerprints() -> dict[str, tuple[str, str]]:
        return Contents(tiny.session(end=day(3)), 1).stored

    before = fingerprints()
    accept(tiny, monkeypatch)
    accepted = fingerprints()
    assert {when for when in before if before[when] != accepted[when]} == {str(day(0))}
    gaps.withdraw_gap(tiny.session(), GAME, "play_by_play")
    assert fingerprints() == before


def test_a_check_is_accepted_in_somebodys_name(monkeypatch):
    assert correcting.operator(Namespace(by=" May ")) == "May"
    monkeypatch.setattr(correcting.getpass, "getuser", lambda: (_ for _ in ()).throw(KeyError("no such user")))
    with pytest.raises(BadInput, match="nobody's name"):
        correcting.operator(Namespace(by=None))
    with pytest.raises(BadInput, match="--accept without --reason"):
        running._require_known(["box_score_per_game"], " ")
