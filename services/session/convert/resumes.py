"""Résumés as messages."""

from parley.session.v1 import resume_service_pb2 as pb

from services.session.convert.mirror import fill
from services.session.domain.resumes import StoredResume


def resume_message(resume: StoredResume) -> pb.StoredResume:
    """A kept résumé."""
    message = pb.StoredResume(resume_id=resume.resume_id, filename=resume.filename)
    message.content.SetInParent()
    fill(resume.content, message.content)
    message.create_time.FromDatetime(resume.create_time)
    return message
