"""`python -m firstline`, as the console script."""

import sys

from firstline.cli import main

sys.exit(main())
