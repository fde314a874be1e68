"""Which kinds of surroundings there are, and which a cell can have."""

from ..parameters import Parameters
from .beside import GliaClosed, GliaShell
from .conditions import exchanges_alone
from .shells import GlialBufferShell, GlialSinkShell, Shell
from .surroundings import Bath, Closed, Space, Surroundings, TubulesInBath, TubulesInClosed, TwoBaths

KINDS: dict[str, type[Bath] | type[Space]] = {kind.name: kind for kind in (Bath, Shell, Closed)}


def outside_of(parameters: Parameters) -> str:
    """What is outside a cell where nobody says it."""
    if parameters.space.outside is not None:
        return parameters.space.outside
    return next(iter(possible_outsides(parameters)))


def possible_outsides(parameters: Parameters) -> dict[str, str]:
    """What may be outside a cell, by its name in KINDS, and why nothing else may, to end a sentence."""
    if parameters.epithelium:
        return {"bath": "a cell with an epithelium stands in 'bath'"}
    if parameters.tubules:
        return dict.fromkeys(("bath", "closed"), "a cell with T-tubules stands in 'bath' or 'closed'")
    alone = exchanges_alone(parameters)
    if alone:
        why = f"{alone} of its file needs 'shell', a space that exchanges with a bath"
        return {name: why for name, kind in KINDS.items() if issubclass(kind, Shell)}
    if parameters.glia is not None:
        why = "glia of its file needs 'shell' or 'closed', spaces that both face"
        return {name: why for name, kind in KINDS.items() if issubclass(kind, Space)}
    return dict.fromkeys(KINDS, "")


def surroundings_of(outside: str, parameters: Parameters, osmotic: bool) -> Surroundings:
    """What is outside a cell. outside: a name in KINDS."""
    joined, kind = parameters.space.diffusion, KINDS[outside]
    if parameters.epithelium is not None:
        return TwoBaths(osmotic, float(parameters.epithelium.shunt_resistance), parameters.region)
    if parameters.tubules is not None:
        if kind is Closed:
            return TubulesInClosed(osmotic, joined)
        return TubulesInBath(osmotic, float(parameters.inside.v))
    if not issubclass(kind, Space):
        return kind(osmotic)
    if parameters.glia is not None:
        beside = float(parameters.glia.volume)
        if issubclass(kind, Shell):
            return GliaShell(osmotic, joined, parameters.space.exchange_charge != "unbalanced", beside)
        return GliaClosed(osmotic, joined, beside)
    if issubclass(kind, Shell):
        return _shell(kind, osmotic, joined, parameters)
    return kind(osmotic, joined)


def _shell(kind: type[Shell], osmotic: bool, joined: bool, parameters: Parameters) -> Shell:
    """A shell, with the glia round it that is no cell of its own."""
    given = osmotic, joined, parameters.space.exchange_charge != "unbalanced"
    sink, sites = parameters.glial_sink, parameters.glial_buffer
    if sink is not None:
        numbers = {"sink": float(sink.maximal), "half": float(sink.half), "slope": float(sink.slope)}
        return GlialSinkShell(*given, numbers)
    if sites is not None:
        numbers = {"sites": float(sites.sites), "off": float(sites.off_rate)}
        return GlialBufferShell(*given, numbers | {"half": float(sites.half), "slope": float(sites.slope)})
    return kind(*given)
