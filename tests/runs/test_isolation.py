"""The code that runs is the checkout's own: nothing that a user, a machine or a clone has lying about gets into a kernel."""

import json
import os
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import nbformat
import papermill
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.services.contents.filemanager import FileContentsManager
from rich.console import Console
from tiny import Tiny

from nbhelpers import isolation, settings
from nbhelpers.runs import notebooks, outcomes, provenance, runner
from nbhelpers.runs.forking import KernelParent
from nbhelpers.runs.kernels import Kernels
from nbhelpers.runs.terminal import Terminal

PLANTED = ("sitecustomize", "usercustomize", "a .pth of the environment", "another clone", "an IPython start-up file", "PYTHONSTARTUP")


@pytest.fixture
def surroundings(tmp_path, monkeypatch) -> Path:
    """A machine on which everything that Python, IPython and Jupyter obey says its name into a file; gives the folder of names."""
    names = tmp_path / "names"
    names.mkdir()

    def plant(name: str, path: Path, line: str = "{}\n") -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(line.format(f"import pathlib; pathlib.Path({str(names / name)!r}).touch()"))

    clone, home, environment = tmp_path / "clone", tmp_path / "home", tmp_path / "environment"
    plant("another clone", clone / "nbhelpers" / "__init__.py")
    plant("sitecustomize", clone / "sitecustomize.py", "import nbhelpers\n{}\n")
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    plant("usercustomize", home / ".local" / "lib" / version / "site-packages" / "usercustomize.py")
    plant("an IPython start-up file", home / ".ipython" / "profile_default" / "startup" / "00_verdicts.py")
    plant("PYTHONSTARTUP", home / "startup.py")
    packages = environment / "lib" / version / "site-packages"
    plant("a .pth of the environment", packages / "verdicts.pth")
    for path in Path(papermill.__file__).parents[1].iterdir():
        if path.suffix != ".pth":
            (packages / path.name).symlink_to(path)
    (environment / "bin").mkdir()
    (environment / "bin" / "python").symlink_to(Path(sys.executable).resolve())
    (environment / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).resolve().parent}\ninclude-system-site-packages = true\n")
    spec = home / ".local" / "share" / "jupyter" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": ["false", "{connection_file}"], "display_name": "Foreign", "language": "python"}))
    monkeypatch.setattr(sys, "executable", str(environment / "bin" / "python"))
    for name, value in {
        "HOME": home, "IPYTHONDIR": home / ".ipython", "JUPYTER_PATH": spec.parents[2], "PYTHONPATH": clone, "PYTHONOPTIMIZE": "2",
        "PYTHONSTARTUP": home / "startup.py",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, str(value))
    return names


def named(names: Path) -> set[str]:
    return {path.name for path in names.iterdir()}


def test_what_is_planted_is_obeyed_by_an_ordinary_python(surroundings):
    subprocess.run([sys.executable, "-m", "IPython", "--no-banner", "-c", "0"], check=True, capture_output=True)
    subprocess.run([sys.executable, "-i"], input="", check=True, capture_output=True, text=True)
    assert named(surroundings) == set(PLANTED)
    assert KernelSpecManager().get_kernel_spec("python3").argv[0] == "false"


def test_a_kernel_sees_nothing_of_its_surroundings(surroundings, tmp_path):
    source = 'import sys, nbhelpers.gates\nassert False, "not left out"\n'
    look = "import sys, nbhelpers\nprint(nbhelpers.__file__, sys.flags.optimize, sys.path)"
    cells = [nbformat.v4.new_code_cell(look), nbformat.v4.new_code_cell(source)]
    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec}), tmp_path / "in.ipynb")
    with KernelParent() as parent, Kernels(tmp_path, parent) as kernels:
        package, kernel = parent.package, kernels.take()
        with pytest.raises(papermill.PapermillExecutionError, match="AssertionError: not left out"):
            papermill.execute_notebook(tmp_path / "in.ipynb", tmp_path / "out.ipynb", km=kernel, progress_bar=False)
        kernel.shutdown_kernel(now=True)
    outputs = [output for cell in nbformat.read(tmp_path / "out.ipynb", 4).cells for output in cell.get("outputs", [])]
    told = next(output.text for output in outputs if output.output_type == "stream")
    assert told.startswith(f"{settings.ROOT}/nbhelpers/__init__.py 0 ")
    assert str(tmp_path / "clone") not in told
    assert package == provenance.loaded_package()
    assert named(surroundings) == set()
    assert not list((tmp_path / "home" / ".ipython").rglob("*.sqlite"))  # nor does it leave anything there


def test_the_program_itself_runs_with_nothing_of_its_surroundings(surroundings):
    show = "import run_backfill, sys; sys.argv = ['run_backfill.py', '--help']; run_backfill.main()"
    asked = subprocess.run([sys.executable, settings.ROOT / "run_backfill.py", "--help"], capture_output=True, text=True, check=False)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert asked.stdout.startswith("usage: ")
    surrounded = subprocess.run([sys.executable, "-c", show], cwd=settings.ROOT, capture_output=True, text=True, check=False)
    assert surrounded.returncode != 0  # another clone was imported instead


def test_packages_of_an_environment_are_found_whatever_the_machine_says_of_its_own(surroundings, monkeypatch):
    monkeypatch.setattr("site.getsitepackages", lambda _: ["/usr/lib/python3/dist-packages"])  # as Debian's does where -S is given
    environment = Path(sys.executable).parent.parent
    assert [(Path(folder) / "duckdb").is_dir() for folder in isolation.package_folders()] == [True]
    (environment / "pyvenv.cfg").unlink()
    assert isolation.package_folders() == ["/usr/lib/python3/dist-packages"]


# What differs is no run.


@pytest.fixture
def run_one(tmp_path, monkeypatch):
    """Runs one notebook of a single cell over an empty warehouse."""

    def run(source: str) -> SimpleNamespace:
        tiny, folder = Tiny(tmp_path / "home"), tmp_path / "notebooks"
        folder.mkdir()
        parameters = nbformat.v4.new_code_cell('run_id = ""', metadata={"tags": ["parameters"]})
        cells = [parameters, nbformat.v4.new_code_cell(source)]
        kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec}), folder / "20_look.ipynb")
        monkeypatch.setattr(notebooks, "NOTEBOOKS", folder)
        terminal = Terminal(Console(file=StringIO()))
        with KernelParent() as parent:
            this = runner.Run(tiny.settings, tiny.session().window, [folder / "20_look.ipynb"], {}, terminal, parent)
            code = this.execute()
        return SimpleNamespace(code=code, manifest=json.loads((this.folder / "manifest.json").read_text()), folder=this.folder)

    return run


def test_the_record_keeps_which_package_ran_as_the_kernels_tell_it(run_one):
    ran = run_one("print('looked')")
    assert (ran.code, ran.manifest["status"]) == (0, "done")
    assert ran.manifest["kernels"] == ran.manifest["package"] == provenance.loaded_package()
    assert ran.manifest["package"]["package"] == str(settings.ROOT / "nbhelpers")


def test_kernels_that_have_loaded_other_code_run_nothing(run_one, monkeypatch, tmp_path):
    own = provenance.loaded_package()
    monkeypatch.setattr(KernelParent, "package", own | {"package": "/a/clone/nbhelpers"})
    ran = run_one("print('looked')")
    assert (ran.code, ran.manifest["status"], ran.manifest["notebooks"][0]["status"]) == (3, "broken", "not run")
    assert ran.manifest["verdict"]["what"] == f"the kernels have loaded /a/clone/nbhelpers instead of {own['package']}."


def test_code_that_is_changed_while_a_notebook_runs_is_no_run(run_one, monkeypatch):
    states = iter([provenance.loaded_package(), provenance.loaded_package() | {"sha256": "0" * 64}])
    monkeypatch.setattr(provenance, "loaded_package", lambda: next(states))
    ran = run_one("print('looked')")
    assert (ran.code, ran.manifest["notebooks"][0]["status"]) == (3, "broken")
    assert ran.manifest["verdict"]["what"].startswith("the kernels have loaded another state of ")


def test_codes_are_told_apart_by_what_every_file_says(tmp_path, monkeypatch):
    package = tmp_path / "nbhelpers"
    shutil.copytree(Path(isolation.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    own = isolation.package_digest()
    monkeypatch.setattr(isolation, "__file__", str(package / "isolation.py"))
    assert isolation.package_digest() == own
    check = package / "sql" / "29_gate_analytics" / "rows_per_game.sql"
    before, text = check.stat(), check.read_text(encoding="utf-8")
    check.write_text(text.replace("SELECT", "SELEcT", 1), encoding="utf-8")  # of one length
    os.utime(check, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert isolation.package_digest() != own
    check.write_text(text, encoding="utf-8")
    assert isolation.package_digest() == own
    check.rename(check.with_name("another.sql"))
    assert isolation.package_digest() != own
    assert outcomes.other_code({"package": "a", "sha256": "1"}, {"package": "a", "sha256": "1"}) is None


# A record that is opened stays as it is.


def test_an_executed_notebook_says_of_its_kernel_what_jupyterlab_says(run_one):
    ran = run_one("1 + 1")
    path = ran.folder / "20_look.ipynb"
    notebook = nbformat.read(path, 4)
    spec = KernelSpecManager().get_kernel_spec("python3")
    assert notebook.metadata.kernelspec == {"name": "python3", "display_name": spec.display_name, "language": spec.language}
    assert notebook.metadata.language_info.version == f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    before = path.read_bytes()
    contents = FileContentsManager(root_dir=str(ran.folder))
    opened = contents.get(path.name)
    contents.save({"type": "notebook", "content": opened["content"]}, path.name)
    assert path.read_bytes() == before
