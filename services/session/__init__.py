"""Accounts, consents, interviews, answers, evaluations, reports and jobs: the only service with the database."""
