"""Shared mechanics of every Parley service: one way to be a server, one way to call one.

Importing this package sets three environment variables that libraries read when they are loaded, and does nothing else.
"""

import os

# ONNX Runtime would send telemetry.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
# gRPC's core would write a line to stderr, in a form of its own, for every connection that a peer closes.
os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
# Children are started by fork and exec, and never use the parent's gRPC: its fork handlers only crash some of them.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
