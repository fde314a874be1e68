"""The keys of parameter files on a terminal and as a Markdown page."""

from textwrap import wrap

from ..parameters.reference import Key, Keys

WIDTH = 80


def text(tables: list[Keys]) -> str:
    """The tables, legible at 80 columns: each with its heading and what it is, then a key a line with unit,
    range and default, its meaning below it."""
    lines = []
    for table in tables:
        lines += [table.heading] if table.heading else []
        lines += [*wrap(table.meaning, WIDTH, initial_indent="    ", subsequent_indent="    "), ""]
        for key in table.keys:
            values = (key.range, "" if key.unit == "1" else key.unit, key.words)
            about = ", ".join(word for word in (" ".join(filter(None, values)), _default(key)) if word)
            lines += wrap(f"  {key.name}: {about}", WIDTH, subsequent_indent="      ")
            lines += wrap(key.meaning, WIDTH, initial_indent="      ", subsequent_indent="      ")
        lines.append("")
    return "\n".join(lines[:-1])


def _default(key: Key) -> str:
    return key.default if key.default in ("", "needed") else f"default {key.default}"


def markdown(tables: list[Keys]) -> str:
    """The tables as a page."""
    lines = ["# Keys of a parameter file", ""]
    for table in tables:
        title = f"`{table.heading}`" if table.heading else "At the top"
        meaning = f"{table.meaning[:1].upper()}{table.meaning[1:].rstrip('.')}."
        lines += [f"## {title}", "", _plain(meaning), ""]
        lines += ["| key | unit | range | default | meaning |", "|---|---|---|---|---|"]
        for key in table.keys:
            cells = (f"`{key.name}`", key.unit, f"{key.range} {key.words}".strip(), key.default, key.meaning)
            lines.append("| " + " | ".join(map(_plain, cells)) + " |")
        lines.append("")
    return "\n".join(lines)


def _plain(text: str) -> str:
    """A text in which Markdown sees no marks."""
    return text.replace("|", "\\|").replace("*", "\\*")
