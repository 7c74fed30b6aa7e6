"""The history of the tables: alembic revisions, applied by `flask db upgrade`."""
