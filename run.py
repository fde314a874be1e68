"""The door: python run.py [compare | rest | block | excite | inspect] ...; without one: compare."""

import sys


def main() -> int:
    """The command line's exit status; nothing the user can mend ends in a traceback."""
    try:
        from models.cli import door

        return door()
    except ModuleNotFoundError as error:
        print(
            f"error: the package {error.name} is not installed for {sys.executable}: run 'make run' first, "
            "then 'source .venv/bin/activate'",
            file=sys.stderr,
        )
    except KeyboardInterrupt:
        print("interrupted: nothing was written, earlier results are as they were", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
