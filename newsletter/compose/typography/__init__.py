"""Typography: a text as its language writes it, whatever keys its author had. Pure; nothing but spaces and signs is altered."""
