"""What no check can see of a source's answer, and why a reader may accept it: a mutant that survives elsewhere is a hole.

Of rows nothing is excused: below the first gate each is held to its stored object, above it to its witness.
"""

from nbhelpers.sql.tables import Output

# By short name and column. Nothing that a feature or a forecast is computed from may stand here; a test holds that.
NOBODY_READS = "one source tells it, and nothing reads it"
PLUS_MINUS = "one source may lack it, and nothing is computed from it"
SPELLING = "it is spelled as its source spells it; player_lookup, by which all is found, is compared"
WHEN_ASKED = "it is when we asked, which no source tells"
PLACE = "where a shot has a label its place decides nothing; place and distance are held to one another, give or take a foot and a half"
NOT_PLAYED = "nothing is read of the line of who did not play"
REASONS: dict[tuple[str, str], str] = {
    ("SCHEDULE", "is_neutral"): NOBODY_READS,
    ("BOXSCORES", "rows"): "who did not play may be listed by one source alone",
    ("NBA_BOXSCORES", "rows"): "who did not play may be listed by one source alone",
    ("BOXSCORES", "is_postseason"): NOBODY_READS,
    ("BOXSCORES", "jersey_number"): NOBODY_READS,
    ("BOXSCORES", "position"): NOBODY_READS,
    ("BOXSCORES", "minutes"): "it is kept as received; minutes_played, which is made of it, is compared",
    ("BOXSCORES", "player_full_name"): SPELLING,
    ("BOXSCORES", "plus_minus"): PLUS_MINUS,
    ("BOXSCORES", "fetched_at"): WHEN_ASKED,
    ("NBA_BOXSCORES", "starter"): NOBODY_READS,
    ("NBA_BOXSCORES", "not_playing_reason"): NOBODY_READS,
    ("NBA_BOXSCORES", "player_name"): SPELLING,
    ("NBA_BOXSCORES", "plus_minus"): PLUS_MINUS,
    ("NBA_BOXSCORES", "fetched_at"): WHEN_ASKED,
    ("NBA_TEAM_BOXSCORES", "fetched_at"): WHEN_ASKED,
    ("NBA_TEAM_BOXSCORES", "paint_attempts"): "it may be one off, as two files of one game are; nothing is computed from it",
    ("NBA_TEAM_BOXSCORES", "paint_makes"): "it may be one off, as two files of one game are; nothing is computed from it",
    ("SHOTS", "action_number"): "it only tells one shot from the next, and none has another's",
    ("SHOTS", "period"): NOBODY_READS,
    ("SHOTS", "player_name"): "whose shot it is was found by it; person_id and player_lookup, which tell that, are compared",
    ("SHOTS", "x_ft"): PLACE,
    ("SHOTS", "y_ft"): PLACE,
    ("SHOTS", "distance_ft"): PLACE,
    ("SHOTS", "zone_basic"): "zone, which follows from it, is held to the paint of the official record",
}
# Of what is only compared with something else, and changes nothing above raw as long as it lies within the bounds of that.
HEAVES = "a team's attempts are its players' and up to six heaves, which are nobody's"
WITHIN_BOUNDS = {
    ("BOXSCORES", "bdl_player_id"): "it is one source's name of a person: where the ids of all change alike, each is still one person's",
    ("NBA_TEAM_BOXSCORES", "field_goals_attempted"): HEAVES,
    ("NBA_TEAM_BOXSCORES", "three_pointers_attempted"): HEAVES,
}


# Where the sources differ and neither contradicts itself, the spec is that the official record counts, and that the game is named.
BY_WARNING = {
    "sources_differ": "sources_differ names it: where neither source contradicts itself, the official record counts",
    "sources_hold": "sources_hold names it: the source that contradicts itself does not count",
    "shots_disagree": "shots_disagree names it: by a two that is a three sources differ that are both right elsewhere",
}


def reason(output: Output, column: str, warned_by: str = "", is_changed: bool = True) -> str:
    """Why a source may tell a column of raw wrong without a failure, if it changes anything above raw or not; '' where it may not."""
    tolerated = "" if is_changed else WITHIN_BOUNDS.get((output.short, column), "")
    return REASONS.get((output.short, column), "") or tolerated or BY_WARNING.get(warned_by, "")
