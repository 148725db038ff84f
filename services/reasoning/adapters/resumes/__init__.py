"""Reading résumé files, in a child process."""
