"""The page's style sheet, and the part of it that a picture takes along."""

from pathlib import Path

WHOLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
_MARKS = "/* marks of drawings */"
_COLOURS = WHOLE.partition("/* colours */")[2].partition("}")[0] + "}"
LIGHT = _COLOURS.strip() + WHOLE.partition(_MARKS)[2]
