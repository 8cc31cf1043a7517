"""What is measured: one file a kind of work, with its ceiling, the program, and others at the same work."""
