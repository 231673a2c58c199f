"""What a run says in the terminal: a line a notebook, live while it works, plain where nobody watches."""

import threading

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from nbhelpers.simulation import DISCLAIMER

MARKS = {"done": "[green]✓[/]", "stopped": "[bold]■[/]", "broken": "[red]✗[/]", "interrupted": "[yellow]–[/]"}


class Terminal:
    """The run's voice. Lines that a notebook prints are shown live, and again as its summary when it has ended."""

    def __init__(self, console: Console | None = None):
        self.console = console or Console(highlight=False, soft_wrap=True)
        self._running: dict[str, str] = {}
        self._status: Status | None = None
        self._speaking = threading.Lock()

    def opening(self, run) -> None:
        """What is about to run, for which dates, and where its record will be."""
        manifest = run.manifest
        if manifest["is_simulated"]:
            self.console.print(f"[bold yellow]{DISCLAIMER}[/]")
        self.console.print(
            f"Backfill {manifest['season']}, {run.window}, profile {manifest['profile']}: {len(run.paths)} notebooks"
        )
        self.console.print(f"Record: {escape(str(run.folder))}\n")

    def note(self, text: str) -> None:
        """Something that the reader should know before anything is run."""
        self.console.print(f"Note: {escape(text)}")

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
                self.console.print(f"    {escape(text)}")

    def end(self, name: str, outcome, seconds: float) -> None:
        """A notebook has ended: its outcome and how long it took."""
        with self._speaking:
            self._running.pop(name, None)
            self.console.print(f"{MARKS[outcome.status]} {name:<28} {seconds:5.1f} s  {escape(outcome.summary)}")
            self._show()

    def closing(self, run, code: int, command: str) -> None:
        """The last lines: what stopped it and for which dates, what was not run, where the evidence is, what to type."""
        self.quiet()
        verdict, folder = run.manifest["verdict"], escape(str(run.folder))
        if verdict:
            self.console.print(f"\n[bold]Stopped {_where(run.manifest)}[/] (exit {code})")
            self.console.print(escape(verdict["what"]))
            if verdict["why"]:
                self.console.print(f"Why it matters: {escape(verdict['why'])}.")
            if verdict["then"]:
                self.console.print(f"What to do: {escape(verdict['then'])}")
            self.console.print(f"Then: {escape(command)}")
            not_run = [entry["name"] for entry in run.manifest["notebooks"] if entry["status"] == "not run"]
            if not_run:
                self.console.print(f"Not run: {', '.join(not_run)}")
            copy = f"{folder}/{verdict['notebook']}.ipynb and " if (run.folder / f"{verdict['notebook']}.ipynb").exists() else ""
            page = "report.html" if (run.folder / "report.html").exists() else "journal.jsonl"
            self.console.print(f"Evidence: {copy}{folder}/{page}")
        else:
            spent = ", ".join(f"{kind} {seconds:.1f} s" for kind, seconds in run.manifest["spent"].items())
            self.console.print(f"\n[bold green]Done.[/] Every gate passed. Spent: {spent}")
            if run.manifest["bytes_billed"] is not None:
                self.console.print(f"BigQuery billed {run.manifest['bytes_billed']:,} bytes.")
            self.console.print(f"Report: {folder}/report.html")
        for line in run.manifest["accepted"]:
            self.console.print(f"Accepted: {escape(line)}")
        edited = [entry["name"] for entry in run.manifest["notebooks"] if entry["is_edited"]]
        if edited:
            self.console.print(f"Not as committed: {', '.join(edited)}")
        if run.manifest["is_simulated"]:
            self.console.print(f"[bold yellow]{DISCLAIMER}[/]")

    def quiet(self) -> None:
        """End the live line."""
        if self._status:
            self._status.stop()
            self._status = None

    def _show(self) -> None:
        if not self.console.is_terminal:
            return
        text = "  ·  ".join(f"{name} {escape(line)}"[: self.console.width - 6] for name, line in self._running.items())
        if self._status is None:
            self._status = self.console.status(text)
            self._status.start()
        else:
            self._status.update(text)


def _where(manifest: dict) -> str:
    """Where a run stopped: at a notebook, between two, or before the first."""
    done = [entry["name"] for entry in manifest["notebooks"] if entry["status"] == "done"]
    if manifest["verdict"]["notebook"]:
        return f"at {manifest['verdict']['notebook']}"
    return f"after {done[-1]}" if done else "at the start"
