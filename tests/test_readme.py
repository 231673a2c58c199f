"""The README against the repository: its commands are accepted, its targets, paths, steps and checks are there."""

import re
import shlex
import tomllib
from contextlib import suppress
from importlib import import_module

import pytest

from nbhelpers import commands, errors, gates, settings
from nbhelpers.commands import COMMANDS
from nbhelpers.sql import tables

ROOT = settings.ROOT
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
QUOTED = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", README, flags=re.MULTILINE | re.DOTALL))
SAID = [line.split("#")[0].strip() for _, block in BLOCKS for line in block.splitlines()] + QUOTED
CALLS = sorted({said for said in SAID if re.match(r"(python run_backfill\.py|…) ", said)})
AN_EXAMPLE = {"RUN_ID": "20251217T120000Z_0a1b2c", "N": "30", "D": "2025-11-05", "CHECK": "minutes_add_up"}


@pytest.fixture(scope="module")
def parser():
    """The arguments of run_backfill.py."""
    return commands.parser(COMMANDS)


def words_of(call: str) -> list[str]:
    """What a call in the README gives to run_backfill.py, with an example in each place that it leaves open."""
    words = shlex.split(re.sub(r"^(python run_backfill\.py|…)|[\[\]]", "", call))
    return [AN_EXAMPLE.get(word, word) for word in words]


@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_the_readme_tells_is_accepted(parser, call):
    parser.parse_args(words_of(call))


def test_a_call_with_a_setting_that_is_not_there_would_be_noticed(parser, capsys):
    with pytest.raises(SystemExit):
        parser.parse_args(words_of("python run_backfill.py repair --dates D"))


def test_every_setting_that_the_readme_names_is_one(parser):
    known = {option for action in parser._actions for option in action.option_strings}
    told = {word for said in QUOTED for word in re.findall(r"(?<!\S)--[a-z-]+", said) if not said.startswith("pytest ")}
    assert told
    assert told <= known


def test_every_command_is_told_of():
    told = " ".join(CALLS)
    assert [name for name in COMMANDS if name != "run" and not re.search(rf"\b{name}\b", told)] == []


def test_every_target_that_the_readme_makes_is_in_the_makefile():
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    made = set(re.findall(r"\bmake ([a-z]+)(?=`|\s+#|;)", README))
    assert {"demo", "test", "lab"} <= made <= targets


def test_everything_in_the_tree_of_the_readme_is_there():
    [tree] = [block for _, block in BLOCKS if block.startswith("notebooks/")]
    listed = re.findall(r"^([\w/.]+)", tree, re.MULTILINE)
    assert listed
    assert [path for path in listed if not (ROOT / path).exists()] == []


def test_the_tree_of_the_readme_shows_every_room():
    [tree] = [block for _, block in BLOCKS if block.startswith("notebooks/")]
    lines = re.findall(r"^  ((?:[a-z_]+(?:/|\.py) ?)+)", tree, re.MULTILINE)
    rooms = {path.name for path in (ROOT / "nbhelpers").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert {room.rstrip("/") for line in lines for room in line.split()} == rooms - {"__init__.py"}


def test_the_chain_shows_every_step_that_builds_and_every_gate():
    [chain] = [block for _, block in BLOCKS if "GATE 1" in block]
    shown = set(re.findall(r"(?<!\S)([1-4]\d)(?!\S)", chain))
    steps = {path.name[:2] for path in (ROOT / "notebooks").glob("[1-4]*.ipynb")}
    assert steps == shown
    outputs = {output.name.partition(".")[2] for layer in (2, 3) for output in tables.layer_outputs(layer)}
    written = set(re.findall(r"(?<!\S)[23]\d +(\w+)", chain))
    assert written == {name for name in outputs if "/" not in name}


def test_exit_codes_are_those_of_the_errors():
    told = re.search(r"^Exit codes: (.*?)130/143", README, re.MULTILINE | re.DOTALL)[1]
    codes = {int(code) for code in re.findall(r"\b(\d) [a-z]", told)}
    raised = {kind.exit_code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.Explained)}
    assert codes == raised | {0}


def test_the_gates_of_the_readme_are_the_gates():
    rows = re.findall(r"^\| (\d\d) (?:raw|analytics|contamination|predictions) \|", README, re.MULTILINE)
    assert rows == ["19", "29", "39", "49"]
    assert all(gates.checks(int(gate)) for gate in rows)


def test_environment_yml_gives_conda_users_the_packages_of_the_project():
    environment = (ROOT / "environment.yml").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = re.findall(r"^      - (.*)$", environment, re.MULTILINE)
    assert listed == ["-e .", *project["dependency-groups"]["dev"]]
    [python] = re.findall(r"^  - python=(\S+)$", environment, re.MULTILINE)
    assert project["project"]["requires-python"] == f">={python}"


WAY = (ROOT / "nbhelpers" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([a-z]\w*(?:\.\w+)+)`", WAY))))
def test_every_name_on_the_way_of_one_date_is_there(name):
    found = import_module(f"nbhelpers.{name.split('.')[0]}")
    for part in name.split(".")[1:]:
        with suppress(ModuleNotFoundError, AttributeError):
            import_module(f"{found.__name__}.{part}")
        found = getattr(found, part)
    assert found.__doc__


def test_the_way_of_one_date_leads_through_every_room_that_a_date_passes():
    rooms = {path.stem for path in (ROOT / "nbhelpers").iterdir() if (path / "__init__.py").is_file()}
    assert rooms - {"simulation", "commands"} <= set(re.findall(r"`(\w+)\.", WAY)) | set(re.findall(r"`(\w+)/", WAY))


def test_every_file_on_the_way_of_one_date_is_there():
    named = re.findall(r"`(sql/[\w/.]+)`", WAY)
    assert named
    assert [name for name in named if not (ROOT / "nbhelpers" / name).exists()] == []
