"""Measurements: what the program does in a second, beside what the machine could do and what others do.

In: nothing but this machine. Out: a table, and JSON under var/bench. Run as `python -m bench`; docs/explanation/performance.md tells
what is measured and how to read it.
"""
