"""Korean pronunciation: numbers in the right of the two systems, units, symbols, Latin letters and words.

The steps run in order, each on what the one before left: dates and telephone numbers before plain numbers, words with
digits in them (EC2, 3D) before numbers, units before letters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.speech.domain import korean_numbers as numbers
from services.speech.domain.korean_counters import about, before_counter, native_counter, takes_native
from services.speech.domain.korean_letters import latin_words

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_UNITS: Mapping[str, str] = {
    "%p": "퍼센트포인트",
    "%": "퍼센트",
    "‰": "퍼밀",
    "℃": "도",
    "°C": "도",
    "°": "도",
    "㎡": "제곱미터",
    "m²": "제곱미터",
    "ms": "밀리초",
    "μs": "마이크로초",
    "µs": "마이크로초",
    "us": "마이크로초",
    "ns": "나노초",
    "s": "초",
    "sec": "초",
    "min": "분",
    "hr": "시간",
    "hrs": "시간",
    "h": "시간",
    "KB": "킬로바이트",
    "kB": "킬로바이트",
    "MB": "메가바이트",
    "GB": "기가바이트",
    "TB": "테라바이트",
    "PB": "페타바이트",
    "KiB": "키비바이트",
    "MiB": "메비바이트",
    "GiB": "기비바이트",
    "bit": "비트",
    "bps": "비피에스",
    "Kbps": "킬로비피에스",
    "kbps": "킬로비피에스",
    "Mbps": "메가비피에스",
    "Gbps": "기가비피에스",
    "km": "킬로미터",
    "m": "미터",
    "cm": "센티미터",
    "mm": "밀리미터",
    "kg": "킬로그램",
    "g": "그램",
    "mg": "밀리그램",
    "L": "리터",
    "l": "리터",
    "ml": "밀리리터",
    "mL": "밀리리터",
    "Hz": "헤르츠",
    "kHz": "킬로헤르츠",
    "MHz": "메가헤르츠",
    "GHz": "기가헤르츠",
    "W": "와트",
    "kW": "킬로와트",
    "V": "볼트",
    "px": "픽셀",
    "dB": "데시벨",
    "rpm": "알피엠",
    "RPM": "알피엠",
    "fps": "에프피에스",
    "FPS": "에프피에스",
    "x": "배",
}
_PER_TIME: Mapping[str, str] = {"s": "초당", "sec": "초당", "min": "분당", "m": "분당", "h": "시간당", "day": "하루"}
_SPEEDS: Mapping[str, str] = {"h": "시속", "s": "초속"}
_LENGTHS = frozenset({"km", "m", "cm"})
_THOUSANDS = re.compile(r"(?<![A-Za-z\d.])(\d+(?:\.\d)?)[Kk](?![A-Za-z0-9])")
_TIMES = re.compile(r"(?<=\d)\s?[xX×]\s?(?=\d)")
_CURRENCIES: Mapping[str, str] = {"$": "달러", "₩": "원", "€": "유로", "£": "파운드", "¥": "엔"}
_MAGNITUDES = "천만|백만|십만|만|억|조|천|백|십"

_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_PER = re.compile(rf"(?:[시초]속\s?)?({_NUMBER})\s?({_UNIT}|req|requests|회|건)/({'|'.join(_PER_TIME)})(?![A-Za-z0-9])")
_MEASURE = re.compile(rf"(?<![A-Za-z\d.])({_NUMBER})(\s?)({_UNIT})(?![A-Za-z0-9])")
_MONEY = re.compile(rf"([{''.join(_CURRENCIES)}])\s?({_NUMBER})((?:{_MAGNITUDES})?)")
_DATE = re.compile(r"(?<!\d)(\d{4})(?:[-/]|\.\s?)(\d{1,2})(?:[-/]|\.\s?)(\d{1,2})(?!\d)(?:\.(?=[가-힣]))?")
_MONTH = re.compile(r"(?<!\d)(\d{1,2})월")
_TELEPHONE = re.compile(r"(?<!\d)(0\d{1,2})-(\d{3,4})-(\d{4})(?!\d)")
_CLOCK = re.compile(r"(?<![\d:.])([01]?\d|2[0-4]):([0-5]\d)(?![\d:])")
_RATIO = re.compile(r"(?<![\d:.])(\d{1,3}):(\d{1,3})(?![\d:])")
_FRACTION = re.compile(r"(?<![\d/.])(\d{1,2})/(\d{1,3})(?![\d/]|\.\d)")
_VERSION = re.compile(r"(?<![A-Za-z\d.])([vV]?)(\d+(?:\.\d+){2,})(?![\d.]*\d)")
_SHORT_VERSION = re.compile(r"(?<![A-Za-z\d.])[vV](\d+(?:\.\d+)?)(?![A-Za-z\d]|\.\d)")
_QUARTER = re.compile(r"(?<!\d)([1-4])/4\s?분기")
_FROM = re.compile(r"(\d[\w%]*)\s?[~～]\s?(?=[\d가-힣])")
_RANGE = re.compile(rf"(?<![\w.])({_NUMBER})\s?[~～–-]\s?(?=(?:{_NUMBER}))")
_ABOUT = re.compile(r"(?<![\d.,~])([1-8])\s?[~～]\s?([2-9])\s?(?=[가-힣])")
_SIGNED = re.compile(rf"(?<![\w)\]~～–.-])([-−+])(?=(?:{_NUMBER}))")
_LARGE = re.compile(rf"(?<![\d.,])({_NUMBER})({_MAGNITUDES})(?![가-힣]*학)")
_PLAIN = re.compile(rf"(?<![\d.,A-Za-z])({_NUMBER})")
_HANGUL = re.compile(r"[가-힣]")
_SYMBOLS: Mapping[str, str] = {
    "&": " 앤드 ",
    "+": " 플러스 ",
    "=": " 는 ",
    "×": " 곱하기 ",
    "÷": " 나누기 ",
    "±": " 플러스마이너스 ",
    "@": " 앳 ",
    "→": ", ",
    "⇒": ", ",
    "·": " ",
    "ㆍ": " ",
    "/": " ",
    "_": " ",
    "|": " ",
    "*": " ",
    "#": " ",
    "~": " ",
    "`": " ",
    "<": " ",
    ">": " ",
    "[": " ",
    "]": " ",
    "{": " ",
    "}": " ",
    "\\": " ",
    "^": " ",
    "※": " ",
    "•": " ",
}
_TO_MANY = re.compile(r"(?<!\d)(\d):(?=[A-Z](?![A-Za-z]))")
_HYPHEN = re.compile(r"(?<=[가-힣])-(?=\w)")
_SAID_TWICE = re.compile(r"([가-힣]{2,})\s?\(\1\)")
_BLANKS = re.compile(r"\s+")
_BLANK_BEFORE_STOP = re.compile(r"\s+(?=[,.!?。！？…])")


def spoken_korean(text: str, lexicon: Mapping[str, str]) -> str:
    """`text` as it is spoken; `lexicon` as Lexicon in pronunciation.py. Words that neither lexicon nor rules know stay
    in Latin letters, for the voice's own English."""
    text = _whole_things(text)
    text = latin_words(text, lexicon, digits_only=True)
    text = _quantities(text)
    text = latin_words(text, lexicon, digits_only=False)
    text = _SAID_TWICE.sub(r"\1", text)  # 파케이(Parquet)
    text = _HYPHEN.sub(" ", text)
    for symbol, words in _SYMBOLS.items():
        text = text.replace(symbol, words)
    return _BLANK_BEFORE_STOP.sub("", _BLANKS.sub(" ", text)).strip()


def _whole_things(text: str) -> str:
    """Dates, telephone numbers, clock times, versions: digits that are no quantities."""
    text = _DATE.sub(_date, text)
    text = _TELEPHONE.sub(lambda found: " ".join(numbers.digits(part) for part in found.groups()), text)
    text = _MONTH.sub(_month, text)
    text = _TO_MANY.sub(lambda found: f"{numbers.decimal(found[1])} 대 ", text)
    text = _QUARTER.sub(lambda found: f"{numbers.decimal(found[1])}사분기", text)
    text = _VERSION.sub(_version, text)
    text = _SHORT_VERSION.sub(lambda found: f"버전 {numbers.decimal(found[1])}", text)
    text = _CLOCK.sub(_clock, text)
    return _RATIO.sub(lambda found: f"{numbers.decimal(found[1])} 대 {numbers.decimal(found[2])}", text)


def _quantities(text: str) -> str:
    """Numbers with what they count."""
    text = _MONEY.sub(lambda found: f"{found[2]}{found[3]}{_CURRENCIES[found[1]]}", text)
    text = _THOUSANDS.sub(lambda found: str(round(float(found[1]) * 1_000)), text)
    text = _TIMES.sub(" 곱하기 ", text)
    text = _PER.sub(_per, text)
    text = _SIGNED.sub(lambda found: "플러스 " if found[1] == "+" else "마이너스 ", text)
    text = _ABOUT.sub(_about, text)
    text = _FROM.sub(r"\1에서 ", _RANGE.sub(_range_start, text))
    text = _FRACTION.sub(_fraction, text)
    text = _MEASURE.sub(_measure, text)
    text = _LARGE.sub(_large, text)
    return _PLAIN.sub(_plain, text)


def _date(found: re.Match[str]) -> str:
    year, month, day = (int(part) for part in found.groups())
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return found[0]
    return f"{numbers.sino(year)}년 {_month_name(month)} {numbers.sino(day)}일"


def _month(found: re.Match[str]) -> str:
    return _month_name(int(found[1])) if 1 <= int(found[1]) <= 12 else found[0]


def _month_name(month: int) -> str:
    return {6: "유월", 10: "시월"}.get(month, f"{numbers.sino(month)}월")


def _version(found: re.Match[str]) -> str:
    parts = [numbers.decimal(part) for part in found[2].split(".")]
    return ("버전 " if found[1] else "") + "점 ".join(parts)


def _clock(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    # 삼 시 is nobody's three o'clock; 십오 시 is how the 24-hour clock is read.
    hours = before_counter(hour, "시")
    return f"{hours} 시 {numbers.sino(minute)} 분" if minute else f"{hours} 시"


def _per(found: re.Match[str]) -> str:
    number, unit, time = found.groups()
    if unit in _LENGTHS and time in _SPEEDS:
        return f"{_SPEEDS[time]} {number} {_UNITS[unit]}"
    words = {"req": "요청", "requests": "요청"}.get(unit, _UNITS.get(unit, unit))
    return f"{_PER_TIME[time]} {number} {words}"


def _about(found: re.Match[str]) -> str:
    low, high = int(found[1]), int(found[2])
    if high != low + 1:
        return found[0]
    return f"{about(low, found.string[found.end() :])} "


def _range_start(found: re.Match[str]) -> str:
    """The first number of a range, in the system of the second: 세 개에서 다섯 개, 십에서 이십 퍼센트."""
    rest = found.string[found.end() :]
    second = re.match(_NUMBER, rest)
    after = rest[second.end() :].lstrip() if second else ""
    words = _in_words(found[1], after)
    native = found[1].isdigit() and takes_native(int(found[1]), after)
    return f"{words} {native_counter(after)}에서 " if native else f"{words}에서 "


def _fraction(found: re.Match[str]) -> str:
    if int(found[1]) >= int(found[2]):
        return found[0]  # 24/7 is no fraction
    return f"{numbers.decimal(found[2])}분의 {numbers.decimal(found[1])}"


def _measure(found: re.Match[str]) -> str:
    number, _, unit = found.groups()
    words = _UNITS[unit]
    return f"{_in_words(number, words)} {words}{_gap(found)}"


def _large(found: re.Match[str]) -> str:
    number, magnitude = found.groups()
    one = number == "1" and magnitude not in {"억", "조"}
    return f"{'' if one else numbers.decimal(number)}{magnitude}{_gap(found)}"


def _plain(found: re.Match[str]) -> str:
    following = found.string[found.end() :]
    ordinal = found.string[: found.start()].endswith("제")
    words = numbers.decimal(found[1]) if ordinal else _in_words(found[1], following.lstrip(" "))
    joined = not ordinal and _HANGUL.match(found.string[found.start() - 1 : found.start()])
    gap = "" if following.startswith(("년", "월", "일", "분의")) else _gap(found)
    return f"{' ' if joined else ''}{words}{gap}"


def _in_words(number: str, following: str) -> str:
    plain = number.replace(",", "")
    if not plain.isdigit() or (len(plain) > 1 and plain.startswith("0")) or int(plain) > numbers.MOST_NATIVE:
        return numbers.decimal(number)
    return before_counter(int(plain), following)


def _gap(found: re.Match[str]) -> str:
    """A blank where a unit follows at once; none before what is only a particle."""
    following = found.string[found.end() :]
    particle = _PARTICLE.match(following)
    return " " if _HANGUL.match(following) and particle is None else ""


_PARTICLE = re.compile(
    r"여(?![가-힣])|(?:밖에|처럼|만큼|뿐|째|대로|라도|은|는|이|가|을|를|의|에|에서|로|으로|와|과|만|부터|까지|씩|당|마다|이나|나|보다|이상|이하|쯤|입니다|이다|이고|이며|인)(?![가-힣])"
)
