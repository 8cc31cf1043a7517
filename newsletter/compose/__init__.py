"""Composing: an issue and a theme become an email in all its languages. Pure: no file, no clock, no chance."""
