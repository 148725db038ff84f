"""What media is told, and that it is told once a stream."""

from __future__ import annotations

from dataclasses import replace

from services.session.domain.commands import Situation, Told, standing
from services.session.domain.interview_settings import TurnTaking
from services.session.domain.recording import Command, CurrentQuestion, EndMedia, FinishAnswer, Speak, StopSpeaking
from services.session.domain.state import Stage
from services.session.domain.values import Language, Question

BEFORE = Situation(Stage.INTRO, Language.ENGLISH, TurnTaking.AUTOMATIC, "", None, 0, 3, "", "", ())
ASKED = replace(
    BEFORE, stage=Stage.QUESTION, question_id="q1", question=Question("s", "Why?"), answer_id="a1", speech_id="s1"
)
ANSWERING = replace(ASKED, stage=Stage.ANSWER, speech_id="")
SUBMITTED = replace(ANSWERING, answer_id="", unfinished=("a1",))
NEXT = replace(ASKED, question_id="q2", answer_id="a2", speech_id="s2", index=1, unfinished=("a1",))
OVER = replace(BEFORE, stage=Stage.EVALUATION)


def tell(*situations: Situation) -> list[list[type[Command]]]:
    """What one stream is told, by kind, at each situation."""
    told = Told()
    return [[type(command) for command in told.tell(standing(situation))] for situation in situations]


def test_a_turn_is_told_step_by_step() -> None:
    assert tell(BEFORE, ASKED, ANSWERING, SUBMITTED, NEXT) == [
        [CurrentQuestion],
        [CurrentQuestion, Speak],
        [],
        [FinishAnswer, CurrentQuestion],
        [CurrentQuestion, Speak],
    ]


def test_nothing_is_told_twice_on_one_stream() -> None:
    assert tell(NEXT, NEXT) == [[FinishAnswer, CurrentQuestion, Speak], []]


def test_a_new_stream_hears_all_that_stands() -> None:
    told = Told().tell(standing(NEXT))
    assert told[0] == FinishAnswer("a1")
    assert told[1] == CurrentQuestion("q2", "a2", "Why?", index=1, total=3, automatic_turn_end=True)
    assert told[2] == Speak("s2", "Why?", Language.ENGLISH, "q2")


def test_more_of_a_text_is_told_under_the_same_id() -> None:
    told = Told()
    texts = ["You said 'x'.", "You said 'x'. It was large.", "You said 'x'. It was large. Why?"]
    spoken = []
    for text in (*texts, texts[-1]):
        now = replace(ASKED, question=Question("s", text), growing=text != texts[-1])
        commands = told.tell(standing(now))
        assert all(isinstance(each, CurrentQuestion | Speak) for each in commands)
        spoken += [each for each in commands if isinstance(each, Speak)]
    assert [(each.speech_id, each.text, each.unfinished) for each in spoken] == [
        ("s1", text, text != texts[-1]) for text in texts
    ]


def test_media_hangs_up_only_when_the_last_words_are_recorded() -> None:
    assert tell(replace(OVER, unfinished=("a2",)), OVER, OVER) == [[FinishAnswer, CurrentQuestion], [EndMedia], []]


def test_an_early_end_stops_the_voice() -> None:
    assert tell(ASKED, OVER)[1] == [CurrentQuestion, StopSpeaking, EndMedia]


def test_the_farewell_is_in_the_interview_s_language() -> None:
    korean = standing(replace(OVER, language=Language.KOREAN)).end
    assert korean is not None
    assert "면접" in korean.message


def test_manual_turn_taking_is_said() -> None:
    assert not standing(replace(ASKED, turn_taking=TurnTaking.MANUAL)).current.automatic_turn_end
