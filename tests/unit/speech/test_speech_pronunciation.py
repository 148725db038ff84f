"""How texts are spoken in Korean and English: numbers, units, symbols, Latin words."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from services.speech.adapters.voices.lexicon import read_lexicons
from services.speech.domain.pronunciation import Pronunciation

LEXICONS = read_lexicons()
PRONOUNCE = Pronunciation(LEXICONS)

KOREAN = [
    # 고유어 수와 단위 명사
    ("사과 3개와 배 12개", "사과 세 개와 배 열두 개"),
    ("저는 20살입니다", "저는 스무 살입니다"),
    ("21살 때", "스물한 살 때"),
    ("직원이 20명입니다", "직원이 스무 명입니다"),
    ("3시 30분에 시작", "세 시 삼십 분에 시작"),
    ("오후 3시", "오후 세 시"),
    ("3시간 30분 동안", "세 시간 삼십 분 동안"),
    ("24시간 운영", "이십사 시간 운영"),
    ("3번 시도", "세 번 시도"),
    ("3번 문제", "삼 번 문제"),
    ("12번의 배포", "열두 번의 배포"),
    ("40번", "사십 번"),
    ("1번째와 2번째", "첫 번째와 두 번째"),
    ("가장 큰 1가지는", "가장 큰 한 가지는"),
    ("3팀이", "세 팀이"),
    ("2건의 장애", "두 건의 장애"),
    ("서버 3대", "서버 세 대"),
    ("20대 개발자", "이십 대 개발자"),
    ("3대 원칙", "삼 대 원칙"),
    ("2배로", "두 배로"),
    ("100배", "백 배"),
    ("0개", "영 개"),
    ("100명", "백 명"),
    ("123명", "백이십삼 명"),
    ("3시리즈", "삼 시리즈"),
    # 한자어 수
    ("10개월", "십 개월"),
    ("5개국", "오 개국"),
    ("2주", "이 주"),
    ("3층", "삼 층"),
    ("2박 3일", "이 박 삼일"),
    ("20세", "이십 세"),
    ("1회", "일 회"),
    ("제3장", "제삼 장"),
    ("10분 뒤 5분", "십 분 뒤 오 분"),
    ("코로나19", "코로나 십구"),
    # 큰 수, 소수, 금액
    ("1,000원", "천 원"),
    ("12,345명", "만 이천삼백사십오 명"),
    ("100,000,000원", "일억 원"),
    ("1억 원", "일억 원"),
    ("3만 명", "삼만 명"),
    ("1만 명", "만 명"),
    ("1,200만 원", "천이백만 원"),
    ("12만 3천 원", "십이만 삼천 원"),
    ("매출 1조 2,000억 원", "매출 일조 이천억 원"),
    ("3,000여 명", "삼천여 명"),
    ("3.14", "삼점일사"),
    ("0.5초", "영점오 초"),
    ("3.5배", "삼점오 배"),
    ("-5도", "마이너스 오 도"),
    ("$100", "백 달러"),
    ("₩5,000", "오천 원"),
    ("1/2", "이분의 일"),
    ("4분의 3", "사분의 삼"),
    ("1/4분기", "일사분기"),
    # 날짜, 시각, 전화번호, 비율, 범위
    ("2024년 6월 15일", "이천이십사년 유월 십오일"),
    ("2024-10-03", "이천이십사년 시월 삼일"),
    ("2023.06.01.", "이천이십삼년 유월 일일."),
    ("2024. 3. 15.에 배포", "이천이십사년 삼월 십오일에 배포"),
    ("15:30에 만나요", "십오 시 삼십 분에 만나요"),
    ("9:05", "아홉 시 오 분"),
    ("010-1234-5678", "공일공 일이삼사 오육칠팔"),
    ("3:1", "삼 대 일"),
    ("10~20%", "십에서 이십 퍼센트"),
    ("3~5개", "세 개에서 다섯 개"),
    ("2~3개", "두세 개"),
    ("3~4년", "삼사 년"),
    ("오전 9시~오후 6시", "오전 아홉 시에서 오후 여섯 시"),
    # 단위
    ("40%를 줄였습니다", "사십 퍼센트를 줄였습니다"),
    ("0.1%p", "영점일 퍼센트포인트"),
    ("120ms", "백이십 밀리초"),
    ("3.5GB", "삼점오 기가바이트"),
    ("60km/h", "시속 육십 킬로미터"),
    ("초속 10m/s", "초속 십 미터"),
    ("50MB/s", "초당 오십 메가바이트"),
    ("100req/s", "초당 백 요청"),
    ("25℃", "이십오 도"),
    ("10K", "만"),
    ("1920x1080", "천구백이십 곱하기 천팔십"),
    # 버전
    ("버전 1.2.3", "버전 일점 이점 삼"),
    ("v2.1로", "버전 이점일로"),
    ("Python 3.11을", "파이썬 삼점일일을"),
    ("Redis 7.2", "레디스 칠점이"),
    ("Java 17", "자바 십칠"),
    # 로마자
    ("API를 설계", "에이피아이를 설계"),
    ("REST API", "레스트 에이피아이"),
    ("SQL을", "에스큐엘을"),
    ("Kubernetes와 Docker", "쿠버네티스와 도커"),
    ("K8s", "쿠버네티스"),
    ("EC2와 S3", "이씨투와 에스쓰리"),
    ("GPT-4", "지피티 포"),
    ("HTTP/2", "에이치티티피 투"),
    ("p95 지연", "피 구십오 지연"),
    ("CI/CD", "씨아이씨디"),
    ("A/B 테스트", "에이비 테스트"),
    ("C++와 C#", "씨플러스플러스와 씨샵"),
    ("Node.js", "노드제이에스"),
    (".NET", "닷넷"),
    ("Q&A", "큐앤에이"),
    ("3D", "쓰리디"),
    ("B2B", "비투비"),
    ("APIs", "에이피아이"),
    ("KTX를", "케이티엑스를"),
    ("DataFrame", "데이터프레임"),
    ("JSON과 YAML", "제이슨과 야믈"),
    ("end-to-end 테스트", "엔드 투 엔드 테스트"),
    ("A와 B", "에이와 비"),
    ('"Redis"를', '"레디스"를'),
    ("GET과 POST는", "겟과 포스트는"),
    ("B-tree 색인", "비트리 색인"),
    ("파케이(Parquet) 같은 파일", "파케이 같은 파일"),
    ("만료 시간(TTL)을", "만료 시간(티티엘)을"),
    ("목표의 60%밖에", "목표의 육십 퍼센트밖에"),
    ("1:N 관계와 N+1 문제", "일 대 엔 관계와 엔 플러스 일 문제"),
    ("A+ 학점", "에이 플러스 학점"),
    ("3-way handshake", "쓰리웨이 handshake"),
    ("A4 용지 3장", "에이포 용지 세 장"),
    ("오전 10시 30분", "오전 열 시 삼십 분"),
    ("5명 중 3명", "다섯 명 중 세 명"),
    ("-10%", "마이너스 십 퍼센트"),
    ("bespoke 설계", "bespoke 설계"),
    # 기호
    ("가→나", "가, 나"),
    ("1+1", "일 플러스 일"),
    ("개발/운영", "개발 운영"),
    # 그대로
    ("자기소개를 부탁드립니다.", "자기소개를 부탁드립니다."),
    ("첫 번째 질문입니다!", "첫 번째 질문입니다!"),
]

ENGLISH = [
    ("It took 120ms.", "It took 120 milliseconds."),
    ("1 ms", "1 millisecond"),
    ("3 GB and 60 km/h", "3 gigabytes and 60 kilometers per hour"),
    ("500 requests/s", "500 requests per second"),
    ("$5M", "5 million dollars"),
    ("$1", "1 dollar"),
    ("$1,250.50", "1,250.50 dollars"),
    ("10k users", "10 thousand users"),
    ("3-5 years", "3 to 5 years"),
    ("10-20%", "10 to 20%"),
    ("555-1234", "555-1234"),
    ("2024-03-15", "March 15, 2024"),
    ("3.11.2", "3 point 11 point 2"),
    ("v2", "version 2"),
    ("2x faster", "2 times faster"),
    ("~5 people", "about 5 people"),
    ("#1", "number 1"),
    ("What is CI/CD?", "What is C I C D?"),
    ("A/B test", "A B test"),
    ("TCP/IP", "T C P I P"),
    ("and/or", "and or"),
    ("Q&A", "Q and A"),
    ("C++ and C#.", "C plus plus and C sharp."),
    ("Node.js", "node J S"),
    ("AWS, GUI, QA.", "A W S, G U I, Q A."),
    ("OKRs", "O K R's"),
    ("EC2", "E C 2"),
    ("k8s", "Kubernetes"),
    ("latency vs. throughput", "latency versus throughput"),
    ("24/7", "twenty-four seven"),
    ("A → B", "A to B"),
    ("Tell me about a state-of-the-art system, e.g. yours.", "Tell me about a state-of-the-art system, e.g. yours."),
    ("It's 3:30 PM in 2024.", "It's 3:30 PM in 2024."),
]


@pytest.mark.parametrize(("written", "spoken"), KOREAN)
def test_korean(written: str, spoken: str) -> None:
    assert PRONOUNCE(written, "ko") == spoken


@pytest.mark.parametrize(("written", "spoken"), ENGLISH)
def test_english(written: str, spoken: str) -> None:
    assert PRONOUNCE(written, "en") == spoken


def test_a_language_without_rules_stays_as_it_is() -> None:
    assert PRONOUNCE("3 chats à 40 %", "fr") == "3 chats à 40 %"


def test_korean_leaves_no_digit_and_no_sign_to_the_voice() -> None:
    spoken = PRONOUNCE("1) p99=3.2ms, 40% ↑ (2024/1/2) #3 & 7*8 [9] {10} <11> 12|13 1e5 0x1F ½", "ko")
    assert not re.search(r"[\d%&*#<>\[\]{}|=]", spoken), spoken


@pytest.mark.parametrize("language", ["ko", "en"])
def test_any_text_can_be_spoken(language: str) -> None:
    letters = "0123456789 0123456789.,:/-~%$₩+#&xXvVkKsm가개명시번대년월분의제여AaBzms GBé²½٣３🙂\n\t"
    choice = random.Random(7)  # noqa: S311  examples, no secret
    for _ in range(3_000):
        text = "".join(choice.choices(letters, k=choice.randrange(24)))
        assert isinstance(PRONOUNCE(text, language), str)


def test_speaking_twice_changes_nothing_more() -> None:
    for written, spoken in KOREAN:
        assert PRONOUNCE(spoken, "ko") == spoken, written


def test_the_korean_lexicon_is_large_and_all_hangul() -> None:
    lexicon = LEXICONS["ko"]
    assert len(lexicon) >= 200
    assert all(re.fullmatch(r"[가-힣 ]+", spoken) for spoken in lexicon.values())


@pytest.mark.parametrize("line", ["redis", "redis\t", "\t레디스", "redis\t레디스\nredis\t레디스"])
def test_a_broken_lexicon_names_its_line(tmp_path: Path, line: str) -> None:
    (tmp_path / "ko.tsv").write_text(f"# comment\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"ko\.tsv, line [23]"):
        read_lexicons(tmp_path)
