"""The body of an issue: Markdown into blocks, each with the place it came from."""
