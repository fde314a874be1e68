"""A real browser for the tests of pages, without a window; where none is installed they are skipped and say
so."""

import os
import shutil
from contextlib import contextmanager

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PHONE, DESK = (390, 844), (1280, 900)  # px
OFF_THE_SCREEN = """() => [...document.querySelectorAll('body *')].filter(own => {
    for (let up = own.parentElement; up; up = up.parentElement)
        if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(up).overflowX)) return false;
    const box = own.getBoundingClientRect();
    return box.width > 0 && box.right > document.documentElement.clientWidth + 0.5;
}).slice(0, 5).map(own => own.outerHTML.slice(0, 120))"""


def executable() -> str | None:
    """The browser that the tests drive: $BROWSER_FOR_TESTS, or the first of the usual names that there is."""
    named = os.environ.get("BROWSER_FOR_TESTS")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="module")
def browser():
    """The browser, one a module; `watched` opens pages in it."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = executable()
    if path is None:
        pytest.skip(f"no browser is installed: none of {', '.join(NAMES)} is on the path")
    flags = ["--disable-dev-shm-usage", "--disable-gpu"]
    # Chromium refuses to start as root with its sandbox; the pages are our own
    flags += ["--no-sandbox"] if os.geteuid() == 0 else []
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=flags)
        yield running
        running.close()


class Heard:
    """What a page complained of.

    errors: of the console, and exceptions of scripts
    failed: addresses that were not to be had
    asked: every address asked for but those within the page (data:, blob:)
    """

    def __init__(self, page):
        self.errors, self.failed, self.asked = [], [], []
        page.on("console", lambda said: said.type in ("error", "warning") and self.errors.append(said.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("requestfailed", lambda asked: self.failed.append(asked.url))
        page.on("response", lambda got: got.status >= 400 and self.failed.append(f"{got.status} {got.url}"))
        page.on("request", self._ask)

    def _ask(self, asked):
        if not asked.url.startswith(("data:", "blob:")):
            self.asked.append(asked.url)


@contextmanager
def watched(browser, size=DESK, **context):
    """A page of that size (px) and what it complains of, in a session of its own; context: of the browser,
    such as color_scheme="dark" or has_touch=True."""
    session = browser.new_context(viewport={"width": size[0], "height": size[1]}, **context)
    try:
        page = session.new_page()
        yield page, Heard(page)
    finally:
        session.close()


def broken_images(page) -> list[str]:
    """Pictures that are not drawn: how they begin."""
    return page.evaluate("""async () => {
        const all = [...document.images];
        await Promise.all(all.map(one => { one.loading = 'eager'; return one.decode().catch(() => 0); }));
        return all.filter(one => !one.naturalWidth).map(one => one.outerHTML.slice(0, 120)); }""")


def too_wide(page) -> list[str]:
    """What makes the page wider than its window, of what cannot be scrolled by itself; [] of a page that
    needs no scrolling sideways."""
    wide = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    found = page.evaluate(OFF_THE_SCREEN)
    return found or ([f"{wide[0]} px in a window of {wide[1]}"] if wide[0] > wide[1] else [])
