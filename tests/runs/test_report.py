"""The report: one page that tells a run truly, needs no network, and obeys nothing that the data says."""

import hashlib
import json
from html.parser import HTMLParser

import nbformat
import pandas as pd
import pytest
from nbformat import v4

from nbhelpers import charts
from nbhelpers.charts.showing import table_bundle
from nbhelpers.errors import BadInput, Broken
from nbhelpers.runs import answers, evidence, report

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


def page_of(folder):
    """The report as text."""
    return report.build(folder).read_text(encoding="utf-8")


def section_of(page, name):
    """The part of a notebook."""
    return page.split(f'<div id="{name}">')[1].split("</section>")[0]


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


def test_nothing_is_fetched_and_no_script_is_in_the_page(stopped_run):
    loads = Loads(page_of(stopped_run))
    assert (loads.fetched, loads.handlers, loads.scripts) == ([], [], 0)


def test_the_page_lets_nothing_run(stopped_run):
    page = page_of(stopped_run)
    policy = page.split('http-equiv="Content-Security-Policy" content="')[1].split('"')[0]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_planted_script_is_text_wherever_it_comes_from(stopped_run):
    page = page_of(stopped_run)
    assert "<script" not in page
    assert "&lt;script&gt;alert(&#39;planted&#39;)&lt;/script&gt;" in page  # printed text and summary
    assert "TDGS &lt;script&gt;alert" in page  # what the drawing itself tells
    assert "kept" in page


def test_of_a_drawing_that_somebody_forged_only_what_our_charts_are_made_of_is_kept():
    forged = (
        '<svg class="chart" onload="x()"><style>a{}</style><script>x()</script><image href="https://example.org/x.png"/>'
        '<rect x="5%" style="height:25%" onclick="x()"/><rect style="background:url(https://example.org)"/><text>told</text></svg>'
    )
    assert evidence.drawing_only(forged) == '<svg class="chart"><rect x="5%" style="height:25%"/><rect/><text>told</text></svg>'


def test_the_verdict_says_what_why_and_what_to_do_and_what_was_not_run(stopped_run):
    page = page_of(stopped_run)
    assert "Stopped by a gate in 29_gate_analytics: 0 of 2 notebooks done." in page
    assert f'<p class="root">{STOPPED.splitlines()[0]}</p>' in page
    for words in ("zone analysis divides by paint attempts", "rerun 21_build_team_defense"):
        assert f"<dd>{words}</dd>" in page
    assert "Not run: 30_build_team_zones." in page
    assert "exit code 1" in page
    assert '<div id="30_build_team_zones">' not in page  # no card for what was not run
    assert '<li class="faint">and 1 that did not run</li>' in page


def test_a_simulated_season_is_called_so_at_the_top(stopped_run, tmp_path):
    assert "<b>SIMULATED</b>" in page_of(stopped_run)
    leave(tmp_path, manifest())
    assert "SIMULATED" not in page_of(tmp_path)


def test_evidence_stands_in_the_notebooks_order_under_its_prose(stopped_run):
    page = page_of(stopped_run)
    assert '<summary><b>29 · Gate: analytics</b> <span class="badge stopped">' in page
    section = section_of(page, "29_gate_analytics")
    steps = ["<strong>Only</strong> reads.", "<h3>Paint attempts</h3>", "7 of 7", "20251021_HOU_OKC", "GateFailed: paint_attempts_missing",
             "What to do: rerun 21"]  # fmt: skip
    places = [section.index(step) for step in steps]
    assert places == sorted(places)
    assert "1 of 7" not in section  # drawn over by the line that followed
    assert "frames" not in section  # the three lines say it all
    assert "step 30" not in section  # prose without evidence after it
    assert "3 of 4 cells ran; the others never started." in section


def test_each_chart_is_drawn_in_the_page_with_its_title_and_leaves_a_table(stopped_run):
    page = page_of(stopped_run)
    assert page.count('<svg class="chart" role="img" aria-label="') == 4  # the map, the chain, the timeline and where the time went
    figures = [part.split("</figure>")[0] for part in page.split("<figure")[1:]]
    assert len(figures) == 4
    assert all("<figcaption>" in figure and "<caption>" in figure and 'scope="col"' in figure for figure in figures)
    assert "<title>TDGS &lt;script" in figures[0]


def test_what_a_table_says_keeps_its_verdicts_and_names_its_rows(tmp_path):
    rows = table_bundle(pd.DataFrame({"check": ["mirror"], "verdict": ["fail"]}), "Do they agree?")
    leave(tmp_path, manifest(notebook("29_gate_analytics")), _29_gate_analytics=[code(v4.new_output("display_data", data=rows))])
    page = page_of(tmp_path)
    assert "<caption>Do they agree?</caption>" in page
    assert '<tr><th scope="row">mirror</th><td data-head="verdict"><span class="badge fail">fail</span></td></tr>' in page


COVERAGE = {"table": "PGS", "date": pd.to_datetime(["2025-10-21"]), "rows": [1], "expected": [1], "note": [""]}


def coverage_of(state, table="PGS"):
    return displayed(charts.coverage(pd.DataFrame(COVERAGE | {"table": table, "state": [state]})))


def shares_of(valid, total):
    return displayed(charts.contamination(pd.DataFrame(
        {"table": ["PCF"], "field": ["opponent_strength_score"], "date": pd.to_datetime(["2025-10-21"]), "valid": [valid], "total": [total]}
    )))  # fmt: skip


def answered(page):
    """The owner's questions with their answers, in a word and a sentence."""
    table = page.split('<table class="answers">')[1].split("</table>")[0]
    found = {}
    for row in table.split("<tr>")[1:]:
        question = row.split('<th scope="row">')[1].split("</th>")[0]
        word = row.split("</span>")[0].rsplit(">", 1)[1]
        found[question] = (word, row.split("<td>")[-1].split("<")[0].strip())
    return found


def test_the_first_page_answers_what_the_owner_asks(tmp_path):
    gate = notebook("19_gate_raw", summary="Gate 19 passed, 2 of 3 checks clean. Published SCHEDULE 2 rows on 2 dates, "
                    "TDZA 1,378 rows on 47 dates, TDZA failures 302 rows on 12 dates.")  # fmt: skip
    leave(tmp_path, manifest(notebook("00_survey"), gate, notebook("90_report")), _00_survey=[code(coverage_of("gap"))],
          _19_gate_raw=[code()], _90_report=[code(coverage_of("present"), shares_of(10, 10))])  # fmt: skip
    assert answered(page_of(tmp_path)) == {
        "Is the season whole?": ("Yes", "1 table, every date present or too early to have."),
        "Is anything contaminated?": ("No", "0 of 10 values of the critical fields are wrong."),
        "What was changed?": ("1,380 rows", "published: SCHEDULE 2, TDZA 1,378; 302 recorded failures."),
        "What was accepted?": ("Nothing", "no failing check and no missing game was passed by."),
        "On what grounds?": ("1,164 of 1,164 examined", "by 3 checks of 1 gate."),
    }


def test_what_is_not_whole_or_is_wrong_is_said_with_how_much_and_where(tmp_path):
    leave(tmp_path, manifest(notebook("90_report"), receipts=[], accepted=["mirror: known since May"]),
          _90_report=[code(coverage_of("gap"), coverage_of("contaminated", "PCF"), coverage_of("optional", "PREDICTIONS"), shares_of(7, 10))])
    assert answered(page_of(tmp_path)) == {
        "Is the season whole?": ("No", "1 gap (PGS); PREDICTIONS: optional, not run."),
        "Is anything contaminated?": ("Yes", "PCF on 1 date: rows that exist and are wrong."),
        "What was changed?": ("Nothing", "published tables are as they were."),
        "What was accepted?": ("1 thing", "mirror: known since May."),
        "On what grounds?": ("None", "this run left no receipt: nobody has vouched for what it computed."),
    }


def test_a_season_whose_run_has_stopped_is_not_called_whole_and_what_its_gate_saw_is_not_called_published(tmp_path):
    stopped = manifest(notebook("00_survey"), notebook("39_gate_contamination", "stopped"), status="stopped", receipts=[])
    leave(tmp_path, stopped, _00_survey=[code(coverage_of("present"))], _39_gate_contamination=[code(coverage_of("contaminated", "PCF"))])
    found = answered(page_of(tmp_path))
    assert found["Is the season whole?"] == ("No", "this run has not come to its end; no gap in what it looked at.")
    assert found["Is anything contaminated?"] == ("Yes", "PCF on 1 date: rows that exist and are wrong. This run published none of them.")


def test_a_run_that_had_nothing_to_do_points_to_the_receipts_of_before(tmp_path):
    left = notebook("39_gate_contamination", "unchanged", summary="unchanged since 2025-12-16 04:03 UTC", receipt="r/39/1")
    leave(tmp_path, manifest(left, receipts=[]))
    page = page_of(tmp_path)
    found = answered(page)
    assert found["Is the season whole?"] == ("As before", "nothing has changed since the gates passed it, as their receipts say.")
    assert found["On what grounds?"] == ("Receipts of before", "what is unchanged stands on r/39/1.")
    assert "Done: 1 of 1 notebooks done" in page


def test_a_run_that_did_not_look_does_not_answer(tmp_path):
    leave(tmp_path, manifest(notebook("10_fetch_raw")), _10_fetch_raw=[code()])
    found = answered(page_of(tmp_path))
    assert found["Is the season whole?"][0] == found["Is anything contaminated?"][0] == "Not known"


def test_what_did_not_change_and_what_a_second_witness_saw_is_counted_where_a_receipt_tells(tmp_path):
    check = {"name": "one", "severity": "fail", "verdict": "pass", "examined": 1005, "expected": 1005, "offending": 0, "unchanged": 1000}
    witnessed = check | {"name": "witnessed", "severity": "warn", "verdict": "warn", "examined": 391, "expected": 391, "offending": 3, "unchanged": 371}
    leave(tmp_path, manifest(receipts=[{"gate": "19", "run_id": "one", "checks": [check, witnessed], "created_at": "2025-12-17T10:00:10Z"}]))
    assert answered(page_of(tmp_path))["On what grounds?"] == (
        "25 of 25 examined", "by 2 checks of 1 gate; 1,371 unchanged since they passed; 388 of 391 games seen by a second witness."
    )  # fmt: skip


def test_each_table_that_a_gate_published_is_named_in_full(tmp_path):
    gate = notebook("19_gate_raw") | {"summary": "Gate 19 passed, 24 of 24 checks clean. Published BOXSCORES 9 rows on 1 date, NBA_BOXSCORES 12 rows on 1 date."}
    leave(tmp_path, manifest(gate), _19_gate_raw=[code()])
    assert answered(page_of(tmp_path))["What was changed?"] == ("21 rows", "published: BOXSCORES 9, NBA_BOXSCORES 12.")


def test_before_and_after_stand_side_by_side_and_no_chart_is_drawn_twice(tmp_path):
    leave(tmp_path, manifest(notebook("00_survey"), notebook("20_build_player_summary"), notebook("90_report")),
          _00_survey=[code(coverage_of("gap"), shares_of(1, 2))], _20_build_player_summary=[code(coverage_of("gap"), coverage_of("present"))],
          _90_report=[code(coverage_of("present"), shares_of(2, 2))])  # fmt: skip
    page = page_of(tmp_path)
    maps = page.split('<div class="maps">')[1].split("</div>\n")[0]
    assert (page.count('<figure id="before">'), page.count('<figure id="after">')) == (1, 1)
    assert "Before: as 00_survey found it" in maps and "After: as 90_report found it" in page
    drawings = [part.split("</svg>\n<details>")[0] for part in page.split('<svg class="chart" role="img"')[1:]]
    assert len(drawings) == len(set(drawings)) == 6  # two maps, the chain, the newest shares, timeline and spending
    assert page.count("Contamination: valid share") == 4  # its title, what is heard of it, and its table's two


def test_what_failed_stands_open_and_first_and_what_went_well_is_folded(tmp_path):
    leave(tmp_path, manifest(notebook("11_load_raw"), notebook("19_gate_raw", "stopped"), status="stopped", exit_code=1),
          _11_load_raw=[code()], _19_gate_raw=[code()])  # fmt: skip
    page = page_of(tmp_path)
    assert page.index('<div id="19_gate_raw">') < page.index('<div id="11_load_raw">')
    opened = [part.split('<div id="')[1].split('"')[0] for part in page.split('<details class="section" open>')[1:] if '<div id="' in part]
    assert opened[0] == "19_gate_raw"
    assert page.count('<details class="section" open>') == 1


def test_on_a_stop_the_root_comes_first_what_fails_with_it_is_folded_and_one_command_is_there_to_copy(tmp_path):
    root = "Gate 39 stops: 2 of 14 checks fail, on 2025-11-06.\nLikely root: nba_raw.nbac_shots on 2025-10-25: gap, no rows.\n  zones_sane: fail"
    verdict = {"notebook": "39_gate_contamination", "what": root, "why": "averages", "then": "fetch it"}
    leave(tmp_path, manifest(status="stopped", exit_code=1, verdict=verdict))
    page = page_of(tmp_path)
    assert '<p class="root">Likely root: nba_raw.nbac_shots on 2025-10-25: gap, no rows.</p>' in page
    folded = page.split("<summary>What fails with it, and how it was traced</summary>")[1].split("</details>")[0]
    assert "Gate 39 stops: 2 of 14 checks fail, on 2025-11-06.\n  zones_sane: fail" in folded
    assert '<pre class="command">python run_backfill.py resume 20251217T040000Z_ab12 --profile local</pre>' in page
    assert 'The evidence: <a href="#39_gate_contamination">' in page


def test_the_command_to_type_is_for_the_same_season_and_warehouse_unless_the_run_says_another():
    told = {"run_id": "r", "profile": "local", "settings": {"bucket": "/b", "warehouse": "/w.duckdb"}}
    assert answers.next_command(told) == "python run_backfill.py resume r --profile local --bucket /b --warehouse /w.duckdb"
    assert answers.next_command(told | {"profile": "demo"}) == "python run_backfill.py resume r"
    assert answers.next_command(told | {"next": "python run_backfill.py repair"}) == "python run_backfill.py repair"


def test_the_chain_is_drawn_with_each_table_as_the_run_saw_it_last(tmp_path):
    leave(tmp_path, manifest(notebook("00_survey"), notebook("19_gate_raw")), _00_survey=[code(coverage_of("gap"), coverage_of("gap", "PCF"))],
          _19_gate_raw=[code(coverage_of("present"))])  # fmt: skip
    chain = page_of(tmp_path).split('<section id="chain">')[1].split("</section>")[0]
    assert '<rect height="8" width="100%" class="present"/>' in chain and '<rect height="8" width="100%" class="gap"/>' in chain
    assert "PGS player_game_summary\n1 present" in chain
    assert "PCF player_composite_factors\n1 gap" in chain


def test_every_part_is_reached_from_the_contents_by_an_anchor_of_its_notebooks_name(stopped_run):
    page = page_of(stopped_run)
    contents = page.split("<nav")[1].split("</nav>")[0]
    anchors = [part.split('"')[0] for part in contents.split('href="#')[1:]]
    assert "29_gate_analytics" in anchors
    assert all(page.count(f'id="{anchor}"') == 1 for anchor in anchors)


def test_a_whole_drill_is_a_chart_a_gate(tmp_path):
    rows = [{"fault": f"R{n}", "title": "t", "gate": gate, "interlock": "", "one": "fail"} for n, gate in enumerate(("19", "29", "29"))]
    leave(tmp_path, manifest(matrix=rows))
    page = page_of(tmp_path)
    assert "Drill of 3 faults: each was stopped." in page
    assert page.count("What each check saw of each planted fault, gate 19") == page.count("planted fault, gate 29") == 4


def test_a_receipt_tells_how_many_checks_were_clean_as_its_gate_does_and_how_much_they_examined(tmp_path):
    leave(tmp_path, manifest(notebook("19_gate_raw")), _19_gate_raw=[code()])
    page = page_of(tmp_path)
    assert "2 of 3 checks clean, 1 warned · examined 1,164 of 1,164 · 2025-10-21 to 2025-12-16" in page
    assert '<th scope="row">plan_gate_1</th><td>plan</td><td><span class="badge present">pass</span></td>' in page
    assert "Done: 1 of 1 notebooks done, 1 gate receipt." in page


def test_a_check_that_was_accepted_stands_open_with_the_reason_given(tmp_path):
    accepted = {"name": "mirror", "severity": "fail", "verdict": "accepted", "examined": 2, "expected": 2, "offending": 1,
                "reason": "known since <May>"}  # fmt: skip
    receipt = {"gate": "29", "run_id": "one", "checks": [accepted], "created_at": "2025-12-17T10:00:10Z"}
    leave(tmp_path, manifest(receipts=[receipt]))
    assert '<span class="badge none">accepted</span> known since &lt;May&gt;</td>' in page_of(tmp_path)
    assert '<details class="section" open><summary><b>Gate 29</b>' in page_of(tmp_path)


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
