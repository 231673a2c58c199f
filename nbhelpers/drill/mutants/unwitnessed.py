"""What no check can see, and why a reader may accept it: a mutant that survives elsewhere is a hole."""

from nbhelpers.sql.tables import Output

# By short name and column. Nothing that a feature or a forecast is computed from may stand here; a test holds that.
REASONS: dict[tuple[str, str], str] = {
    ("BOXSCORES", "jersey_number"): "one source tells it, and nothing reads it",
    ("BOXSCORES", "position"): "one source tells it, and nothing reads it",
    ("BOXSCORES", "fetched_at"): "it is when we asked, which no source tells",
    ("SHOTS", "period"): "one source tells it, and nothing reads it",
}
OF_FAILURES = {"failure_reason": "its words put category, counts and games in a sentence, which are compared"}


def reason(output: Output, column: str) -> str:
    """Why a wrong value in a column may go unseen; '' where it may not."""
    return OF_FAILURES.get(column, "") if output.processor else REASONS.get((output.short, column), "")
