"""Identifiers: UUIDv7 strings everywhere, so that ids sort by the time they were made (RFC 9562, section 5.7)."""

import uuid_utils


def new_id() -> str:
    """A new UUIDv7 in its 36-character text form."""
    return str(uuid_utils.uuid7())
