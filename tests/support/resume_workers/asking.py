"""Tells as a résumé what it can see of the service: its environment and its limits."""

import json
import os
import sys

sys.stdin.buffer.read()
lines = sorted(name for name in os.environ if name.startswith("PARLEY"))
lines += [f"descriptor {number}" for number in range(3, 64) if os.path.exists(f"/proc/self/fd/{number}")]
section = {"kind": "other", "heading": "", "lines": lines, "entries": []}
result = {"sections": [section], "target_position": "", "skills": [], "dropped": [], "language": None}
sys.stdout.write(json.dumps(result))
