"""What an engine can raise.

InferenceError
├── ModelUnusable      the model's files are missing, broken or not what the engine knows; nothing works until
│                      somebody repairs them
├── InferenceFailed    the engine broke on one input, or the input is not what the engine takes
└── Interrupted        the caller's `interrupted()` said so; nothing is wrong
"""

from __future__ import annotations


class InferenceError(Exception):
    """Anything that an engine itself raises."""


class ModelUnusable(InferenceError):
    """The model cannot be used; the message says what is wrong and what to do."""


class InferenceFailed(InferenceError):
    """One call could not be carried out; the message says why."""


class Interrupted(InferenceError):
    """The caller gave the work up."""
