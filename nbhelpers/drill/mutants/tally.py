"""How many mutants were killed, of which table, column and kind, and which survived."""

import pandas as pd

from nbhelpers.drill.mutants.planted import BODIES, CODE, DATA, EQUIVALENT
from nbhelpers.wording import many


def rates(results: pd.DataFrame) -> pd.DataFrame:
    """A row per table, column and kind: table, column, kind, killed, planted, excused (for a reason, or outvoted).

    What is equivalent does not count.
    """
    counted = results[results.killed_by != EQUIVALENT]
    excused = (counted.reason != "") | counted.is_outvoted
    by_kind = counted.assign(killed=counted.killed_by != "", excused=excused).groupby(["table", "column", "kind"], sort=False)
    return by_kind.agg(killed=("killed", "sum"), planted=("killed", "size"), excused=("excused", "sum")).reset_index()


def survivors(results: pd.DataFrame) -> pd.DataFrame:
    """The mutants that no check failed: mutant, reason; '' where nothing excuses that."""
    alive = results[(results.killed_by == "") & ~results.is_outvoted]
    return alive[["mutant", "reason"]].sort_values(["reason", "mutant"]).reset_index(drop=True)


def summary(results: pd.DataFrame) -> list[str]:
    """The kill rates in a line each, of data, of bodies and of code."""
    lines = []
    for name in (DATA, BODIES, CODE):
        of_kind = results[results.of == name]
        outvoted = int(of_kind.is_outvoted.sum())
        changed = of_kind[(of_kind.killed_by != EQUIVALENT) & ~of_kind.is_outvoted]
        if of_kind.empty:
            continue
        killed, alive = int((changed.killed_by != "").sum()), changed[changed.killed_by == ""]
        excused = int((alive.reason != "").sum())
        share = killed / max(len(changed), 1)
        said = [f"{killed:,} of {many(len(changed), 'mutant')} of {name} were killed ({share:.1%})"]
        said += [f"{many(excused, 'survivor')} for a reason"] * bool(excused)
        said += [f"{many(len(alive) - excused, 'survivor')} for none"] * (len(alive) > excused)
        said += [f"{outvoted} more were outvoted: a warning names them, and nothing above raw is other for them"] * bool(outvoted)
        same = len(of_kind) - len(changed) - outvoted
        said += [f"{same} more changed no row"] * bool(same)
        lines.append("; ".join(said) + ".")
    return lines
