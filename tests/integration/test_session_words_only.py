"""What session sends to be judged depends on the words alone: two interviews with the same words and another behaviour,
loudness and lighting are judged from the same requests.
"""

from __future__ import annotations

from typing import Any

from parley.reasoning.v1 import reasoning_service_pb2 as pb
from parley.session.v1 import recorder_pb2

from tests.support.session_candidate import candidate_of
from tests.support.session_media import ScriptedMedia, delivery_of, utterance_of
from tests.support.session_service import SessionUnderTest

pytest_plugins = ["tests.support.postgres", "tests.support.session_fixtures"]

SAID = ("The cache was slow", "Because it missed", "Tests come first")
LIVELY: dict[str, float] = {
    "looked_at_screen_share": 0.9,
    "head_steadiness": 1.0,
    "smile_share": 0.8,
    "eye_closure_share": 0.0,
    "composure": 1.0,
}
STILL: dict[str, float] = {
    "looked_at_screen_share": 0.1,
    "head_steadiness": 0.2,
    "smile_share": 0.0,
    "eye_closure_share": 0.6,
    "composure": 0.1,
}
UNSEEN: dict[str, float] = {}  # too dark for a face
CLEAR = {"loudness_dbfs": -18.0, "loudness_deviation_db": 6.0, "signal_to_noise_db": 40.0}
FAINT = {"loudness_dbfs": -52.0, "loudness_deviation_db": 0.5, "signal_to_noise_db": 4.0}


async def test_behaviour_loudness_and_lighting_reach_no_judgement(session: SessionUnderTest) -> None:
    first = await _judged(session, LIVELY, CLEAR)
    assert [each.exchange.transcript for each in first if isinstance(each, pb.EvaluateAnswerRequest)] == list(SAID)
    for seen, sound in ((STILL, FAINT), (UNSEEN, FAINT), (STILL, CLEAR)):
        assert await _judged(session, seen, sound) == first


async def _judged(session: SessionUnderTest, seen: dict[str, float], sound: dict[str, float]) -> list[Any]:
    """All that reasoning is sent about an interview with these words, seen and heard like this."""
    reasoning = session.reasoning
    for kept in (reasoning.evaluated, reasoning.follow_ups, reasoning.reports):
        kept.clear()
    async with candidate_of(session) as candidate:
        await candidate.create(question_count=2, max_follow_ups=1)
        await candidate.start()
        media = ScriptedMedia(session, candidate)
        async with media.connected():
            for number, text in enumerate(SAID):
                await media.next("speak")
                await _answer(media, text, 10.0 * (number + 1), seen, sound)
            await media.next("end_media")
            await media.ended()
        complete = await candidate.until_complete()
        assert len(complete.answers) == len(SAID)
        await candidate.report()
    order = sorted(reasoning.evaluated, key=lambda request: SAID.index(request.exchange.transcript))
    return [_without_ids(each) for each in (*order, *reasoning.follow_ups, *reasoning.reports)]


async def _answer(
    media: ScriptedMedia, text: str, start_s: float, seen: dict[str, float], sound: dict[str, float]
) -> None:
    answer_id = media.current.answer_id
    end_s = start_s + len(text.split())
    utterance = utterance_of(text, start_s, f"at{start_s}")
    delivery = delivery_of(utterance)
    for name, value in sound.items():
        setattr(delivery, name, value)
    await media.window(start_s, **seen)
    recorded = recorder_pb2.RecordedUtterance(utterance=utterance, delivery=delivery, answer_id=answer_id)
    await media.put(utterance=recorded)
    await media.turn_end(end_s)
    assert (await media.next("finish_answer")).finish_answer.answer_id == answer_id
    await media.answer_end(answer_id, end_s + 0.5)


def _without_ids(request: Any) -> Any:
    """Each interview is planned by a seed of its own, which is in the ids of the fake's questions."""
    kept = type(request).FromString(request.SerializeToString())
    exchanges = (
        [each.exchange for each in kept.exchanges] if isinstance(kept, pb.WriteReportRequest) else [kept.exchange]
    )
    for exchange in exchanges:
        exchange.question.ClearField("source_id")
        exchange.question.ClearField("follows_source_id")
    return kept
