"""Children that misbehave in the place of the résumé reader's worker."""
