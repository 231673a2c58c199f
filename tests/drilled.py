"""What the README tells of the fire drill, which is what the drill is held to."""

import re
from pathlib import Path

REFUSED_BY_STAGING = {"P7"}  # a required column: no build can leave it NULL

README = Path(__file__).parents[1] / "README.md"
# The README's table of faults, by id: title, gate, what stops it, what the plan's own checks say.
TOLD = {
    fault: cells for fault, *cells in re.findall(r"^\| (\w+) \| (.+?) \| (\d9) \| (.+?) \| (saw it)? ?\|$", README.read_text(encoding="utf-8"), re.M)
}
CHECK_FOR = {fault: by.strip("`") for fault, (_, _, by, _) in TOLD.items() if fault not in REFUSED_BY_STAGING}


def row_of(matrix, fault: str) -> dict:
    [row] = matrix[matrix.fault == fault].to_dict("records")
    return row
