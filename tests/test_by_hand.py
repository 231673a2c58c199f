"""The notebooks opened one after another and run from top to bottom, with no run around them."""

import os
import re
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from runs import Home, differences

from nbhelpers import settings

END = "2025-11-07"  # three days into the composite factors
NOTEBOOKS = settings.ROOT / "notebooks"


@pytest.fixture
def open_and_run_all(monkeypatch):
    """Opens a notebook in a kernel of its own, sets the last date in its parameters cell and runs all cells."""

    def run_all(home: Home, name: str) -> str:
        monkeypatch.setenv("BACKFILL_HOME", str(home.folder))
        for variable in (*settings.ENVIRONMENT.values(), settings.KEY_VARIABLE):
            if variable != "BACKFILL_HOME":
                monkeypatch.delenv(variable, raising=False)
        notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", 4)
        [cell] = [cell for cell in notebook.cells if cell.metadata.get("tags") == ["parameters"]]
        cell.source, changed = re.subn(r'^end_date = "[^"]+"', f'end_date = "{END}"', cell.source, flags=re.MULTILINE)
        assert changed == 1
        NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
        outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
        return "".join(output.text for output in outputs if output.output_type == "stream")

    return run_all


@pytest.mark.parametrize(
    ("name", "first"), [("32_build_composite_factors", 10), ("49_gate_predictions", None)], ids=["32", "49"]
)
def test_notebook_opened_out_of_order_says_what_must_come_first(simulated_source, tmp_path, open_and_run_all, name, first):
    home = Home(tmp_path / "home", source=simulated_source)
    with pytest.raises(CellExecutionError) as refused:
        open_and_run_all(home, name)
    assert refused.value.ename == "GateFailed"
    if first:
        assert f"step {name[:2]} cannot start: nba_raw." in refused.value.evalue
        assert f"step {first} and those after it must come first: python run_backfill.py --from {first}" in refused.value.evalue
    assert home.select("SELECT COUNT(*) FROM nba_processing.gate_receipts") == [(0,)]


def test_every_notebook_runs_under_nbval_in_order_and_together_they_give_the_published_season(simulated_source, published_season, tmp_path):
    home = Home(tmp_path / "home", source=simulated_source)
    notebooks = sorted(map(str, NOTEBOOKS.glob("*.ipynb")))
    # -x, because nbval runs the cells after a failed one all the same, writes included.
    command = [sys.executable, "-m", "pytest", "-x", "--nbval-lax", "-n", "0", "-p", "no:cacheprovider", *notebooks]
    environment = os.environ | {"BACKFILL_HOME": str(home.folder), "BACKFILL_PROFILE": "demo"}
    done = subprocess.run(command, cwd=settings.ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    first, last = published_season.window.start_date, published_season.window.end_date
    assert differences(home, Home(published_season.settings.home), first, last, most_layer=4) == {}
    assert home.select("SELECT DISTINCT run_id FROM nba_processing.gate_receipts") == [("by-hand",)]
    assert not (home.folder / "runs").exists()
