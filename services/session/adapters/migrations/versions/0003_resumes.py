"""Résumés, and embeddings of their sections where the database has pgvector.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE resumes (
    resume_id UUID NOT NULL,
    account_id UUID NOT NULL,
    filename TEXT NOT NULL,
    content JSONB NOT NULL,
    create_time TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT resumes_pkey PRIMARY KEY (resume_id),
    CONSTRAINT resumes_account_id_fkey FOREIGN KEY(account_id) REFERENCES accounts (account_id) ON DELETE CASCADE
);
CREATE INDEX resumes_account_id_resume_id_index ON resumes (account_id, resume_id);
CREATE INDEX resumes_create_time_index ON resumes (create_time);
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'vector') THEN
        CREATE TABLE resume_embeddings (
            resume_id UUID NOT NULL,
            section_index INTEGER NOT NULL,
            engine TEXT NOT NULL,
            embedding vector NOT NULL,
            CONSTRAINT resume_embeddings_pkey PRIMARY KEY (resume_id, section_index),
            CONSTRAINT resume_embeddings_resume_id_fkey
                FOREIGN KEY(resume_id) REFERENCES resumes (resume_id) ON DELETE CASCADE
        );
    END IF;
END $$;
"""


def upgrade() -> None:
    bind = op.get_bind().execution_options(no_parameters=True)
    bind.exec_driver_sql(TABLES)


def downgrade() -> None:
    raise NotImplementedError("migrations go forward only: restore a backup instead")
