"""Entities, values and pure rules of interviews. No input or output, no frameworks."""
