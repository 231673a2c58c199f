"""Reading a chart: its rows, its elements, what it tells on pointing, its words and its table."""

from xml.etree import ElementTree


def parts(chart, tag="*", look=None, within="."):
    """The elements of a drawing in their order, of a tag and a class."""
    found = ElementTree.fromstring(chart.svg).findall(f"{within}//{tag}")
    return [part for part in found if look in (None, part.get("class"))]


def rows_of(chart):
    """Each row of a chart as its name and the elements of its strip."""
    groups = [group for group in ElementTree.fromstring(chart.svg).findall(".//g") if group.get("transform")]
    return [("".join(group.find("text").itertext()), list(group.find("svg"))) for group in groups]


def hovers(chart, look=None):
    """What is told on pointing, at what has a look."""
    return [part.find("title").text for part in parts(chart, look=look) if part.find("title") is not None]


def words(chart):
    return ["".join(part.itertext()) for part in parts(chart, "text")]


def small_table(chart):
    return chart.table.to_dict("records")
