"""The `parley` command: runs the mesh on one machine, rehearses an interview against it, checks an installation."""
