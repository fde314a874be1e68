"""Where a Dask worker finds this package: sent whole, since before it is found nothing of it can be named."""

import sys
from typing import Any

import cloudpickle
from distributed import WorkerPlugin


class FindPackage(WorkerPlugin):
    """Puts the folder of a checkout into a worker's path. folder: None of an installed package."""

    def __init__(self, folder: str | None) -> None:
        self.folder, self.name = folder, "pumpleak"

    def setup(self, worker: Any) -> None:
        """Called by Dask in each worker, those that come later too."""
        if self.folder is not None and self.folder not in sys.path:
            sys.path.insert(0, self.folder)


cloudpickle.register_pickle_by_value(sys.modules[__name__])
