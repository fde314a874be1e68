"""Functions that run at every evaluation, compiled by numba."""

from numba import njit


def compiled(function):
    """Compile a function on its first call.

    What is compiled is kept on disk until its file changes, so that it may call compiled functions of the
    same file only. Where nothing can be written, every process compiles anew.
    """
    try:
        return njit(cache=True, error_model="numpy")(function)
    except RuntimeError:
        return njit(error_model="numpy")(function)
