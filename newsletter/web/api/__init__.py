"""The API under /api/v1: for other programs, with tokens of their own; nothing that staff could not do in the studio."""
