"""What personal identifiers look like: by their form anywhere, by a label before them, and as sentences.

Forms are strict enough that figures of work ("2019-03", "40%", "1,200만 건") are none of them. Each repetition is
bounded, so that no text takes more than linear time.
"""

# ruff: noqa: E501  # expressions are broken where their alternatives are

from __future__ import annotations

import re
from collections.abc import Mapping

from services.reasoning.domain.resume import Identifier

_I = re.IGNORECASE
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DAY = (
    r"(?:(?:19|20)?\d{2}\s?[.\-/년]\s?\d{1,2}\s?[.\-/월]\s?\d{1,2}\s?[.일]?"
    rf"|\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)?\s(?:{_MONTHS})[a-z]*\.?,?\s\d{{4}}"
    rf"|(?:{_MONTHS})[a-z]*\.?\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}})"
)
_REGION = "서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|충청[북남]?|전북|전남|전라[북남]?|경북|경남|경상[북남]?|제주"

# In this order: what is found first is taken out before the next one looks.
FORMS: tuple[tuple[Identifier, re.Pattern[str]], ...] = (
    # 6 digits of birth, then 7 of which all but the first may be masked; also without the hyphen.
    (
        Identifier.RESIDENT_NUMBER,
        re.compile(r"(?<!\d)\d{2}[01]\d[0-3]\d\s?[-–—−~·ㆍ]?\s?(?:[0-9*xX○●•＊][0-9*xX○●•＊]{6})(?![\d*xX○●•＊])"),
    ),
    (Identifier.RESIDENT_NUMBER, re.compile(r"(?<!\d)\d{2}[01]\d[0-3]\d\s?[-–—−]\s?[1-8*](?![\d*.%])")),
    (Identifier.RESIDENT_NUMBER, re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")),  # US social security number
    (Identifier.EMAIL, re.compile(r"[\w.+%-]{1,64}\s?(?:@|＠|\(at\)|\[at\])\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", _I)),
    (
        Identifier.PERSONAL_PAGE,
        re.compile(
            r"(?:https?://|www\.)[^\s|,;)>\]]{1,300}"
            r"|\b(?:[a-z]{2,3}\.)?(?:linkedin|github|gitlab|notion|velog|tistory|medium|instagram|facebook|behance"
            r"|brunch|rememberapp|blog\.naver)\.(?:com|io|so|site|co\.kr|net)[^\s|,;)>\]]{0,200}"
            r"|\b[\w-]{1,60}\.(?:tistory\.com|github\.io|notion\.site|medium\.com)[^\s|,;)>\]]{0,200}",
            _I,
        ),
    ),
    (
        Identifier.PHONE,
        re.compile(
            r"(?<![\d.])(?:\+?82[\s).-]{0,3}\(?0?\)?1[016789]|\(?01[016789]\)?)[\s.\-–)]{0,3}[\d*]{3,4}[\s.\-–]{0,3}[\d*]{4}(?!\d)"
            r"|(?<![\d.])\(?0(?:2|[3-6]\d|70)\)?[\s.\-–]{1,2}\d{3,4}[\s.\-–]\d{4}(?!\d)"
            r"|(?<![\w+])\+\d{1,3}[\s.\-(]{1,3}\d{1,5}(?:[\s.\-)/]{0,2}\d{2,4}){2,5}(?!\d)|(?<![\w+])\+\d{10,14}(?!\d)"
            r"|(?<![\d.])\(\d{3}\)\s?\d{3}[\s.-]\d{4}(?!\d)|(?<![\d.-])\d{3}[.-]\d{3}[.-]\d{4}(?![\d.-])"
        ),
    ),
    (Identifier.BIRTH_DATE, re.compile(rf"\(?{_DAY}\s?(?:년?생|출생)\s?(?:\)|(?=\s|$|[,.|/]))")),
    (Identifier.BIRTH_DATE, re.compile(r"(?<!\d)(?:19|20)?\d{2}년\s?생(?![산성활명])")),
    (Identifier.BIRTH_DATE, re.compile(r"\(?(?<![\d가-힣])만\s?\d{2}\s?세\)?|\(\s?(?:만\s?)?\d{2}\s?세\s?\)")),
    (Identifier.BIRTH_DATE, re.compile(rf"\b(?:born|b\.)\s(?:on\s|in\s)?(?:{_DAY}|(?:19|20)\d{{2}})", _I)),
    (Identifier.BIRTH_DATE, re.compile(r"\b\d{2}[ -]years?[ -]old\b|\baged?\s\d{2}\b(?!\s?[-–+])", _I)),
    (Identifier.GENDER, re.compile(r"\(\s?(?:남|여|남성|여성|남자|여자|male|female)\s?\)", _I)),
    (
        Identifier.HOME_REGION,
        re.compile(
            rf"(?:\(?\d{{5}}\)?\s)?(?:{_REGION})(?:특별자치시|특별자치도|특별시|광역시|시|도)?\s?"
            r"(?:[가-힣]{1,6}(?:시|군|구)\s?){1,2}"
            r"(?:[가-힣\d]{1,10}(?:읍|면|동|로|길|가)\s?){1,3}\d{0,5}(?:-\d{1,5})?(?:번길\s?\d{1,4})?"
            r"[,\s]{0,2}(?:[가-힣\dA-Za-z]{1,15}(?:아파트|빌라|오피스텔|타워)\s?)?(?:\d{1,4}동\s?)?(?:\d{1,5}호)?"
        ),
    ),
    (
        Identifier.HOME_REGION,
        re.compile(
            r"\b\d{1,5}[A-Za-z]?\s(?:[A-Z][\w'.-]{1,20}\s){1,3}"
            r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Terrace|Way|Close)\b\.?"
            r"(?:,?\s(?:Apt|Unit|Flat|Suite|#)\.?\s?[\w-]{1,6})?(?:,\s[A-Z][\w .'-]{1,40}){0,3}(?:\s\d{5}(?:-\d{4})?)?"
        ),
    ),
)

_LABELS: Mapping[Identifier, str] = {
    Identifier.NAME: r"성명|이름|(?:한글|영문|한자)\s?(?:성명|이름|명)|name|full name|first name|last name|surname|candidate",
    Identifier.RESIDENT_NUMBER: r"주민(?:등록)?번호|외국인등록번호|여권번호|resident (?:registration )?(?:number|no\.?)|ssn"
    r"|social security (?:number|no\.?)|passport(?: number| no\.?)?|national id(?:entification)?(?: number| no\.?)?",
    Identifier.BIRTH_DATE: r"생년월일|생일|출생(?:일|연도|년도)?|나이|연령|date of birth|birth ?date|birthday|d\.?o\.?b\.?|age|born",
    Identifier.FAMILY: r"가족(?:관계|사항)?|부모님?|형제(?:관계|자매)?|배우자|자녀|부양가족|보호자|family|father|mother|spouse"
    r"|children|parents|siblings|dependants?|dependents?|next of kin|emergency contact|비상\s?연락(?:처|망)",
    Identifier.MARITAL_STATUS: r"결혼\s?(?:여부|유무)?|혼인\s?(?:여부|관계|상태)?|marital status|civil status",
    Identifier.HOME_REGION: r"주소|현\s?주소|자택\s?주소|집\s?주소|거주지|거주\s?지역|본적|등록기준지|출생지|출신지|출신\s?지역|고향"
    r"|(?:home |current |postal )?address|place of birth|birth ?place|home ?town|residence|location|lives in|based in",
    Identifier.PHOTOGRAPH: r"사진|증명사진|photo(?:graph)?",
    Identifier.PHONE: r"연락처|전화(?:번호)?|휴대\s?(?:폰|전화)(?:번호)?|핸드폰|자택\s?전화|팩스|tel(?:ephone)?|phone(?: number)?"
    r"|mobile(?: phone)?|cell(?: ?phone)?|fax|whatsapp|kakao(?:talk)?(?: ?id)?|카카오톡(?:\s?아이디)?",
    Identifier.EMAIL: r"이메일|e-?메일|전자\s?우편|메일|e-?mail(?: address)?",
    Identifier.PERSONAL_PAGE: r"블로그|깃허브|깃헙|홈페이지|링크드인|sns|linkedin|github|gitlab|website|blog|homepage|portfolio url",
    Identifier.GENDER: r"성별|gender|sex|pronouns",
    Identifier.NATIONALITY: r"국적|nationality|citizenship|ethnicity|race|visa(?: status)?|비자|체류\s?자격|work permit",
    Identifier.MILITARY_SERVICE: r"병역(?:사항|구분|여부|필|관계)?|군필\s?여부|군별|병과|복무\s?(?:기간|형태|사항)|전역\s?(?:일|구분|사유)"
    r"|계급|면제\s?사유|military(?: service| status)?|veteran status",
    Identifier.RELIGION: r"종교|religion|faith",
    Identifier.PHYSICAL_TRAITS: r"신장|키|체중|몸무게|혈액형|시력|신체\s?사항|height|weight|blood (?:type|group)|eye ?sight",
    Identifier.PROTECTED_STATUS: r"장애\s?(?:여부|사항|등급|구분|유형)?|보훈(?:\s?대상|\s?여부|\s?번호|\s?사항)?|건강\s?(?:상태)?"
    r"|취업\s?보호\s?(?:대상)?|국가\s?유공자|disabilit(?:y|ies)|health(?: status)?",
    Identifier.PROPERTY: r"재산|주거\s?(?:형태|구분)?|주택\s?(?:소유|형태)|동산|부동산|월수입|property",
}
LABELS: tuple[tuple[Identifier, re.Pattern[str]], ...] = tuple(
    # The label, perhaps with spaces in it ("성 명"), then the end of the cell or a colon.
    (kind, re.compile(rf"(?:{words})\s?(?:\([^)]{{0,12}}\))?\s?(?P<end>$|[:：])", _I))
    for kind, words in _LABELS.items()
)
# Labels that need no colon where a value of their form follows.
LOOSE_LABEL = re.compile(
    r"(?P<birth>(?:생년월일|나이|연령)\s(?=\S{0,3}\d)|(?:date of birth|dob)\s(?=\S{0,4}\d|(?-i:[A-Z])[a-z]{2}))"
    r"|(?P<gender>성별\s(?=[남여]))|(?P<nationality>국적\s(?=\S)|nationality\s(?=(?-i:[A-Z])))"
    r"|(?P<marital>(?:결혼|혼인)\s?(?:여부|상태)\s(?=\S)|marital status\s(?=\S))"
    r"|(?P<military>병역(?:사항)?\s(?=[군필미면복보공해육현사산전]))|(?P<religion>종교\s(?=[가-힣]{1,4}(?:교|\s?없음|$)))"
    r"|(?P<name>(?:성명|이름)\s(?=[가-힣]{2,4}(?:\s|$)))"
    r"|(?P<home>(?:주소|거주지|출신지|고향|본적)\s(?=\S)|address\s(?=\d|(?-i:[A-Z])))",
    _I,
)
LOOSE_KINDS: Mapping[str, Identifier] = {
    "birth": Identifier.BIRTH_DATE,
    "gender": Identifier.GENDER,
    "nationality": Identifier.NATIONALITY,
    "marital": Identifier.MARITAL_STATUS,
    "military": Identifier.MILITARY_SERVICE,
    "religion": Identifier.RELIGION,
    "name": Identifier.NAME,
    "home": Identifier.HOME_REGION,
}

# A cell or piece that is nothing but a value of one of these is dropped without its label.
VALUES: tuple[tuple[Identifier, re.Pattern[str]], ...] = (
    (Identifier.GENDER, re.compile(r"남|여|남자|여자|남성|여성|male|female", _I)),
    (Identifier.MARITAL_STATUS, re.compile(r"기혼|미혼|married|single|divorced|unmarried", _I)),
    (
        Identifier.MILITARY_SERVICE,
        re.compile(
            r"군필|미필|병역필|(?:병역|군)\s?면제|면제|병역\s?해당\s?(?:사항)?\s?없음"
            r"|(?:육군|해군|공군|해병대?|의경|카투사|사회복무요원|공익|산업기능요원|상근예비역)?\s?(?:이병|일병|상병|병장|하사|중사|소위|중위|대위)?"
            r"\s?(?:만기|의가사|의병)\s?(?:전역|제대|소집해제)",
        ),
    ),
    (
        Identifier.RELIGION,
        re.compile(r"기독교|천주교|불교|원불교|이슬람교|무교|개신교|christian|catholic|buddhist|muslim|hindu", _I),
    ),
    (
        Identifier.PHYSICAL_TRAITS,
        re.compile(r"\d{3}(?:\.\d)?\s?cm(?:\s?/\s?\d{2,3}\s?kg)?|\d{2,3}\s?kg|(?:A|B|O|AB)형|[56]'\d{1,2}\"?"),
    ),
    (Identifier.BIRTH_DATE, re.compile(r"(?:만\s?)?\d{2}\s?세")),
)

# A sentence that tells one of these is dropped as a whole.
SENTENCES: tuple[tuple[Identifier, re.Pattern[str]], ...] = (
    (
        Identifier.HOME_REGION,
        re.compile(
            r"에서\s?(?:태어나|출생|나고\s?자라|자랐|자라\s?왔|자라났)|년에?\s?태어나|고향(?:은|이|인|에서|의)|제\s?고향|출신(?:으로|입니다|이며|인\s?저)"
            r"|\bI (?:was born|grew up|come from|live|hail from)\b|\b(?:born and raised|native of|my home ?town)\b",
            _I,
        ),
    ),
    (
        Identifier.FAMILY,
        re.compile(
            r"\d\s?남\s?\d\s?녀|(?:한|두|세|[1-4])\s?(?:형제|자매|남매)|장남|장녀|차남|차녀|막내(?:로|딸|아들|이)|외동(?:딸|아들|으로)"
            r"|부모님|어머니|아버지|어머님|아버님|할머니|할아버지|(?<![가-힣])(?:제|저희)\s(?:아내|남편|딸|아들|누나|언니|오빠|형|동생|가족)(?=[은는이가을를과와의도께,\s])|아내와|남편과"
            r"|화목한\s?(?:가정|가족)|가정\s?형편"
            r"|\bmy (?:\w+ )?(?:father|mother|parents?|mum|mom|dad|wife|husband|spouse|partner|sons?|daughters?|children|kids?"
            r"|brothers?|sisters?|family|grand(?:mother|father|parents))\b"
            r"|\b(?:father|mother|parent) of (?:one|two|three|four|a|an)\b|\bonly child\b",
            _I,
        ),
    ),
    (
        Identifier.MARITAL_STATUS,
        re.compile(
            r"(?:기혼|미혼)(?:이|입|으로|자|상태)|결혼(?:을 했|했|하여|한 지)|\b(?:I am|I'm|am|happily|got) married\b|\bI am single\b|^\W*married,? with\b",
            _I,
        ),
    ),
    (
        Identifier.RELIGION,
        re.compile(
            r"(?:독실한|모태)\s?(?:기독교|천주교|불교|신앙)|(?:기독교|천주교|불교|가톨릭|개신교)\s?(?:신자|인으로|집안)|(?:교회|성당)에서\s?봉사"
            r"|\b(?:devout|practi[sc]ing) (?:\w+ )?(?:christian|catholic|muslim|buddhist|jew|hindu)\b"
            r"|\bI am a (?:christian|catholic|muslim|buddhist|jew|hindu)\b",
            _I,
        ),
    ),
    (
        Identifier.MILITARY_SERVICE,
        re.compile(
            r"군\s?복무|군\s?생활|군대(?:에서|를|에)|(?<![가-힣])병장|만기\s?(?:전역|제대)|(?:육군|해군|공군|해병대|카투사|의경|의무경찰)(?:에서|으로|에|\s?복무|\s?전역|\s?병)"
            r"|사회복무요원|병역\s?(?:의무|특례)|산업기능요원|전문연구요원"
            r"|\bhonou?rabl[ey] discharged?\b|\b(?:mandatory|compulsory) military service\b",
            _I,
        ),
    ),
    (
        Identifier.PROTECTED_STATUS,
        re.compile(
            r"장애\s?(?:\d급|인\s?등록|를\s?가지고|판정)|(?:국가\s?유공자|보훈\s?대상)"
            r"|\bI (?:am|was) (?:disabled|deaf|blind|autistic)\b|\bmy disability\b",
            _I,
        ),
    ),
    (
        Identifier.NATIONALITY,
        re.compile(
            r"\b(?:(?:US|U\.S\.|UK|British|American|Korean|Indian|Chinese|Canadian|EU|German|French) (?:citizen\b|national\b(?!\s\w))"
            r"|(?:green card|permanent residen(?:t|cy)|H-?1B|work visa)\b)",
            _I,
        ),
    ),
    (
        Identifier.GENDER,
        re.compile(r"\bas a (?:woman|man|mother|father)\b|여자로서|남자로서|여성으로서|남성으로서", _I),
    ),
)
SENTENCE_END = re.compile(r"(?<=[.!?。])\s+|(?<=다\.)(?=[가-힣A-Z])")
