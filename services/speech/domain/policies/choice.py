"""Which streaming policy a recogniser gets.

Measured on one public benchmark (word error rate, LocalAgreement against AlignAtt): base 24.6 % and 9.5 %, small 8.2
and 7.0, large-v3-turbo 5.3 and 18.1. So AlignAtt for small models that export their attention, else LocalAgreement.
"""

from __future__ import annotations

from enum import Enum

from services.speech.domain.errors import EngineUnavailable
from services.speech.domain.policies.rules import AlignAtt, CommitRule, LocalAgreement

_WIDEST_FOR_ALIGN_ATT = 768
"""d_model of Whisper small."""


class Policy(Enum):
    """What can be asked for."""

    AUTO = "auto"
    LOCAL_AGREEMENT = "local_agreement"
    ALIGN_ATT = "align_att"


def choose(wanted: Policy, *, aligned: bool, size: int) -> Policy:
    """LOCAL_AGREEMENT or ALIGN_ATT for a recogniser.

    `aligned`: whether it says which audio each word comes from; `size`: width of its model, 0 if unknown. Raises
    EngineUnavailable if the wanted one cannot be had.
    """
    if wanted is Policy.ALIGN_ATT and not aligned:
        raise EngineUnavailable(
            "PARLEY_SPEECH_POLICY=align_att needs a model that exports its cross-attention; set it to auto, "
            "or export the model again with attention outputs"
        )
    if wanted is not Policy.AUTO:
        return wanted
    return Policy.ALIGN_ATT if aligned and 0 < size <= _WIDEST_FOR_ALIGN_ATT else Policy.LOCAL_AGREEMENT


def new_rule(policy: Policy) -> CommitRule:
    """The memory of a new utterance under a policy that was chosen."""
    return AlignAtt() if policy is Policy.ALIGN_ATT else LocalAgreement()
