"""Everything the first version keeps, and procrastinate's queue.

Revision ID: 0001
Revises:
"""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE accounts (
    account_id UUID NOT NULL,
    email TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    display_name TEXT NOT NULL,
    language TEXT NOT NULL,
    role TEXT NOT NULL,
    create_time TIMESTAMP WITH TIME ZONE NOT NULL,
    request_id UUID NOT NULL,
    CONSTRAINT accounts_pkey PRIMARY KEY (account_id),
    CONSTRAINT accounts_email_key UNIQUE (email)
);
CREATE TABLE deletions (
    request_id UUID NOT NULL,
    account_id UUID NOT NULL,
    delete_time TIMESTAMP WITH TIME ZONE NOT NULL,
    interview_count INTEGER NOT NULL,
    resume_count INTEGER NOT NULL,
    CONSTRAINT deletions_pkey PRIMARY KEY (request_id)
);
CREATE TABLE consents (
    consent_id UUID NOT NULL,
    account_id UUID NOT NULL,
    purpose TEXT NOT NULL,
    text_version TEXT NOT NULL,
    shared_with TEXT NOT NULL,
    grant_time TIMESTAMP WITH TIME ZONE NOT NULL,
    withdraw_time TIMESTAMP WITH TIME ZONE,
    CONSTRAINT consents_pkey PRIMARY KEY (consent_id),
    CONSTRAINT consents_account_id_fkey FOREIGN KEY(account_id) REFERENCES accounts (account_id) ON DELETE CASCADE
);
CREATE INDEX consents_account_id_index ON consents (account_id);
CREATE TABLE interviews (
    interview_id UUID NOT NULL,
    account_id UUID NOT NULL,
    language TEXT NOT NULL,
    role TEXT NOT NULL,
    scenario TEXT NOT NULL,
    experience_level TEXT NOT NULL,
    difficulty INTEGER NOT NULL,
    question_count INTEGER NOT NULL,
    mode TEXT NOT NULL,
    turn_taking TEXT NOT NULL,
    max_follow_ups INTEGER NOT NULL,
    resume_id TEXT NOT NULL,
    create_time TIMESTAMP WITH TIME ZONE NOT NULL,
    stage TEXT NOT NULL,
    next_action TEXT NOT NULL,
    revision BIGINT NOT NULL,
    current_question_id UUID,
    current_answer_id UUID,
    turn_intent TEXT,
    start_time TIMESTAMP WITH TIME ZONE,
    end_time TIMESTAMP WITH TIME ZONE,
    failure_message TEXT NOT NULL,
    planner JSONB,
    recorded BOOLEAN NOT NULL,
    CONSTRAINT interviews_pkey PRIMARY KEY (interview_id),
    CONSTRAINT interviews_account_id_fkey FOREIGN KEY(account_id) REFERENCES accounts (account_id) ON DELETE CASCADE
);
CREATE INDEX interviews_account_id_interview_id_index ON interviews (account_id, interview_id);
CREATE INDEX interviews_create_time_index ON interviews (create_time);
CREATE TABLE refresh_tokens (
    token_id UUID NOT NULL,
    family_id UUID NOT NULL,
    account_id UUID NOT NULL,
    expire_time TIMESTAMP WITH TIME ZONE NOT NULL,
    used_time TIMESTAMP WITH TIME ZONE,
    CONSTRAINT refresh_tokens_pkey PRIMARY KEY (token_id),
    CONSTRAINT refresh_tokens_account_id_fkey FOREIGN KEY(account_id) REFERENCES accounts (account_id) ON DELETE CASCADE
);
CREATE INDEX refresh_tokens_account_id_index ON refresh_tokens (account_id);
CREATE INDEX refresh_tokens_family_id_index ON refresh_tokens (family_id);
CREATE TABLE requests (
    account_id UUID NOT NULL,
    request_id UUID NOT NULL,
    method TEXT NOT NULL,
    subject_id UUID NOT NULL,
    create_time TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT requests_pkey PRIMARY KEY (account_id, request_id),
    CONSTRAINT requests_account_id_fkey FOREIGN KEY(account_id) REFERENCES accounts (account_id) ON DELETE CASCADE
);
CREATE TABLE behaviour_windows (
    interview_id UUID NOT NULL,
    number BIGINT NOT NULL,
    "window" JSONB NOT NULL,
    CONSTRAINT behaviour_windows_pkey PRIMARY KEY (interview_id, number),
    CONSTRAINT behaviour_windows_interview_id_fkey FOREIGN KEY(interview_id) REFERENCES interviews (interview_id) ON DELETE CASCADE
);
CREATE TABLE media_health (
    interview_id UUID NOT NULL,
    number BIGINT NOT NULL,
    health JSONB NOT NULL,
    CONSTRAINT media_health_pkey PRIMARY KEY (interview_id, number),
    CONSTRAINT media_health_interview_id_fkey FOREIGN KEY(interview_id) REFERENCES interviews (interview_id) ON DELETE CASCADE
);
CREATE TABLE questions (
    question_id UUID NOT NULL,
    interview_id UUID NOT NULL,
    question JSONB NOT NULL,
    plan_index INTEGER,
    index INTEGER,
    follows_question_id UUID,
    speech_id UUID,
    speech_outcome TEXT,
    spoken_duration INTERVAL,
    CONSTRAINT questions_pkey PRIMARY KEY (question_id),
    CONSTRAINT questions_interview_id_fkey FOREIGN KEY(interview_id) REFERENCES interviews (interview_id) ON DELETE CASCADE
);
CREATE INDEX questions_interview_id_index ON questions (interview_id);
CREATE TABLE recordings (
    interview_id UUID NOT NULL,
    epoch BIGINT NOT NULL,
    acknowledged_up_to BIGINT NOT NULL,
    clock_offset INTERVAL NOT NULL,
    peer_id TEXT NOT NULL,
    engines JSONB NOT NULL,
    CONSTRAINT recordings_pkey PRIMARY KEY (interview_id),
    CONSTRAINT recordings_interview_id_fkey FOREIGN KEY(interview_id) REFERENCES interviews (interview_id) ON DELETE CASCADE
);
CREATE TABLE reports (
    interview_id UUID NOT NULL,
    status TEXT NOT NULL,
    summary TEXT[] NOT NULL,
    practice_points TEXT[] NOT NULL,
    writer JSONB,
    notices TEXT[] NOT NULL,
    rows JSONB NOT NULL,
    average JSONB,
    duration INTERVAL,
    question_count INTEGER NOT NULL,
    create_time TIMESTAMP WITH TIME ZONE,
    failure_message TEXT NOT NULL,
    CONSTRAINT reports_pkey PRIMARY KEY (interview_id),
    CONSTRAINT reports_interview_id_fkey FOREIGN KEY(interview_id) REFERENCES interviews (interview_id) ON DELETE CASCADE
);
CREATE TABLE state_changes (
    interview_id UUID NOT NULL,
    revision BIGINT NOT NULL,
    stage TEXT NOT NULL,
    intent TEXT NOT NULL,
    next_action TEXT NOT NULL,
    question_id TEXT NOT NULL,
    retry_count INTEGER NOT NULL,
    change_time TIMESTAMP WITH TIME ZONE NOT NULL,
    scenario TEXT NOT NULL,
    CONSTRAINT state_changes_pkey PRIMARY KEY (interview_id, revision),
    CONSTRAINT state_changes_interview_id_fkey FOREIGN KEY(interview_id) REFERENCES interviews (interview_id) ON DELETE CASCADE
);
CREATE TABLE utterances (
    interview_id UUID NOT NULL,
    number BIGINT NOT NULL,
    utterance_id TEXT NOT NULL,
    answer_id UUID,
    start_offset INTERVAL NOT NULL,
    utterance JSONB NOT NULL,
    delivery JSONB,
    CONSTRAINT utterances_pkey PRIMARY KEY (interview_id, number),
    CONSTRAINT utterances_interview_id_utterance_id_key UNIQUE (interview_id, utterance_id),
    CONSTRAINT utterances_interview_id_fkey FOREIGN KEY(interview_id) REFERENCES interviews (interview_id) ON DELETE CASCADE
);
CREATE TABLE answers (
    answer_id UUID NOT NULL,
    interview_id UUID NOT NULL,
    question_id UUID NOT NULL,
    attempt INTEGER NOT NULL,
    status TEXT NOT NULL,
    origin TEXT,
    typed_text TEXT,
    corrected_text TEXT,
    transcript_version INTEGER NOT NULL,
    start_offset INTERVAL,
    end_offset INTERVAL,
    submit_time TIMESTAMP WITH TIME ZONE,
    evaluation JSONB,
    failure_message TEXT NOT NULL,
    CONSTRAINT answers_pkey PRIMARY KEY (answer_id),
    CONSTRAINT answers_question_id_attempt_key UNIQUE (question_id, attempt),
    CONSTRAINT answers_interview_id_fkey FOREIGN KEY(interview_id) REFERENCES interviews (interview_id) ON DELETE CASCADE,
    CONSTRAINT answers_question_id_fkey FOREIGN KEY(question_id) REFERENCES questions (question_id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX answers_interview_id_index ON answers (interview_id);
"""

# For embeddings of résumés; without it everything else works.
VECTOR = """
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'vector') THEN
        CREATE EXTENSION IF NOT EXISTS vector;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'pgvector is there but may not be created by this user';
END $$;
"""


def upgrade() -> None:
    bind = op.get_bind().execution_options(no_parameters=True)  # percent signs in the scripts are no placeholders
    for script in (TABLES, VECTOR, SchemaManager.get_schema()):
        bind.exec_driver_sql(script)


def downgrade() -> None:
    raise NotImplementedError("migrations go forward only: restore a backup instead")
