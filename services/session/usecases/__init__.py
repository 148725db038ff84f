"""What session does, as async functions over ports."""
