"""What vision does for its callers."""
