"""The gateway as a process: `python -m services.gateway`."""

import sys

from services.gateway.bootstrap import NAME, start
from services.kit.server import run_until_signal

sys.exit(run_until_signal(NAME, start))
