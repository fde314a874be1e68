"""A worker of the live page without NEURON: it echoes, dies and hangs as it is told."""

import os
import time
from contextlib import suppress

from models.explore.frames import Answer, Frames


def main(pipe) -> None:
    """Answer until the pipe is closed: what the cell of a question is called is what is done."""
    pipe.send((0, Answer("ready")))
    while True:
        try:
            came = pipe.recv()
        except (EOFError, OSError):
            return
        if isinstance(came, int):
            continue
        number, _, question = came
        what = question.state["cell"]
        if what == "die" or (what == "die in the middle" and question.piece == 2):
            os._exit(3)
        if what == "hang":
            time.sleep(1e6)
        if question.what == "follow":
            time.sleep(0.02)
            answer = Answer(Frames([], question.piece, 4), last=question.piece == 3)
        else:
            answer = Answer((os.getpid(), what))
        with suppress(OSError):  # nobody is there any more
            pipe.send((number, answer))
