"""The process that computes: one NEURON, which answers one question at a time.

It ends when whoever began it is gone, in the middle of a question too.
"""

import os
import signal
import threading
import time
import warnings
from collections.abc import Hashable
from multiprocessing.connection import Connection
from queue import SimpleQueue

from ..errors import PumpleakError, PumpleakWarning
from .frames import Answer, Question

Asked = tuple[int, Hashable, Question]  # number, page


class Dropped(Exception):
    """Nobody waits for the answer any more."""


def main(pipe: Connection) -> None:
    """Answer what comes through the pipe, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is told to the one who began this process
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):  # what NEURON prints is no answer
        os.dup2(nowhere, stream)
    warnings.simplefilter("ignore", PumpleakWarning)
    asked: SimpleQueue[Asked] = SimpleQueue()
    dropped: set[int] = set()
    threading.Thread(target=_listen, args=(pipe, asked, dropped), daemon=True).start()
    from .compute import Kitchen  # with it comes NEURON, which takes seconds to load

    now = [0]

    def tell(*_: object) -> None:
        if now[0] in dropped:
            raise Dropped

    kitchen = Kitchen(tell)
    pipe.send((0, Answer("ready")))
    while True:
        number, page, question = asked.get()
        now[0], began = number, time.perf_counter()
        try:
            answer = _answer(kitchen, page, question)
        except Dropped:
            answer = Answer(last=True)
        except PumpleakError as error:
            answer = Answer(why=str(error).partition("; max_spikes")[0])  # which nobody here can give
        except MemoryError:
            answer = Answer(why="the memory of this machine is not enough for this cell")
        pipe.send((number, Answer(answer.found, answer.why, answer.last, time.perf_counter() - began)))


def _answer(kitchen: object, page: Hashable, question: Question) -> Answer:
    """What is found."""
    from .compute import Kitchen
    from .state import State

    assert isinstance(kitchen, Kitchen)
    state = State(**question.state)
    if question.what == "describe":
        return Answer(kitchen.describe(state))
    if question.what == "settle":
        return Answer(kitchen.settle(state))
    if question.what == "write":
        return Answer(kitchen.write(state))
    found = kitchen.follow(page, state, question.piece)
    return Answer(found, last=found.number + 1 == found.pieces)


def _listen(pipe: Connection, asked: "SimpleQueue[Asked]", dropped: set[int]) -> None:
    """Take in questions and, by their number alone, which are not waited for; end with the pipe."""
    try:
        while True:
            came = pipe.recv()
            if isinstance(came, int):
                dropped.add(came)
            else:
                asked.put(came)
    except (EOFError, OSError):
        os._exit(0)
