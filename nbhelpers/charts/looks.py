"""How states, verdicts and statuses look: the one place for colours, so that notebooks, report and monitor mean the same by each.

A look is a class in the drawing; STYLE gives each class its colours, by daylight and in the dark. Fills of states that
must not be taken for one another are at least three to one apart, and what is contaminated bears a mark as well.
"""

from dataclasses import dataclass

LIGHT = {
    "paper": "#ffffff", "ink": "#1f2a33", "faint": "#56626d", "grid": "#e3e8ec", "rule": "#7b8792", "quiet": "#9cc4e4",
    "edge": "#3f78a3", "pale": "#e6f0f8", "loud": "#b0004e", "off": "#d9dde1", "warn": "#f2c744", "fail": "#26323d",
    "broken": "#6b3fa0", "second": "#c96a12", "third": "#2e7d4f",
}  # fmt: skip
DARK = {
    "paper": "#151b21", "ink": "#e8edf1", "faint": "#a3b0bc", "grid": "#2a333c", "rule": "#7b8792", "quiet": "#2c5a7d",
    "edge": "#6fa8d1", "pale": "#1c2c39", "loud": "#ff8ab5", "off": "#39424b", "warn": "#735600", "fail": "#f2f5f7",
    "broken": "#b99be0", "second": "#f0a35a", "third": "#6cc48f",
}  # fmt: skip


@dataclass(frozen=True)
class Look:
    """How one state is drawn: its words in the legend, the names of its fill and outline, and a mark on the cell."""

    words: str
    fill: str
    outline: str
    mark: str = ""  # cross, dot, slash
    is_hatched: bool = False


STATES = {
    "present": Look("present", "quiet", "edge"),
    "unaudited": Look("unaudited: no receipt yet", "pale", "edge"),
    "stale": Look("stale: inputs have changed", "quiet", "edge", mark="dot"),
    "tainted": Look("tainted: accepted failure", "quiet", "edge", mark="slash"),
    "bootstrap": Look("bootstrap: too early to have", "paper", "rule", is_hatched=True),
    "gap": Look("gap: missing", "paper", "rule"),
    "contaminated": Look("contaminated: it is wrong", "loud", "loud", mark="cross"),
    "optional": Look("optional, not run", "off", "rule"),
    "one source": Look("absent: other source counts", "off", "edge"),
    "no games": Look("no games", "off", "off"),
}
# A failed check may have found a gap or a contamination, so it has the colour of neither.
VERDICTS = {
    "pass": Look("pass", "quiet", "edge"),
    "warn": Look("warn", "warn", "warn"),
    "fail": Look("fail", "fail", "fail"),
    "accepted": Look("accepted although it fails", "paper", "fail", mark="slash"),
    "none": Look("nothing to examine", "off", "off"),
}
STATUSES = {
    "done": Look("done", "quiet", "edge"),
    "unchanged": Look("unchanged, left as it is", "pale", "edge"),
    "running": Look("running", "pale", "edge", mark="dot"),
    "stopped": Look("stopped by a gate", "fail", "fail"),
    "broken": Look("broken", "broken", "broken"),
    "interrupted": Look("interrupted", "paper", "broken", mark="slash"),
    "not run": Look("not run", "paper", "rule"),
}


def class_of(key: str) -> str:
    """The class of a state, verdict or status in a drawing: `no-games` for "no games"."""
    return key.replace(" ", "-")


def _looks() -> str:
    """A line of style a look; what two families have in common (stopped and fail) is said for both."""
    lines = []
    for key, look in (STATES | VERDICTS | STATUSES).items():
        fill = "url(#hatch)" if look.is_hatched else f"var(--{look.fill})"
        lines.append(f".chart .{class_of(key)}{{fill:{fill};stroke:var(--{look.outline})}}")
    return "\n".join(lines)


def _names(colours: dict[str, str]) -> str:
    return ";".join(f"--{name}:{colour}" for name, colour in colours.items())


COLOURS = f":root{{{_names(LIGHT)}}}\n@media (prefers-color-scheme:dark){{:root{{{_names(DARK)};color-scheme:dark}}}}"
STYLE = f"""
.chart{{font:12px system-ui,sans-serif;fill:var(--ink);overflow:visible}}
.chart rect,.chart circle{{stroke-width:.75}}
.chart .strip,.chart .panel{{overflow:visible}}
.chart .strip>rect{{height:100%}}
.chart .faint{{fill:var(--faint);font-size:11px;paint-order:stroke;stroke:var(--paper);stroke-width:3px}}
.chart .strong,.chart .name{{font-weight:600}}
.chart .mark{{stroke:var(--paper);stroke-width:1.4;fill:none;pointer-events:none}}
.chart .dark-mark{{stroke:var(--ink);stroke-width:1.4;fill:var(--ink);pointer-events:none}}
.chart .grid{{stroke:var(--grid);stroke-width:1}}
.chart .rule{{stroke:var(--rule);stroke-width:1;fill:none}}
.chart .line{{stroke:var(--edge);stroke-width:2}}
.chart .band{{fill:var(--off);fill-opacity:.6}}
.chart .quiet{{fill:var(--quiet);stroke:var(--edge)}}
.chart .pale{{fill:var(--pale);stroke:var(--edge)}}
.chart .loud{{fill:var(--loud);stroke:var(--loud)}}
.chart .first{{fill:var(--edge);stroke:var(--paper)}}
.chart .second{{fill:var(--second);stroke:var(--paper)}}
.chart .third{{fill:var(--third);stroke:var(--paper)}}
.chart .fourth{{fill:var(--broken);stroke:var(--paper)}}
.chart .box{{fill:var(--paper);stroke:var(--rule)}}
.chart .paper{{fill:var(--paper)}}
.chart .bare{{fill:transparent;stroke:none}}
{_looks()}
@media (max-width:640px){{.chart .some{{display:none}}.chart .name{{font-size:9.5px}}}}
"""
HATCH = (
    '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="5" height="5" class="paper"/><line y2="5" class="rule"/></pattern></defs>'
)
