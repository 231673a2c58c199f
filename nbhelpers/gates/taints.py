"""What an accepted failure taints: the partitions that it is about, and all that is computed from them."""

from datetime import date

from nbhelpers import lineage
from nbhelpers.gates.finding import Finding
from nbhelpers.session import Session
from nbhelpers.sql import tables

BETWEEN = "; "  # causes in one text


def by_partition(
    session: Session, layer: int, findings: list[Finding], log: dict, contents: lineage.Contents
) -> dict[tuple[str, date], str]:
    """Which partitions stand on an accepted failure, and on which: {(output name, date): causes}.

    Those of the window of `layer` as they will be once it is published, all others as the log has them.
    """
    taints = {key: entry["tainted_by"] for key, entry in log.items() if entry["tainted_by"]}
    accepted = [finding for finding in findings if finding.verdict == "accepted"]
    for output in tables.layer_outputs(layer):
        sources = {source.name: source for source in tables.inputs(output) if source.layer < layer or source.step < output.step}
        for day in session.window.dates():
            own = [f"{finding.check.name}: {finding.accepted_because}" for finding in accepted if _is_about(finding, day)]
            below = [
                cause
                for (name, when), causes in taints.items()
                if name in sources and contents.reach.reads(output, sources[name], day, when)
                for cause in causes.split(BETWEEN)
            ]
            taints.pop((output.name, day), None)
            if own or below:
                taints[output.name, day] = BETWEEN.join(dict.fromkeys([*own, *below]))
    return taints


def _is_about(finding: Finding, day: date) -> bool:
    """Whether a finding speaks of a date: it offends there, or over the whole range, or examined nothing at all."""
    return day in finding.bad_dates or finding.is_bad_over_range or not finding.expected
