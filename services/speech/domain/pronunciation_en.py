"""English pronunciation: what eSpeak NG 1.52 misreads, put in words that it reads well.

Heard from its phonemes: "$5M" is "dollar five em", "CI/CD" "sai slash see dee", "3-5" "three dash five", "2024-03-15"
has its dashes, "GUI" is "gooey", "QA" "ka", "AWS" "oars", "EC2" "eck two". Numbers, ordinals, "e.g." and most
abbreviations it reads well: they stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
    "December",
)
_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_MAGNITUDES: Mapping[str, str] = {"k": "thousand", "K": "thousand", "M": "million", "B": "billion", "bn": "billion"}
_CURRENCIES: Mapping[str, str] = {"$": "dollars", "€": "euros", "£": "pounds", "₩": "won", "¥": "yen"}
_UNITS: Mapping[str, str] = {
    "ms": "milliseconds",
    "μs": "microseconds",
    "µs": "microseconds",
    "ns": "nanoseconds",
    "sec": "seconds",
    "min": "minutes",
    "hrs": "hours",
    "KB": "kilobytes",
    "kB": "kilobytes",
    "MB": "megabytes",
    "GB": "gigabytes",
    "TB": "terabytes",
    "PB": "petabytes",
    "GiB": "gibibytes",
    "MiB": "mebibytes",
    "Mbps": "megabits per second",
    "Gbps": "gigabits per second",
    "kbps": "kilobits per second",
    "km": "kilometers",
    "cm": "centimeters",
    "mm": "millimeters",
    "kg": "kilograms",
    "mg": "milligrams",
    "Hz": "hertz",
    "kHz": "kilohertz",
    "MHz": "megahertz",
    "GHz": "gigahertz",
    "px": "pixels",
    "dB": "decibels",
    "fps": "frames per second",
    "°C": "degrees Celsius",
    "°F": "degrees Fahrenheit",
    "x": "times",
    "×": "times",
}
_PER: Mapping[str, str] = {"s": "second", "sec": "second", "min": "minute", "h": "hour", "day": "day"}
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))

_DATE = re.compile(r"(?<!\d)(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)")
_MONEY = re.compile(rf"([{''.join(_CURRENCIES)}])\s?({_NUMBER})\s?(k|K|M|B|bn|thousand|million|billion)?(?![A-Za-z])")
_MAGNITUDE = re.compile(rf"(?<![\w.])({_NUMBER})(k|K|M|B)(?![A-Za-z0-9])")
_RATE = re.compile(rf"(?<![\w.])({_NUMBER})\s?({_UNIT}|[A-Za-z]+)/({'|'.join(_PER)})(?![A-Za-z])")
_MEASURE = re.compile(rf"(?<![\w.])({_NUMBER})\s?({_UNIT})(?![A-Za-z0-9])")
_ONE = re.compile(rf"(?<![\d.,])1 ({'|'.join(sorted({unit for unit in _UNITS.values() if unit.endswith('s')}))})\b")
_RANGE = re.compile(rf"(?<![\w.-])({_NUMBER})(%?)\s?[-–~]\s?({_NUMBER})(?![\w-]|\.\d)")
_RATIO = re.compile(r"(?<![\d:])(\d{1,2}):(\d)(?!\d)")
_VERSION = re.compile(r"(?<![\w.])v?(\d+(?:\.\d+){2,})(?![\w.]*\d)")
_SHORT_VERSION = re.compile(r"(?<!\w)v(\d+(?:\.\d+)?)(?!\w)")
_ABOUT = re.compile(r"~(?=\d)")
_NUMBER_SIGN = re.compile(r"#(?=\d)")
_TOKEN = re.compile(r"(?<![A-Za-z\d.])\.?[A-Za-z\d][A-Za-z\d+#/&.'’-]*")
_TAIL = re.compile(r"[.'’/&-]+$")
_NUMBERED = re.compile(r"([A-Z]{2,4})-?(\d{1,3})")
_SYMBOLS: Mapping[str, str] = {
    "→": " to ",
    "⇒": " to ",
    "&": " and ",
    "/": " ",
    "_": " ",
    "|": " ",
    "*": " ",
    "~": " ",
    "`": "",
    "^": " ",
    "<": " ",
    ">": " ",
    "[": " ",
    "]": " ",
    "{": " ",
    "}": " ",
    "\\": " ",
    "=": " equals ",
    "·": " ",
    "•": " ",
}
_BLANKS = re.compile(r"\s+")
_BLANK_BEFORE_STOP = re.compile(r"\s+(?=[,.!?;:…])")


def spoken_english(text: str, lexicon: Mapping[str, str]) -> str:
    """`text` as it is spoken; `lexicon` as Lexicon in pronunciation.py. What is in neither stays as written."""
    text = _DATE.sub(_date, text)
    text = _VERSION.sub(lambda found: " point ".join(found[1].split(".")), text)
    text = _SHORT_VERSION.sub(r"version \1", text)
    text = _quantities(text)
    text = _TOKEN.sub(partial(_token, lexicon=lexicon), text)
    for symbol, words in _SYMBOLS.items():
        text = text.replace(symbol, words)
    return _BLANK_BEFORE_STOP.sub("", _BLANKS.sub(" ", text)).strip()


def _quantities(text: str) -> str:
    text = _MONEY.sub(_money, text)
    text = _RANGE.sub(_range, text)
    text = _RATIO.sub(r"\1 to \2", text)
    text = _RATE.sub(lambda found: f"{found[1]} {_UNITS.get(found[2], found[2])} per {_PER[found[3]]}", text)
    text = _MEASURE.sub(lambda found: f"{found[1]} {_UNITS[found[2]]}", text)
    text = _MAGNITUDE.sub(lambda found: f"{found[1]} {_MAGNITUDES[found[2]]}", text)
    text = _ONE.sub(lambda found: f"1 {found[1].removesuffix('s')}", text)
    return _NUMBER_SIGN.sub("number ", _ABOUT.sub("about ", text))


def _date(found: re.Match[str]) -> str:
    year, month, day = (int(part) for part in found.groups())
    return f"{_MONTHS[month - 1]} {day}, {year}" if 1 <= month <= 12 and 1 <= day <= 31 else found[0]


def _money(found: re.Match[str]) -> str:
    currency = _CURRENCIES[found[1]]
    magnitude = _MAGNITUDES.get(found[3] or "", found[3] or "")
    one = found[2] == "1" and not magnitude
    words = [found[2], magnitude, currency.removesuffix("s") if one else currency]
    return " ".join(word for word in words if word)


def _range(found: re.Match[str]) -> str:
    telephone = len(found[1]) == 3 and len(found[3]) == 4
    return found[0] if telephone else f"{found[1]}{found[2]} to {found[3]}"


def _token(found: re.Match[str], lexicon: Mapping[str, str]) -> str:
    if found[0].casefold() in lexicon:  # "vs.", with its stop
        return lexicon[found[0].casefold()]
    tail = _TAIL.search(found[0])
    token = found[0][: tail.start()] if tail else found[0]
    rest = found[0][len(token) :]
    known = _look_up(token, lexicon)
    if known is None and "/" in token:
        known = " ".join(_look_up(part, lexicon) or part for part in token.split("/"))
    numbered = _NUMBERED.fullmatch(token)
    if known is None and numbered is not None:
        known = f"{_look_up(numbered[1], lexicon) or ' '.join(numbered[1])} {numbered[2]}"
    return found[0] if known is None else known + rest


def _look_up(word: str, lexicon: Mapping[str, str]) -> str | None:
    for form in (word, word.casefold()):
        if form in lexicon:
            return lexicon[form]
    if word.endswith("s") and word[:-1] in lexicon:
        return lexicon[word[:-1]] + ("'s" if lexicon[word[:-1]][-1].isupper() else "s")
    return None
