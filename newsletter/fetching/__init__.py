"""The one safe fetcher: everything that the program reads from addresses that others wrote.

In: a URL. Out: what is there, or Unfetched. Called by pipeline.
"""
