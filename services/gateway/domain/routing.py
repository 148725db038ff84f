"""Media stickiness: a peer lives on one node, and its id names it."""

from __future__ import annotations


def node_of(peer_id: str) -> str:
    """The node in a peer id '<node>.<uuid>'; '' where there is none. Node names may hold dots, UUIDs do not."""
    return peer_id.rpartition(".")[0]
