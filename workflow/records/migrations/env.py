"""What Alembic runs: the revisions on the connection that `upgrade` hands over, inside its transaction."""

from alembic import context

from workflow.records.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection.core, target_metadata=METADATA, compare_server_default=True)
context.run_migrations()
