"""Questions, how they are chosen, and how answers are judged. Pure: no I/O, no clocks, no randomness without a seed."""
