"""Where a question had been asked in full: thinking begins there.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE answers ADD COLUMN asked_offset INTERVAL")


def downgrade() -> None:
    raise NotImplementedError("migrations go forward only: restore a backup instead")
