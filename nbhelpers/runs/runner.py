"""A headless run: the notebooks in order, one kernel each, stopped by the first that fails."""

import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from nbhelpers import run_folder
from nbhelpers.errors import Explained, unwritable
from nbhelpers.lineage import overrides
from nbhelpers.runs import abandoned, accounts, data_verification, files, needs, notebooks, outcomes, provenance, receipts, record
from nbhelpers.runs.forking import KernelParent
from nbhelpers.runs.outcomes import BROKEN, INTERRUPTED, Outcome
from nbhelpers.runs.terminal import Terminal
from nbhelpers.season import Window
from nbhelpers.session import Session, now, opened
from nbhelpers.settings import ENVIRONMENT, Settings

if TYPE_CHECKING:
    from jupyter_client import KernelManager

    from nbhelpers.runs.kernels import Kernels

# What executes notebooks takes seconds to import, and is imported where one is executed.


class Run:
    """One run: its notebooks over a window, in order, and the folder that it leaves."""

    def __init__(
        self, settings: Settings, window: Window, paths: list[Path], parameters: dict, terminal: Terminal, parent: KernelParent
    ):
        at = now()
        self._parent = parent  # of its kernels
        self.settings, self.window, self.paths, self.parameters, self.terminal = settings, window, paths, parameters, terminal
        self.run_id = f"{at:%Y%m%dT%H%M%SZ}_{secrets.token_hex(3)}"
        self.folder = settings.runs / self.run_id
        self.manifest = record.new_manifest(self.run_id, settings, window, paths, parameters.get("repair", ""), at)
        self.outcomes: dict[str, Outcome] = {}
        self._record = record.Record(self.folder, self.manifest)
        self._is_interrupted = threading.Event()
        self._unread: list[Path] = []  # executed notebooks that the page has not looked at yet
        self._work: dict[Path, str] = {}  # the notebooks that have work, and why
        self._trouble: Explained | None = None  # of the run itself, not of a notebook

    def execute(self) -> int:
        """Run the notebooks until one fails; returns the exit code. The folder tells the truth at every moment."""
        warehouse = self._session().warehouse
        warehouse.check()  # what is no warehouse is refused before anything is written
        with warehouse.hold(self.run_id):
            for line in abandoned.complete_records(self._session(), self.run_id):
                self.terminal.note(line)
            self._record.begin()
            code, started = BROKEN, time.monotonic()
            try:
                self.terminal.opening(self)
                warehouse.drop_ended_staging()
                code = self._execute_all()
            except KeyboardInterrupt as signal:
                code = signal.args[0] if signal.args else INTERRUPTED
            except (OSError, Explained) as problem:
                self._trouble = problem if isinstance(problem, Explained) else unwritable(problem)
                code = self._trouble.exit_code
            finally:
                code = self._end(code, time.monotonic() - started)
        return code

    def _execute_all(self) -> int:
        """Those notebooks that have work, in order; the others are noted as unchanged. Without any no kernel is started."""
        self._work = needs.work_of(self._session(), self.paths, self.parameters.get("repair", ""))
        if not self._work:
            self._note_unchanged(self.paths)
            return 0
        from nbhelpers.runs.kernels import Kernels

        # A season has its own lines, whatever the run was asked for by.
        with Kernels(notebooks.NOTEBOOKS, self._parent, **{ENVIRONMENT["lines"]: self.settings.lines}) as kernels:
            from nbhelpers.runs import execution  # noqa: F401  while the kernels' parent does its own importing

            self.manifest["kernels"] = self._parent.package
            if problem := outcomes.other_code(self._parent.package, self.manifest["package"]):
                raise problem
            groups = notebooks.parallel_groups(self.paths)
            for group, next_group in zip_longest(groups, groups[1:], fillvalue=[]):
                at_work = [path for path in group if self._has_work(path)]
                self._note_unchanged([path for path in group if path not in at_work])
                failed = [outcome for outcome in self._execute_group(at_work, kernels, len(next_group)) if outcome.code]
                if failed:
                    return max(outcome.code for outcome in failed)
        return 0

    def _has_work(self, path: Path) -> bool:
        """Whether a notebook has work, by what was found at the start or by what those before it have published since."""
        if path not in self._work and self.parameters.get("repair"):
            worked, layer = {int(name[:2]) for name in self.outcomes}, notebooks.step(path) // 10
            of_layer = [other for other in self.paths[self.paths.index(path) :] if notebooks.step(other) // 10 == layer]
            self._work |= needs.reasons(self._session(), of_layer, self.parameters["repair"], worked)
        return path in self._work

    def _note_unchanged(self, paths: list[Path]) -> None:
        """Say in the record of notebooks without work since when what they make is as it is, and by which receipt."""
        receipts = needs.newest_receipts(self._session()) if paths else {}
        for path in paths:
            summary, receipt_id = needs.describe_unchanged(path, receipts)
            self._record.entry(path).update(status="unchanged", summary=summary, receipt=receipt_id)
            self._record.add_event("notebook unchanged", path.stem)
            self.terminal.end(path.stem, Outcome("unchanged", 0, summary), 0.0)

    def _execute_group(self, group: list[Path], kernels: "Kernels", next_count: int) -> list[Outcome]:
        """Notebooks at the same time, each on its kernel, while those for the next ones get ready."""
        taken = [kernels.take() for _ in group]

        def execute(path: Path, kernel: "KernelManager") -> Outcome:
            try:
                return self._execute_notebook(path, kernel)
            finally:
                kernels.release(kernel)

        with ThreadPoolExecutor(len(group) + 1) as pool:
            try:
                running = [pool.submit(execute, path, kernel) for path, kernel in zip(group, taken, strict=True)]
                pool.submit(self._look_ahead, kernels, next_count)
                while wait(running, timeout=0.2).not_done:
                    pass  # a signal that comes just before the wait is seen only after it
                return [notebook.result() for notebook in running]
            except BaseException:
                # Interrupted: a notebook ends when its kernel does, and its thread with it.
                self._is_interrupted.set()
                for kernel in taken:
                    kernels.release(kernel)
                raise

    def _look_ahead(self, kernels: "Kernels", count: int) -> None:
        """What there is to do while notebooks are at work: kernels for the next ones, and the page's look at those that have ended."""
        from nbhelpers.runs import report  # heavy

        kernels.prepare(count)
        while self._unread:
            report.read_ahead(self._unread.pop())

    def _execute_notebook(self, path: Path, kernel: "KernelManager") -> Outcome:
        """One notebook, with what the record says before, meanwhile and after."""
        from nbhelpers.runs import execution

        entry, started = self._record.entry(path), time.monotonic()
        entry |= {"parameters": execution.known_parameters(path, self._parameters())}
        entry |= {"source_sha256": files.digest(path), "status": "running", "started_at": record.iso(now())}
        self._record.add_event("notebook started", path.stem)
        self.terminal.begin(path.stem)
        with ThreadPoolExecutor(1) as beside:  # git takes its time to tell
            is_edited = beside.submit(provenance.is_edited, path)
            outcome = self._outcome(path, record.running_copy(self.folder, path.name), entry["parameters"], kernel)
        seconds = time.monotonic() - started
        entry |= {"is_edited": is_edited.result(), "sha256": record.keep_copy(self.folder, path.name)}
        entry |= {"status": outcome.status, "summary": outcome.summary}
        entry |= {"ended_at": record.iso(now()), "seconds": round(seconds, 2)}
        self.outcomes[path.stem] = outcome
        self._record.add_event("notebook ended", path.stem, status=outcome.status)
        self.terminal.end(path.stem, outcome, seconds)
        self._unread.append(self.folder / path.name)
        return outcome

    def _outcome(self, path: Path, copy: Path, parameters: dict, kernel: "KernelManager") -> Outcome:
        """How a notebook ends; a gate's that leaves no receipt for all its checks is not done."""
        from nbhelpers.runs import execution

        def show(line: str) -> None:
            self.terminal.line(path.stem, line)

        outcome = execution.execute(path, copy, parameters, kernel, show, self._is_interrupted)
        if problem := outcomes.other_code(provenance.loaded_package(), self.manifest["package"]):  # imported late, it is read late
            return outcomes.failed("Broken", str(problem))
        if outcome.code or not notebooks.is_gate(path):
            return outcome
        unproven = receipts.unproven(self._session(), notebooks.step(path), self.parameters.get("accept", {}))
        return outcomes.without_receipt(path.stem, unproven, self.run_id) if unproven else outcome

    def _parameters(self) -> dict:
        """What the notebooks that have parameters of these names are given."""
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

    def _end(self, code: int, seconds: float) -> int:
        """Complete the record; the exit code, which is another one where that fails. The next run will complete it then."""
        status = outcomes.status_of(code)
        for entry in self.manifest["notebooks"]:
            if entry["status"] == "running":
                entry["status"] = status if status == "interrupted" else "broken"
        unended = [entry["name"] for entry in self.manifest["notebooks"] if entry["status"] in ("interrupted", "broken")]
        self.manifest["verdict"] = outcomes.verdict(code, self.outcomes, next(iter(unended), ""), self._trouble)
        try:
            session = self._session()
            session.warehouse.drop_staging()  # first: it can make the room that the record needs
            ended = {"status": status, "exit_code": code, "ended_at": record.iso(now())}
            ended |= {"spent": accounts.seconds_by_kind(self.folder, seconds)}
            ended |= {"bytes_billed": run_folder.bytes_billed(self.folder) if self.settings.is_cloud else None}
            jobs = accounts.jobs(self.folder)
            ended |= {"jobs": jobs} if self.settings.is_cloud else {}
            ended |= {"marks": overrides.marks(session), "accepted": overrides.describe_accepted(session)}
            self.manifest |= ended | {"receipts": receipts.published_receipts(session, self.run_id)}
            for receipt in self.manifest["receipts"] if self.settings.is_cloud else ():
                receipt["jobs"] = [job["address"] for job in jobs if job["step"] == int(receipt["gate"])]
            self.manifest["log_sha256"] = data_verification.log_digest(session, self.run_id)
            self._record.end()
        except (OSError, Explained) as problem:
            trouble = problem if isinstance(problem, Explained) else unwritable(problem)
            self.manifest["verdict"] = self.manifest["verdict"] or outcomes.unrecorded(trouble)
            code = code or BROKEN
        finally:
            self._record.close()
        return code
