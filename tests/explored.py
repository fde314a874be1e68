"""The live page as a process of its own, for tests and benchmarks that look at it in a browser.

python tests/explored.py PICTURE.png  takes the picture of the page that README and docs show (make reference)
"""

import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READY = 60_000  # ms, on a busy machine
SETTLED = """() => document.querySelector('.big-number')?.innerText.includes('mV')
    && document.querySelector('.portrait .caption')?.innerText"""
# how long (ms) after a slider has been moved what it does is drawn: until the second frame after the number
# has changed, so that the first has been painted
DELAYS = """async ([name, positions]) => {
    const slider = document.querySelector(`[data-name=${name}] input[type=range]`);
    const shown = document.querySelector('.big-number'), found = [];
    for (const position of positions) {
        const before = shown.innerText;
        const drawn = new Promise(done => {
            const watch = new MutationObserver(() => {
                if (shown.innerText === before) return;
                watch.disconnect();
                requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
            });
            watch.observe(shown, {childList: true, characterData: true, subtree: true});
        });
        slider.value = position;
        const moved = performance.now();
        slider.dispatchEvent(new Event('input', {bubbles: true}));
        found.push(await drawn - moved);
        await new Promise(done => setTimeout(done, 60));
    }
    return found;
}"""


class Explored:
    """The page. address: with its token; process: the server's; said: what it has printed."""

    def __init__(self, *options: str):
        command = [sys.executable, "run.py", "explore", "--no-browser", *options]
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.said: list[str] = []
        first = self.process.stdout.readline()
        self.opened = re.search(r"http://\S+", first)[0]
        self.address = self.opened.partition("?")[0]
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        with self.process.stdout as printed:
            self.said += printed

    def end(self, number: int = signal.SIGINT) -> int:
        """Press Ctrl-C; its exit status."""
        self.process.send_signal(number)
        status = self.process.wait(15)
        self._reading.join(5)
        return status


@contextmanager
def explored(*options: str):
    """The page within a `with`."""
    page = Explored(*options)
    try:
        yield page
    finally:
        if page.process.poll() is None:
            page.end()


def settled(page, address: str) -> None:
    """Open an address, and wait until the cell rests."""
    page.goto(address)
    page.wait_for_function(SETTLED, timeout=READY)


def picture(path: str) -> None:
    """The page as the reference shows it: a neuron whose pump has been stopped in a closed space, water let
    in, after some minutes."""
    from browser import executable
    from PIL import Image
    from playwright.sync_api import sync_playwright

    with explored() as served, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 1260})
        settled(page, f"{served.address}?cell=neuron&blocked=1&closed=1")
        shown = "() => document.querySelector('.page-grid')?.dataset.course === 'shown'"
        page.wait_for_function(shown, timeout=READY)
        page.get_by_role("button", name="Let water in").click()
        page.wait_for_function(shown.replace("shown", "playing"), timeout=READY)
        page.wait_for_function(shown, timeout=READY)
        page.get_by_role("slider", name="time of the course").fill("44")
        page.wait_for_timeout(1000)
        page.screenshot(path=path)
        browser.close()
    whole = Image.open(path).convert("RGB")
    few = whole.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    picture(sys.argv[1])
