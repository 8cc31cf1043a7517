"""Second channels: how staff are told when something is the matter, beside the provider of mailings.

In: settings, a message. Out: it is delivered, or Undelivered. Called by pipeline.notices.
"""
