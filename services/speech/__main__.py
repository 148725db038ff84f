"""`python -m services.speech`."""

import sys

from services.kit.server import run
from services.speech.bootstrap import build

sys.exit(run("speech", build))
