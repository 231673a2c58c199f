"""A headless run: the notebooks in order, one kernel each, by papermill; stopped by the first that fails."""

import json
import logging
import os
import secrets
import shutil
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import nbformat
import papermill
from jupyter_client import KernelManager
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillExecutionError

from nbhelpers import gates
from nbhelpers.errors import BadInput, Explained, GateFailed, Locked, Unavailable, is_full, unwritable
from nbhelpers.lineage import overrides
from nbhelpers.runs import provenance, record, trail
from nbhelpers.runs.kernels import Kernels
from nbhelpers.season import Window
from nbhelpers.session import Session, now, opened
from nbhelpers.settings import ROOT, Settings
from nbhelpers.wording import many

NOTEBOOKS = ROOT / "notebooks"
TOGETHER = {30, 31}  # neither reads what the other writes
OPTIONAL = {40, 49}
EXIT_CODES = {kind.__name__: kind.exit_code for kind in (GateFailed, BadInput, Locked, Unavailable)}
BROKEN, INTERRUPTED = 3, 130
logging.getLogger("papermill").addHandler(logging.NullHandler())  # what it would say of a dead kernel, the run says


@dataclass(frozen=True)
class Outcome:
    """How one notebook ended: its status, exit code and the three things to say when it did not end well."""

    status: str  # done, stopped, broken, interrupted
    code: int
    summary: str
    what: str = ""
    why: str = ""
    then: str = ""


def notebook_paths(first: int, last: int, with_predictions: bool) -> list[Path]:
    """The numbered notebooks of a run, in order; the optional ones only when asked for."""
    numbered = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    wanted = [path for path in numbered if first <= step(path) <= last]
    wanted = [path for path in wanted if step(path) not in OPTIONAL or with_predictions or first in OPTIONAL]
    if not wanted:
        raise BadInput(
            f"no notebook is numbered from {first} to {last}.",
            then=f"choose --from and --to among {', '.join(path.name[:2] for path in numbered)}.",
        )
    return wanted


def step(path: Path) -> int:
    """A notebook's number."""
    return int(path.name[:2])


class Run:
    """One run and what it leaves: a folder with the executed notebooks, a journal, a manifest and a report."""

    def __init__(self, settings: Settings, window: Window, paths: list[Path], parameters: dict, say):
        at = now()
        self.settings, self.window, self.paths, self.parameters, self.say = settings, window, paths, parameters, say
        self.run_id = f"{at:%Y%m%dT%H%M%SZ}_{secrets.token_hex(3)}"
        self.folder = settings.runs / self.run_id
        self.outcomes: dict[str, Outcome] = {}
        self._interrupted, self._saving = False, threading.Lock()
        self._trouble: Explained | None = None  # of the run itself, not of a notebook
        self.manifest = {
            "run_id": self.run_id,
            "pid": os.getpid(),
            "status": "running",
            "exit_code": None,
            "profile": settings.profile,
            "is_simulated": settings.is_simulated,
            "season": window.season.name,
            "window": {"start_date": str(window.start_date), "end_date": str(window.end_date)},
            "settings": settings.recorded(),
            "repair": parameters.get("repair", ""),
            "git": provenance.git(),
            "versions": provenance.versions(),
            "started_at": _iso(at),
            "ended_at": None,
            "notebooks": [
                {"name": path.stem, "file": path.name, "parameters": {}, "status": "not run", "started_at": None,
                 "ended_at": None, "seconds": None, "source_sha256": None, "is_edited": None, "sha256": None, "summary": ""}
                for path in paths
            ],
            "verdict": None,
            "receipts": [],
            "marks": ["SIMULATED"] * settings.is_simulated,  # what its charts bear beside their titles
            "accepted": [],  # what somebody accepted in the season, a line each
            "spent": {},
            "bytes_billed": None,  # by BigQuery
            "journal_sha256": None,
            "spent_sha256": None,
            "previous_manifest_sha256": None,
        }  # fmt: skip

    def go(self) -> int:
        """Run the notebooks until one fails; returns the exit code. The folder tells the truth at every moment."""
        warehouse = self._session().warehouse
        warehouse.check()  # what is no warehouse is refused before anything is written
        with warehouse.hold(self.run_id):
            for line in close_killed(self._session(), self.run_id):
                self.say.note(line)
            self._begin()
            code, started = BROKEN, time.monotonic()
            try:
                self.say.opening(self)
                warehouse.drop_ended_staging()
                code = self._notebooks()
            except KeyboardInterrupt as signal:
                code = signal.args[0] if signal.args else INTERRUPTED
            except (OSError, Explained) as problem:
                self._trouble = problem if isinstance(problem, Explained) else unwritable(problem)
                code = self._trouble.exit_code
            finally:
                code = self._end(code, time.monotonic() - started)
        return code

    def _notebooks(self) -> int:
        groups = _groups(self.paths)
        with Kernels(NOTEBOOKS) as kernels:
            for group, upcoming in zip(groups, [*groups[1:], []], strict=True):
                taken = [kernels.take() for _ in group]
                kernels.prepare(len(upcoming))
                outcomes = self._together(group, taken)
                failed = [outcome for outcome in outcomes if outcome.code]
                if failed:
                    return max(outcome.code for outcome in failed)
        return 0

    def _together(self, group: list[Path], kernels: list[KernelManager]) -> list[Outcome]:
        with ThreadPoolExecutor(len(group)) as pool:
            try:
                notebooks = [pool.submit(self._notebook, path, kernel) for path, kernel in zip(group, kernels, strict=True)]
                while wait(notebooks, timeout=0.2).not_done:
                    pass  # a signal that comes just before the wait is seen only after it
                return [notebook.result() for notebook in notebooks]
            except BaseException:
                # Interrupted: a notebook ends when its kernel does, and its thread with it.
                self._interrupted = True
                for kernel in kernels:
                    kernel.shutdown_kernel(now=True)
                raise

    def _notebook(self, path: Path, kernel: KernelManager) -> Outcome:
        entry = next(entry for entry in self.manifest["notebooks"] if entry["file"] == path.name)
        accepted = papermill.inspect_notebook(str(path))
        entry |= {"parameters": {name: value for name, value in self._given().items() if name in accepted}}
        entry |= {"source_sha256": trail.digest(path), "is_edited": provenance.is_edited(path)}
        entry |= {"status": "running", "started_at": _iso(now())}
        self._save("notebook started", path.stem)
        started = time.monotonic()
        self.say.begin(path.stem)
        outcome = self._execute(path, record.running_copy(self.folder, path.name), entry["parameters"], kernel)
        seconds = time.monotonic() - started
        entry["sha256"] = record.keep_copy(self.folder, path.name)
        entry |= {"status": outcome.status, "ended_at": _iso(now()), "seconds": round(seconds, 2), "summary": outcome.summary}
        self.outcomes[path.stem] = outcome
        self._save("notebook ended", path.stem, status=outcome.status)
        self.say.end(path.stem, outcome, seconds)
        return outcome

    def _execute(self, path: Path, aside: Path, parameters: dict, kernel: KernelManager) -> Outcome:
        relay = Relay(path.stem, self.say)
        try:
            papermill.execute_notebook(
                str(path), str(aside), parameters, km=kernel, progress_bar=False, stdout_file=relay, kernel_name="python3"
            )
        except PapermillExecutionError as problem:
            return _failed(problem.ename, problem.evalue)
        except OSError as problem:  # the executed copy cannot be written
            return _failed("Broken", str(unwritable(problem)))
        except (DeadKernelError, RuntimeError):
            if self._interrupted:
                return Outcome("interrupted", INTERRUPTED, "interrupted")
            return Outcome("broken", BROKEN, "its kernel died", "the kernel died (killed, or out of memory).",
                           "what it was doing is not known to be done", "run again: it goes on from the data.")  # fmt: skip
        finally:
            kernel.shutdown_kernel(now=True)
        cells = [cell for cell in nbformat.read(aside, 4).cells if cell.cell_type == "code" and cell.source]
        unrun = [cell for cell in cells if cell.execution_count is None]
        if unrun:
            said = f"{many(len(unrun), 'cell')} did not run"
            return Outcome("broken", BROKEN, said, f"{said}, though nothing failed.",
                           "a cell that was skipped may be the one that stops",
                           f"look at {path.name} for an exit or a tag that skips cells.")  # fmt: skip
        errors = [output for cell in cells for output in cell.outputs if output.output_type == "error"]
        if errors:  # a raises-exception tag lets papermill run on past them
            return _failed(errors[0].ename, errors[0].evalue)
        if step(path) % 10 == 9 and (lacks := self._lacks_of_receipt(step(path))):
            return Outcome("broken", BROKEN, lacks, f"{path.stem} ended, but {lacks}.",
                           "absence of an error is not a pass, and a receipt is one for all of the gate's checks",
                           f"restore the notebook (git checkout notebooks/{path.name}), take back what it published, if "
                           f"anything (python run_backfill.py undo {self.run_id}), then run again.")  # fmt: skip
        return Outcome("done", 0, relay.last_line)

    def _lacks_of_receipt(self, gate: int) -> str:
        """What is wrong with the receipt that a gate left: none, checks that it does not tell, or that were never accepted."""
        mine = [receipt for receipt in record.receipts(self._session(), self.run_id) if receipt["gate"] == str(gate)]
        if not mine:
            return "it left no receipt"
        told, accepted = {check["name"]: check["verdict"] for check in mine[-1]["checks"]}, self.parameters.get("accept", {})
        wrong = [
            check.name
            for check in gates.checks(gate)
            if check.name not in told
            or (check.severity == "fail" and told[check.name] not in ("pass", "not due", *["accepted"] * (check.name in accepted)))
        ]
        return f"its receipt does not show that these checks passed: {', '.join(wrong)}" if wrong else ""

    def _given(self) -> dict:
        return {
            "start_date": str(self.window.start_date),
            "end_date": str(self.window.end_date),
            "season": self.window.season.name,
            "profile": self.settings.profile,
            "bucket": str(self.settings.bucket),
            "warehouse": str(self.settings.warehouse),
            "runs": str(self.settings.runs),
            "run_id": self.run_id,
        } | self.parameters

    def _session(self) -> Session:
        return opened(self.window, self.settings, self.run_id)

    def _begin(self) -> None:
        """Make the run's folder, with its journal and its manifest from the first moment."""
        aside = self.settings.runs / f".{self.run_id}.partial"
        try:
            for left in self.settings.runs.glob(".*.partial"):  # by a run that was killed before it began
                shutil.rmtree(left, ignore_errors=True)
            aside.mkdir(parents=True)
            self._journal = record.Journal(aside)
            self._save("started", into=aside)
            os.replace(aside, self.folder)
        except OSError as problem:
            if is_full(str(problem)):
                raise unwritable(problem) from None
            raise BadInput(
                f"runs folder {self.settings.runs} cannot be written: {problem.strerror}.",
                "a run without its record cannot be trusted",
                "choose a folder that you can write to: --runs DIR.",
            ) from None

    def _end(self, code: int, seconds: float) -> int:
        """Complete the record; the exit code, which is another one where that fails. The next run will complete it then."""
        for entry in self.manifest["notebooks"]:
            if entry["status"] == "running":
                entry["status"] = "interrupted" if code >= INTERRUPTED else "broken"
        self.manifest["verdict"] = self._verdict(code)
        status = {0: "done", 1: "stopped"}.get(code, "interrupted" if code >= INTERRUPTED else "broken")
        try:
            session = self._session()
            session.warehouse.drop_staging()  # first: it can make the room that the record needs
            ended = {"status": status, "exit_code": code, "ended_at": _iso(now()), "spent": _spent(self.folder, seconds)}
            ended["bytes_billed"] = int(_account(self.folder)["bytes billed"]) if self.settings.is_cloud else None
            ended |= {"marks": overrides.marks(session), "accepted": overrides.describe_accepted(session)}
            self.manifest |= ended | {"receipts": record.receipts(session, self.run_id)}
            self._journal.write({"at": _iso(now()), "event": "ended", "status": status, "exit_code": code})
            record.end(self.folder, self.manifest)
        except (OSError, Explained) as problem:
            trouble = problem if isinstance(problem, Explained) else unwritable(problem)
            self.manifest["verdict"] = self.manifest["verdict"] or {
                "notebook": "", "what": f"the run's record could not be completed: {trouble.what}",
                "why": "what the gates published is published; the record still says that the run is going on",
                "then": f"{trouble.then} The next run completes this one's record.",
            }  # fmt: skip
            code = code or BROKEN
        finally:
            self._journal.close()
        return code

    def _verdict(self, code: int) -> dict | None:
        if code == 0:
            return None
        for name, outcome in self.outcomes.items():
            if outcome.code == code and outcome.status != "interrupted":
                return {"notebook": name, "what": outcome.what, "why": outcome.why, "then": outcome.then}
        at_work = next((e["name"] for e in self.manifest["notebooks"] if e["status"] in ("interrupted", "broken")), "")
        if self._trouble:
            return {"notebook": at_work, "what": self._trouble.what, "why": self._trouble.why, "then": self._trouble.then}
        if code < INTERRUPTED:
            return {"notebook": at_work, "what": "the program itself broke; the terminal shows where.",
                    "why": "this is not a mistake of yours; nothing half-done was published",
                    "then": "run again: it goes on from the data."}  # fmt: skip
        return {"notebook": at_work, "what": "the run was interrupted.", "why": "nothing half-done was published",
                "then": "run again: it goes on from the data."}  # fmt: skip

    def _save(self, event: str, notebook: str = "", into: Path | None = None, **more) -> None:
        folder = into or self.folder
        line = {"at": _iso(now()), "event": event} | ({"notebook": notebook} if notebook else {}) | more
        with self._saving:  # two notebooks may run at once
            self._journal.write(line)
            record.save(folder, self.manifest)


def close_killed(session: Session, by: str) -> list[str]:
    """Complete the records of runs on a session's warehouse that were killed; a line for each. Inside the writer's lock only."""
    chosen = session.settings
    return record.close_killed(chosen.runs, chosen.recorded(), partial(record.receipts, session), by, _iso(now()))


class Relay:
    """A file that shows what a notebook prints as it prints it, and remembers the last line."""

    def __init__(self, name: str, say):
        self._name, self._say, self.last_line = name, say, ""

    def write(self, text: str) -> None:
        """Show each line that is not blank."""
        for line in filter(None, map(str.strip, text.splitlines())):
            self.last_line = line
            self._say.line(self._name, line)

    def flush(self) -> None:
        """Nothing is held back, so there is nothing to flush."""


def _groups(paths: list[Path]) -> list[list[Path]]:
    groups: list[list[Path]] = []
    for path in paths:
        if groups and {step(path), step(groups[-1][0])} == TOGETHER:
            groups[-1].append(path)
        else:
            groups.append([path])
    return groups


def _failed(name: str, text: str) -> Outcome:
    """The outcome of a notebook whose cell raised: our own errors carry three lines, anything else is a bug."""
    what, _, rest = text.partition("\nWhy it matters: ")
    why, _, then = rest.partition("\nWhat to do: ")
    if not rest:
        what, _, then = text.partition("\nWhat to do: ")
    code = EXIT_CODES.get(name, BROKEN)
    if name not in EXIT_CODES and name != "Broken" and is_full(text):  # in the words of whatever library met it
        trouble = unwritable(text.splitlines()[0])
        what, why, then = trouble.what, trouble.why, trouble.then
    elif name not in EXIT_CODES and name != "Broken":
        what, why, then = f"{name}: {text}", "this is not a mistake of yours", "the failed cell of the notebook shows where."
    return Outcome("stopped" if code == 1 else "broken", code, what.splitlines()[0] if what else name, what, why, then)


def _spent(folder: Path, seconds: float) -> dict[str, float]:
    """Seconds by kind; what no kernel accounts for is kernels, imports and charts."""
    spent = {kind: _account(folder)[kind] for kind in ("fetch", "SQL", "publishing")}
    rest = max(seconds - sum(spent.values()), 0.0)
    return {kind: round(value, 2) for kind, value in (spent | {"kernels and charts": rest}).items()}


def _account(folder: Path) -> Counter:
    """What the run's kernels have noted that they spent, by kind."""
    account, amounts = folder / trail.ACCOUNT, Counter()
    for line in account.read_text(encoding="utf-8").splitlines() if account.exists() else ():
        entry = json.loads(line)
        amounts[entry["kind"]] += entry["amount"]
    return amounts


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S.%fZ}"
