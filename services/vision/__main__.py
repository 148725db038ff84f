"""python -m services.vision"""

import sys

from services.kit import server
from services.vision import bootstrap

sys.exit(server.run(bootstrap.NAME, bootstrap.build))
