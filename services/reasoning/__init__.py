"""The interviewer's mind: plans interviews, asks follow-ups, judges answers, writes report prose. Stateless."""
