"""What has to be changed of a model so that it rests, or was, in words."""

import numpy as np

from .balanced import Asked, Balanced, Change, least_change

LEFT = 1e-3  # of a membrane's conductance, that leaks may have more though they may not be changed


def advice(asked: Asked) -> list[str]:
    """The smallest changes that make a membrane possible, each alone, in words."""
    leak = least_change(asked, ("leak",)).more
    factor = 1 + float((leak / np.maximum(asked.leak, 1e-30)).max())
    said = [f"leaks up to {factor:.3g} times as strong in {int((leak > 0).sum())} compartments"]
    for what in ("concentration", "density"):
        found = least_change(asked, (what,))
        if (found.more <= 1e-3 * asked.whole).all():
            said.append(" and ".join(_words(found)))
    return [f"it takes {said[0]}", *(f"or {one}" for one in said[1:])]


def _words(change: Change) -> list[str]:
    said = [f"E_{ion} {by:+.3g} mV" for ion, by in change.shift.items() if abs(by) > 1e-3]
    return said + [f"{name} x {by:.3g}" for name, by in change.factor.items() if abs(by - 1) > 1e-3]


def changed_in_words(asked: Asked, membrane: Balanced, change: Change) -> list[str]:
    """What was changed so that there is a rest, in sentences."""
    said = [f"changed, because no membrane is at rest there otherwise: {one}" for one in _words(change)]
    here = membrane.more > LEFT * asked.whole
    if here.any():
        share = membrane.more[here] / np.maximum(asked.whole[here], 1e-30)
        said.append(
            f"changed, because no membrane is at rest there otherwise: leaks in {int(here.sum())} "
            f"compartments are stronger, by up to {100 * share.max():.3g} % of the membrane's conductance"
        )
    return said
