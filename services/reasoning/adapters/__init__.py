"""Concrete engines, analysers, files and workers."""
