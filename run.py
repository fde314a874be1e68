"""The command line in the checkout: python run.py [rest | block | compare | ...]; without one: compare."""

import sys

from models.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
