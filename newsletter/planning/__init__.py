"""The planning trade: when a mailing leaves, for whom, and when it is too late.

In: a wish, a calendar, readers' zones, `now`. Out: a local plan, its waves, and sentences about them. Called by pipeline.

`when.plan` reads a wish; `waves.waves` cuts it into instants; `late.late` judges a delay; `words` says it all in two languages.
"""
