"""The report in a real browser: at any width, in the dark, on paper, by ear, and without a network."""

import json
import re
import subprocess
import zlib
from datetime import date, timedelta
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from browser import Page, browser, needs_chromium
from nbformat import v4

from nbhelpers import charts, survey
from nbhelpers.charts.showing import table_bundle
from nbhelpers.runs import report

pytestmark = needs_chromium
DATES = [date(2025, 10, 21) + timedelta(n) for n in range(57)]
MOST = 1_500_000  # bytes
A4 = (595, 842)  # points
AXE = "axe-core@4.14.1"


def coverage(of: str):
    """A season's map: every table on every date, but for one that is another."""
    rows = [
        (table, day, of if (table, n) == ("TDGS", 9) else "no games" if n == 37 else "present", 30, 30, "30 of 30", full)
        for table, full in survey.full_names().items() for n, day in enumerate(DATES)
    ]  # fmt: skip
    return charts.coverage(pd.DataFrame(rows, columns=["table", "date", "state", "rows", "expected", "note", "full"]))


def checks(of: str):
    rows = [
        (f"check_number_{check}", "fail", day, of if (check, n) == (3, 9) else "pass", 240, 240, 0)
        for check in range(25) for n, day in enumerate(DATES)
    ]  # fmt: skip
    return charts.checks(pd.DataFrame(rows, columns=["check", "severity", "date", "verdict", "examined", "expected", "offending"]))


def shares():
    fields = survey.CRITICAL.items()
    rows = [(table, field, day, 230 if (table, n) == ("TDGS", 9) else 240, 240) for table, field in fields for n, day in enumerate(DATES)]
    return charts.contamination(pd.DataFrame(rows, columns=["table", "field", "date", "valid", "total"]))


def spread():
    rows = [(day, 240, 13.0, 40.0, 50.0, 60.0, 86.0, 0) for day in DATES]
    columns = ["date", "rows", "lowest", "lower", "middle", "upper", "highest", "suspect"]
    return charts.spread(pd.DataFrame(rows, columns=columns), "Strength of the opponents' defences, by date")


def failures():
    rows = [(stage, day, 100, 101 if n == 9 else 100, 240) for stage in ("TDZA", "PSZA", "PCF", "PDC", "MLFS") for n, day in enumerate(DATES)]
    return charts.expected_failures(pd.DataFrame(rows, columns=["processor", "date", "expected", "actual", "listed"]), DATES[0])


def entry(number: int, name: str, status: str) -> dict:
    times = {"started_at": f"2025-12-17T04:{number:02d}:00Z", "ended_at": f"2025-12-17T04:{number:02d}:42Z", "seconds": 42.0}
    return {"name": name, "file": f"{name}.ipynb", "parameters": {"start_date": "2025-10-21"}, "status": status, "sha256": None,
            "summary": "Staged PCF 8,521 rows on 41 dates.", **(times if status != "not run" else dict.fromkeys(times))}  # fmt: skip


@pytest.fixture(scope="module")
def page_of_a_season(tmp_path_factory) -> Path:
    """The report of a run over the whole window that stopped at gate 39, with the evidence that a run leaves."""
    folder = tmp_path_factory.mktemp("20251217T040000Z_ab12")
    evidence = pd.DataFrame({"check": ["defence_stands_behind"], "question": ["Does a defence stand behind every score?"], "verdict": ["fail"],
                             "examined": ["8,521 of 8,521 scores"], "for example": ["jokic: 0 and not 61.2"]})  # fmt: skip
    shown = {
        "00_survey": [coverage("gap"), shares()], "19_gate_raw": [coverage("present"), checks("pass")],
        "29_gate_analytics": [checks("warn")], "32_build_composite_factors": [coverage("present"), spread()],
        "39_gate_contamination": [coverage("contaminated"), failures(), shares(), checks("fail")],
    }  # fmt: skip
    for name, figures in shown.items():
        outputs = [v4.new_output("display_data", data=charts.bundle(figure)) for figure in figures]
        outputs.append(v4.new_output("display_data", data=table_bundle(evidence, "Does a defence stand behind every score?")))
        cells = [v4.new_markdown_cell(f"# {name}\n\nReads."), v4.new_code_cell("charts.show()", outputs=outputs, execution_count=1)]
        nbformat.write(v4.new_notebook(cells=cells), folder / f"{name}.ipynb")
    checked = [{"name": f"check_number_{n}", "severity": "fail", "verdict": "pass", "examined": 774, "expected": 774, "offending": 0} for n in range(25)]
    receipts = [{"gate": gate, "run_id": folder.name, "start_date": "2025-10-21", "end_date": "2025-12-16", "checks": checked,
                 "created_at": "2025-12-17T04:03:50Z"} for gate in ("19", "29")]  # fmt: skip
    names = [*shown, "90_report"]
    statuses = [*["done"] * 4, "stopped", "not run"]
    what = "Gate 39 stops: 1 of 14 checks fail.\nLikely root: nba_raw.nbac_shots on 2025-10-30: gap, no rows; the play-by-play never came."
    manifest = {
        "run_id": folder.name, "status": "stopped", "exit_code": 1, "profile": "local", "is_simulated": True, "season": "2025-26",
        "window": {"start_date": "2025-10-21", "end_date": "2025-12-16"}, "settings": {"warehouse": "/data/season.duckdb"},
        "git": {"commit": "0123abc", "dirty": False}, "versions": {"duckdb": "2.0.0"}, "started_at": "2025-12-17T04:00:00Z",
        "ended_at": "2025-12-17T04:05:00Z", "previous_manifest_sha256": None, "receipts": receipts, "marks": ["SIMULATED"],
        "notebooks": [entry(n, name, status) for n, (name, status) in enumerate(zip(names, statuses, strict=True))],
        "verdict": {"notebook": "39_gate_contamination", "what": what, "why": "scores without a defence are made up", "then": "fetch it again"},
        "spent": {"fetch": 188.2, "SQL": 21.7}, "accepted": ["20251023_BOS_LAL play by play accepted as missing: lost"],
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return report.build(folder)


@pytest.fixture(scope="module")
def tab():
    with browser() as page:
        yield page


def opened(tab: Page, path: Path, width: int, dark: bool = False) -> Page:
    tab.look(width, dark=dark)
    tab.requests.clear()
    tab.errors.clear()
    tab.open(path.as_uri())
    return tab


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (900, False), (400, False), (1280, True)])
def test_it_is_drawn_within_two_seconds_asks_for_nothing_and_nothing_hangs_over_its_edge(tab, page_of_a_season, width, dark):
    opened(tab, page_of_a_season, width, dark)
    assert [address for address in tab.requests if address != page_of_a_season.as_uri()] == []
    assert tab.errors == []
    assert tab.run("document.documentElement.scrollWidth") == width
    assert seconds_to_draw(tab, page_of_a_season) < 2
    open_all(tab)
    wide = "[...document.querySelectorAll('svg.chart[role=img]')].filter(s => s.getBoundingClientRect().right > innerWidth + 1).length"
    assert tab.run(wide) == 0
    assert tab.run("document.documentElement.scrollWidth") == width


def seconds_to_draw(tab: Page, path: Path, tries: int = 4) -> float:
    """How long the page takes until all of it is there, at best: others may be at work on this machine."""
    found = [tab.run("performance.getEntriesByType('navigation')[0].loadEventEnd / 1000")]
    while found[-1] >= 2 and len(found) < tries:
        tab.open(path.as_uri())
        found.append(tab.run("performance.getEntriesByType('navigation')[0].loadEventEnd / 1000"))
    return min(found)


def open_all(tab: Page) -> None:
    tab.run("document.querySelectorAll('details.section').forEach(part => part.open = true)")


def test_it_is_small_enough_to_send(page_of_a_season):
    assert page_of_a_season.stat().st_size < MOST


def test_no_word_of_a_chart_runs_out_of_it_at_400_pixels(tab, page_of_a_season):
    opened(tab, page_of_a_season, 400)
    open_all(tab)
    outside = """[...document.querySelectorAll('svg.chart[role=img]')].flatMap(svg => [...svg.querySelectorAll('text')].filter(words => {
        const all = svg.getBoundingClientRect(), it = words.getBoundingClientRect();
        return it.width && (it.right > all.right + 12 || it.left < all.left - 12); }).map(words => words.textContent))"""
    assert tab.run(outside) == []


def test_what_stopped_it_and_the_one_command_stand_in_the_first_screen(tab, page_of_a_season):
    opened(tab, page_of_a_season, 1280)
    seen = """[...document.querySelectorAll('.root, .command, .stop dd')].filter(e => e.getBoundingClientRect().bottom < innerHeight)
              .map(e => e.textContent)"""
    assert tab.run(seen) == [
        "Likely root: nba_raw.nbac_shots on 2025-10-30: gap, no rows; the play-by-play never came.",
        "scores without a defence are made up",
        "fetch it again",
        "python run_backfill.py resume 20251217T040000Z_ab120 --profile local --warehouse /data/season.duckdb",
    ]


def test_the_contents_stay_in_sight_and_an_anchor_opens_what_it_leads_to(tab, page_of_a_season):
    opened(tab, page_of_a_season, 1280)
    tab.run("scrollTo(0, 3000)")
    assert tab.run("document.querySelector('nav').getBoundingClientRect().top") == 0
    assert tab.run("document.getElementById('32_build_composite_factors').closest('details').open") is False
    tab.run("document.querySelector('nav a[href=\"#32_build_composite_factors\"]').click()")
    tab.wait("document.getElementById('32_build_composite_factors').closest('details').open")
    assert tab.run("document.getElementById('39_gate_contamination').closest('details').open") is True


def test_on_paper_every_chart_is_whole(tab, page_of_a_season):
    opened(tab, page_of_a_season, 1280)
    paper = tab.printed()
    pages = re.findall(rb"/Type ?/Page\b", paper) or re.findall(rb"/Type ?/Page\b", b"".join(_streams(paper)))
    assert 4 <= len(pages) <= 30
    # What may not be parted is shorter than a sheet, so that the browser need not part it.
    tab.tell("Emulation.setEmulatedMedia", media="print")
    tab.look(round((A4[0] - 80) * 96 / 72))
    tab.tell("Emulation.setEmulatedMedia", media="print")
    heights = tab.run("[...document.querySelectorAll('figure')].map(f => f.getBoundingClientRect().height)")
    tab.tell("Emulation.setEmulatedMedia", media="")
    assert len(heights) >= 9
    assert max(heights) < (A4[1] - 80) * 96 / 72


def _streams(paper: bytes) -> list[bytes]:
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", paper, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return found


@pytest.fixture(scope="session")
def axe(tmp_path_factory) -> str:
    """The accessibility checker's script, from npm; its absence is a reason to skip."""
    folder = tmp_path_factory.mktemp("axe")
    try:
        subprocess.run(["npm", "pack", AXE, "--silent"], cwd=folder, check=True, capture_output=True, timeout=60)
        [packed] = folder.glob("*.tgz")
        subprocess.run(["tar", "xzf", packed.name], cwd=folder, check=True)
    except (OSError, subprocess.SubprocessError):
        pytest.skip(f"npm cannot give {AXE} here")
    return (folder / "package" / "axe.min.js").read_text()


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (400, False), (1280, True)])
def test_who_hears_the_page_or_sees_little_of_it_can_use_it(tab, page_of_a_season, axe, width, dark):
    opened(tab, page_of_a_season, width, dark)
    open_all(tab)
    tab.run(axe)
    found = tab.run("axe.run({resultTypes: ['violations']}).then(r => r.violations.map(v => [v.impact, v.id, v.nodes[0].html, v.nodes[0].failureSummary]))")
    assert [finding for finding in found if finding[0] in ("serious", "critical")] == []
