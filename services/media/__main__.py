"""``python -m services.media``."""

import sys

from services.kit.server import run
from services.media.bootstrap import build

if __name__ == "__main__":
    sys.exit(run("media", build))
