"""The only SQL. One module an aggregate; functions take the connection that `Store.read()` or `Store.write()` gives."""

from newsletter.store.database import Connection, Store

__all__ = ["Connection", "Store"]
