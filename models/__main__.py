"""The command line as a process of its own: pumpleak, python -m pumpleak and, in the checkout, run.py."""

import gc
import os
import signal
import sys

from .errors import PumpleakError
from .installation import INSTALLED


def stop(*_: object) -> None:
    """Ctrl-C or SIGTERM while the packages are loaded: nothing has begun that would have to be undone."""
    os.write(2, b"interrupted before it began: nothing was written, earlier results are as they were\n")
    os._exit(2)


def main() -> int:
    """The command line's exit status; nothing the user can mend ends in a traceback."""
    # before NumPy is loaded: on matrices as small as ours threads only wait for each other
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, stop)
    try:
        gc.disable()  # next to nothing of what is loaded is garbage; to look for it takes a fifth of a run
        from .cli import main as run

        gc.freeze()
        gc.enable()
        return run()
    except ModuleNotFoundError as error:
        cure = (
            "install pumpleak anew" if INSTALLED else "run 'make run' first, then 'source .venv/bin/activate'"
        )
        print(
            f"error: the package {error.name} is not installed for {sys.executable}: {cure}", file=sys.stderr
        )
    except PumpleakError as error:  # NEURON is there and cannot be loaded
        print(f"error: {error}", file=sys.stderr)
    except KeyboardInterrupt:  # raised by a package while it is loaded
        stop()
    return 2


if __name__ == "__main__":
    sys.exit(main())
