"""Alembic's entry: runs on the connection that ``storage.upgrading`` hands over."""

from alembic import context

from inbox.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,
)
context.run_migrations()
