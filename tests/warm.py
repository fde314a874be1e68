"""Commands, and Python from a pipe, in copies of a process that has loaded everything: loading takes longer
than most of them do.

As a program: `warm.py serve SOCKET PACKAGE` waits for command lines and runs each in a fork of itself,
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
def process(folder: Path) -> Iterator[None]:
    """Two processes with the package of a folder loaded, one by the name `models`, one as `pumpleak`, and in
    its folder PROGRAMS a program `python` that lets the first do `python run.py ...`, the second `python -`,
    and the Python that runs this anything else."""
    programs = folder / PROGRAMS
    programs.mkdir()
    python, ask = programs / "python", f"exec {sys.executable} -S -E {__file__} ask {programs}"
    python.write_text(
        f'#!/bin/sh\nif [ "$1" = run.py ]; then shift; {ask}/models "$@"; fi\n'
        f'if [ "$1" = - ]; then {ask}/pumpleak "$@"; fi\nexec {sys.executable} "$@"\n'
    )
    python.chmod(0o755)
    served = [
        subprocess.Popen(
            [sys.executable, __file__, "serve", programs / package, package],
            cwd=folder, stdout=subprocess.PIPE, text=True,
        )
        for package in ("models", "pumpleak")
    ]  # fmt: skip
    try:
        for one in served:
            assert one.stdout is not None and one.stdout.readline() == "ready\n"
        yield
    finally:
        for one in served:
            one.kill()
            one.communicate()


def ask(path: str, arguments: list[str]) -> int:
    """The exit status of a command line that the process at the socket runs."""
    asked = "\0".join([os.getcwd(), str(len(arguments)), *arguments, *map("=".join, os.environ.items())])
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line:
        line.connect(path)
        socket.send_fds(line, [asked.encode()], range(STREAMS))
        return int(line.recv(9) or 1)


def serve(path: str, package: str) -> None:
    """Load what commands need, by the package's name, and run each that is asked for until killed."""
    sys.path[0] = os.getcwd()
    import matplotlib.pyplot  # noqa: F401
    import pandas  # noqa: F401
    import xarray  # noqa: F401

    import_module(f"{package}.cli")
    import_module(f"{package}.parameters.units").convert("1 mm", "cm")  # which reads all units
    import_module(f"{package}.simulator.library").load_mechanisms()
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
                _answer(line, package)


def _answer(line: socket.socket, package: str) -> None:
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
            status = import_module(f"{package}.__main__").main()
        sys.stdout.flush()
    except BaseException:  # which would go on in the process that all are forks of
        traceback.print_exc()
    finally:
        line.send(str(status).encode())
        os._exit(status)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(*sys.argv[2:])
    else:
        sys.exit(ask(sys.argv[2], sys.argv[3:]))
