"""What the owner of a season asks of a run, answered from its record: one line a question, with where its evidence is."""

import re
from dataclasses import dataclass

from nbhelpers import survey
from nbhelpers.runs.evidence import Section
from nbhelpers.wording import many

BAD_ENDS = ("stopped", "broken", "interrupted")
WRONG = ("contaminated", "gap", "unaudited", "stale", "tainted")
RUN = "python run_backfill.py"
PUBLISHED = re.compile(r"([A-Z_]+(?: failures)?) ([\d,]+) rows? on ")  # as a gate says it: TDZA failures 302 rows on 12 dates


@dataclass(frozen=True)
class Answer:
    """A question with its answer: in a word, in a sentence, and the anchor of the evidence ('' for none)."""

    question: str
    word: str  # yes, no, or what else there is to say first
    sentence: str
    is_good: bool | None  # None: nothing to be glad or sorry about
    anchor: str = ""


def answers(manifest: dict, sections: list[Section]) -> list[Answer]:
    """The answers, in the order in which they are asked."""
    has_stopped = manifest.get("status") in BAD_ENDS
    whole, contaminated = _whole(sections, has_stopped), _contaminated(sections, has_stopped)
    if not has_stopped and any(entry.get("status") == "unchanged" for entry in manifest.get("notebooks") or []):
        whole, contaminated = (_as_before(answer) if answer.word == "Not known" else answer for answer in (whole, contaminated))
    return [whole, contaminated, _changed(manifest), _accepted(manifest), _examined(manifest)]


def _as_before(answer: Answer) -> Answer:
    """The answer of a run that left alone what had not changed, and so did not look."""
    return Answer(answer.question, "As before", "nothing has changed since the gates passed it, as their receipts say.", True, "receipts")


def tally(sections: list[Section]) -> dict[str, dict[str, int]]:
    """How many dates of each state each table has, as the run saw it last, in the order of the chain."""
    last: dict[str, dict[str, int]] = {}
    for place in sections:
        for chart in place.charts("coverage"):
            last |= chart["facts"].get("tally") or {}
    order = [*survey.upstream(), *last]  # a notebook's file has them by the alphabet
    return {table: last[table] for table in sorted(last, key=order.index)}


def _whole(sections: list[Section], has_stopped: bool) -> Answer:
    question, seen = "Is the season whole?", tally(sections)
    if not seen:
        return Answer(question, "Not known", "this run did not look at the tables.", None)
    where = [place.name for place in sections if place.charts("coverage")][-1]
    problems = {
        state: {table: states[state] for table, states in seen.items() if states.get(state)} for state in WRONG if state != "contaminated"
    }
    parts = [
        f"{many(sum(of.values()), 'gap' if state == 'gap' else f'{state} date')} ({', '.join(of)})" for state, of in problems.items() if of
    ]
    optional = [table for table, states in seen.items() if states.get("optional")]
    rest = f"; {', '.join(optional)}: optional, not run" if optional else ""
    if has_stopped:
        parts = ["this run has not come to its end", *(parts or ["no gap in what it looked at"])]
    if parts:
        return Answer(question, "No", f"{'; '.join(parts)}{rest}.", False, where)
    whole = len(seen) - len(optional)
    return Answer(question, "Yes", f"{many(whole, 'table')}, every date present or too early to have{rest}.", True, where)


def _contaminated(sections: list[Section], has_stopped: bool) -> Answer:
    question = "Is anything contaminated?"
    charts = [(place.name, chart) for place in sections for chart in place.charts("contamination")]
    in_tables = {table: states["contaminated"] for table, states in tally(sections).items() if states.get("contaminated")}
    if in_tables:
        named = ", ".join(f"{table} on {many(dates, 'date')}" for table, dates in in_tables.items())
        published = " This run published none of them." if has_stopped else ""
        return Answer(question, "Yes", f"{named}: rows that exist and are wrong.{published}", False, charts[-1][0] if charts else "")
    facts = charts[-1][1]["facts"] if charts else {}
    if not facts.get("of"):
        return Answer(question, "Not known", "this run did not look at the critical fields.", None)
    sentence = f"{facts.get('wrong', 0):,} of {facts['of']:,} values of the critical fields are wrong."
    return Answer(question, "Yes" if facts.get("wrong") else "No", sentence, not facts.get("wrong"), charts[-1][0])


def _changed(manifest: dict) -> Answer:
    """What the gates say that they published; a stage's failures are counted apart from its rows."""
    gates = [entry for entry in manifest.get("notebooks") or [] if "_gate_" in entry["name"] and entry.get("status") == "done"]
    parts = " ".join(str(entry.get("summary")).partition("Published ")[2] for entry in gates)
    found = [(name, int(rows.replace(",", ""))) for name, rows in PUBLISHED.findall(parts)]
    if not found:
        return Answer("What was changed?", "Nothing", "published tables are as they were.", None)
    of_tables = [(name, rows) for name, rows in found if not name.endswith(" failures")]
    failures = sum(rows for name, rows in found if name.endswith(" failures"))
    listed = ", ".join(f"{name} {rows:,}" for name, rows in of_tables)
    rest = f"; {failures:,} recorded failures" if failures else ""
    every = many(sum(rows for _, rows in of_tables), "row")
    return Answer("What was changed?", every, f"published: {listed}{rest}.", None, "receipts")


def _accepted(manifest: dict) -> Answer:
    accepted = manifest.get("accepted") or []
    if not accepted:
        return Answer("What was accepted?", "Nothing", "no failing check and no missing game was passed by.", None)
    return Answer("What was accepted?", many(len(accepted), "thing"), f"{'; '.join(accepted)}.", False, "accepted")


def _examined(manifest: dict) -> Answer:
    question, receipts = "On what grounds?", [counted(receipt) for receipt in manifest.get("receipts") or []]
    earlier = sorted({str(entry["receipt"]) for entry in manifest.get("notebooks") or [] if entry.get("receipt")})
    if not receipts and earlier:
        return Answer(question, "Receipts of before", f"what is unchanged stands on {', '.join(earlier)}.", True)
    if not receipts:
        return Answer(question, "None", "this run left no receipt: nobody has vouched for what it computed.", None, "receipts")
    total = {name: sum(receipt[name] for receipt in receipts) for name in ("examined", "expected", "unchanged", "witnessed", "games")}
    checks = sum(len(receipt["checks"]) for receipt in receipts)
    parts = f"by {many(checks, 'check')} of {many(len(receipts), 'gate')}"
    parts += f"; {total['unchanged']:,} unchanged since they passed" if total["unchanged"] else ""
    parts += f"; {total['witnessed']:,} of {many(total['games'], 'game')} seen by a second witness" if total["games"] else ""
    all_seen = total["examined"] == total["expected"]
    return Answer(question, f"{total['examined']:,} of {total['expected']:,} examined", f"{parts}.", all_seen, "receipts")


def counted(receipt: dict) -> dict:
    """A receipt with its checks counted: clean of all, and what was examined of what was expected by ours."""
    checks = receipt.get("checks") or []
    ours = [check for check in checks if check.get("severity") != "plan"]
    unchanged = sum(check.get("unchanged") or 0 for check in ours)  # which are among those that count as examined
    witnesses = [check for check in ours if check.get("name") == "witnessed"]
    return receipt | {
        "clean": sum(check.get("verdict") == "pass" for check in checks),
        "warned": sum(check.get("verdict") == "warn" for check in checks),
        "examined": sum(check.get("examined") or 0 for check in ours) - unchanged,
        "expected": sum(check.get("expected") or 0 for check in ours) - unchanged,
        "unchanged": unchanged,
        "witnessed": sum((check.get("expected") or 0) - (check.get("offending") or 0) for check in witnesses),
        "games": sum(check.get("expected") or 0 for check in witnesses),
        "is_open": any(check.get("verdict") in ("fail", "accepted") for check in checks),
        "checks": checks,
    }


def next_command(manifest: dict) -> str:
    """The one command to type after a run that did not end well, on the season and the warehouse that it was on."""
    settings = manifest.get("settings") or {}
    profile = manifest.get("profile")
    command = f"{RUN} resume {manifest.get('run_id', '')}"
    if profile and profile != "demo":
        command += f" --profile {profile}"
        command += "".join(f" --{name} {settings[name]}" for name in ("bucket", "warehouse") if settings.get(name))
    return manifest.get("next") or command
