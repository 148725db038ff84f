"""Dies as a fault in native code dies, with words of the file on its error output."""

import os
import signal
import sys

sys.stderr.write(sys.stdin.read())
sys.stderr.flush()
os.kill(os.getpid(), signal.SIGSEGV)
