"""gRPC-web for ASGI servers: the one adapter over sonora 0.2.3.

Its faults (MESH.md) are put right here, one test each in tests/integration/test_gateway_grpcweb_wire.py; CORS is
Starlette's (adapters/edge.py). Two things stay as they are in sonora: there are no interceptors (handlers are wrapped
where they are made, as kit does), and handlers are async and iterator-style. uvicorn serves it; granian breaks streams.
"""
