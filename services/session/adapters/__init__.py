"""What session needs from outside: PostgreSQL, jobs, the reasoning service."""
