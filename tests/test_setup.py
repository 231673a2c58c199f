"""Whichever fitting Python a machine has, the Makefile finds it."""

import os
import subprocess
from pathlib import Path

import pytest

FIND = Path(__file__).parents[1] / ".ci" / "find-python"


def find(folder: Path, **versions: str | None) -> subprocess.CompletedProcess:
    """Ask on a machine with these commands and versions; None is a shim of a version that is not installed."""
    for name, version in versions.items():
        command = folder / name.replace("_", ".")
        says = f'exec {os.environ["PYTHON_OF_THE_TEST"]} -c "import sys; sys.version_info = {version}; $2"' if version else "exit 127"
        command.write_text(f"#!/bin/sh\n{says}\n")
        command.chmod(0o755)
    return subprocess.run(["/bin/sh", FIND], env={"PATH": str(folder)}, capture_output=True, text=True)


@pytest.fixture(autouse=True)
def python(monkeypatch):
    import sys

    monkeypatch.setenv("PYTHON_OF_THE_TEST", sys.executable)


@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_a_machine_with_one_fitting_python_is_served(tmp_path, minor):
    assert find(tmp_path, **{f"python3_{minor}": f"(3, {minor}, 1)"}).stdout == f"python3.{minor}\n"


def test_a_python_without_its_version_in_its_name_is_found_if_it_fits(tmp_path):
    assert find(tmp_path, python3="(3, 13, 0)").stdout == "python3\n"


def test_shims_and_other_versions_are_passed_over(tmp_path):
    assert find(tmp_path, python3_11=None, python3="(3, 10, 9)", python="(3, 12, 4)").stdout == "python\n"


@pytest.mark.parametrize("version", ["(3, 10, 13)", "(3, 15, 0)", None])
def test_a_machine_without_one_is_told_what_to_do(tmp_path, version):
    answer = find(tmp_path, python3=version)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.splitlines()[-1].startswith("What to do: install one of them")
