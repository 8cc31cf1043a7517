"""What of the documents is made from the code, so that it cannot go stale.

In: the package as it is. Out: blocks of Markdown, put between marks in the pages. Called by `make docs` and the house tests.
"""
