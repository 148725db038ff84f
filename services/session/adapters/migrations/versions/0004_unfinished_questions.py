"""A follow-up may be asked before its text is whole.

Revision ID: 0004
Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With a default: a process of the version before still inserts questions without it.
    op.execute("ALTER TABLE questions ADD COLUMN unfinished BOOLEAN NOT NULL DEFAULT false")


def downgrade() -> None:
    raise NotImplementedError("migrations go forward only: restore a backup instead")
