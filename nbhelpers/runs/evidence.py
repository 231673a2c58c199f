"""What the executed notebooks of a run show, cell by cell, as parts of its report; nothing in it is obeyed.

A notebook's output is either one of ours (charts.showing.KIND: a chart, a table or a query, as data) or whatever else
somebody's notebook shows, of which tables and text are kept.
"""

import hashlib
import html
import re
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

from nbhelpers.charts.showing import KIND, badge_of
from nbhelpers.simulation import DISCLAIMER

TABLE_TAGS = {"table", "thead", "tbody", "tr", "th", "td", "p", "b", "br", "caption"}
DRAWING_TAGS = {"svg", "g", "rect", "line", "circle", "text", "tspan", "title"}
DRAWING_ATTRIBUTES = {
    "x", "y", "width", "height", "x1", "x2", "y1", "y2", "cx", "cy", "r", "class", "transform", "role", "aria-label", "text-anchor",
}  # fmt: skip
HEIGHT = re.compile(r"height:\d+(\.\d+)?%")
TERMINAL_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
THREAD = re.compile(r"^.*\]\(r0_index\.ipynb\).*$", re.MULTILINE)  # from notebook to notebook: the page has its contents
PROGRESS = re.compile(r"(\D+)[\d,]+ of [\d,]+")
PROSE = MarkdownIt("js-default", {"html": False}).disable("image")  # an image would be fetched


@dataclass
class Section:
    """One notebook's part of a report: its title, what must be known of the copy, and what it shows in its order."""

    notebook: dict
    title: str
    notes: list[str] = field(default_factory=list)
    items: list[dict] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The notebook's name, which is also its anchor in the page."""
        return self.notebook["name"]

    @property
    def is_open(self) -> bool:
        """Whether its evidence stands open: what went well is folded."""
        return self.notebook.get("status") in ("stopped", "broken", "interrupted", "running")

    def charts(self, kind: str) -> list[dict]:
        """Its charts of a kind, in their order."""
        return [item for item in self.items if item["kind"] == "chart" and item["of"] == kind]


def section(notebook: dict, folder: Path) -> Section:
    """The part of a notebook, from its entry in the manifest and its executed copy, which may be missing or cut short."""
    found = Section(notebook, notebook["name"])
    path = folder / Path(notebook.get("file") or f"{notebook['name']}.ipynb").name
    if notebook.get("status") in ("not run", "unchanged") and not path.exists():
        return found
    try:
        content = path.read_bytes()
        title, items, cells, ran = shown(content)
    except FileNotFoundError:
        found.notes.append("No executed copy of this notebook is in the folder.")
        return found
    except (ValueError, KeyError, AttributeError, TypeError) as error:  # cut short, or not a notebook
        found.notes.append(f"{path.name} cannot be read: {error}")
        return found
    if notebook.get("is_edited"):
        found.notes.append("Not as committed: the cells of this notebook were edited before the run.")
    if notebook.get("sha256") and hashlib.sha256(content).hexdigest() != notebook["sha256"]:
        found.notes.append("This copy was changed after the run: its sha256 is not the one in the manifest.")
    if ran < cells:
        found.notes.append(f"{ran} of {cells} cells ran; the others never started.")
    found.title, found.items = title or found.title, list(items)
    return found


@lru_cache(maxsize=32)  # a run has them read while it goes on
def shown(content: bytes) -> tuple[str, list[dict], int, int]:
    """What an executed notebook shows: its title, its items; and its cells of code, and how many of them ran."""
    import nbformat  # heavy, and a run that has nothing to do does without

    cells = nbformat.reads(content.decode("utf-8"), as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code" and cell.source.strip()]
    return *_items(cells), len(code), sum(cell.execution_count is not None for cell in code)


def _items(cells: list) -> tuple[str, list[dict]]:
    """A notebook's title ('' if it has none) and what it shows: its opening prose, then each output under its own."""
    cells = [cell for cell in cells if not any("papermill" in tag for tag in cell.metadata.get("tags", []))]
    opening = next((cell for cell in cells if cell.cell_type == "markdown"), None)
    title, prose = _prose(THREAD.sub("", opening.source)) if opening else ("", Markup(""))
    items, waiting = [{"kind": "prose", "body": prose}], []
    for cell in cells:
        if cell.cell_type == "markdown" and cell is not opening:
            heading, prose = _prose(cell.source)
            body = Markup("<h3>{}</h3>").format(heading) + prose if heading else prose
            waiting.append({"kind": "prose", "body": body})
        elif cell.cell_type == "code" and cell.outputs:  # prose that no evidence follows is left out
            items += waiting + _in_one([_output(output) for output in cell.outputs if not _is_disclaimer(output)])
            waiting = []
    return title, items


def _is_disclaimer(output) -> bool:
    """Whether an output only says that the season is simulated, which the head of the page does."""
    return output.output_type == "stream" and output.text.strip() == DISCLAIMER


def _in_one(items: list[dict]) -> list[dict]:
    """The items of a cell, what was printed in a row as one; of a progress that was counted line by line its last."""
    joined: list[dict] = []
    for item in items:
        if item["kind"] == "text" and joined and joined[-1]["kind"] == "text":
            joined[-1]["body"] += f"\n{item['body']}"
        else:
            joined.append(item)
    for item in joined:
        if item["kind"] == "text":
            item["body"] = _without_superseded(item["body"])
    return joined


def _without_superseded(text: str) -> str:
    """The lines without those that the next one counts on: "games 0 of 9" before "games 9 of 9"."""
    lines = text.split("\n")
    counted = [PROGRESS.match(line) for line in lines]
    following = [*counted[1:], None]
    return "\n".join(
        line for line, own, after in zip(lines, counted, following, strict=True) if not (own and after and own[1] == after[1])
    )


def _output(output) -> dict:
    """A notebook's output as an item of the page."""
    if output.output_type == "stream":
        return {"kind": "text", "body": printed(output.text)}
    if output.output_type == "error":
        is_explained = output.evalue.count("What to do:") == 1
        trace = "" if is_explained else printed("\n".join(output.traceback))
        return {"kind": "error", "body": printed(f"{output.ename}: {output.evalue}"), "trace": trace}
    if isinstance(output.data.get(KIND), dict):
        return _ours(output.data[KIND])
    if "text/html" in output.data:
        return {"kind": "output", "body": _tables_only(output.data["text/html"])}
    return {"kind": "text", "body": printed(output.data.get("text/plain", ""))}


def _ours(content: dict) -> dict:
    if content.get("kind") == "code":
        return {"kind": "code", "title": str(content.get("title", "")), "body": str(content.get("code", ""))}
    if content.get("kind") == "table":
        return {"kind": "table", "title": str(content.get("title", "")), "table": table(content)}
    return chart(content)


def chart(content: dict) -> dict:
    """A chart as an item of the page: its drawing, the same as a table, and its counts."""
    return {
        "kind": "chart", "of": str(content.get("kind", "")), "title": str(content.get("title", "")), "says": str(content.get("says", "")),
        "svg": drawing_only(str(content.get("svg", ""))), "table": table(content), "facts": content.get("facts") or {},
    }  # fmt: skip


def table(content: dict) -> dict:
    """A table as its heads and rows of (text, badge), how many rows were left out, and whether verdicts are in it."""
    found = content.get("table") or {}
    heads = [str(head) for head in found.get("columns") or []]
    rows = [[(str(value), badge_of(head, str(value))) for head, value in zip(heads, row, strict=False)] for row in found.get("rows") or []]
    has_verdicts = any(look for row in rows for _, look in row)
    return {"heads": heads, "rows": rows, "cut": found.get("cut") or 0, "has_verdicts": has_verdicts}


def _prose(source: str) -> tuple[str, Markup]:
    """A markdown cell's first heading as text ('' if it opens with none), and the rest as HTML.

    A link to another notebook leads to its part of the page.
    """
    tokens = PROSE.parse(source)
    title = ""
    if tokens and tokens[0].type == "heading_open":
        title = "".join(child.content for child in tokens[1].children or [])
        tokens = tokens[3:]
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h4"
        for child in token.children or []:
            if child.type == "link_open" and str(child.attrs.get("href", "")).endswith(".ipynb"):
                child.attrs["href"] = f"#{Path(str(child.attrs['href'])).stem}"
    return title, Markup(PROSE.renderer.render(tokens, PROSE.options, {}))


def printed(text: str) -> str:
    """Terminal output as it looked in the end: colours off, and of a line drawn over itself only the last."""
    lines = TERMINAL_CODES.sub("", text).rstrip().split("\n")
    return "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in lines)


class _Only(HTMLParser):
    """Keeps some tags of an HTML or SVG text, with some of their attributes, and its words; all else goes."""

    def __init__(self, tags: set[str], attributes: set[str] | frozenset[str] = frozenset()):
        super().__init__()
        self.tags, self.attributes = tags, attributes
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag, attrs, end=">"):
        if tag in ("script", "style"):
            self.silent += end == ">"
        elif tag in self.tags:
            allowed = "".join(f' {name}="{html.escape(value or "")}"' for name, value in attrs if self._keeps(name, value or ""))
            self.parts.append(f"<{tag}{allowed}{end}")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs, "/>")

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self.silent = max(self.silent - 1, 0)
        elif tag in self.tags and tag != "br":
            self.parts.append(f"</{tag}>")

    def handle_data(self, data):
        if not self.silent:
            self.parts.append(html.escape(data, quote=False))

    def _keeps(self, name: str, value: str) -> bool:
        return name in self.attributes or (name == "style" and bool(HEIGHT.fullmatch(value)) and bool(self.attributes))


def _tables_only(source: str) -> Markup:
    return _kept(_Only(TABLE_TAGS), source)


def drawing_only(source: str) -> Markup:
    """An SVG as our charts draw it, without anything else that it may hold."""
    return _kept(_Only(DRAWING_TAGS, DRAWING_ATTRIBUTES), source)


def _kept(parser: _Only, source: str) -> Markup:
    parser.feed(source)
    parser.close()
    return Markup("".join(parser.parts))
