"""What every file of mod/ owes its reader: a source, threads, a page that can be read."""

import re

import pytest

from models.installation import MECHANISMS
from models.physics.ions import IONS

FILES = sorted(MECHANISMS.glob("*.mod"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_mechanism_names_its_source(path):
    text = path.read_text()
    header = text[text.index("COMMENT") : text.index("ENDCOMMENT")]
    assert re.search(r"\bdoi:10\.\d{4,}/\S+|\bno DOI: \w", header), "neither a DOI nor why there is none"
    assert "THREADSAFE" in text and "VERBATIM" not in text
    assert len(text.splitlines()) <= 120


@pytest.mark.parametrize("ion", IONS.values(), ids=lambda ion: ion.name)
def test_a_leak_says_which_ion_it_carries(ion):
    texts = [path.read_text() for path in FILES if re.fullmatch(rf"pl_{ion.name}(leak|ohmic)", path.stem)]
    assert len(texts) == 1 + ion.ohmic
    assert all(f"REPRESENTS {ion.chebi}\n" in text for text in texts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_temperature_is_taken_in_one_way(path):
    """What has a Q10 has it from temperature.inc, so that --set celsius can say what followed."""
    text = path.read_text()
    names = set(re.findall(r"\w+", " ".join(re.findall(r"\bRANGE\b(.*)", text))))
    assert ({"tref", "plateau", "warmth"} <= names) == ("q10" in names) == ("warm()" in whole(text))


def whole(text: str) -> str:
    """An NMODL text with what it includes."""
    included = re.findall(r'INCLUDE "(.*)"', text)
    return text + "".join(whole((MECHANISMS / name).read_text()) for name in included)
