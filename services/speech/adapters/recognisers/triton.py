"""Whisper on a Triton server (triton_models/whisper): stateless windows over one connection per process.

The server batches over all its callers and takes finals first; what is kept here is what of it is our own.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

import numpy as np

from inference.whisper import wire
from inference.whisper.transcription import DecodeOptions
from services.kit.clock import Clock, SystemClock
from services.speech.adapters.recognisers.transcriptions import decode_options, hypothesis
from services.speech.adapters.triton_model import NotServed, ServedModel, TensorShape, TritonModel
from services.speech.domain.errors import EngineFailed, EngineUnavailable, Overloaded
from services.speech.domain.transcript import Hypothesis, WordTimeSource
from services.speech.ports import Priority, Quality, RecogniserCapabilities, RecogniserOptions, Speech

logger = logging.getLogger("parley.speech")

_PRIORITIES: Final[Mapping[Priority, int]] = {Priority.FINAL: 1, Priority.INTERIM: 2, Priority.PARTIAL: 3}
"""The model's priority levels; 4 is for rescoring, which nobody does from here."""
_TIMEOUTS_S: Final[Mapping[Priority, float]] = {Priority.FINAL: 30.0, Priority.INTERIM: 10.0, Priority.PARTIAL: 10.0}
"""Deadlines of whole requests; the model's queue policy gives up sooner on what waits."""
_DESCRIBE_TIMEOUT_S: Final = 10.0
_OPEN_LIMIT_S: Final = 30.0
"""How long to wait at the start for a server that is still loading."""
_OPEN_RETRY_S: Final = 0.5
_OUTPUTS: Final = tuple(spec.name for spec in wire.OUTPUTS if spec.name != "DESCRIPTION")
_FIX: Final = "serve triton_models/whisper of this version, or set PARLEY_SPEECH_TRITON_MODEL to the model that does"

_GREEDY: Final = DecodeOptions(word_times=True)


class TritonRecogniser:
    """Recogniser whose engine runs in a Triton server; `open` comes before anything else.

    At most `most_waiting` requests more than the server can run at a time are in flight; overflow policy: refuse.
    """

    def __init__(self, model: TritonModel, most_waiting: int, clock: Clock, decoding: DecodeOptions = _GREEDY) -> None:
        """Contacts nobody yet."""
        self.capabilities = RecogniserCapabilities(
            name="triton",
            version="",
            languages=(),
            quality=Quality.HIGH,
            word_times=WordTimeSource.INTERPOLATED,
            max_samples=0,
            partials=True,
        )
        self._model = model
        self._most_waiting = most_waiting
        self._clock = clock
        self._decoding = decoding
        self._at_once = 1
        """Requests that the server runs at a time."""
        self._in_flight = 0
        self._suspect = False
        """Whether the server has failed since it was looked at."""

    @property
    def idle(self) -> bool:
        """See Recogniser. Other callers of the server are not counted: their load shows in how long answers take."""
        return self._in_flight < self._at_once

    async def open(self) -> None:
        """See Recogniser: looks at the model, which may still be loading for a while. Raises EngineUnavailable."""
        deadline = self._clock.monotonic() + _OPEN_LIMIT_S
        while True:
            try:
                await self._look()
                return
            except NotServed as error:
                if self._clock.monotonic() >= deadline:
                    raise EngineUnavailable(f"{error}; is PARLEY_SPEECH_TRITON right?") from error
            await self._clock.sleep(_OPEN_RETRY_S)

    async def trouble(self) -> str:
        """See Recogniser: asks the server."""
        try:
            if self._suspect:
                await self._look()  # it may have come back as another model
            else:
                await self._model.check_ready()
        except EngineUnavailable as error:
            self._suspect = True
            return str(error)
        return ""

    async def recognise(self, speech: Speech, priority: Priority) -> Hypothesis:
        """See Recogniser."""
        if self._in_flight >= self._at_once + self._most_waiting:
            raise Overloaded(f"{self._in_flight} utterances are at the Triton server, and no more are sent now")
        inputs = {"AUDIO": speech.samples[None], "LANGUAGE": wire.write_text(speech.language)}
        self._in_flight += 1
        try:
            tensors = await self._model.infer(
                inputs,
                _OUTPUTS,
                priority=_PRIORITIES[priority],
                timeout_s=_TIMEOUTS_S[priority],
                parameters={"urgency": _PRIORITIES[priority], **wire.write_options(self._decoding)},
            )
            return hypothesis(wire.read_transcription(tensors, aligned=self.capabilities.aligned))
        except (NotServed, EngineFailed):
            self._suspect = True
            raise
        except wire.ResponseInvalid as error:
            self._suspect = True
            raise EngineFailed(f"{self._model.where}: {error}") from error
        finally:
            self._in_flight -= 1

    async def close(self) -> None:
        """See Recogniser."""
        await self._model.close()

    async def _look(self) -> None:
        """Reads the model's contract and description. Raises NotServed, or EngineUnavailable for another contract."""
        served = await self._model.look()
        _check(served, self._model.where)
        description = await self._describe()
        self.capabilities = _capabilities(description, served)
        on_cpu = set(description.providers) <= {"cpu"}  # there a batch takes as long as its windows one by one
        self._at_once = served.instances * (1 if on_cpu else max(1, served.max_batch))
        self._suspect = False
        if served.priority_levels < max(_PRIORITIES.values()):
            logger.warning("%s has no priority levels: finals wait behind partials", self._model.where)

    async def _describe(self) -> wire.Description:
        # Whoever asks for DESCRIPTION alone gets it without inference; the audio is there for the contract's sake.
        inputs = {"AUDIO": np.zeros((1, 1), dtype=np.float32)}
        try:
            tensors = await self._model.infer(inputs, ["DESCRIPTION"], priority=1, timeout_s=_DESCRIBE_TIMEOUT_S)
            return wire.Description.from_json(tensors["DESCRIPTION"].item())
        except Overloaded as error:
            raise NotServed(str(error)) from error
        except (wire.ResponseInvalid, EngineFailed) as error:
            raise EngineUnavailable(f"{self._model.where}: {error}; {_FIX}") from error


def build(options: RecogniserOptions) -> TritonRecogniser:
    """Registry entry."""
    if not options.triton:
        raise EngineUnavailable("the engine triton needs the address of a Triton server: set PARLEY_SPEECH_TRITON")
    model = TritonModel(options.triton, options.triton_model)
    return TritonRecogniser(model, options.most_waiting, SystemClock(), decode_options(options))


def _capabilities(said: wire.Description, served: ServedModel) -> RecogniserCapabilities:
    return RecogniserCapabilities(
        name="triton",
        version=said.version,
        languages=said.languages,
        quality=Quality.HIGH,
        word_times=WordTimeSource.ALIGNED if said.has_alignment else WordTimeSource.INTERPOLATED,
        max_samples=said.max_samples,
        partials=True,
        aligned=said.has_alignment,
        batch=max(1, served.max_batch),
        size=said.d_model,
    )


def _check(served: ServedModel, where: str) -> None:
    """Raises EngineUnavailable that names every tensor that is not what the contract says."""
    wrong = ["it is decoupled, and one response per request is expected"] if served.decoupled else []
    for kind, here, specs in (("input", served.inputs, wire.INPUTS), ("output", served.outputs, wire.OUTPUTS)):
        for spec in specs:
            wanted, found = TensorShape(spec.datatype, spec.shape), here.get(spec.name)
            if found != wanted:
                wrong.append(f"{kind} {spec.name} is {found or 'missing'}, not {wanted}")
    unknown = set(served.inputs) - {spec.name for spec in wire.INPUTS}
    wrong += [f"input {name} is not known here" for name in sorted(unknown)]
    if wrong:
        raise EngineUnavailable(f"{where} has another contract: {'; '.join(wrong)}. To fix it, {_FIX}")
