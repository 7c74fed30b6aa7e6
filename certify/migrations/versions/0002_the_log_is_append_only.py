"""The log is append-only: triggers that refuse UPDATE, DELETE and TRUNCATE.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

from certify.models import guards

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    guards.put_up(op.get_bind())


def downgrade():
    guards.take_down(op.get_bind())
