"""pumpleak: cells whose resting membrane potential is a result, not a parameter.

from pumpleak import Neuron, rest, block  (in the checkout: from models import ...)
cell = Neuron()
print(rest(cell).summary["v_rest_mV"])
print(block(cell, hours=2).summary["v_end_mV"])

What there is stands in api.py. It is loaded when first asked for, so that the command line hears Ctrl-C
while NEURON loads.
"""

from typing import TYPE_CHECKING

from .version import VERSION

__version__ = VERSION

if TYPE_CHECKING:
    from .api import *  # noqa: F403
    from .api import __all__ as __all__
else:

    def __getattr__(name):
        from importlib import import_module  # "from . import" would ask here for the module again

        return getattr(import_module(".api", __name__), name)

    def __dir__():
        return sorted({*globals(), *__getattr__("__all__")})
