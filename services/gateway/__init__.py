"""The browser's edge: gRPC-web through sonora, CORS, limits, the static web client. No domain logic."""
