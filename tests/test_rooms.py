"""The house: what each room is for and may import stands in its own docstring, and imports run one way."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "nbhelpers"
ROOMS = sorted(
    path.stem for path in PACKAGE.iterdir() if (path.suffix == ".py" or (path / "__init__.py").is_file()) and path.name != "__init__.py"
)


def door(room: str) -> Path:
    """The file whose docstring speaks for a room."""
    return PACKAGE / room / "__init__.py" if (PACKAGE / room).is_dir() else PACKAGE / f"{room}.py"


def files(room: str) -> list[Path]:
    return sorted((PACKAGE / room).rglob("*.py")) if (PACKAGE / room).is_dir() else [door(room)]


def declared(room: str) -> set[str]:
    """The rooms that a room says it may import."""
    said = re.search(r"^Imports: (.+?)\.$", ast.get_docstring(ast.parse(door(room).read_text())) or "", re.MULTILINE | re.DOTALL)
    assert said, f"{room} does not say what it may import"
    return set(said[1].replace("\n", " ").split(", ")) - {"nothing"}


def imports(path: Path) -> Iterator[tuple[str, str, str]]:
    """What a file imports of this package: room, module in it ('' for the door), name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "nbhelpers":
            _, room, module = (*node.module.split(".", 2), "", "")[:3]
            for alias in node.names:
                yield (room, module, alias.name) if room else (alias.name, "", "")


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_in_a_line_what_it_is_for_and_imports_what_it_says(room):
    told = ast.get_docstring(ast.parse(door(room).read_text())).splitlines()
    assert len(told[0]) > 20
    assert told[0].endswith(".")
    used = {other for path in files(room) for other, _, _ in imports(path)} - {room}
    assert used == declared(room)


def test_imports_run_one_way():
    below = {room: declared(room) for room in ROOMS}
    while below:
        lowest = {room for room, rooms in below.items() if not rooms & below.keys()}
        assert lowest, f"these import one another: {sorted(below)}"
        below = {room: rooms for room, rooms in below.items() if room not in lowest}


@pytest.mark.parametrize("room", ROOMS)
def test_no_two_files_of_a_room_import_one_another(room):
    inside = {}
    for path in files(room):
        name = path.relative_to(PACKAGE / room).with_suffix("").as_posix().replace("/", ".") if (PACKAGE / room).is_dir() else ""
        inside[name] = {(module or what) for other, module, what in imports(path) if other == room} - {name}
    while inside:
        lowest = {name for name, used in inside.items() if not used & inside.keys()}
        assert lowest, f"these import one another: {sorted(inside)}"
        inside = {name: used for name, used in inside.items() if name not in lowest}


@pytest.mark.parametrize("room", ROOMS)
def test_what_others_use_is_named_at_the_door(room):
    named = {}
    for other in ROOMS:
        tree = ast.parse(door(other).read_text())
        [listed] = [n.value for n in tree.body if isinstance(n, ast.Assign) and getattr(n.targets[0], "id", "") == "__all__"] or [None]
        named[other] = set(ast.literal_eval(listed)) if listed else None
    for path in files(room):
        for other, module, name in imports(path):
            if other != room and named[other] is not None and name:
                assert (module or name) in named[other], f"{path.relative_to(PACKAGE)} imports {module or name} of {other}"
