"""Whose turn it is, and what belongs to which answer."""

import pytest

from services.media.domain.commands import CurrentQuestion
from services.media.domain.conversation import Conversation
from services.media.domain.effects import DropVoice, Effect, PauseVoice, Record, ResumeVoice, SetTurnState, Show
from services.media.domain.entries import AnswerStart, TurnEnd, UtteranceHeard
from services.media.domain.events import Caption, SpeechActivity
from services.media.domain.holding import holds_turn
from services.media.domain.playback import resembles
from services.media.domain.values import NoText, Partial, TurnState, Utterance

SPOKEN = "Please explain what a database index is good for."


def asked(answer_id: str = "a", *, automatic: bool = True) -> Conversation:
    """A conversation in which an answer is open from the start."""
    conversation = Conversation()
    conversation.set_question(CurrentQuestion("q", answer_id, automatic_turn_end=automatic), 0.0)
    return conversation


def speaking(conversation: Conversation, at_s: float = 1.0, text: str = SPOKEN) -> Conversation:
    """The interviewer's voice sounds from ``at_s`` on."""
    conversation.voice_began(at_s)
    conversation.voice_says(text)
    return conversation


def records(effects: list[Effect]) -> list[object]:
    """What is to be recorded."""
    return [effect.entry for effect in effects if isinstance(effect, Record)]


def captions(effects: list[Effect]) -> list[str]:
    """What is to be shown of speech."""
    return [effect.event.text for effect in effects if isinstance(effect, Show) and isinstance(effect.event, Caption)]


def states(effects: list[Effect]) -> list[TurnState]:
    """Turn states set."""
    return [effect.state for effect in effects if isinstance(effect, SetTurnState)]


def said(name: str, start_s: float, end_s: float, text: str = "some words") -> Utterance:
    """A final with text."""
    return Utterance(name, start_s, end_s, text)


def cough(name: str, start_s: float, end_s: float) -> Utterance:
    """A final without words."""
    return Utterance(name, start_s, end_s, "", NoText.NOT_SPEECH)


class TestAnswers:
    def test_an_utterance_belongs_to_the_answer_in_which_it_began(self) -> None:
        conversation = asked("a")
        conversation.set_question(CurrentQuestion("q2", "b"), 10.0)
        [late] = records(conversation.final(said("u", 9.0, 12.0)))
        assert late == UtteranceHeard(said("u", 9.0, 12.0), "a")
        assert UtteranceHeard(said("v", 12.5, 13.0), "b") in records(conversation.final(said("v", 12.5, 13.0)))

    def test_without_an_open_answer_it_is_kept_and_belongs_to_none(self) -> None:
        assert records(Conversation().final(said("u", 1, 2))) == [UtteranceHeard(said("u", 1, 2), "")]

    def test_once(self) -> None:
        conversation = asked()
        assert records(conversation.final(said("u", 1, 2)))
        assert conversation.final(said("u", 1, 2)) == []
        assert conversation.speech_started("u", 1) == []
        assert conversation.partial(Partial("u", 1, 2, "again", 0)) == []

    def test_starts_with_the_first_words_not_with_a_cough(self) -> None:
        conversation = asked()
        conversation.speech_started("cough", 2.0)
        assert [type(entry) for entry in records(conversation.final(cough("cough", 2.0, 2.3)))] == [UtteranceHeard]
        conversation.speech_started("u", 4.0)
        assert records(conversation.partial(Partial("u", 4.0, 4.5, "I", 0))) == [AnswerStart("a", 4.0)]
        assert records(conversation.partial(Partial("u", 4.0, 5.0, "I think", 0))) == []
        assert AnswerStart not in [type(entry) for entry in records(conversation.final(said("u", 4.0, 6.0)))]

    def test_a_finished_answer_takes_nothing_more(self) -> None:
        conversation = asked("a")
        conversation.finish_answer("a", 5.0)
        conversation.answer_ended(5.0)
        conversation.set_question(CurrentQuestion("q", "a"), 5.5)  # session says it again after a break
        assert records(conversation.final(said("u", 6.0, 7.0))) == [UtteranceHeard(said("u", 6.0, 7.0), "")]

    def test_a_cut_through_speech_is_exact_to_a_frame_only(self) -> None:
        conversation = asked("a")
        conversation.finish_answer("a", 5.0)
        assert UtteranceHeard(said("u", 3.0, 5.0), "a") in records(conversation.final(said("u", 3.0, 5.0)))
        conversation.answer_ended(5.0)
        conversation.set_question(CurrentQuestion("q2", "b"), 5.0)
        [_, rest] = records(conversation.final(said("v", 4.98, 6.0)))
        assert rest == UtteranceHeard(said("v", 4.98, 6.0), "b")


class TestTurns:
    def test_states(self) -> None:
        conversation = Conversation()
        assert conversation.turn_state is TurnState.LISTENING_OFF
        assert states(conversation.set_question(CurrentQuestion("q", "a"), 0)) == [TurnState.THINKING]
        assert states(conversation.voice_began(1)) == [TurnState.LISTENING_OFF]
        assert states(conversation.voice_ended(3)) == [TurnState.THINKING]
        assert states(conversation.speech_started("u", 4)) == [TurnState.ANSWERING]
        assert states(conversation.hold_on()) == [TurnState.THINKING]
        assert states(conversation.speech_started("v", 9)) == [TurnState.ANSWERING]
        assert states(conversation.finish_answer("a", 12)) == [TurnState.LISTENING_OFF]

    def test_a_cough_does_not_start_the_clock_of_the_answer(self) -> None:
        conversation = asked()
        conversation.speech_started("cough", 2.0)
        assert states(conversation.final(cough("cough", 2.0, 2.3))) == [TurnState.THINKING]
        assert conversation.turn_ended(2.3) == []

    def test_ends_once_until_more_is_said(self) -> None:
        conversation = asked()
        conversation.speech_started("u", 1)
        conversation.final(said("u", 1, 2))
        assert records(conversation.turn_ended(2)) == [TurnEnd("a", 2)]
        assert conversation.turn_ended(2) == []
        conversation.speech_started("v", 5)
        conversation.final(said("v", 5, 6))
        assert records(conversation.turn_ended(6)) == [TurnEnd("a", 6)]

    def test_does_not_end_where_it_is_not_automatic_or_held(self) -> None:
        manual = asked(automatic=False)
        manual.speech_started("u", 1)
        manual.final(said("u", 1, 2))
        assert manual.turn_ended(2) == []
        held = asked()
        held.speech_started("u", 1)
        held.final(said("u", 1, 2))
        held.hold_on()
        assert held.turn_ended(2) == []  # it was on its way when the candidate asked for time

    def test_asking_for_time_holds_the_turn_until_more_is_said(self) -> None:
        conversation = asked()
        conversation.speech_started("u", 1)
        assert states(conversation.final(said("u", 1, 2, "Um, give me a second, please."))) == [TurnState.THINKING]
        assert conversation.turn_ended(2) == []
        assert states(conversation.speech_started("v", 9)) == [TurnState.ANSWERING]


class TestVoice:
    def test_what_is_heard_within_it_is_dropped(self) -> None:
        conversation = speaking(asked())
        assert captions(conversation.partial(Partial("u", 2.0, 2.3, "mhm", 0))) == []
        conversation.voice_ended(6.0)
        assert records(conversation.final(said("u", 2.0, 2.4, "mhm"))) == []

    def test_a_voice_that_goes_on_after_it_is_the_candidates(self) -> None:
        conversation = speaking(asked())
        conversation.speech_started("u", 2.8)
        conversation.voice_ended(3.0)
        assert captions(conversation.partial(Partial("u", 2.8, 3.4, "An index", 0))) == ["An index"]
        final = said("u", 2.8, 5.0, "An index makes reading fast")
        assert UtteranceHeard(final, "a") in records(conversation.final(final))

    def test_its_echo_is_dropped_up_to_the_tail(self) -> None:
        conversation = speaking(asked())
        conversation.voice_ended(4.0)
        echo = said("u", 1.2, 4.4, "explain what a database index is good for")
        assert records(conversation.final(echo)) == []

    def test_repeating_the_question_afterwards_is_no_echo(self) -> None:
        conversation = speaking(asked())
        conversation.voice_ended(4.0)
        repeated = said("u", 4.3, 6.0, "What a database index is good for")
        assert UtteranceHeard(repeated, "a") in records(conversation.final(repeated))

    def test_words_over_it_interrupt(self) -> None:
        conversation = speaking(asked())
        conversation.speech_started("u", 2.0)
        assert conversation.speaking_over_voice
        assert conversation.speaking_over_since_s == 2.0
        assert conversation.voiced(0.48, 2.6) == []
        assert conversation.voiced(0.50, 2.62) == [PauseVoice()]
        conversation.voice_paused(2.62)
        effects = conversation.partial(Partial("u", 2.0, 2.9, "Wait please", 0))
        assert DropVoice() in effects
        assert captions(effects) == ["Wait please"]
        assert records(effects) == [AnswerStart("a", 2.0)]
        assert states(conversation.voice_ended(2.62)) == [TurnState.ANSWERING]
        assert UtteranceHeard(said("u", 2.0, 3.0), "a") in records(conversation.final(said("u", 2.0, 3.0)))

    def test_going_on_for_long_interrupts_even_where_words_come_late(self) -> None:
        conversation = speaking(asked())
        conversation.speech_started("u", 2.0)
        conversation.voiced(0.5, 2.6)
        conversation.voice_paused(2.6)
        assert conversation.voiced(1.48, 3.6) == []
        assert conversation.voiced(1.5, 3.62) == [DropVoice()]
        conversation.voice_ended(2.6)
        assert UtteranceHeard(said("u", 2.0, 9.0), "a") in records(conversation.final(said("u", 2.0, 9.0)))

    def test_a_short_sound_does_not_count(self) -> None:
        conversation = speaking(asked())
        conversation.speech_started("u", 2.0)
        conversation.speech_ended("u", 2.3)
        assert not conversation.speaking_over_voice
        assert conversation.voiced(0.6, 3.0) == []

    def test_speech_that_was_there_before_counts_from_the_voices_start(self) -> None:
        conversation = asked()
        conversation.speech_started("u", 0.2)
        speaking(conversation, 1.0)
        assert conversation.speaking_over_since_s == 1.0

    def test_no_words_let_it_go_on(self) -> None:
        conversation = speaking(asked())
        conversation.speech_started("u", 2.0)
        conversation.voiced(0.5, 2.6)
        conversation.voice_paused(2.6)
        effects = conversation.final(cough("u", 2.0, 2.6))
        assert ResumeVoice() in effects
        assert records(effects) == []
        assert conversation.voice_began(3.2) == []  # it never ceased to be the interviewer's turn
        assert not conversation.speaking_over_voice

    def test_its_own_echo_lets_it_go_on_and_does_not_stop_it_again(self) -> None:
        conversation = speaking(asked())
        conversation.speech_started("u", 2.0)
        conversation.voiced(0.5, 2.6)
        conversation.voice_paused(2.6)
        effects = conversation.partial(Partial("u", 2.0, 2.9, "explain what a", 0))
        assert effects == [ResumeVoice()]
        conversation.voice_began(3.0)
        conversation.speech_started("v", 3.2)
        assert conversation.voiced(5.0, 9.0) == []

    def test_nobody_decides_in_time(self) -> None:
        conversation = speaking(asked())
        conversation.speech_started("u", 2.0)
        conversation.voiced(0.5, 2.6)
        conversation.voice_paused(2.6)
        assert conversation.tick(10.5) == []
        assert conversation.tick(10.6) == [ResumeVoice()]

    def test_a_caption_that_turns_out_to_be_echo_is_withdrawn(self) -> None:
        conversation = speaking(asked())
        conversation.speech_started("u", 2.0)
        conversation.voiced(0.5, 2.6)
        conversation.voice_paused(2.6)
        conversation.partial(Partial("u", 2.0, 2.7, "exact", 0))
        effects = conversation.final(said("u", 2.0, 3.0, "explain what"))
        assert captions(effects) == [""]


def test_activity_is_shown_and_a_lost_recogniser_forgets_what_was_open() -> None:
    conversation = asked()
    assert Show(SpeechActivity(True, 1.0)) in conversation.speech_started("u", 1.0)
    assert conversation.open_utterance == "u"
    conversation.recogniser_lost()
    assert conversation.open_utterance == ""
    assert conversation.speech_ended("u", 2.0) == []


def test_resembling() -> None:
    assert resembles("데이터베이스 인덱스가 무엇인지", "데이터베이스 인덱스가 무엇인지 설명해 주세요.")
    assert resembles("WHAT a database, index", SPOKEN)
    assert not resembles("An index makes reading fast", SPOKEN)
    assert not resembles("a", SPOKEN)  # too short to tell
    assert not resembles("database index", "")


@pytest.mark.parametrize(
    "text",
    ["Hold on.", "Let me think about that...", "잠시만요.", "음, 잠깐만 생각해 볼게요.", "생각할 시간을 좀 주세요"],
)
def test_asking_for_time(text: str) -> None:
    assert holds_turn(text)


@pytest.mark.parametrize(
    "text",
    ["We hold on to the lock until the write is done.", "잠시만 끊겨도 데이터가 사라지기 때문에 복제합니다.", ""],
)
def test_an_answer_with_such_words_asks_for_nothing(text: str) -> None:
    assert not holds_turn(text)
