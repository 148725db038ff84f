"""What the use cases need from outside, one module for each side. Adapters implement these; tests implement them too.

Offsets are seconds on the session clock. Calls to other services raise kit's ``ServiceError`` (Unavailable when the
service cannot be reached or a stream broke); nothing else of gRPC is visible here.
"""
