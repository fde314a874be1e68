"""Files that a user names, read: whatever cannot be read is said in one sentence."""

import os
import stat
from pathlib import Path

from ..errors import InputError


def read_bytes(path: Path, what: str) -> bytes:
    """A file's content. what: "parameter file", "morphology file", for the sentence.

    InputError for what is missing, no regular file (reading a pipe may never end), or not to be read.
    """
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            raise InputError(f"{path}: is a directory; expected a {what}")
        if not stat.S_ISREG(mode):
            raise InputError(f"{path}: is a pipe, a socket or a device; expected a {what}")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        if os.path.islink(path):
            raise InputError(f"{path}: is a link to {os.readlink(path)}, which does not exist") from None
        raise InputError(f"{path}: no such {what}") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except ValueError:  # a null character in the name
        raise InputError(f"{str(path)!r}: is no name that a file can have; expected a {what}") from None
