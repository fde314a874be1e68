"""The report: one page that holds all it shows, read back by a parser and opened in a browser."""

import csv
import io
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from browser import DESK, PHONE, broken_images, browser, too_wide, watched  # noqa: F401
from page_reading import Reading, content, contrast, palettes
from small_report import TRIED, run  # noqa: F401

from models.errors import InputError
from models.experiments.statements.tried import finding_of
from models.show import report_parts
from models.show.report_figures import described, panel_data, size_of

LEVELS = {"h1": 1, "h2": 2, "h3": 3}


@pytest.fixture(scope="module")
def page(run):  # noqa: F811
    folder, made = run()
    assert made == [part.name for part in report_parts.PARTS]
    return folder / "report.html"


@pytest.fixture(scope="module")
def read(page):
    return Reading(page.read_text(encoding="utf-8"))


def test_the_page_is_whole(read):
    assert read.faults == []
    html = read.all("html")[0]
    assert html["@lang"] == "en" and len(read.all("title", "main", "h1")) == 3
    ids = [one["@id"] for one in read.elements if "@id" in one]
    assert len(ids) == len(set(ids)) and {"statement-7", "statement-12", "validation", "bench"} <= set(ids)
    within = [one["@href"][1:] for one in read.all("a") if one["@href"].startswith("#")]
    named = [one["@aria-labelledby"] for one in read.elements if "@aria-labelledby" in one]
    assert set(within + named) <= set(ids) and len(within) >= 9


def test_nothing_is_asked_of_a_network(page, read):
    for one in read.elements:
        for key in ("@src", "@srcset", "@href"):
            if key in one:
                assert re.match(r"data:|#", one[key]), one[key][:60]
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"https?://|@import|url\(", text) and not read.all("script", "iframe", "object")
    policy = [one["@content"] for one in read.all("meta") if "@http-equiv" in one]
    assert policy == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'"]


def test_headings_come_in_their_order(read):
    levels = [LEVELS[one["tag"]] for one in read.all(*LEVELS)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert all(one["text"].strip() for one in read.all(*LEVELS))


def test_every_picture_is_one_and_is_told_in_words(read):
    pictures = read.all("img")
    assert len(pictures) == len(TRIED) + 4
    for one in pictures:
        assert len(one["@alt"]) > 60 and size_of(content(one["@src"])) == (
            int(one["@width"]),
            int(one["@height"]),
        )
    said = [one["@alt"] for one in pictures]
    assert len(set(said)) == len(said) - 1  # of one cell twice
    assert "0.1: 0.00111" in said[0] and "separated, of the cell's ions against diameter (µm)" in said[0]
    for one in read.all("source"):
        assert size_of(content(one["@srcset"]))[0] < 700


def test_numbers_of_captions_are_those_of_the_runs(read):
    """Each is looked up in the summary that the page itself offers; nothing else in a caption is a number."""
    told = {
        one["@download"].removesuffix("_summary.json"): json.loads(content(one["@href"]))
        for one in read.all("a")
        if "_summary.json" in one.get("@download", "")
    }
    assert len(told) == 5
    numbers = read.all("data")
    assert len(numbers) == 15
    for one in numbers:
        name, *keys = one["@data-of"].split("/")
        found = told[name]
        for key in keys:
            found = found[key]
        assert float(one["@value"]) == found
        shown = float(re.match(r"−?[\d.e+]+", one["text"])[0].replace("−", "-"))
        assert shown == pytest.approx(found, rel=6e-3)
    for one in read.of_class("caption"):
        assert one["text"] and not re.search(r"\d", one["typed"]), one["typed"]
    limits = {f"statements/{one['number']}/limit": one["limit"] for one in told["statements"]["statements"]}
    names = {f"{name}/cell": one["cell"] for name, one in told.items() if "determinants" in name}
    words = {one["@data-of"]: one["text"] for one in read.all("span") if "@data-of" in one}
    assert words.keys() == limits.keys() | names.keys()
    for key, limit in limits.items():
        assert words[key].replace("−", "-").casefold() == f"{limit}.".replace("−", "-").casefold()
    assert all(words[key] == name for key, name in names.items())


def test_every_figure_has_its_command_and_its_data(read):
    figures = read.all("figure")
    commands = [one["text"] for one in read.all("pre") if "figcaption" in one["within"]]
    assert len(figures) == len(commands) == len(TRIED) + 4
    assert commands[0].splitlines()[0].endswith("statements 7") and "--cell muscle" in commands[0]
    assert commands[-1].endswith("determinants --cell muscle")
    offered = {one["@download"]: content(one["@href"]) for one in read.all("a") if "@download" in one}
    assert {"statement_07.csv", "validation.csv", "statements.csv", "quick_course.csv"} <= offered.keys()
    rows = list(csv.DictReader(io.StringIO(offered["statement_07.csv"].decode())))
    assert len(rows) == 7 and rows[0]["x"] == "diameter (µm)" and float(rows[0]["at"]) == 0.1
    assert float(rows[0]["value"]) == pytest.approx(1.112e-3, rel=1e-3)


def test_tables_say_what_their_cells_are(read):
    tables = read.all("table")
    assert len(tables) == len(read.all("caption")) == 1 + len(TRIED) + 7
    assert all(one["@scope"] in ("row", "col") and one["text"].strip() for one in read.all("th"))
    cells = [one["text"] for one in read.all("th", "td")]
    assert cells[cells.index("compartments") + 1] == "4"
    assert "<b>Neuron()</b>" in [one["text"] for one in read.all("th")]  # as it stands, not as markup


def test_numbers_of_a_benchmark_fit_on_paper(read):
    """Three digits, where the file has sixteen."""
    cells = [one["text"] for one in read.all("td")]
    assert "−0.0448" in cells and any(one.startswith("1.07e") for one in cells)
    assert not any("1.0657757" in one for one in cells)


def test_what_is_missed_stands_on_the_page_with_its_reason(page, read):
    """Not within what is folded: on paper that is not seen, and the figure too small."""
    with (page.parent / "validation" / "validation.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    missed = [f"{row['row']} {row['what']}" for row in rows if row["verdict"] == "miss"]
    shown = [one["text"] for one in read.all("th") if "details" not in one["within"]]
    assert missed and all(one in shown for one in missed)


def test_contrast_is_that_of_wcag_aa(read):
    """4.5 for letters, on the page and on cards; in the light, in the dark and on paper."""
    schemes = palettes(read.all("style")[0]["text"])
    assert len(schemes) == 3 and len({one["paper"] for one in schemes}) == 2
    for scheme in schemes:
        assert len(scheme) == 9
        for letters in ("ink", "soft", "link", "holds", "limits", "fails"):
            for ground in ("paper", "card"):
                assert contrast(scheme[letters], scheme[ground]) >= 4.5, (letters, ground, scheme)
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the standard's own example


def test_what_is_there_is_found_again(page, run, capsys):  # noqa: F811
    folder, made = run(quiet=False)
    assert made == []
    said = capsys.readouterr().err
    assert "statements: found in" in said and said.count("found in") == 5
    summary = json.loads((folder / "summary.json").read_text())
    assert [one["how"] for one in summary["parts"]] == ["found"] * 5


def _spoilt(summary, change):
    change(summary)
    return summary


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("compare", lambda s: s["provenance"].update(pumpleak="0.0.1")),
        ("compare", lambda s: s["provenance"].update(neuron="8.2.6")),
        ("compare", lambda s: s["provenance"].update(parameters="0123456789abcdef")),
        ("compare", lambda s: s["provenance"].update(mechanisms="0123456789abcdef")),
        ("compare", lambda s: s["provenance"].update(command="python run.py compare --hours 1")),
        ("compare", lambda s: s["provenance"].update(command="python run.py rest 'unclosed")),
        ("compare", lambda s: s["provenance"]["files"].append("gone.png")),
        ("compare", lambda s: s.pop("provenance")),
        ("statements", lambda s: s["cells"].update(neuron="0123456789abcdef")),
        ("statements", lambda s: s.update(mechanisms="0123456789abcdef")),
        ("statements", lambda s: s["provenance"].update(command="python run.py statements 3")),
    ],
)
def test_what_another_run_left_is_not_taken(page, name, change):
    """Of another version, other cells or mechanisms, by other options, or with a file less."""
    part = next(one for one in report_parts.PARTS if one.name == name)
    folder = page.parent / name
    kept = (folder / "summary.json").read_text()
    assert report_parts.found(part, [folder]) is not None
    try:
        (folder / "summary.json").write_text(json.dumps(_spoilt(json.loads(kept), change)))
        assert report_parts.found(part, [folder]) is None
        (folder / "summary.json").write_text("no JSON")
        assert report_parts.found(part, [folder, Path("nowhere")]) is None
    finally:
        (folder / "summary.json").write_text(kept)


def test_where_it_went_and_whether_it_was_quiet_changes_nothing():
    alike = report_parts._alike
    assert alike(
        "pumpleak determinants --cell muscle --quiet --out 'my folder'", "determinants --cell muscle"
    )
    assert alike("python run.py compare -q --out=x", "compare")
    assert not alike("python run.py determinants --cell neuron", "determinants --cell muscle")
    assert not alike("python run.py compare --set ko=8", "compare") and not alike("python run.py", "compare")


def test_results_are_looked_for_beside_the_report_and_in_their_usual_place(tmp_path):
    assert report_parts.homes(Path("results/report")) == [Path("results")]
    assert report_parts.homes(tmp_path / "here") == [tmp_path, Path("results")]


def test_damaged_findings_are_said_to_be(page, run):  # noqa: F811
    path = page.parent / "statements" / "findings.json"
    kept = path.read_text()
    try:
        path.write_text("{}")
        with pytest.raises(InputError, match=r"findings.json: is damaged .*; delete its folder"):
            run()
    finally:
        path.write_text(kept)


def test_a_figure_in_words_and_as_data(page):
    found = json.loads((page.parent / "statements" / "findings.json").read_text())
    finding = finding_of(found["12"])
    words = described(finding)
    assert words.startswith("Panel 1 of 2, work in a cycle") and "a level at 50" in words
    rows = list(csv.reader(io.StringIO(panel_data(finding).decode())))
    assert rows[0] == ["panel", "x", "y", "line", "at", "value"]
    assert {"50.0", "60.0"} == {row[5] for row in rows if "ATP" in row[3]}


# ------------------------------------------------------------------ in a browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK])
def test_in_a_browser(browser, page, size, scheme):  # noqa: F811
    """No complaint, no broken picture, nothing beyond the edge; dark where that is wanted; narrow figures in
    a narrow window."""
    with watched(browser, size, color_scheme=scheme) as (shown, heard):
        shown.goto(page.as_uri())
        shown.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert broken_images(shown) == [] and too_wide(shown) == []
        assert heard.errors == heard.failed == [] and heard.asked == [page.as_uri()]
        ground = shown.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 26)"}[scheme]
        img = "document.querySelector('#statement-7 ~ figure img')"
        narrow = shown.evaluate(f"{img}.currentSrc !== {img}.src")
        assert narrow == (size == PHONE)


def test_by_keyboard_on_paper_and_saved(browser, page, tmp_path):  # noqa: F811
    with watched(browser, DESK, accept_downloads=True) as (shown, _):
        shown.goto(page.as_uri())
        shown.keyboard.press("Tab")
        assert shown.evaluate("document.activeElement.textContent") == "Skip to the content"
        assert shown.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
        with shown.expect_download() as saved:
            shown.click("a[download='statement_07.csv']")
        assert saved.value.suggested_filename == "statement_07.csv"
        saved.value.save_as(tmp_path / "07.csv")
        assert (tmp_path / "07.csv").read_text().startswith("panel,x,y,line,at,value\n")
        shown.emulate_media(media="print", color_scheme="dark")
        assert not shown.is_visible("nav") and shown.is_visible("#statement-7")
        assert shown.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        assert too_wide(shown) == []
