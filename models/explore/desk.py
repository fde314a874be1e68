"""Who takes the questions of all pages to the one worker, and begins another where that one dies or hangs.

Each page has one question at a time: a new one takes the place of the old. Of several pages each has its
turn; a course is asked for piece by piece, so that another page's slider need not wait for its end.
"""

import multiprocessing
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any

from . import worker
from .frames import Answer, Frames, Question

PATIENCE = 4.0  # s that a question may go on that nobody waits for, before its worker is ended
LONGEST = 120.0  # s that one may take
BEGINNING = 900.0  # s, of the first: mechanisms may have to be compiled
TRIES = 2  # of a question whose worker dies
ENDED = "the process that computes ended while it worked on this; another was started"
SLOW = f"no answer within {LONGEST:g} s; the process that computes was ended and another started"
DEAD = "the process that computes ended twice on this, which is given up; other values may be asked"


@dataclass
class Asked:
    """A question of a page. tell: takes what is answered; number: by which it is known; deaths: of workers
    over it."""

    page: Hashable
    question: Question
    tell: Callable[[Answer], None]
    number: int = 0
    deaths: int = 0
    dropped: float | None = None


class Desk:
    """The questions and the worker. news: called with a sentence when the worker was begun anew, and with ""
    once it is ready."""

    def __init__(self, news: Callable[[str], None]) -> None:
        self._news = news
        self._waiting: dict[Hashable, Asked] = {}  # by page, in the order of their turn
        self._now: Asked | None = None
        self._changed = threading.Condition()
        self._ending = False
        self._count = 0
        self._begin()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int | None:
        """Of the worker's process."""
        return self._process.pid

    def ask(self, page: Hashable, question: Question, tell: Callable[[Answer], None]) -> None:
        """Ask for a page; what it asked before is not answered any more. tell: called from another thread."""
        with self._changed:
            self._waiting[page] = Asked(page, question, tell)
            self._drop(page)
            self._changed.notify_all()

    def forget(self, page: Hashable) -> None:
        """Of a page that is gone."""
        with self._changed:
            self._waiting.pop(page, None)
            self._drop(page)

    def close(self) -> None:
        """End the worker, and wait until it is gone."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        self._pipe.close()
        self._process.join(1.0)
        self._kill()

    def _drop(self, page: Hashable) -> None:
        """Let the worker know that the answer it is at is not waited for."""
        now = self._now
        if now is not None and now.page == page and now.dropped is None:
            now.dropped = time.monotonic()
            self._send(now.number)

    def _begin(self) -> None:
        self._pipe, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=worker.main, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self._ready, self._begun = False, time.monotonic()

    def _kill(self) -> None:
        if self._process.is_alive():
            self._process.kill()
        self._process.join(5.0)

    def _send(self, what: Any) -> bool:
        try:
            self._pipe.send(what)
            return True
        except (OSError, ValueError):  # it has died, which is seen where its answer is waited for
            return False

    def _work(self) -> None:
        """Ask, one question after the other, until the desk closes."""
        while True:
            with self._changed:
                while not (self._ending or self._now or self._waiting):
                    self._changed.wait()
                if self._ending:
                    return
                if self._now is None:
                    self._next()
            why = self._wait()
            if self._ending:
                return
            if why:
                self._anew(why)

    def _next(self) -> None:
        """Take the question whose turn it is to the worker."""
        page = next(iter(self._waiting))
        self._count += 1
        asked = replace(self._waiting.pop(page), number=self._count, dropped=None)
        self._now, self._begun = asked, time.monotonic()
        self._send((asked.number, asked.page, asked.question))

    def _wait(self) -> str:
        """Wait for a while for what the worker says, and pass it on; why it has to be begun anew, or ""."""
        pipe: Connection = self._pipe
        try:
            if not pipe.poll(0.1):
                return self._too_long()
            number, answer = pipe.recv()
        except (EOFError, OSError):
            return ENDED
        if number == 0:
            self._ready, self._begun = True, time.monotonic()
            self._news("")
            return ""
        with self._changed:
            asked = self._now
            self._now = None
            if asked is None or asked.number != number or asked.dropped is not None:
                return ""
            found = answer.found
            if isinstance(found, Frames) and not answer.last and asked.page not in self._waiting:
                going = replace(asked.question, piece=found.number + 1)
                self._waiting[asked.page] = replace(asked, question=going)
        asked.tell(answer)
        return ""

    def _too_long(self) -> str:
        """Why the worker is to be ended, "" where it is not."""
        now, spent = self._now, time.monotonic() - self._begun
        if not self._ready:
            return SLOW if spent > BEGINNING else ""
        if now is None:
            return ""
        if now.dropped is not None and time.monotonic() - now.dropped > PATIENCE:
            return ENDED
        return SLOW if spent > LONGEST else ""

    def _anew(self, why: str) -> None:
        """End the worker and begin another, which is asked once more what it was at, unless that took too
        long."""
        self._kill()
        self._pipe.close()
        with self._changed:
            asked, self._now = self._now, None
            if self._ending:
                return
            self._begin()
            for page, one in self._waiting.items():  # the new one knows no course
                self._waiting[page] = replace(one, question=replace(one.question, piece=0))
            again = asked is not None and asked.dropped is None and asked.page not in self._waiting
            if asked is not None and again and why == ENDED and asked.deaths + 1 < TRIES:
                first = replace(asked.question, piece=0)
                self._waiting[asked.page] = replace(asked, question=first, deaths=asked.deaths + 1)
                again = False
        self._news(why)
        if asked is not None and again:
            asked.tell(Answer(why=DEAD if why == ENDED else why))
