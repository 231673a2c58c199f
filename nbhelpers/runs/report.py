"""One page about a run, from what the run left: `report.html`, a single file that needs no network.

It reads manifest.json and the executed notebooks beside it, and nothing else: no warehouse, no clock. What comes from
data is escaped; the page's own policy lets no script run but the two that this module puts in.
"""

import base64
import hashlib
import html
import itertools
import json
import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pandas as pd
from jinja2 import ChainableUndefined, Environment, FileSystemLoader
from markdown_it import MarkdownIt
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from nbhelpers import charts
from nbhelpers.charts import drawing
from nbhelpers.errors import BadInput, Broken
from nbhelpers.wording import many

PLOTLY = "application/vnd.plotly.v1+json"
TABLE_TAGS = {"table", "thead", "tbody", "tr", "th", "td", "p", "b", "br", "caption"}
TERMINAL_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PROSE = MarkdownIt("js-default", {"html": False}).disable("image")  # an image would be fetched

# Tables stand open in the page as it is written, for viewers that run no scripts; drawing a chart closes its own.
DRAW = """
const sources = [...document.querySelectorAll("script[data-chart]")];
const tableOf = place => place.parentElement.querySelector("details");
for (const { dataset } of sources) {
  const place = document.getElementById(dataset.chart);
  place.style.minHeight = dataset.height + "px";
  tableOf(place).open = false;
}
function drawNext() {
  const source = sources.shift();
  if (!source) return;
  const place = document.getElementById(source.dataset.chart);
  const giveUp = () => { place.style.minHeight = 0; tableOf(place).open = true; };
  try {
    const figure = JSON.parse(source.textContent);
    Plotly.newPlot(place, figure.data, figure.layout, figure.config).catch(giveUp);
  } catch (error) { giveUp(); }
  setTimeout(drawNext, 0);
}
drawNext();
"""


def build(folder: Path) -> Path:
    """Writes `folder`/report.html from its manifest.json and notebooks, all at once or not at all; returns its path.

    Raises BadInput where there is no manifest, Broken where it cannot be read. Notebooks may be missing or cut short.
    """
    folder = Path(folder)
    manifest = _manifest(folder)
    numbers = itertools.count(1)
    notebooks = manifest.get("notebooks") or []
    context = {
        "manifest": manifest,
        "headline": _headline(manifest),
        "not_run": [notebook["name"] for notebook in notebooks if notebook.get("status") == "not run"],
        "overview": [_chart(charts.bundle(figure), numbers) for figure in _overview(manifest)],
        "receipts": [_receipt(receipt) for receipt in manifest.get("receipts") or []],
        "sections": [_section(notebook, folder, numbers) for notebook in notebooks],
        "looks": drawing.STATUSES,
        "plotly_js": Markup(get_plotlyjs()),
        "draw_js": Markup(DRAW),
    }
    context["policy"] = " ".join(f"'sha256-{_digest(context[script])}'" for script in ("plotly_js", "draw_js"))
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True,
                            lstrip_blocks=True, undefined=ChainableUndefined)
    templates.filters |= {"duration": drawing.duration, "when": _when}
    page = templates.get_template("report.html.j2").render(context)
    aside = folder / "report.html.part"
    aside.write_text(page, encoding="utf-8", newline="\n")
    os.replace(aside, folder / "report.html")
    return folder / "report.html"


def _manifest(folder: Path) -> dict:
    try:
        return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput(f"{folder} holds no manifest.json.", "a report tells what a run recorded, and nothing else",
                       "name a folder under runs/ that a run has left.") from None
    except ValueError as error:
        raise Broken(f"{folder / 'manifest.json'} cannot be read: {error}.", "a report tells what a run recorded",
                     "look at the journal beside it; the notebooks can still be opened by hand.") from None


def _headline(manifest: dict) -> str:
    """The verdict in one line."""
    notebooks, verdict = manifest.get("notebooks") or [], manifest.get("verdict") or {}
    done = sum(notebook.get("status") == "done" for notebook in notebooks)
    ran = f"{done} of {len(notebooks)} notebooks done"
    where = f" in {verdict['notebook']}" if verdict.get("notebook") else ""
    status = manifest.get("status")
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


def _overview(manifest: dict) -> list:
    """The run's timeline and where its time went, as figures."""
    columns = ["name", "started_at", "ended_at", "status"]
    rows = [[notebook.get(column) for column in columns] for notebook in manifest.get("notebooks") or []]
    spans = pd.DataFrame(rows, columns=["notebook", *columns[1:]])
    for column in ("started_at", "ended_at"):
        spans[column] = pd.to_datetime(spans[column], utc=True, format="ISO8601")
    spent = manifest.get("spent") or {}
    parts = pd.DataFrame({"kind": list(spent), "seconds": list(spent.values())})
    if "matrix" in manifest:  # a drill, which has no notebooks
        figures = [charts.kill_matrix(pd.DataFrame(manifest["matrix"]))]
    else:
        figures = [charts.timeline(spans), charts.spending(parts)]
    return [drawing.marked(figure, manifest.get("marks") or []) for figure in figures]


def _receipt(receipt: dict) -> dict:
    """A receipt with its checks counted: clean of all, and what was examined of what was expected."""
    checks = receipt.get("checks") or []
    ours = [check for check in checks if check.get("severity") != "plan"]
    return receipt | {
        "clean": sum(check.get("verdict") == "pass" for check in checks),
        "warned": sum(check.get("severity") == "warn" and check.get("verdict") != "pass" for check in checks),
        "examined": sum(check.get("examined") or 0 for check in ours),
        "expected": sum(check.get("expected") or 0 for check in ours),
        "checks": checks,
    }


def _section(notebook: dict, folder: Path, numbers: Iterator[int]) -> dict:
    """One notebook's part of the page: title, prose, charts, tables, text and errors, in the notebook's order."""
    section = {"notebook": notebook, "title": notebook["name"], "notes": [], "items": []}
    path = folder / Path(notebook.get("file") or f"{notebook['name']}.ipynb").name
    if notebook.get("status") == "not run" and not path.exists():
        section["notes"].append("This notebook was not run.")
        return section
    try:
        content = path.read_bytes()
        cells = nbformat.reads(content.decode("utf-8"), as_version=4).cells
    except FileNotFoundError:
        section["notes"].append("No executed copy of this notebook is in the folder.")
        return section
    except (ValueError, KeyError, AttributeError, TypeError) as error:  # cut short, or not a notebook
        section["notes"].append(f"{path.name} cannot be read: {error}")
        return section
    if notebook.get("is_edited"):
        section["notes"].append("Not as committed: the cells of this notebook were edited before the run.")
    if notebook.get("sha256") and hashlib.sha256(content).hexdigest() != notebook["sha256"]:
        section["notes"].append("This copy was changed after the run: its sha256 is not the one in the manifest.")
    code = [cell for cell in cells if cell.cell_type == "code" and cell.source.strip()]
    ran = sum(cell.execution_count is not None for cell in code)
    if ran < len(code):
        section["notes"].append(f"{ran} of {len(code)} cells ran; the others never started.")
    title, section["items"] = _items(cells, numbers)
    section["title"] = title or section["title"]
    return section


def _items(cells: list, numbers: Iterator[int]) -> tuple[str, list[dict]]:
    """A notebook's title ('' if it has none) and what it shows: its opening prose, then each output under its own."""
    cells = [cell for cell in cells if not any("papermill" in tag for tag in cell.metadata.get("tags", []))]
    opening = next((cell for cell in cells if cell.cell_type == "markdown"), None)
    title, prose = _prose(opening.source) if opening else ("", Markup(""))
    items, waiting = [{"kind": "prose", "body": prose}], []
    for cell in cells:
        if cell.cell_type == "markdown" and cell is not opening:
            heading, prose = _prose(cell.source)
            body = Markup("<h3>{}</h3>").format(heading) + prose if heading else prose
            waiting.append({"kind": "prose", "body": body})
        elif cell.cell_type == "code" and cell.outputs:  # prose that no evidence follows is left out
            items += waiting + [_output(output, numbers) for output in cell.outputs]
            waiting = []
    return title, items


def _output(output, numbers: Iterator[int]) -> dict:
    """A notebook's output as an item of the page."""
    if output.output_type == "stream":
        return {"kind": "text", "body": _printed(output.text)}
    if output.output_type == "error":
        is_explained = output.evalue.count("What to do:") == 1
        trace = "" if is_explained else _printed("\n".join(output.traceback))
        return {"kind": "error", "body": _printed(f"{output.ename}: {output.evalue}"), "trace": trace}
    if PLOTLY in output.data:
        return _chart(output.data, numbers)
    if "text/html" in output.data:
        return {"kind": "table", "body": _table(output.data["text/html"])}
    return {"kind": "text", "body": _printed(output.data.get("text/plain", ""))}


def _chart(data: dict, numbers: Iterator[int]) -> dict:
    """A figure with its table; `numbers` gives each its own over the whole page."""
    figure = data[PLOTLY]
    height = (figure.get("layout") or {}).get("height") or 450
    table = _table(data["text/html"]) if "text/html" in data else Markup("<pre>{}</pre>").format(
        data.get("text/plain", "This chart was left without a table."))
    return {"kind": "chart", "id": f"chart-{next(numbers)}", "height": int(height), "table": table,
            "json": _script_json(figure)}


def _script_json(value) -> Markup:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(value, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _prose(source: str) -> tuple[str, Markup]:
    """A markdown cell's first heading as text ('' if it opens with none), and the rest as HTML."""
    tokens = PROSE.parse(source)
    title = ""
    if tokens and tokens[0].type == "heading_open":
        title = "".join(child.content for child in tokens[1].children or [])
        tokens = tokens[3:]
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h4"
    return title, Markup(PROSE.renderer.render(tokens, PROSE.options, {}))


def _printed(text: str) -> str:
    """Terminal output as it looked in the end: colours off, and of a line drawn over itself only the last."""
    lines = TERMINAL_CODES.sub("", text).rstrip().split("\n")
    return "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in lines)


class _TableOnly(HTMLParser):
    """Keeps tables and plain text of an HTML output; every other tag and all attributes go."""

    def __init__(self):
        super().__init__()
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "style"):
            self.silent += 1
        elif tag in TABLE_TAGS:
            self.parts.append(f"<{tag}>")

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self.silent = max(self.silent - 1, 0)
        elif tag in TABLE_TAGS and tag != "br":
            self.parts.append(f"</{tag}>")

    def handle_data(self, data):
        if not self.silent:
            self.parts.append(html.escape(data))


def _table(source: str) -> Markup:
    parser = _TableOnly()
    parser.feed(source)
    parser.close()
    return Markup("".join(parser.parts))


def _when(time: str | None) -> str:
    """An ISO time as the page says it, or a dash."""
    return f"{pd.Timestamp(time):%Y-%m-%d %H:%M:%S} UTC" if time else "–"


def _digest(script: str) -> str:
    """The sha256 of a script as a content security policy names it."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
