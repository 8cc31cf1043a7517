"""Email newsletters from files: everyone once, nobody who left, provable, stoppable."""

__version__ = "0.1.0"
