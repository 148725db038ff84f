"""Hearing and speaking: voice activity, transcription, delivery metrics, speech synthesis."""
