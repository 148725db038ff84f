"""WebRTC for interviews: the candidate's audio and video in, the interviewer's voice and live events out."""
