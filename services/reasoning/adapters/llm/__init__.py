"""Engines over a language model: asked for what rules can't do, checked by rules, never trusted."""
