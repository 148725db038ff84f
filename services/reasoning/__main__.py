"""``python -m services.reasoning``"""

import sys

from services.kit.server import run
from services.reasoning.bootstrap import build

sys.exit(run("reasoning", build))
