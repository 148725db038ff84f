"""Protobuf ↔ domain, pure: one module for each contract that media speaks."""
