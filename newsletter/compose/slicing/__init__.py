"""Finished texts cut into chunks: every token becomes a mark that knows its context, every author's link a mark of its own."""
