"""Checks: a rendering in, findings out. One check, one file; catalog.py is the order. Pure."""
