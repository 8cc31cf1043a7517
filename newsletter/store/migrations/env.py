"""Alembic's entry: runs the migrations on the connection that the runner hands in.

In: the connection in Config.attributes. Out: the schema changed in that connection's transaction. Called by Alembic.
"""

from alembic import context

from newsletter.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
