"""What a run says in the terminal: a line a notebook, live while it works, plain where nobody watches.

Where somebody watches, lines are wrapped at words with what follows indented; in a file or a pipe a line stays one, so
that it can be searched. Colours are left out where NO_COLOR says so, signs that the terminal does not have are spelled.
"""

import json
import re
import threading
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.status import Status
from rich.text import Text

from nbhelpers.console import NARROWEST, sayable
from nbhelpers.run_folder import MANIFEST
from nbhelpers.runs import chain
from nbhelpers.simulation import DISCLAIMER
from nbhelpers.wording import hanging, in_words

MARKS = {
    "done": ("✓", "green"), "unchanged": ("=", "green"), "stopped": ("■", "bold"), "broken": ("✗", "red"), "interrupted": ("–", "yellow"),
}  # fmt: skip
FAILING = re.compile(r"^  (\w+): fail\b", re.MULTILINE)  # a check that stopped its gate, as the gate says it
PLACE = 28  # columns: the width of a notebook's name


class Terminal:
    """The run's voice. Lines that a notebook prints are shown live, and again as its summary when it has ended."""

    def __init__(self, console: Console | None = None):
        self.console = console or Console(highlight=False, soft_wrap=True)
        self._running: dict[str, str] = {}
        self._status: Status | None = None
        self._speaking = threading.Lock()
        self._done, self._all, self._seconds = 0, 0, {}

    def opening(self, run) -> None:
        """What is about to run, for which dates, and where its record will be."""
        manifest = run.manifest
        self._all, self._seconds = len(run.paths), _seconds_before(run.folder)
        self._seconds = {path.stem: self._seconds[path.stem] for path in run.paths if path.stem in self._seconds}
        if manifest["is_simulated"]:
            self._print(DISCLAIMER, "bold yellow")
        expected = f", about {in_words(sum(self._seconds.values()))}" if self._seconds else ""
        self._print(
            f"Backfill {manifest['season']}, {run.window}, profile {manifest['profile']}: {len(run.paths)} notebooks{expected}"
        )
        self._print(f"Record: {run.folder}\n")

    def note(self, text: str) -> None:
        """Something that the reader should know before anything is run."""
        self._print(f"Note: {text}", indent=6)

    def begin(self, name: str) -> None:
        """A notebook has begun."""
        with self._speaking:
            self._running[name] = ""
            self._show()

    def line(self, name: str, text: str) -> None:
        """A running notebook has printed a line."""
        with self._speaking:
            self._running[name] = text
            self._show()
            if not self.console.is_terminal and name.startswith("10_"):
                self._print(f"    {text}")

    def end(self, name: str, outcome, seconds: float) -> None:
        """A notebook has ended: how many of how many have, its outcome and how long it took."""
        with self._speaking:
            self._running.pop(name, None)
            self._seconds.pop(name, None)
            self._done += 1
            mark, colour = MARKS[outcome.status]
            count = f"{self._done:>2} of {self._all} " if self._all else ""
            self._print(f"{mark} {count}{name:<{PLACE}} {seconds:5.1f} s  {outcome.summary}", indent=4, mark_style=colour)
            self._show()

    def closing(self, run, code: int, command: str) -> None:
        """The last lines: what stopped it and for which dates, what was not run, where the evidence is, what to type."""
        self.quiet()
        verdict = run.manifest["verdict"]
        if verdict:
            self._stopped(run, code, command)
        else:
            spent = ", ".join(f"{kind} {seconds:.1f} s" for kind, seconds in run.manifest["spent"].items())
            self._print(f"\nDone. {done_in_words(run.manifest)} Spent: {spent}", "bold green", indent=6)
            if run.manifest["bytes_billed"] is not None:
                self._print(f"BigQuery billed {run.manifest['bytes_billed']:,} bytes.")
            self._print(f"Report: {run.folder}/report.html")
        for line in run.manifest["accepted"]:
            self._print(f"Accepted: {line}", indent=4)
        edited = [entry["name"] for entry in run.manifest["notebooks"] if entry["is_edited"]]
        if edited:
            self._print(f"Not as committed: {', '.join(edited)}", indent=4)
        if run.manifest["is_simulated"]:
            self._print(DISCLAIMER, "bold yellow")

    def _stopped(self, run, code: int, command: str) -> None:
        """What stopped a run, in the order in which it is asked."""
        verdict, folder = run.manifest["verdict"], run.folder
        self._print(f"\nStopped {_where(run.manifest)} (exit {code})", "bold")
        for line in verdict["what"].splitlines():
            self._print(line, "bold" if line.startswith("Likely root: ") else "", indent=4)
        if verdict["why"]:
            self._print(f"Why it matters: {verdict['why']}.", indent=4)
        if verdict["then"]:
            self._print(f"What to do: {verdict['then']}", "bold", indent=4)
        self._print(f"Then: {command}", indent=6)
        if failing := FAILING.findall(verdict["what"]) if code == 1 else []:
            accepted = "".join(f" --accept {name}" for name in failing)
            self._print(f'Or, to pass by it on record: {command}{accepted} --reason "..."', indent=6)
        not_run = [entry["name"] for entry in run.manifest["notebooks"] if entry["status"] == "not run"]
        if not_run:
            self._print(f"Not run: {', '.join(not_run)}", indent=4)
        copy = f"{folder}/{verdict['notebook']}.ipynb and " if (folder / f"{verdict['notebook']}.ipynb").exists() else ""
        page = "report.html" if (folder / "report.html").exists() else "journal.jsonl"
        self._print(f"Evidence: {copy}{folder}/{page}", indent=4)

    def quiet(self) -> None:
        """End the live line."""
        if self._status:
            self._status.stop()
            self._status = None

    def _print(self, text: str, style: str = "", indent: int = 0, mark_style: str = "") -> None:
        """Print a line; `mark_style` is for its first sign alone."""
        for n, line in enumerate(self._lines(sayable(text, self.console.file), indent)):
            said = Text(line, style=style)
            if mark_style and n == 0:
                said.stylize(mark_style, 0, 1)
            self.console.print(said)  # a whole line at once: the live line below it would wipe out a part of one

    def _lines(self, text: str, indent: int) -> list[str]:
        """The text as it is, or where somebody watches wrapped at words, what follows indented below its beginning."""
        if not self.console.is_terminal:
            return text.split("\n")
        width = max(self.console.width, NARROWEST) - 1
        return [part for line in text.split("\n") for part in hanging(line, width, indent).split("\n")]

    def _show(self) -> None:
        """The live line: what is at work and what it said last, how much is done and how long the rest took last time."""
        if not self.console.is_terminal:
            return
        left = f", about {in_words(sum(self._seconds.values()))} left" if self._seconds else ""
        counted = f"{self._done} of {self._all} done{left}" if self._all else ""
        now = "  ·  ".join(f"{name} {line}".strip() for name, line in self._running.items())
        line = sayable(f"{now}  ·  {counted}" if now else counted, self.console.file)
        text = line[: max(self.console.width, NARROWEST) - 6].replace("[", "\\[")
        if self._status is None:
            self._status = self.console.status(text)
            self._status.start()
        else:
            self._status.update(text)


def _seconds_before(folder: Path) -> dict[str, float]:
    """How long each notebook took in the newest earlier run that did it; nothing where there was none."""
    for earlier in reversed([other for other in chain.folders(folder.parent) if other.name < folder.name]):
        with suppress(OSError, ValueError, KeyError):
            manifest = json.loads((earlier / MANIFEST).read_text(encoding="utf-8"))
            if manifest["status"] == "done":
                return {entry["name"]: entry["seconds"] for entry in manifest["notebooks"] if entry["seconds"]}
    return {}


def _where(manifest: dict) -> str:
    """Where a run stopped: at a notebook, between two, or before the first."""
    done = [entry["name"] for entry in manifest["notebooks"] if entry["status"] == "done"]
    if manifest["verdict"]["notebook"]:
        return f"at {manifest['verdict']['notebook']}"
    return f"after {done[-1]}" if done else "at the start"


def done_in_words(manifest: dict) -> str:
    """What a run that ended well may say of its gates: what was accepted is no pass, and what was not asked is none either."""
    checks = [check for receipt in manifest["receipts"] for check in receipt["checks"]]
    accepted = sorted({check["name"] for check in checks if check["verdict"] == "accepted"})
    if all(entry["status"] == "unchanged" for entry in manifest["notebooks"]):
        return "Nothing to do: everything is published, audited and up to date."
    if accepted:
        return f"Not every gate passed: {', '.join(accepted)} failed and {'was' if len(accepted) == 1 else 'were'} accepted."
    if not any("_gate_" in entry["name"] for entry in manifest["notebooks"]):
        return "No gate was among the notebooks."
    return "Every gate passed, but for what was accepted before." if manifest["accepted"] else "Every gate passed."
