"""The report: one page that tells a run truly, needs no network, and obeys nothing that the data says."""

import hashlib
import html
import json
from html.parser import HTMLParser

import nbformat
import pandas as pd
import pytest
from nbformat import v4
from plotly.offline import get_plotlyjs

from nbhelpers import charts
from nbhelpers.errors import BadInput, Broken
from nbhelpers.runs import report

PLANTED = "<script>alert('planted')</script>"
STOPPED = (
    "paint_attempts_missing: 14 rows on 7 dates (2025-10-21, 2025-10-23, 2025-10-25 and 4 more).\n"
    "Why it matters: zone analysis divides by paint attempts.\n"
    "What to do: rerun 21_build_team_defense for these dates, then this gate."
)


def notebook(name, status="done", **more):
    times = {"started_at": "2025-12-17T04:00:00Z", "ended_at": "2025-12-17T04:00:06.5Z", "seconds": 6.5}
    if status == "not run":
        times = dict.fromkeys(times)
    return {"name": name, "file": f"{name}.ipynb", "parameters": {"start_date": "2025-10-21"}, "status": status,
            "sha256": None, "summary": "", **times, **more}


def manifest(*notebooks, **more):
    checks = [
        {"name": "box_score_per_game", "severity": "fail", "verdict": "pass", "examined": 388, "expected": 388,
         "offending": 0},
        {"name": "minutes_add_up", "severity": "warn", "verdict": "warn", "examined": 776, "expected": 776,
         "offending": 3},
        {"name": "plan_gate_1", "severity": "plan", "verdict": "pass", "examined": 56, "expected": 50, "offending": 0},
    ]
    receipt = {"gate": "19_gate_raw", "run_id": "20251217T040000Z_ab12", "start_date": "2025-10-21",
               "end_date": "2025-12-16", "checks": checks, "created_at": "2025-12-17T04:03:50Z"}
    return {
        "run_id": "20251217T040000Z_ab12", "status": "done", "exit_code": 0, "profile": "local", "is_simulated": False,
        "season": "2025-26", "window": {"start_date": "2025-10-21", "end_date": "2025-12-16"},
        "settings": {"bdl_rate": "60"}, "git": {"commit": "0123abc", "dirty": True}, "versions": {"duckdb": "2.0.0"},
        "started_at": "2025-12-17T04:00:00Z", "ended_at": "2025-12-17T04:05:00Z", "notebooks": list(notebooks),
        "verdict": None, "receipts": [receipt], "previous_manifest_sha256": None,
        "spent": {"fetch": 188.2, "SQL": 21.7, "publishing": 3.1, "kernels and charts": 31.4}, **more,
    }


def code(*outputs, count=1):
    return v4.new_code_cell("charts.show(...)", outputs=list(outputs), execution_count=count)


def displayed(figure):
    return v4.new_output("display_data", data=charts.bundle(figure))


def leave(folder, manifest, **notebooks):
    """What a run leaves: executed notebooks (name → cells) and the manifest."""
    for name, cells in notebooks.items():
        nbformat.write(v4.new_notebook(cells=cells), folder / f"{name.lstrip('_')}.ipynb")
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def page_of(folder, plotly=False):
    """The report as text; plotly.js is taken out, so that what is looked for is the page's own."""
    text = report.build(folder).read_text(encoding="utf-8")
    return text if plotly else text.replace(get_plotlyjs(), "")


@pytest.fixture
def stopped_run(tmp_path):
    blank = pd.DataFrame({"table": [f"TDGS {PLANTED}"], "date": pd.to_datetime(["2025-10-21"]), "state": ["contaminated"],
                          "rows": [14], "expected": [14], "note": [PLANTED]})
    offending = pd.DataFrame({"game_id": ["20251021_HOU_OKC"], "note": [PLANTED]})
    leave(
        tmp_path,
        manifest(
            notebook("29_gate_analytics", "stopped", summary=PLANTED), notebook("30_build_team_zones", "not run"),
            status="stopped", exit_code=1, is_simulated=True,
            verdict={"what": STOPPED.split("\n")[0], "why": "zone analysis divides by paint attempts",
                     "then": "rerun 21_build_team_defense", "notebook": "29_gate_analytics"},
        ),
        _29_gate_analytics=[
            v4.new_markdown_cell(f"# 29 · Gate: analytics\n\n**Only** reads. {PLANTED} ![x](https://a.org/x.png)"),
            v4.new_markdown_cell("## Paint attempts\n\nDoes every team-game have some?"),
            code(displayed(charts.coverage(blank))),
            code(
                v4.new_output("stream", name="stdout", text=f"1 of 7\r7 of 7\n\x1b[31m{PLANTED}\x1b[0m\n"),
                v4.new_output("display_data", data={"text/html": f"<table onclick='x()'><tr><td>{PLANTED}kept</td></tr>"
                                                                 "</table><img src='https://example.org/y.png'>"}),
                v4.new_output("display_data", data={"text/html": offending.to_html()}),
            ),
            code(v4.new_output("error", ename="GateFailed", evalue=STOPPED, traceback=["GateFailed: frames"])),
            code(count=None),
            v4.new_markdown_cell("*Next:* step 30."),
        ],
    )
    return tmp_path


class Loads(HTMLParser):
    """Every address that a browser would fetch for the page, and every script it would run."""

    def __init__(self, page):
        super().__init__()
        self.fetched, self.scripts, self.handlers = [], 0, []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        self.fetched += [names[name] for name in ("src", "srcset", "data", "poster") if name in names]
        self.fetched += [names["href"]] if tag == "link" else []
        self.handlers += [name for name in names if name.startswith("on")]
        self.scripts += tag == "script" and names.get("type") != "application/json"


def test_plotly_is_in_the_page_once_and_nothing_is_fetched(stopped_run):
    page = page_of(stopped_run, plotly=True)
    assert page.count(get_plotlyjs()) == 1
    loads = Loads(page_of(stopped_run))
    assert (loads.fetched, loads.handlers) == ([], [])
    assert loads.scripts == 2  # plotly.js and the few lines that draw


def test_the_page_lets_no_script_run_but_its_own_two(stopped_run):
    page = page_of(stopped_run, plotly=True)
    policy = page.split('http-equiv="Content-Security-Policy" content="')[1].split('"')[0]
    policy = html.unescape(policy)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    scripts = [part.split("</script>")[0] for part in page.split("<script>")[1:]]
    assert [f"'sha256-{report._digest(script)}'" in policy for script in scripts] == [True, True]


def test_planted_script_is_text_wherever_it_comes_from(stopped_run):
    page = page_of(stopped_run)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(&#39;planted&#39;)&lt;/script&gt;" in page  # printed text and summary
    assert "\\u003cscript" in page or "\\u0026lt;script" in page  # the figure's own title
    assert "kept" in page


def test_the_verdict_says_what_why_and_what_to_do_and_what_was_not_run(stopped_run):
    page = page_of(stopped_run)
    assert "Stopped by a gate in 29_gate_analytics: 0 of 2 notebooks done." in page
    for words in (STOPPED.split("\n")[0], "zone analysis divides by paint attempts", "rerun 21_build_team_defense"):
        assert f"<dd>{words}</dd>" in page
    assert "Not run: 30_build_team_zones." in page
    assert "exit code 1" in page
    assert "This notebook was not run." in page


def test_a_simulated_season_is_called_so_at_the_top(stopped_run, tmp_path):
    assert "<b>SIMULATED</b>" in page_of(stopped_run)
    leave(tmp_path, manifest())
    assert "SIMULATED" not in page_of(tmp_path)


def test_evidence_stands_in_the_notebooks_order_under_its_prose(stopped_run):
    page = page_of(stopped_run)
    section = page[page.index('<section id="section-1">'):page.index('<section id="section-2">')]
    steps = ["29 · Gate: analytics", "<strong>Only</strong> reads.", "<h3>Paint attempts</h3>", 'class="chart"',
             "7 of 7", "20251021_HOU_OKC", "GateFailed: paint_attempts_missing", "What to do: rerun 21"]
    places = [section.index(step) for step in steps]
    assert places == sorted(places)
    assert "1 of 7" not in section  # drawn over by the line that followed
    assert "frames" not in section  # the three lines say it all
    assert "step 30" not in section  # prose without evidence after it
    assert "3 of 4 cells ran; the others never started." in section


def test_each_chart_leaves_a_table_where_scripts_do_not_run(stopped_run):
    page = page_of(stopped_run)
    charts_drawn = page.count("data-chart=")
    tables = [part.split("</noscript>")[0] for part in page.split("<noscript>")[1:] if not part.startswith("<style>")]
    assert charts_drawn == 3 and len(tables) == 3  # timeline, spending, and the gate's own
    assert "<td>2025-10-21</td>" in tables[2]
    assert page.count('<details class="table" open>') == 3


def test_the_charts_data_is_what_the_notebook_stored(stopped_run):
    page = page_of(stopped_run)
    stored = page.split('data-chart="chart-3"')[1].split(">", 1)[1].split("</script>")[0]
    executed = nbformat.read(stopped_run / "29_gate_analytics.ipynb", as_version=4)
    assert json.loads(stored) == executed.cells[2].outputs[0].data["application/vnd.plotly.v1+json"]


def test_a_receipt_tells_how_many_checks_were_clean_as_its_gate_does_and_how_much_they_examined(tmp_path):
    leave(tmp_path, manifest(notebook("19_gate_raw")), _19_gate_raw=[code()])
    page = page_of(tmp_path)
    assert "2 of 3 checks clean, 1 warned · examined 1,164 of 1,164 · 2025-10-21 to 2025-12-16" in page
    assert "<td>plan_gate_1</td><td>plan</td><td>pass</td>" in page
    assert "Done: 1 of 1 notebooks done, 1 gate receipt." in page


def test_a_check_that_was_accepted_stands_open_with_the_reason_given(tmp_path):
    accepted = {"name": "mirror", "severity": "fail", "verdict": "accepted", "examined": 2, "expected": 2, "offending": 1,
                "reason": "known since <May>"}  # fmt: skip
    receipt = {"gate": "29", "run_id": "one", "checks": [accepted], "created_at": "2025-12-17T10:00:10Z"}
    leave(tmp_path, manifest(receipts=[receipt]))
    assert "<td>accepted: known since &lt;May&gt;</td>" in page_of(tmp_path)
    assert '<details class="checks" open>' in page_of(tmp_path)


def test_a_run_without_receipts_says_that_nobody_vouched(tmp_path):
    leave(tmp_path, manifest(receipts=[]))
    assert "This run left no receipt." in page_of(tmp_path)


def test_a_running_run_says_so_and_shows_what_there_is(tmp_path):
    now = notebook("11_load_raw", "running", ended_at=None, seconds=None)
    leave(tmp_path, manifest(notebook("10_fetch_raw"), now, status="running", exit_code=None, ended_at=None))
    page = page_of(tmp_path)
    assert "Still running when this page was written: 1 of 2 notebooks done, now 11_load_raw." in page
    assert "no end recorded" in page and "exit code" not in page
    assert page.count("No executed copy of this notebook is in the folder.") == 2


def test_a_run_that_broke_without_a_word_points_to_the_journal(tmp_path):
    broken = notebook("10_fetch_raw", "broken", ended_at=None, seconds=None)
    leave(tmp_path, manifest(broken, status="broken", exit_code=3, receipts=[], spent={}))
    (tmp_path / "10_fetch_raw.ipynb").write_text('{"cells": [', encoding="utf-8")
    page = page_of(tmp_path)
    assert "Broken: 0 of 1 notebooks done." in page
    assert "the journal in this folder" in page
    assert "10_fetch_raw.ipynb cannot be read" in page


def test_a_bug_shows_its_traceback_folded_away(tmp_path):
    bug = v4.new_output("error", ename="KeyError", evalue="'paint'", traceback=["\x1b[31mline 12\x1b[0m", "KeyError"])
    leave(tmp_path, manifest(notebook("30_build_team_zones", "broken")), _30_build_team_zones=[code(bug)])
    page = page_of(tmp_path)
    assert '<pre class="error">KeyError: &#39;paint&#39;</pre>' in page
    assert "<summary>where in the code</summary><pre>line 12\nKeyError</pre>" in page


def test_a_notebook_changed_after_the_run_is_named(tmp_path):
    leave(tmp_path, manifest(), _10_fetch_raw=[code()])
    true = hashlib.sha256((tmp_path / "10_fetch_raw.ipynb").read_bytes()).hexdigest()
    leave(tmp_path, manifest(notebook("10_fetch_raw", sha256=true)))
    assert "changed after the run" not in page_of(tmp_path)
    leave(tmp_path, manifest(notebook("10_fetch_raw", sha256="0" * 64)))
    assert "This copy was changed after the run" in page_of(tmp_path)


def test_how_it_was_run_is_at_the_foot(tmp_path):
    leave(tmp_path, manifest())
    page = page_of(tmp_path)
    assert "commit 0123abc <b>with uncommitted changes</b>" in page
    assert "<dt>bdl_rate</dt><dd>60</dd>" in page and "<dt>duckdb</dt><dd>2.0.0</dd>" in page
    assert "none, this is the first" in page


def test_the_same_record_gives_the_same_page_and_no_half_page_is_left(stopped_run):
    first = report.build(stopped_run).read_bytes()
    assert report.build(stopped_run).read_bytes() == first
    assert sorted(path.name for path in stopped_run.iterdir()) == [
        "29_gate_analytics.ipynb", "manifest.json", "report.html"]


def test_a_folder_without_a_manifest_is_the_callers_mistake_and_a_cut_one_is_broken(tmp_path):
    with pytest.raises(BadInput, match="holds no manifest.json"):
        report.build(tmp_path)
    (tmp_path / "manifest.json").write_text('{"run_id"', encoding="utf-8")
    with pytest.raises(Broken, match="cannot be read"):
        report.build(tmp_path)
