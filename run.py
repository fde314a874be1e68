"""The door: python run.py [compare | rest | block | excite | inspect] ...; without one: compare."""

import os
import signal
import sys


def stop(*_) -> None:
    """Ctrl-C or SIGTERM while the packages are loaded: nothing has begun that would have to be undone."""
    os.write(2, b"interrupted before it began: nothing was written, earlier results are as they were\n")
    os._exit(2)


def main() -> int:
    """The command line's exit status; nothing the user can mend ends in a traceback."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, stop)
    try:
        from models.cli import door

        return door()
    except ModuleNotFoundError as error:
        print(
            f"error: the package {error.name} is not installed for {sys.executable}: run 'make run' first, "
            "then 'source .venv/bin/activate'",
            file=sys.stderr,
        )
    except Exception as error:
        if type(error).__module__ != "models.errors":  # NEURON is there and cannot be loaded
            raise
        print(f"error: {error}", file=sys.stderr)
    except KeyboardInterrupt:  # raised by a package while it is loaded
        stop()
    return 2


if __name__ == "__main__":
    sys.exit(main())
