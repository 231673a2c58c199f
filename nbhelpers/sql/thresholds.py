"""Every number that a check judges by, each with its reason: the one place for them.

The SQL of the checks takes them as @parameters. What a table is (15 games, 25 features, 240 minutes) is no threshold and
stands in its definition, and the plan's own checks keep their own numbers word for word.
"""

THRESHOLDS: dict[str, int | float] = {
    # Gate 1. Fewer than five cannot be on the floor. The league dresses 8 at the least, and 13 team-games of four seasons
    # were finished by 6 or 7 who played: fewer than 8 must at least make the game's minutes.
    "least_players": 5,
    "usual_players": 8,
    # Longer than the All-Star break, the longest pause of a season.
    "most_quiet_days": 7,
    # Each of ten players' minutes is cut to a whole one, which loses less than a minute each.
    "most_minutes_off": 8,
    # Thirteen players' minutes, each cut to a whole one: beyond it a source contradicts itself.
    "most_minutes_contradicting": 14,
    # The official minutes are told to the second: of 776 team-games the farthest off was three seconds.
    "most_official_minutes_contradicting": 1,
    # BallDontLie's minutes are whole, rounded or cut.
    "most_minutes_apart": 1,
    # Of 776 real team-games one was off, by two, in both sources.
    "most_plus_minus_off": 2,
    # One at the end of each period, overtimes included: attempts of the team, on nobody's account.
    "most_heaves": 6,
    # A team below this share of its minutes has lost lines, not seconds.
    "least_minutes_share": 0.9,
    # The two sources may differ by one shot: a tip that one of them gives to nobody.
    "most_shots_off": 1,
    # Of a team in a game, whose shots and lines differ by a two that is a three: 3 of 8,483 lines did, and none by an attempt.
    "most_players_a_shot_off": 1,
    "least_zoned_share": 0.99,
    # The restricted area ends there, whatever a label says; the lane is 16 feet wide and 15 long, its hoop 1.2 feet in.
    "nearest_mid_range_ft": 4,
    "half_lane_ft": 8,
    "lane_ft": 13.8,
    # Of 40,385 twos none was called in the paint, or in mid-range, from the other side of the lane's edge; a place has tenths of feet.
    "most_feet_beside": 1,
    # The line is 23.75 feet away where it is farthest: a toe on it is a two.
    "farthest_two_ft": 25,
    # A date may have a bad night of names; the whole range may not.
    "least_named_share_of_date": 0.97,
    "least_named_share": 0.99,
    # The line is 22 feet away where it is nearest, and distances come as whole feet.
    "nearest_three_ft": 21,
    "most_threes_from_inside": 1,
    # Distances come as whole feet, rounded or cut.
    "most_feet_apart": 1.5,
    # Dunks are noted at the hoop itself: up to 8 % of a game's shots.
    "most_share_at_the_hoop": 0.1,
    # Gate 2. Of all attempts: one shot of a rare zone may fall between two sources.
    "most_zone_share_lost": 0.02,
    # Five on the floor share 100 by definition; who played less than a minute has plays and no rate.
    "least_usage": 85,
    "most_usage": 105,
    # A half of the last digit that is published, and a little.
    "most_rating_off": 0.01,
    # Gate 3. Fewer opponents, or teams, may be alike by chance, as may a column over fewer rows.
    "least_opponents": 3,
    "fewest_teams": 3,
    "fewest_rows": 20,
    # Fewer teams may all have won the same share of a few games.
    "fewest_teams_unalike": 12,
    # Shares of attempts that no league of these years has left.
    "least_paint_share": 0.35,
    "most_paint_share": 0.6,
    # Three rates rounded to two places.
    "most_rate_sum_off": 0.05,
    # A shot a game, over ten games.
    "most_shots_off_in_ten": 10,
    # Gate 4. A naive forecast of the season mean misses by about 5 points.
    "most_points_off": 7,
    # A mean over fewer may be as far off by chance, as in a season's first days.
    "fewest_forecasts": 200,
}
