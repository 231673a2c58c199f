"""The notebooks as they are committed: clean, short, all with the same parameters, and nothing in them but calls."""

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest

from nbhelpers import gates
from nbhelpers.season import DEFAULT_END, DEFAULT_SEASON, DEFAULT_START
from nbhelpers.settings import ROOT

NOTEBOOKS = ROOT / "notebooks"
PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
GATES = [path for path in PATHS if re.match(r"\d9_", path.name)]
COMMON = {
    "start_date": DEFAULT_START, "end_date": DEFAULT_END, "season": DEFAULT_SEASON, "profile": "", "bucket": "",
    "warehouse": "", "runs": "", "run_id": "",
}  # fmt: skip
BELONGS_IN_A_HELPER = (
    ast.For, ast.While, ast.comprehension, ast.Try, ast.With, ast.If, ast.FunctionDef, ast.Lambda, ast.ClassDef,
    ast.Assert, ast.Raise, ast.Delete,
)  # fmt: skip
SQL = re.compile(r"(?is)\b(select\s.+\sfrom|insert\s+into|delete\s+from|create\s+table|with\s+\w+\s+as)\b")

each_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
each_gate = pytest.mark.parametrize("path", GATES, ids=lambda path: path.stem)


def cells_of(path: Path) -> list:
    return nbformat.read(path, 4).cells


def code_of(path: Path) -> list:
    return [cell for cell in cells_of(path) if cell.cell_type == "code"]


def parameters_of(path: Path) -> dict[str, object]:
    """The names that the parameters cell gives, with their values; ValueError where one is not a literal."""
    [cell] = [cell for cell in code_of(path) if "parameters" in cell.metadata.get("tags", [])]
    given = {}
    for statement in ast.parse(cell.source).body:
        [target] = statement.targets
        given[target.id] = ast.literal_eval(statement.value)
    return given


def test_all_notebooks_of_the_runbook_are_there_and_each_has_a_number_of_its_own():
    numbers = [path.name.partition("_")[0] for path in PATHS]
    assert len(set(numbers)) == len(numbers)
    assert [number for number in numbers if number.isdigit()] == [
        "00", "10", "11", "19", "20", "21", "22", "29", "30", "31", "32", "33", "34", "39", "40", "49", "90",
    ]  # fmt: skip
    assert all(re.fullmatch(r"(\d\d|r\d+)_[a-z_]+", path.stem) for path in PATHS)


@each_notebook
def test_a_notebook_is_committed_without_what_a_run_leaves_in_it(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    nbformat.validate(notebook)
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    for cell in notebook["cells"]:
        assert set(cell["metadata"]) <= {"tags"}
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)
    identifiers = [cell["id"] for cell in notebook["cells"]]
    assert len(set(identifiers)) == len(identifiers)


@each_notebook
def test_no_tag_skips_a_cell_or_runs_on_past_its_error(path):
    assert {tag for cell in cells_of(path) for tag in cell.metadata.get("tags", [])} == {"parameters"}


@each_notebook
def test_a_notebook_has_one_cell_of_parameters_the_same_as_all_others(path):
    given = parameters_of(path)
    assert {name: given.get(name) for name in COMMON} == COMMON
    everywhere = [parameters_of(other) for other in PATHS]
    assert all(other.get(name, value) == value for name, value in given.items() for other in everywhere)


@each_notebook
def test_the_parameters_come_before_any_other_code_and_each_has_its_comment(path):
    first = code_of(path)[0]
    assert first.metadata.tags == ["parameters"]
    assert all(re.search(r"  # .", line) for line in first.source.splitlines())


@each_notebook
def test_a_notebook_is_short_enough_to_read(path):
    assert 5 <= len(cells_of(path)) <= 10
    assert all(len(cell.source.splitlines()) <= 6 for cell in code_of(path)[1:])


@each_notebook
def test_a_notebook_opens_with_what_it_reads_and_writes_and_whether_it_may_be_repeated(path):
    opening = cells_of(path)[0]
    assert opening.cell_type == "markdown"
    assert opening.source.startswith(f"# {path.name.partition('_')[0]} · ")
    for said in ("**Reads:** ", "**Writes:** ", "**Safe to repeat?** "):
        assert said in opening.source


@each_notebook
def test_whatever_is_more_than_a_call_is_in_a_helper(path):
    for cell in code_of(path):
        nodes = ast.walk(ast.parse(cell.source))
        assert [node for node in nodes if isinstance(node, BELONGS_IN_A_HELPER)] == [], cell.source
        assert not SQL.search(cell.source)
        assert not re.search(r"^\s*[%!]|\b(sys\.)?exit\(|\bquit\(", cell.source, re.MULTILINE), cell.source


@each_notebook
def test_a_link_to_another_notebook_leads_to_one(path):
    told = "\n".join(cell.source for cell in cells_of(path) if cell.cell_type == "markdown")
    links = re.findall(r"\]\(([^)]+\.ipynb)\)", told)
    assert all((NOTEBOOKS / link).is_file() for link in links)


@each_gate
def test_a_gate_notebook_ends_by_publishing(path):
    shows, publishes = code_of(path)[-1].source.splitlines()
    assert shows.startswith("charts.show(charts.checks(")  # what it stops for is on the page before it stops
    assert publishes == "print(audit.publish())"
    assert not any("publish" in cell.source for cell in code_of(path)[:-1])


@each_gate
def test_a_gate_notebook_shows_the_evidence_of_every_check_before_it_publishes(path):
    shown = [
        argument.value
        for cell in code_of(path)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("evidence", "run")
        for argument in node.args
    ]
    assert sorted(shown) == sorted(check.name for check in gates.checks(int(path.name[:2])))


@pytest.mark.parametrize("path", [path for path in PATHS if path not in GATES], ids=lambda path: path.stem)
def test_no_notebook_but_a_gate_publishes(path):
    assert not any("publish" in cell.source for cell in code_of(path))


@each_notebook
def test_every_notebook_imports_the_same_five_names_none_deeper_than_a_room(path):
    lines = [line for cell in code_of(path) for line in cell.source.splitlines() if re.match(r"\s*(import|from)\b", line)]
    assert lines == ["from nbhelpers import build, charts, gates, notebook, survey"]


@each_notebook
def test_the_thread_never_breaks(path):
    opening = cells_of(path)[0].source
    numbered = [other.stem for other in PATHS if other.stem[0].isdigit()]
    assert path.stem == "r0_index" or "[index](r0_index.ipynb)" in opening
    if path.stem in numbered:
        place = numbered.index(path.stem)
        for neighbour in (*numbered[max(place - 1, 0) : place], *numbered[place + 1 : place + 2]):
            assert f"]({neighbour}.ipynb)" in opening
    else:
        assert path.stem == "r0_index" or "*Next:*" in cells_of(path)[-1].source


@each_gate
def test_a_gate_notebook_says_what_comes_next_whether_it_passes_or_stops(path):
    last = cells_of(path)[-1]
    assert last.cell_type == "markdown"
    assert "**If it passed:**" in last.source and "**If it stopped:**" in last.source


BUILDS = [path for path in PATHS if "_build_" in path.name]


@pytest.mark.parametrize("path", BUILDS, ids=lambda path: path.stem)
def test_a_build_notebook_shows_its_query_a_few_rows_and_a_chart_of_what_they_say(path):
    code = "\n".join(cell.source for cell in code_of(path))
    assert f"charts.show_code(survey.query_text({path.name[:2]})" in code
    assert "survey.sample(run, " in code
    assert code.count("charts.coverage(") == 2  # before, one act, after
    assert len(re.findall(r"charts\.(spread|defences|shot_diets|defaults|forecasts)\(survey\.", code)) == 1
