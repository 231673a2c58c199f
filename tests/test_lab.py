"""JupyterLab in a real browser: notebooks run by clicks and draw their charts, and a record that is looked at stays as it is."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from browser import PATIENCE, Page, browser, needs_chromium
from nbformat import v4

from nbhelpers import charts
from nbhelpers.settings import ROOT

pytestmark = [
    needs_chromium,
    pytest.mark.skipif(not os.environ.get("LAB"), reason="JupyterLab in a browser takes minutes: LAB=1, or LAB=all for every notebook to 39"),
]
PROMPTS = "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(p => p.textContent)"
CLICKED = ("r0_index", "00_survey", "30_build_team_zones", "39_gate_contamination")
if os.environ.get("LAB") == "all":
    CLICKED = ("r0_index", *sorted(path.stem for path in (ROOT / "notebooks").glob("[0-3]*.ipynb")))


@dataclass
class Lab:
    """A JupyterLab on a copy of the notebooks, and a tab that looks at it."""

    address: str
    token: str
    folder: Path
    tab: Page

    def open(self, path: str) -> None:
        """Open a notebook and wait until its cells are there."""
        self.tab.open(f"{self.address}lab/tree/{path}?token={self.token}&reset")
        self.tab.wait("document.querySelectorAll('.jp-Notebook .jp-Cell').length > 1")

    def run_all(self) -> None:
        """Run all cells by clicks; a click before the kernel answers is lost, so it is clicked until a cell has begun."""
        begun = f"({PROMPTS}).some(p => /\\[[*\\d]/.test(p))"
        for _ in range(10):
            self.menu("Run", "Run All Cells")
            with suppress(TimeoutError):
                self.tab.wait(begun, patience=6)
                return
        raise TimeoutError("no cell has begun")

    def menu(self, *names: str) -> None:
        """Choose from the menus by clicks."""
        for _ in range(5):  # a click while the page is still at work is lost
            self.click("#jp-MainMenu .lm-MenuBar-item", names[0])
            with suppress(TimeoutError):
                self.tab.wait("document.querySelector('.lm-Menu .lm-Menu-item')", patience=10)
                break
        for name in names[1:]:
            self.click(".lm-Menu .lm-Menu-item", name)

    def click(self, what: str, words: str = "") -> None:
        """Click the first of some elements whose words begin so."""
        found = f"[...document.querySelectorAll({json.dumps(what)})].find(e => e.textContent.startsWith({json.dumps(words)}))"
        self.tab.wait(found)
        x, y = self.tab.run(f"(() => {{ const r = {found}.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; }})()")
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.tab.tell("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)


@pytest.fixture(scope="module")
def lab(published_season, tmp_path_factory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copyfile(published_season.settings.warehouse, folder / "season.duckdb")
    places = {"BACKFILL_PROFILE": "local", "BACKFILL_BUCKET": str(published_season.settings.bucket),
              "BACKFILL_WAREHOUSE": str(folder / "season.duckdb"), "BACKFILL_RUNS": str(folder / "runs"), "HOME": str(folder),
              "JUPYTER_CONFIG_DIR": str(folder / "config"), "JUPYTER_DATA_DIR": str(folder / "data"),
              "JUPYTER_RUNTIME_DIR": str(folder / "runtime"), "PYTHONPATH": str(ROOT)}  # fmt: skip
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.port=0", f"--ServerApp.root_dir={folder}",
               f"--LabApp.app_settings_dir={folder / 'notebooks' / '.lab'}"]  # fmt: skip
    log = folder / "lab.log"
    with log.open("w") as said:
        server = subprocess.Popen(command, env=os.environ | places, stdout=said, stderr=subprocess.STDOUT)
    try:
        address, token = _address(folder / "runtime", server)
        with browser() as tab:
            tab.look(1280, 1400)
            yield Lab(address, token, folder, tab)
    finally:
        server.terminate()
        server.wait()


def _address(runtime: Path, server: subprocess.Popen) -> tuple[str, str]:
    """Where the server is, once it says so itself and answers."""
    deadline = time.monotonic() + 2 * PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        for path in runtime.glob("jpserver-*.json"):
            try:
                told = json.loads(path.read_text())
                urllib.request.urlopen(f"{told['url']}api?token={told['token']}", timeout=5).close()
                return told["url"], told["token"]
            except (OSError, ValueError):
                continue
        time.sleep(0.1)
    raise RuntimeError("JupyterLab did not start")


# Drawn: the SVG has its room, and the image that stands in for it where it cannot be shown has none.
DRAWN = """[...document.querySelectorAll('.jp-OutputArea-output object')].filter(o => o.getBoundingClientRect().height > 10
    && o.querySelector('img').getBoundingClientRect().height === 0 && atob(o.data.split(',')[1]).includes('<title>')).length"""


@pytest.mark.parametrize("name", CLICKED)
def test_a_notebook_runs_by_clicks_and_draws_every_chart(lab, name):
    lab.open(f"notebooks/{name}.ipynb")
    lab.run_all()
    source = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", 4)
    expected = sum(cell.source.count("charts.show(charts.") for cell in source.cells if cell.cell_type == "code")
    cells = sum(cell.cell_type == "code" for cell in source.cells)
    lab.tab.wait(f"({PROMPTS}).filter(p => /\\[\\d+\\]/.test(p)).length === {cells}", patience=4 * PATIENCE)
    lab.tab.run("document.querySelectorAll('.jp-Cell').forEach(c => c.scrollIntoView())")
    assert "Error" not in lab.tab.run("[...document.querySelectorAll('.jp-OutputArea-output')].map(o => o.innerText).join()")
    lab.tab.wait(f"{DRAWN} === {expected}")
    assert "Jupyter news" not in lab.tab.run("document.body.innerText")


def test_a_record_that_is_opened_and_closed_is_byte_for_byte_what_it_was_and_shows_its_charts(lab):
    chart = charts.spending(pd.DataFrame({"kind": ["SQL"], "seconds": [20.0]}))
    output = v4.new_output("display_data", data=charts.bundle(chart))
    cells = [v4.new_markdown_cell("# A record"), v4.new_code_cell("charts.show(...)", outputs=[output], execution_count=1)]
    record = lab.folder / "runs" / "20251217T040000Z_ab12" / "39_gate_contamination.ipynb"
    record.parent.mkdir(parents=True)
    nbformat.write(v4.new_notebook(cells=cells), record)
    record.chmod(0o444)
    before = hashlib.sha256(record.read_bytes()).hexdigest()
    lab.open(f"runs/{record.parent.name}/{record.name}")
    # JupyterLab does not trust what it did not run: it shows the image, which has nothing to run.
    lab.tab.wait("[...document.querySelectorAll('.jp-OutputArea-output img')].filter(i => i.naturalWidth > 0).length === 1")
    assert lab.tab.run("document.querySelectorAll('.jp-OutputArea-output object').length") == 0
    lab.tab.tell("Page.navigate", url="about:blank")
    assert hashlib.sha256(record.read_bytes()).hexdigest() == before
    assert sorted(path.name for path in record.parent.iterdir() if path.name != ".ipynb_checkpoints") == [record.name]
