"""Ctrl-C and SIGTERM: heard at once, obeyed where nothing is torn by it.

A KeyboardInterrupt inside a callback from C is printed there and lost, and one between two moves of files
leaves half a result. Such places are `held`: a signal is noted and obeyed at their end, or before, wherever
they call `raise_pending_interrupt`. The command line obeys SIGTERM as it does Ctrl-C, and should an interrupt
get lost all the same, or come in a long call of a library, a watching thread ends the process (`obey`).
"""

import os
import signal
import sys
import threading
import time
from contextlib import ContextDecorator
from types import FrameType

STATUS = 2  # of a command that was interrupted
PATIENCE = 0.5  # s, that an interrupted command has to end by itself
SIGNALS = (signal.SIGTERM, signal.SIGINT)

NOTHING = "interrupted: nothing was written, earlier results are as they were"
sentence = NOTHING  # the last words of an interrupted command; once results are written they are others
_noted: list[int] = []  # signals that came while they were held
_holding = False  # whether signals are noted only
_obeyed = False  # whether the command has been interrupted: a second key changes nothing
_before: dict = {}  # the handlers whose place `_arrived` takes within a library
at_exit: list = []  # functions that a command must have called before it ends
moving = threading.Lock()  # taken while files are moved, which nothing may cut short


def _arrived(number: int, _frame: FrameType | None) -> None:
    """The handler of both signals, for a whole command or, in a library, while they are held."""
    if _holding:
        _noted.append(number)
    else:
        _interrupt()


def _interrupt(*_: object) -> None:
    """KeyboardInterrupt, the first time."""
    global _obeyed
    if not _obeyed:
        _obeyed = True
        raise KeyboardInterrupt


class held(ContextDecorator):
    """Signals that arrive meanwhile are obeyed at the end, by the handler that the process had for them."""

    def __enter__(self) -> None:
        global _holding
        # by who holds them already; threads but the main one get none
        self._outer = not _holding and threading.current_thread() is threading.main_thread()
        if not self._outer:
            return
        _holding = True
        try:
            for number in SIGNALS:
                handler = signal.getsignal(number)
                if callable(handler) and handler is not _arrived:
                    _before[number] = signal.signal(number, _arrived)
        except BaseException:
            _let_go()
            raise

    def __exit__(self, *_: object) -> None:
        if self._outer:
            _let_go()

    def _recreate_cm(self) -> "held":
        return held()


def _let_go() -> None:
    """Give signals back to the handlers that the process had, and obey the first that was noted."""
    global _holding
    try:
        while _before:
            signal.signal(*_before.popitem())
    finally:
        _holding = False
    if _noted:
        noted = _noted[0]
        _noted.clear()
        signal.raise_signal(noted)


def raise_pending_interrupt() -> None:
    """Obey now what was noted: KeyboardInterrupt, unless the user's own handler does something else."""
    if _noted:
        number = _noted[0]
        _noted.clear()
        _before.get(number, _interrupt)(number, None)


def interrupted() -> bool:
    """Whether this command has been told to end: any error after that is its consequence."""
    return _obeyed


def obey() -> None:
    """Let both signals end this process, a command, with a KeyboardInterrupt or, after PATIENCE, without.

    A signal that the process was told to ignore (nohup, a background job) stays ignored.
    """
    heard, told = os.pipe()
    os.set_blocking(told, False)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _arrived)
    said = sys.unraisablehook
    # what a finaliser did not let through is no news
    sys.unraisablehook = lambda lost: lost.exc_type is KeyboardInterrupt or said(lost)
    # NEURON's own words are kept from the terminal at times, these are not
    terminal = os.dup(2)
    threading.Thread(target=_watch, args=(heard, terminal), daemon=True).start()


def _watch(heard: int, terminal: int) -> None:
    while os.read(heard, 1)[0] not in SIGNALS:
        pass
    time.sleep(PATIENCE)
    with moving:
        leave()
        cursor = b"\x1b[?25h" if os.isatty(terminal) else b""  # which a progress bar hides
        os.write(terminal, cursor + f"{last_words()}\n".encode())
        os._exit(STATUS)


def leave() -> None:
    """Do what has to be done before the process ends, once."""
    while at_exit:
        at_exit.pop()()


def last_words() -> str:
    """The sentence on an interrupted command, the first time."""
    global sentence
    said, sentence = sentence, ""
    return said
