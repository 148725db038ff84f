from buf.validate import validate_pb2 as _validate_pb2
from parley.common.v1 import behaviour_pb2 as _behaviour_pb2
from parley.options.v1 import options_pb2 as _options_pb2
from parley.session.v1 import recorder_pb2 as _recorder_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RecordRequest(_message.Message):
    __slots__ = ("number", "hello", "utterance", "behaviour_window", "turn_end", "answer_start", "answer_end", "playback", "media_health")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    HELLO_FIELD_NUMBER: _ClassVar[int]
    UTTERANCE_FIELD_NUMBER: _ClassVar[int]
    BEHAVIOUR_WINDOW_FIELD_NUMBER: _ClassVar[int]
    TURN_END_FIELD_NUMBER: _ClassVar[int]
    ANSWER_START_FIELD_NUMBER: _ClassVar[int]
    ANSWER_END_FIELD_NUMBER: _ClassVar[int]
    PLAYBACK_FIELD_NUMBER: _ClassVar[int]
    MEDIA_HEALTH_FIELD_NUMBER: _ClassVar[int]
    number: int
    hello: _recorder_pb2.RecordHello
    utterance: _recorder_pb2.RecordedUtterance
    behaviour_window: _behaviour_pb2.BehaviourWindow
    turn_end: _recorder_pb2.RecordedTurnEnd
    answer_start: _recorder_pb2.RecordedAnswerStart
    answer_end: _recorder_pb2.RecordedAnswerEnd
    playback: _recorder_pb2.RecordedPlayback
    media_health: _recorder_pb2.RecordedMediaHealth
    def __init__(self, number: _Optional[int] = ..., hello: _Optional[_Union[_recorder_pb2.RecordHello, _Mapping]] = ..., utterance: _Optional[_Union[_recorder_pb2.RecordedUtterance, _Mapping]] = ..., behaviour_window: _Optional[_Union[_behaviour_pb2.BehaviourWindow, _Mapping]] = ..., turn_end: _Optional[_Union[_recorder_pb2.RecordedTurnEnd, _Mapping]] = ..., answer_start: _Optional[_Union[_recorder_pb2.RecordedAnswerStart, _Mapping]] = ..., answer_end: _Optional[_Union[_recorder_pb2.RecordedAnswerEnd, _Mapping]] = ..., playback: _Optional[_Union[_recorder_pb2.RecordedPlayback, _Mapping]] = ..., media_health: _Optional[_Union[_recorder_pb2.RecordedMediaHealth, _Mapping]] = ...) -> None: ...

class RecordResponse(_message.Message):
    __slots__ = ("welcome", "acknowledgement", "current_question", "speak", "stop_speaking", "finish_answer", "end_media")
    WELCOME_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGEMENT_FIELD_NUMBER: _ClassVar[int]
    CURRENT_QUESTION_FIELD_NUMBER: _ClassVar[int]
    SPEAK_FIELD_NUMBER: _ClassVar[int]
    STOP_SPEAKING_FIELD_NUMBER: _ClassVar[int]
    FINISH_ANSWER_FIELD_NUMBER: _ClassVar[int]
    END_MEDIA_FIELD_NUMBER: _ClassVar[int]
    welcome: _recorder_pb2.RecordWelcome
    acknowledgement: _recorder_pb2.RecordAcknowledgement
    current_question: _recorder_pb2.CurrentQuestion
    speak: _recorder_pb2.Speak
    stop_speaking: _recorder_pb2.StopSpeaking
    finish_answer: _recorder_pb2.FinishAnswer
    end_media: _recorder_pb2.EndMedia
    def __init__(self, welcome: _Optional[_Union[_recorder_pb2.RecordWelcome, _Mapping]] = ..., acknowledgement: _Optional[_Union[_recorder_pb2.RecordAcknowledgement, _Mapping]] = ..., current_question: _Optional[_Union[_recorder_pb2.CurrentQuestion, _Mapping]] = ..., speak: _Optional[_Union[_recorder_pb2.Speak, _Mapping]] = ..., stop_speaking: _Optional[_Union[_recorder_pb2.StopSpeaking, _Mapping]] = ..., finish_answer: _Optional[_Union[_recorder_pb2.FinishAnswer, _Mapping]] = ..., end_media: _Optional[_Union[_recorder_pb2.EndMedia, _Mapping]] = ...) -> None: ...
