"""The live page: how long after a slider has been moved the result is drawn, and the courses."""

import statistics
from pathlib import Path

from browser import executable
from explored import DELAYS, explored, settled

from .process import beside_goals

CELLS = {"stylised": 135, "excitable": 135, "neuron": 1161}
MOVES = 40
FLAGS = ["--disable-gpu", "--no-sandbox", "--disable-dev-shm-usage"]
PLAYED = """async () => {
    const begun = performance.now(), page = document.querySelector('.page-grid');
    [...document.querySelectorAll('.doing')][0].click();
    while (page.dataset.course !== 'shown') await new Promise(done => setTimeout(done, 20));
    return performance.now() - begun;
}"""


def show(target: Path) -> None:
    """Measure in the browser that there is; nothing where there is none."""
    if executable() is None:
        print("no browser is installed: the live page is not measured")
        return
    from playwright.sync_api import sync_playwright

    rows: list[tuple] = []
    with explored() as served, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable(), args=FLAGS)
        for cell, size in CELLS.items():
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            settled(page, f"{served.address}?cell={cell}")
            page.wait_for_timeout(1000)
            delays = page.evaluate(DELAYS, ["ko", [480 + 5 * i for i in range(MOVES)]])
            goal = 150 if size == 135 else 300
            what = f"a slider moved to the result drawn, {cell} ({size}), ms"
            rows.append((what, delays[0], statistics.median(delays), "<=", goal))
            if cell == "stylised":
                rows.append(
                    ("a course of 24 h played to its end, ms", None, page.evaluate(PLAYED), "<=", 8000)
                )
            page.close()
        browser.close()
    beside_goals(target, "explored.csv", "The live page (median of 40 moves)", rows)
