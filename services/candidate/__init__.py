"""A synthetic candidate: a real WebRTC and gRPC client that sits a whole interview. For rehearsals, tests and load."""
