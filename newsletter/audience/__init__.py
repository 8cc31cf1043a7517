"""The trade of who: segments, consent, and what a file of members would change. Pure.

In: text of expressions and of CSV files, members as values. Out: predicates, judgements, plans. Called by pipeline.
"""
