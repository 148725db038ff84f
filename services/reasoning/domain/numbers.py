"""Numbers that state a fact: "forty percent", 사십 퍼센트, 300ms. Ordinals and "one" count for nothing, nor do a few
things counted in words ("two orders", "twice", 두 번): who explains in general says them as often as who tells a case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.reasoning.domain.questions import Language
from services.reasoning.domain.text import Span

_ENGLISH_FEW = "two|three|four"
_ENGLISH_WORDS = (
    "five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|"
    "nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|half|"
    r"doubled|tripled|halved|twice(?=\s+as\b)|dozens?|a quarter|a third"
)
_ENGLISH_MEASURES = (
    r"\s?(?:%|percent|per cent|ms|milliseconds?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|people|engineers?|"
    r"times (?:as|faster|slower|more|less)|gb|mb|tb)"
)
_ENGLISH_UNITS = (
    r"\s?(?:%|percent|per cent|ms|milliseconds?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|people|"
    r"engineers?|users?|customers?|requests?|orders?|queries|services?|machines?|servers?|times|gb|mb|tb|k\b|x\b|rps|qps)"
)
_ENGLISH = re.compile(
    rf"(?<![\w.])(?:\d[\d,]*(?:\.\d+)?(?:{_ENGLISH_UNITS})?"
    rf"|(?:{_ENGLISH_FEW}){_ENGLISH_MEASURES}"
    rf"|(?:(?:{_ENGLISH_FEW})[\s-])?(?:{_ENGLISH_WORDS})(?:[\s-](?:{_ENGLISH_WORDS}|{_ENGLISH_FEW}))*(?:{_ENGLISH_UNITS})?)(?![\w])",
    re.IGNORECASE,
)
_KOREAN_UNITS = (
    "퍼센트|프로(?!젝|그|세|덕|토|파|듀)|%|배(?!포|치|경|열|제)|초(?!과|기|반)|밀리초|분(?!산|석|리|기|류|할|야|들)|시간|일(?!부|반|정|관|단)|주일?(?!문|요|기)|"
    "개월|달|년|명|건|개(?!발|선|별|인)|회(?!사|의|귀|고)|번(?!째)|대(?!기|응|시|신|비)|원(?!인|복|자)|만|천|백|억|기가|메가|테라|분의|ms|초당"
)
_KOREAN = re.compile(
    rf"(?<![\w.])\d[\d,]*(?:\.\d+)?\s?(?:{_KOREAN_UNITS})*"
    # Not 구분 (to tell apart), 이건 (this thing), 이분 (this person).
    rf"|(?<![가-힣])(?!구분|이\s?(?:분|건|명))[일이삼사오육칠팔구십백천만억]+\s?(?:퍼센트|프로(?!젝|그)|밀리초|초(?!과|기|반)|분(?!산|석|리|기)|개월|년(?!도)|명|건|배(?!포|치))"
    r"|(?<![가-힣])(?:두|세|네)\s?(?:배(?!포|치)|명|달|주(?!문)|시간|초(?!과|기)|분(?!산|석)|만|천|해)"
    r"|(?<![가-힣])(?:다섯|여섯|일곱|여덟|아홉|열|스무|스물|서른|마흔|쉰|수십|수백|수천|몇십|몇백)\s?"
    r"(?:배(?!포|치)|명|달|주(?!문)|시간|개(?!발|선)|건|번(?!째)|대(?!기|응)|초(?!과|기)|분(?!산|석)|만|천|곳|해)"
    r"|절반(?:으로)?|반으로\s?줄"
)
_PATTERNS: Mapping[Language, re.Pattern[str]] = {Language.ENGLISH: _ENGLISH, Language.KOREAN: _KOREAN}


def find_numbers(text: str, language: Language) -> tuple[Span, ...]:
    """Places of the numbers in ``text``, in order, each distinct number once."""
    found: dict[str, Span] = {}
    for match in _PATTERNS[language].finditer(text):
        found.setdefault("".join(match.group().split()).casefold(), Span(*match.span()))
    return tuple(found.values())
