"""Records that a killed run left open: who finds one completes it, with what was at work and what was published."""

from collections.abc import Callable
from pathlib import Path

from nbhelpers.run_folder import is_alive
from nbhelpers.runs import chain, outcomes, receipts, record
from nbhelpers.runs.journal import Journal
from nbhelpers.runs.verification import is_same_warehouse
from nbhelpers.session import Session, now


def complete_records(session: Session, by: str) -> list[str]:
    """Complete the records of runs on a session's warehouse that were killed; a line for each. Inside the writer's lock only.

    `by` is who completes them.
    """
    chosen = session.settings

    def published(run_id: str) -> list[dict]:
        return receipts.published_receipts(session, run_id)

    return complete(chosen.runs, chosen.recorded(), published, by, record.iso(now()))


def complete(runs: Path, settings: dict[str, str], published: Callable[[str], list[dict]], by: str, at: str) -> list[str]:
    """As `complete_records`, of the warehouse of some recorded settings; `published` gives the receipts of a run."""
    lines = []
    for folder in chain.unchained(runs):
        manifest = chain.manifest_of(folder)
        if manifest is None or is_alive(folder) or not is_same_warehouse(manifest.get("settings", {}), settings):
            continue
        line = f"{folder.name} had ended ({manifest['status']}) and was not chained"
        if manifest["exit_code"] is None:
            when = _mark_as_broken(folder, manifest)
            line = f"{folder.name} broke off {when} (killed, or without room for its record)"
            manifest |= {"receipts": published(folder.name), "closed": {"by": by, "at": at}}
        journal = Journal(folder)
        journal.write({"at": at, "event": "closed", "by": by})
        journal.close()
        record.end(folder, manifest)
        lines.append(f"{line}; its record is now complete.")
    return lines


def _mark_as_broken(folder: Path, manifest: dict) -> str:
    """Say in the manifest of a killed run what was at work; returns when it broke off, in words."""
    at_work = [entry for entry in manifest["notebooks"] if entry["status"] == "running"]
    names = " and ".join(entry["name"] for entry in at_work)
    when = f"while {names} was at work" if names else "between two notebooks"
    for entry in at_work:
        entry |= {"status": "broken", "summary": "broke off without a word", "sha256": record.keep_copy(folder, entry["file"])}
    manifest |= {
        "status": "broken",
        "verdict": {
            "notebook": at_work[0]["name"] if at_work else "",
            "what": f"the run broke off {when}: it was killed, the machine went down, or there was no room for its record.",
            "why": "what was at work is not known to be done; nothing half-done was published",
            "then": outcomes.AGAIN,
        },
    }
    return when
