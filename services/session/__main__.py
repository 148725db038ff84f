"""The session service as a process."""

import sys

from services.kit.server import run
from services.session.bootstrap import build

sys.exit(run("session", build))
