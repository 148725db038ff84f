"""Takes the file and never answers."""

import sys
import threading

sys.stdin.buffer.read()
threading.Event().wait()
