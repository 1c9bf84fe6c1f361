"""python -m oracle: compares many random companies with the oracle."""

import sys

from .parallel import main

if __name__ == "__main__":
    sys.exit(main())
