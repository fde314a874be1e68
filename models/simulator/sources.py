"""The text of NMODL files: with what they include, and whether a compiled mechanism still has it."""

import hashlib
import platform
import re
from pathlib import Path

from .nmodl import source_text
from .runtime import neuron_version


def expanded(path: Path) -> str:
    """Text of an NMODL file with what it INCLUDEs in its place."""
    text = path.read_text(encoding="utf-8", errors="replace")

    def included(match: re.Match[str]) -> str:
        other = path.parent / match[1]
        return expanded(other) if other.is_file() and other != path else match[0]

    return re.sub(r'^[ \t]*INCLUDE[ \t]+"([^"]+)".*\n?', included, text, flags=re.M)


def compiled_from(path: Path) -> str:
    """Hash of what compiling a file rests on: its text with what it includes, NEURON and the machine."""
    headers = re.findall(r'^[ \t]*#include[ \t]+"([^"]+)"', expanded(path), re.M)
    parts = [neuron_version(), platform.machine(), path.stem, expanded(path)]
    parts += [(path.parent / name).read_text() for name in headers if (path.parent / name).is_file()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def same_text(path: Path, mechanism: str) -> bool:
    """Whether a mechanism that NEURON knows was compiled from the text that a file has now."""

    def bare(text: str) -> list[str]:
        return [line.rstrip() for line in text.splitlines() if line.strip() and not line.startswith(":::")]

    return bare(expanded(path)) == bare(source_text(mechanism))
