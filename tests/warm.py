"""Commands, and Python from a pipe, in copies of a process that has loaded everything: loading takes longer
than most of them do.

As a program: `warm.py serve SOCKET` waits for command lines and runs each in a fork of itself,
`warm.py ask SOCKET ARGUMENT ...` sends one, with its folder, its environment and its three streams, and ends
as it ends.
"""

import os
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path

PROGRAMS = "programs"  # the folder of `python` within the one that a process serves
STREAMS = 3
LONGEST = 1 << 20  # of what is asked, in bytes


@contextmanager
def process(folder: Path) -> Iterator[Path]:
    """A process with the package of a folder loaded, `models` and, by its installed name, `pumpleak`, and in
    the folder's PROGRAMS a program `python`, its path, that lets it do `python run.py ...` and `python -`,
    and the Python that runs this anything else."""
    programs = folder / PROGRAMS
    programs.mkdir()
    python, asked = programs / "python", programs / "socket"
    ask = f"exec {sys.executable} -S -E {__file__} ask {asked}"
    python.write_text(
        f'#!/bin/sh\nif [ "$1" = run.py ]; then shift; {ask} "$@"; fi\n'
        f'if [ "$1" = - ]; then {ask} "$@"; fi\nexec {sys.executable} "$@"\n'
    )
    python.chmod(0o755)
    line = [sys.executable, __file__, "serve", asked]
    served = subprocess.Popen(line, cwd=folder, stdout=subprocess.PIPE, text=True)
    try:
        assert served.stdout is not None and served.stdout.readline() == "ready\n"
        yield python
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

    import_module("models.cli")
    import_module("models.parameters.units").convert("1 mm", "cm")  # which reads all units
    import_module("models.simulator.library").load_mechanisms()
    sys.modules["pumpleak"] = sys.modules["models"]
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
    for number, (name, way) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        setattr(sys, name, os.fdopen(number, way, closefd=False))  # what stood there was of another kind
    os.environ.clear()
    os.environ.update(word.split("=", 1) for word in words[int(count) :])
    arguments = words[: int(count)]
    status = 1
    try:
        if arguments[:1] == ["-"]:
            sys.argv = arguments
            exec(compile(sys.stdin.read(), "<stdin>", "exec"), {"__name__": "__main__"})
            status = 0
        else:
            sys.argv = ["run.py", *arguments]
            status = import_module("models.__main__").main()
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
