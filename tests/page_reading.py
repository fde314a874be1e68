"""What stands in a page, as a test reads it: its elements, links, headings, numbers and colours."""

import base64
import re
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "source", "br", "hr", "input"}


class Reading(HTMLParser):
    """A page that was read. elements: of each its name, attributes, text,
    and what of that is not said to be from a run; faults: tags that do not fit."""

    def __init__(self, page: str):
        super().__init__(convert_charrefs=True)
        self.elements, self.faults, self._open = [], [], []
        self.feed(page)
        self.close()
        self.faults += [f"{one['tag']} is not closed" for one in self._open]

    def handle_starttag(self, tag, attributes):
        one = {"tag": tag, "text": "", "typed": "", **{f"@{key}": value for key, value in attributes}}
        one["within"] = [outer["tag"] for outer in self._open]
        self.elements.append(one)
        if tag not in VOID:
            self._open.append(one)

    def handle_endtag(self, tag):
        if not self._open or self._open[-1]["tag"] != tag:
            self.faults.append(f"</{tag}> where {[one['tag'] for one in self._open[-1:]]} is open")
            return
        self._open.pop()

    def handle_data(self, data):
        told = any("@data-of" in one for one in self._open)
        for one in self._open:
            one["text"] += data
            one["typed"] += "" if told else data

    def all(self, *tags: str) -> list[dict]:
        """The elements of these names, in their order."""
        return [one for one in self.elements if one["tag"] in tags]

    def of_class(self, name: str) -> list[dict]:
        """Those of a class."""
        return [one for one in self.elements if name in (one.get("@class") or "").split()]


def content(address: str) -> bytes:
    """What a data address holds."""
    kind, _, text = address.partition(",")
    assert kind.startswith("data:") and kind.endswith(";base64"), address[:40]
    return base64.b64decode(text)


def palettes(css: str) -> list[dict[str, str]]:
    """The colours by name of each place where they are given."""
    found = re.findall(r":root\s*\{([^}]*)\}", css)
    return [dict(re.findall(r"--([a-z0-9]+):\s*(#[0-9a-f]{6})", one)) for one in found]


def contrast(one: str, other: str) -> float:
    """The ratio of two colours' luminances, 1 to 21: WCAG 2.2, 1.4.3 (https://www.w3.org/TR/WCAG22/)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
