"""The numbered notebooks: which of them make up a run, and which run at the same time."""

from pathlib import Path

from nbhelpers.errors import BadInput
from nbhelpers.settings import ROOT

NOTEBOOKS = ROOT / "notebooks"
PARALLEL = {30, 31}  # neither reads what the other writes
OPTIONAL = {40, 49}


def notebook_paths(first: int, last: int, with_predictions: bool) -> list[Path]:
    """The numbered notebooks from `first` to `last`, in order; the optional ones only with predictions or from one of them."""
    numbered = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    with_optional = with_predictions or first in OPTIONAL
    found = [path for path in numbered if first <= step(path) <= last and (with_optional or step(path) not in OPTIONAL)]
    if not found:
        raise BadInput(
            f"no notebook is numbered from {first} to {last}.",
            then=f"choose --from and --to among {', '.join(path.name[:2] for path in numbered)}.",
        )
    return found


def step(path: Path) -> int:
    """A notebook's number."""
    return int(path.name[:2])


def is_gate(path: Path) -> bool:
    """Whether a notebook is a gate's."""
    return step(path) % 10 == 9


def leaves_out_steps(paths: list[Path]) -> bool:
    """Whether a gate is among some notebooks, and not all the steps of its layer.

    >>> leaves_out_steps([Path("29_gate_analytics.ipynb")]), leaves_out_steps([Path("20_build_player_summary.ipynb")])
    (True, False)
    """
    numbers = {step(path) for path in paths}
    layers = {step(path) // 10 for path in paths if is_gate(path)}
    return any(step(path) // 10 in layers and step(path) not in numbers for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def parallel_groups(paths: list[Path]) -> list[list[Path]]:
    """Notebooks in order, those that run at the same time in one group.

    >>> [[step(path) for path in group] for group in parallel_groups([Path("29_gate"), Path("30_teams"), Path("31_players")])]
    [[29], [30, 31]]
    """
    groups: list[list[Path]] = []
    for path in paths:
        if groups and {step(path), step(groups[-1][0])} == PARALLEL:
            groups[-1].append(path)
        else:
            groups.append([path])
    return groups
