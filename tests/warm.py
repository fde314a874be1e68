"""Commands in copies of one process that has loaded everything: loading takes longer than most of them do.

As a program: `warm.py serve SOCKET` waits for command lines and runs each in a fork of itself, `warm.py ask
SOCKET ARGUMENT ...` sends one, with its folder, its environment and its three streams, and ends as it ends.
"""

import os
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PROGRAMS = "programs"  # the folder of `python` within the one that a process serves
STREAMS = 3
LONGEST = 1 << 20  # of what is asked, in bytes


@contextmanager
def process(folder: Path) -> Iterator[None]:
    """A process with the `models` of a folder loaded, and in its folder PROGRAMS a program `python` that lets
    it do `python run.py ...`, and anything else by the Python that runs this."""
    programs = folder / PROGRAMS
    programs.mkdir()
    listening, here = programs / "socket", [sys.executable, "-S", "-E", __file__]
    python = programs / "python"
    asked = f'exec {sys.executable} -S -E {__file__} ask {listening} "$@"'
    python.write_text(
        f'#!/bin/sh\nif [ "$1" = run.py ]; then shift; {asked}; fi\nexec {sys.executable} "$@"\n'
    )
    python.chmod(0o755)
    served = subprocess.Popen(
        [here[0], __file__, "serve", listening], cwd=folder, stdout=subprocess.PIPE, text=True
    )
    try:
        assert served.stdout is not None and served.stdout.readline() == "ready\n"
        yield
    finally:
        served.kill()
        served.communicate()


def ask(path: str, arguments: list[str]) -> int:
    """The exit status of a command line that the process at the socket runs."""
    asked = "\0".join([os.getcwd(), str(len(arguments)), *arguments, *map("=".join, os.environ.items())])
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line:
        line.connect(path)
        socket.send_fds(line, [asked.encode()], range(STREAMS))
        return int(line.recv(9) or 1)


def serve(path: str) -> None:
    """Load what commands need, and run each that is asked for until killed."""
    sys.path[0] = os.getcwd()
    import matplotlib.pyplot  # noqa: F401
    import pandas  # noqa: F401
    import xarray  # noqa: F401

    from models import cli  # noqa: F401
    from models.parameters.units import convert
    from models.simulator import library

    convert("1 mm", "cm")  # which reads all units
    library.load_mechanisms()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(path)
        listening.listen()
        print("ready", flush=True)
        while True:
            line, _ = listening.accept()
            if os.fork():
                line.close()
                with suppress(ChildProcessError):  # those that have ended since
                    while os.waitpid(-1, os.WNOHANG)[0]:
                        pass
            else:
                listening.close()
                _answer(line)


def _answer(line: socket.socket) -> None:
    """Run what is asked as a process of its own would, in this fork, and end it."""
    asked, streams, _, _ = socket.recv_fds(line, LONGEST, STREAMS)
    folder, count, *words = asked.decode().split("\0")
    os.chdir(folder)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    for number, name in ((1, "stdout"), (2, "stderr")):  # what stood in their place was of another kind
        setattr(sys, name, os.fdopen(number, "w", closefd=False))
    os.environ.clear()
    os.environ.update(word.split("=", 1) for word in words[int(count) :])
    sys.argv = ["run.py", *words[: int(count)]]
    status = 1
    try:
        from models.__main__ import main

        status = main()
        sys.stdout.flush()
    except BaseException:  # which would go on in the process that all are forks of
        traceback.print_exc()
    finally:
        line.send(str(status).encode())
        os._exit(status)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    else:
        sys.exit(ask(sys.argv[2], sys.argv[3:]))
