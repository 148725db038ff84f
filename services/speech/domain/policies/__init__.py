"""When a growing text may be relied on: streaming policies over any recogniser."""
