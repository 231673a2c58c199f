"""Whether the runs' records still say what they said when the runs ended: one changed byte shows."""

from pathlib import Path

from nbhelpers.run_folder import ACCOUNT, JOURNAL, MANIFEST, REPORT
from nbhelpers.runs import chain
from nbhelpers.runs.chain import CHAIN, digest_of_line
from nbhelpers.runs.files import digest


def problems(runs: Path) -> list[str]:
    """What does not hold in a runs folder: missing or changed manifests, notebooks, journals and reports, broken links."""
    found, previous, line_before = [], None, None
    for number, (link, line) in enumerate(zip(chain.links(runs), chain.lines(runs), strict=True), start=1):
        if not link:
            found.append(f"{CHAIN}: line {number} cannot be read")
        else:
            folder = runs / link["run_id"]
            if link["follows"] != digest_of_line(line_before):
                found.append(f"{link['run_id']}: its line in {CHAIN} does not follow the line before it")
            if not (folder / MANIFEST).is_file():
                found.append(f"{link['run_id']}: its manifest is missing")
            else:
                found += _problems_of_run(folder, link, previous) or _unnamed_files(folder)
            previous = link["manifest_sha256"]
        line_before = line
    found += [f"{folder.name}: it never ended (killed, or still running)" for folder in chain.unchained(runs)]
    return found + _unnamed_folders(runs)


def receipt_problems(recorded: list[dict], published: list[dict], settings: dict[str, str]) -> list[str]:
    """Where the receipts published in the warehouse of some settings are not those that the manifests of its runs tell."""
    found = []
    of_run = {manifest["run_id"]: manifest for manifest in recorded if is_same_warehouse(manifest["settings"], settings)}
    in_warehouse = {receipt["receipt_id"]: receipt for receipt in published}
    for run_id, manifest in of_run.items():
        of_record = {receipt["receipt_id"]: receipt for receipt in manifest["receipts"]}
        for name, receipt in of_record.items():
            if name not in in_warehouse:
                found.append(f"{run_id}: its receipt of gate {receipt['gate']} is not in the warehouse")
            elif in_warehouse[name] != receipt:
                found.append(f"{run_id}: its receipt of gate {receipt['gate']} has changed in the warehouse")
        found += [
            f"{run_id}: the warehouse has a receipt of gate {receipt['gate']} that its record does not tell"
            for name, receipt in in_warehouse.items()
            if receipt["run_id"] == run_id and name not in of_record
        ]
    return found


def is_same_warehouse(one: dict[str, str], other: dict[str, str]) -> bool:
    """Whether two records' settings name the same warehouse."""
    return all(one.get(name) == other.get(name) for name in ("warehouse", "project", "dataset_prefix"))


def _problems_of_run(folder: Path, link: dict, previous: str | None) -> list[str]:
    name = folder.name
    if digest(folder / MANIFEST) != link["manifest_sha256"]:
        return [f"{name}: {MANIFEST} has changed since the run ended"]
    manifest = chain.manifest_of(folder)
    if manifest is None:
        return [f"{name}: its {MANIFEST} cannot be read, though it is as the run left it"]
    found = []
    if manifest["previous_manifest_sha256"] != previous:
        found.append(f"{name}: it does not follow the run before it in the chain")
    kept = [(entry["file"], entry["sha256"], "it ran") for entry in manifest["notebooks"]]
    kept += [(file, manifest.get(f"{Path(file).stem}_sha256"), "the run ended") for file in (JOURNAL, ACCOUNT)]
    kept += [(REPORT, link["report_sha256"], "the run ended")]
    for file, sha256, since in kept:
        if sha256 and not (folder / file).is_file():
            found.append(f"{name}: {file} is missing")
        elif sha256 and digest(folder / file) != sha256:
            found.append(f"{name}: {file} has changed since {since}")
    return found


def _unnamed_files(folder: Path) -> list[str]:
    """What lies in an ended run's folder without being named by its manifest."""
    manifest = chain.manifest_of(folder) or {"notebooks": []}
    named = {MANIFEST, REPORT, JOURNAL, ACCOUNT} | {entry["file"] for entry in manifest["notebooks"] if entry["sha256"]}
    return [
        f"{folder.name}: {path.name} is in its folder, and its manifest does not name it"
        for path in sorted(folder.iterdir()) if path.name not in named
    ]  # fmt: skip


def _unnamed_folders(runs: Path) -> list[str]:
    """Folders that are called as a run's and hold no manifest."""
    known = {folder.name for folder in chain.folders(runs)} | {link.get("run_id") for link in chain.links(runs)}
    return [
        f"{path.name}: it is called as a run's folder, and holds no {MANIFEST}"
        for path in sorted(runs.glob("[0-9]*_*")) if path.is_dir() and path.name not in known
    ]  # fmt: skip
