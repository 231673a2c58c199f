"""One page about a run, from what the run left: `report.html`, a single file that needs no network and no scripts.

It reads manifest.json and the executed notebooks beside it, and nothing else: no warehouse, no clock. What comes from
data is escaped or cut to what our own charts and tables are made of; the page's policy lets nothing run.
"""

import json
import os
from contextlib import suppress
from functools import cache
from pathlib import Path

import pandas as pd
from jinja2 import ChainableUndefined, Environment, FileSystemLoader, Template
from markupsafe import Markup

from nbhelpers import charts, survey
from nbhelpers.charts import drawing, looks, phrases, showing
from nbhelpers.errors import BadInput, Broken
from nbhelpers.runs import answers, evidence
from nbhelpers.wording import many

NEWEST_ONLY = ("contamination", "failures", "chain")  # kinds of which a page shows the run's last look


def build(folder: Path) -> Path:
    """Writes `folder`/report.html from its manifest.json and notebooks, all at once or not at all; returns its path.

    Raises BadInput where there is no manifest, Broken where it cannot be read. Notebooks may be missing or cut short.
    """
    folder = Path(folder)
    page = template().render(_context(_manifest(folder), folder))
    aside = folder / "report.html.part"
    aside.write_text(page, encoding="utf-8", newline="\n")
    os.replace(aside, folder / "report.html")
    return folder / "report.html"


def read_ahead(copy: Path) -> None:
    """Read a notebook that has been executed for the page that will be built, so that the end of a run need not wait for it."""
    with suppress(OSError, ValueError, KeyError, AttributeError, TypeError):  # what is wrong with it, the page will say
        evidence.shown(copy.read_bytes())
    template()


@cache
def template(name: str = "report.html.j2") -> Template:
    """A page's template, which escapes whatever it is given and knows how to say times and durations."""
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True,
                            lstrip_blocks=True, undefined=ChainableUndefined)  # fmt: skip
    templates.filters |= {"duration": phrases.duration, "when": _when}
    templates.tests["oneword"] = lambda value: showing.is_one_word(str(value))
    return templates.get_template(name)


def _context(manifest: dict, folder: Path) -> dict:
    notebooks = manifest.get("notebooks") or []
    sections = [evidence.section(notebook, folder) for notebook in notebooks]
    verdict = manifest.get("verdict") or {}
    root, rest = _root_first(str(verdict.get("what") or ""))
    context = {
        "manifest": manifest,
        "headline": _headline(manifest),
        "root": root,
        "rest": rest,
        "command": answers.next_command(manifest) if manifest.get("status") in answers.BAD_ENDS else "",
        "answers": [] if "matrix" in manifest else answers.answers(manifest, sections),
        "maps": _maps(sections),
        "chain": _chain(manifest, sections),
        "not_run": [notebook["name"] for notebook in notebooks if notebook.get("status") == "not run"],
        "receipts": [answers.counted(receipt) for receipt in manifest.get("receipts") or []],
        "timeline": [_drawn(manifest, figure) for figure in _timeline(manifest)],
        "looks": looks.STATUSES,
        "class_of": looks.class_of,
        "style": Markup(f"{looks.COLOURS}{looks.STYLE}"),
        "hatch": Markup(looks.HATCH),
    }
    _draw_once(sections)
    shown = [place for place in sections if place.items or place.notes or place.notebook.get("status") not in ("not run", "unchanged")]
    return context | {"sections": sorted(shown, key=lambda place: not place.is_open), "in_order": sections}


def _manifest(folder: Path) -> dict:
    try:
        return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput(f"{folder} holds no manifest.json.", "a report tells what a run recorded, and nothing else",
                       "name a folder under runs/ that a run has left.") from None  # fmt: skip
    except ValueError as error:
        raise Broken(f"{folder / 'manifest.json'} cannot be read: {error}.", "a report tells what a run recorded",
                     "look at the journal beside it; the notebooks can still be opened by hand.") from None  # fmt: skip


def _headline(manifest: dict) -> str:
    """The verdict in one line."""
    notebooks, verdict = manifest.get("notebooks") or [], manifest.get("verdict") or {}
    done = sum(notebook.get("status") in ("done", "unchanged") for notebook in notebooks)
    ran = f"{done} of {len(notebooks)} notebooks done"
    where = f" in {verdict['notebook']}" if verdict.get("notebook") else ""
    status = manifest.get("status")
    if "mutants" in manifest:
        return " ".join(manifest["mutants"]["summary"])
    if "matrix" in manifest:
        return f"Drill of {many(len(manifest['matrix']), 'fault')}: {'each was stopped' if status == 'done' else 'something got through'}."
    if status == "done":
        receipts = len(manifest.get("receipts") or [])
        return f"Done: {ran}, {many(receipts, 'gate receipt')}."
    if status == "running":
        now = [notebook["name"] for notebook in notebooks if notebook.get("status") == "running"]
        return f"Still running when this page was written: {ran}" + (f", now {', '.join(now)}." if now else ".")
    if status == "stopped":
        return f"Stopped by a gate{where}: {ran}."
    return f"{str(status or 'status not recorded').capitalize()}{where}: {ran}."


def _root_first(what: str) -> tuple[str, str]:
    """What happened as the one line to read first, the likely root where one is named, and the rest."""
    lines = what.splitlines() or [""]
    first = next((line for line in lines if line.startswith("Likely root: ")), lines[0])
    return first, "\n".join(line for line in lines if line is not first)


def _maps(sections: list[evidence.Section]) -> list[dict]:
    """The coverage before and after, with what each is called; after a stop, what the stopped notebook looked at."""
    found = [(place, chart) for place in sections for chart in place.charts("coverage")]
    if not found:
        return []
    stopped = [(place, chart) for place, chart in found if place.is_open]
    (first, before), (last, after) = found[0], (stopped or found)[-1]
    if after is before or after["svg"] == before["svg"]:
        return [before | {"called": f"As {first.name} found it", "id": "before"}]
    called = f"What {last.name} looked at: none of it is published" if stopped else f"After: as {last.name} found it"
    return [before | {"called": f"Before: as {first.name} found it", "id": "before"}, after | {"called": called, "id": "after"}]


def _chain(manifest: dict, sections: list[evidence.Section]) -> dict | None:
    """The chain with each table's state, as the run saw it last."""
    seen = answers.tally(sections)
    if not seen:
        return None
    return _drawn(manifest, charts.chain(seen, survey.upstream(), survey.full_names()))


def _draw_once(sections: list[evidence.Section]) -> None:
    """Take out of the notebooks' evidence the maps, which the first page has, and all but the last chart of some kinds."""
    newest = {kind: [id(chart) for place in sections for chart in place.charts(kind)][-1:] for kind in NEWEST_ONLY}
    seen: set[str] = set()
    for place in sections:
        kept = []
        for item in place.items:
            if item["kind"] == "chart":
                if item["of"] in ("coverage", "chain") or id(item) not in newest.get(item["of"], [id(item)]) or item["svg"] in seen:
                    continue
                seen.add(item["svg"])
            kept.append(item)
        place.items = [item for n, item in enumerate(kept) if n == 0 or item["kind"] != "prose" or _has_evidence(kept, n)]


def _has_evidence(items: list[dict], place: int) -> bool:
    """Whether prose still has what it was about: something that is no prose follows it."""
    return place + 1 < len(items) and items[place + 1]["kind"] != "prose"


def _timeline(manifest: dict) -> list[drawing.Chart]:
    """The run's timeline and where its time went; of a drill, what saw what, a chart a gate."""
    if "mutants" in manifest:
        return [charts.kill_rates(pd.DataFrame(manifest["mutants"]["rates"]))]
    if "matrix" in manifest:
        matrix = pd.DataFrame(manifest["matrix"])
        gates = list(dict.fromkeys(matrix["gate"])) if len(matrix) else [None]
        return [charts.kill_matrix(matrix, gate) for gate in gates]
    columns = ["name", "started_at", "ended_at", "status"]
    rows = [[notebook.get(column) for column in columns] for notebook in manifest.get("notebooks") or []]
    spans = pd.DataFrame(rows, columns=["notebook", *columns[1:]])
    for column in ("started_at", "ended_at"):
        spans[column] = pd.to_datetime(spans[column], utc=True, format="ISO8601")
    spent = manifest.get("spent") or {}
    return [charts.timeline(spans), charts.spending(pd.DataFrame({"kind": list(spent), "seconds": list(spent.values())}))]


def _drawn(manifest: dict, figure: drawing.Chart) -> dict:
    return evidence.chart(charts.bundle(drawing.marked(figure, manifest.get("marks") or []))[showing.KIND])


def _when(time: str | None) -> str:
    """An ISO time as the page says it, or a dash."""
    return f"{pd.Timestamp(time):%Y-%m-%d %H:%M:%S} UTC" if time else "–"
