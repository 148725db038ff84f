"""Settings, and the way of values over the wire and back."""

import pytest
from parley.common.v1 import behaviour_pb2, engine_pb2, transcript_pb2
from parley.media.v1 import live_pb2
from parley.session.v1 import recorder_pb2, recorder_service_pb2
from parley.speech.v1 import speech_service_pb2, transcription_pb2
from parley.vision.v1 import analysis_pb2, vision_service_pb2

from services.kit.settings import SettingsError
from services.media.convert import common, live, record, speech, vision
from services.media.domain import commands, entries, events
from services.media.domain.values import FaceState, Glimpse, Language, Metrics, NoText, TurnState, Window
from services.media.ports.session import Hello
from services.media.ports.speech import HearingConfig, Progress
from services.media.ports.vision import Calibration, SeeingConfig
from services.media.settings import Settings

SECRETS = {"PARLEY_INTERNAL_SECRET": "i" * 32, "PARLEY_TOKEN_SECRET": "t" * 32}
WINDOW = Window(5.0, 10.0, 25, 20, ((FaceState.DETECTED, 0.75), (FaceState.ABSENT, 0.25)), None, 2, 1, "m")


class TestSettings:
    def test_defaults_tell_and_ask_nobody(self) -> None:
        settings = Settings.from_env(SECRETS)
        assert (settings.ice_urls, settings.ice_bind, settings.ice_advertise, settings.udp_ports) == ((), (), (), None)
        assert settings.listen == "127.0.0.1:7102"
        assert "." not in settings.node_name

    def test_values(self) -> None:
        env = {
            "PARLEY_MEDIA_UDP_PORTS": "50000-50100",
            "PARLEY_MEDIA_ICE_ADVERTISE": "203.0.113.7, 2001:db8::7",
            "PARLEY_MEDIA_ICE_URLS": "stun:a:3478, turns:b:5349?transport=tcp",
            "PARLEY_MEDIA_TURN_SECRET": "s" * 32,
            "PARLEY_MEDIA_NODE": "media-3",
        }
        settings = Settings.from_env({**SECRETS, **env})
        assert settings.udp_ports == (50_000, 50_100)
        assert settings.ice_advertise == ("203.0.113.7", "2001:db8::7")
        assert settings.ice_urls == ("stun:a:3478", "turns:b:5349?transport=tcp")
        assert settings.node_name == "media-3"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("PARLEY_MEDIA_UDP_PORTS", "50100-50000"),
            ("PARLEY_MEDIA_UDP_PORTS", "many"),
            ("PARLEY_MEDIA_ICE_ADVERTISE", "example.org"),
            ("PARLEY_MEDIA_ICE_URLS", "http://stun"),
            ("PARLEY_MEDIA_ICE_URLS", "turn:b:3478"),  # without its secret
            ("PARLEY_MEDIA_MAX_PEERS", "0"),
            ("PARLEY_MEDIA_FRAME_RATE", "60"),
            ("PARLEY_MEDIA_NODE", "a.b"),
            ("PARLEY_MEDIA_MAX_PERS", "3"),
        ],
    )
    def test_what_is_wrong_is_named(self, name: str, value: str) -> None:
        with pytest.raises(SettingsError, match="PARLEY_MEDIA_"):
            Settings.from_env({**SECRETS, name: value})


class TestCommonParts:
    def test_every_sample_survives(self) -> None:
        for sample in (0, 1, 16_001, 57_600_007):
            assert common.seconds(common.duration(sample / 16_000)) == sample / 16_000

    def test_windows(self) -> None:
        assert common.window_from_proto(common.window_to_proto(WINDOW)) == WINDOW
        measured = Window(0, 5, 9, 9, (), Metrics(1, 0.5, 0.25, 0, 1), 0, 2, "m")
        assert common.window_from_proto(common.window_to_proto(measured)) == measured

    def test_utterances_keep_what_media_does_not_read(self) -> None:
        message = transcript_pb2.Utterance(utterance_id="u", text="a b", confidence=0.5)
        message.words.add(text="a", confidence=0.25)
        heard = common.utterance(message, None)
        assert transcript_pb2.Utterance.FromString(heard.sealed) == message
        assert not heard.heard_nothing
        nothing = transcript_pb2.Utterance(no_text_reason=transcript_pb2.NO_TEXT_REASON_SUPPRESSED)
        assert common.utterance(nothing, None).no_text is NoText.SUPPRESSED
        assert common.utterance(nothing, None).heard_nothing

    def test_numbers_of_later_versions(self) -> None:
        assert common.face_state(99) is FaceState.UNKNOWN
        assert common.language_from_proto(99) is None


EVENTS: list[events.LiveEvent] = [
    events.Caption("u", 1, 2, "text", 2, True, "a"),
    events.SpeechActivity(True, 1),
    events.Voice("s", events.VoiceState.SPEAKING, "One.", 1, "q"),
    Glimpse(FaceState.DETECTED, 1, True, 0.5, 0.4, 90),
    WINDOW,
    events.QuestionShown(commands.CurrentQuestion("q", "a", "Why?", 1, 2, 3)),
    events.Notice(events.NoticeKind.TYPE_ANSWERS, 1),
    events.InputLevel(-20, 1),
    events.Pong(7, 1),
    events.CalibrationDone(False, True),
]


class TestLive:
    @pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
    def test_every_event_has_its_field(self, event: events.LiveEvent) -> None:
        message = live.live_event(event, 5)
        assert message.sequence == 5
        assert message.WhichOneof("event") is not None

    def test_all_fields_of_the_contract_are_used(self) -> None:
        used = {live.live_event(event, 1).WhichOneof("event") for event in EVENTS}
        assert used == {field.name for field in live_pb2.LiveEvent.DESCRIPTOR.oneofs_by_name["event"].fields}

    def test_enum_numbers_are_the_contracts(self) -> None:
        for kind in events.NoticeKind:
            assert live_pb2.NoticeKind.Name(kind.value) == f"NOTICE_KIND_{kind.name}"
        for state in events.VoiceState:
            assert live_pb2.VoiceState.Name(state.value) == f"VOICE_STATE_{state.name}"
        for face in FaceState:
            name = "UNSPECIFIED" if face is FaceState.UNKNOWN else face.name
            assert behaviour_pb2.FaceState.Name(face.value) == f"FACE_STATE_{name}"
        for outcome in entries.Outcome:
            name = recorder_pb2.PlaybackOutcome.Name(outcome.value)
            assert name == f"PLAYBACK_OUTCOME_{outcome.name}"

    def test_absent_measurements_stay_absent(self) -> None:
        face = live.live_event(Glimpse(FaceState.ABSENT, 1), 1).face
        assert not any(face.HasField(name) for name in ("looked_at_screen", "center_x", "interocular_pixels"))

    def test_commands(self) -> None:
        unset = live_pb2.LiveCommand(calibrate=live_pb2.Calibrate())
        assert live.live_command(unset) == commands.Calibrate(None)
        unset.calibrate.duration.seconds = 4
        assert live.live_command(unset) == commands.Calibrate(4.0)
        assert live.live_command(live_pb2.LiveCommand()) is None


class TestRecord:
    def test_every_kind_of_entry_has_its_field(self) -> None:
        kinds: list[entries.Entry] = [
            entries.UtteranceHeard(common.utterance(transcript_pb2.Utterance(utterance_id="u"), None), "a"),
            WINDOW,
            entries.TurnEnd("a", 1),
            entries.AnswerStart("a", 1),
            entries.AnswerEnd("a", 1),
            entries.Playback("s", 1, 2, entries.Outcome.INTERRUPTED),
            entries.MediaHealth(1, True, True, False, True, False),
        ]
        used = {record.entry(3, entry).WhichOneof("entry") for entry in kinds}
        fields = recorder_service_pb2.RecordRequest.DESCRIPTOR.oneofs_by_name["entry"].fields
        assert used == {field.name for field in fields} - {"hello"}

    def test_hello_and_commands(self) -> None:
        engine = engine_pb2.EngineInfo(capability="transcription", name="whisper", version="3")
        hello = record.hello(Hello("i", "a", "p", (common.engine(engine),))).hello
        assert list(hello.engines) == [engine]
        speak = recorder_service_pb2.RecordResponse(speak=recorder_pb2.Speak(speech_id="s", text="t", language=1))  # type: ignore[arg-type]
        assert record.command(speak) == commands.Speak("s", "t", Language.KOREAN)
        speak.speak.unfinished = True
        assert record.command(speak) == commands.Speak("s", "t", Language.KOREAN, unfinished=True)
        assert record.command(recorder_service_pb2.RecordResponse()) is None
        welcome = record.welcome(recorder_pb2.RecordWelcome(acknowledged_up_to=4, next_number=5))
        assert welcome == commands.Welcome(4, 5, 0.0, None, False, False)


def test_speech_messages() -> None:
    config = speech.config(HearingConfig("i", Language.KOREAN, 1.5, TurnState.THINKING)).config
    assert (config.sample_rate_hz, config.channel_count, config.partials) == (16_000, 1, True)
    assert config.turn_state == transcription_pb2.TURN_STATE_THINKING
    progress = transcription_pb2.StreamProgress(replay_from_offset=common.duration(2))
    assert speech.event(speech_service_pb2.TranscribeResponse(progress=progress)) == Progress(2.0)
    assert speech.event(speech_service_pb2.TranscribeResponse()) is None


def test_vision_messages() -> None:
    baseline = analysis_pb2.Baseline(model_id="m")
    assert vision.config(SeeingConfig("i", baseline.SerializeToString())).config.baseline == baseline
    failed = analysis_pb2.CalibrationResult(problem=analysis_pb2.CALIBRATION_PROBLEM_NO_STEADY_FACE)
    assert vision.event(vision_service_pb2.AnalyzeResponse(calibration=failed)) == Calibration(b"", True)
    problem = analysis_pb2.FrameProblem(sequence=1)
    assert vision.event(vision_service_pb2.AnalyzeResponse(frame_problem=problem)) is None
    absent = analysis_pb2.Observation(face_state=behaviour_pb2.FACE_STATE_ABSENT, offset=common.duration(3))
    assert vision.event(vision_service_pb2.AnalyzeResponse(observation=absent)) == Glimpse(FaceState.ABSENT, 3.0)
