"""The page that lays seasons side by side: what it says of each, and where it leads."""

import json
from datetime import UTC, datetime

from tiny import Tiny, day

from nbhelpers.runs import seasons


def test_each_season_has_its_line_its_newest_run_and_its_place_in_the_charts(tmp_path):
    tiny = Tiny(tmp_path)
    tiny.play(day(0), "BOS", "LAL")
    tiny.load()
    tiny.build(20, 21, 22)
    tiny.execute("DELETE FROM nba_analytics.team_defense_game_summary")
    runs, run = tmp_path / "runs", "20260101T040000Z_ab12cd"
    (runs / run).mkdir(parents=True)
    manifest = {"run_id": run, "season": "2025-26", "status": "stopped", "notebooks": []}
    (runs / run / "manifest.json").write_text(json.dumps(manifest))
    (runs / run / "report.html").write_text("a report")
    page = seasons.build([tiny.session()], {"2024-25": "no schedule <is> stored."}, runs, datetime(2026, 1, 1, 4, tzinfo=UTC))
    said = page.read_text()
    assert page == runs / "seasons.html"
    assert said.index("no schedule &lt;is&gt; stored.") < said.index(f'<a href="{run}/report.html">{run}</a>')
    assert '<span class="badge stopped">stopped by a gate</span>' in said
    for heading in ("Coverage of each table by week", "Failures by week", "Critical fields by week"):
        assert heading in said
    assert "http" not in said.replace("http-equiv", "")  # nothing is asked for
