"""A person at a browser takes part in an interview: headless Chromium with fake devices against the real mesh."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.launcher.mesh import Mesh
from tests.support.browser_media import write_camera, write_microphone
from tests.support.browser_page import CHROMEDRIVER, CHROMIUM, NARROW, WIDE, BrowserPage, browser, unique_email
from tests.support.fixtures import ROOT, SHARED, needs_shared
from tests.support.mesh import WHISPER, running_mesh

pytestmark = [
    pytest.mark.needs_browser,
    pytest.mark.skipif(
        not (CHROMIUM.exists() and CHROMEDRIVER.exists()),
        reason="needs Debian's Chromium and its driver: apt-get install chromium chromium-driver",
    ),
    pytest.mark.skipif(
        not (ROOT / "web" / "dist" / "index.html").is_file(), reason="the web client is not built: make setup"
    ),
]

SPEAKING_S = 90.0  # the question is spoken, then the answer of 15 s, on a busy machine
REPORT_S = 60.0
QUESTION = "[data-testid=question]"
CAPTIONS = "[data-testid=captions-final]"
FACE_IS_STEADY_S = 5.0  # the first part of video/face.webm
# The microphone file plays from when a page opens it: within this time a busy machine connects.
SILENCE_BEFORE_ANSWER_S = 12.0


@pytest.fixture(scope="module")
def mesh() -> Iterator[Mesh]:
    """One mesh for all tests of this module; with the fixture model where it is there."""
    with running_mesh(WHISPER if SHARED.is_dir() else {}) as running:
        yield running


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where screenshots go: a folder of this test, or what BROWSER_SCREENSHOTS names, to be looked at."""
    folder = Path(os.environ.get("BROWSER_SCREENSHOTS", tmp_path / "shots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@needs_shared
@pytest.mark.timeout(400)
def test_a_spoken_interview_from_sign_up_to_report(mesh: Mesh, tmp_path: Path, shots: Path) -> None:
    (answer,) = (item for item in _answers() if item["clip"] == "answer-en-1.flac")
    microphone, camera = tmp_path / "microphone.wav", tmp_path / "camera.mjpeg"
    clip = SHARED / "clips" / "answer-en-1.flac"
    write_microphone(microphone, [clip], lead_s=SILENCE_BEFORE_ANSWER_S, gap_s=0)
    write_camera(camera, SHARED / "video" / "face.webm", seconds=FACE_IS_STEADY_S)
    with browser(tmp_path / "profile", microphone=microphone, camera=camera) as page:
        _sign_up(page, mesh)
        _create_interview(page, shots)
        _check_devices(page, shots)
        _start(page, shots)
        _answer_aloud(page, str(answer["text"]), mesh, shots)
        _answer_in_writing_until_the_end(page)
        page.until(lambda: page.path.endswith("/report"), "the report", REPORT_S)
        _read_report(page, str(answer["text"]), shots)


@pytest.mark.timeout(200)
def test_without_any_consent_and_device_a_typed_interview_in_korean(mesh: Mesh, tmp_path: Path, shots: Path) -> None:
    with browser(tmp_path / "profile") as page:
        page.open(mesh.gateway_url)
        page.press("한국어")
        page.press("계정이 없으신가요? 회원가입")
        page.fill("이메일", unique_email())
        page.fill("비밀번호", "느린 쿼리를 찾는 아침")
        page.fill("이름", "지우")
        page.press("계정 만들기")
        page.press("새 면접 시작하기")
        page.choose("질문 수", "1")
        page.press("장치 점검으로 가기")
        page.press("입력만으로 계속하기")
        page.press("면접 시작", timeout_s=40)
        page.find(QUESTION)
        page.look(NARROW, dark=True)
        page.screenshot(shots / "typed-ko-narrow-dark.png")
        page.fill("답변", "먼저 느린 쿼리를 측정하고 인덱스를 추가했습니다.")
        page.reload()
        draft = page.find("textarea").get_attribute("value")
        assert draft == "먼저 느린 쿼리를 측정하고 인덱스를 추가했습니다.", "the draft did not outlive a reload"
        _leave_question(page, lambda: page.press("입력한 답변 제출"))
        while _another_question(page):  # a follow-up, if the interviewer has one
            _leave_question(page, lambda: page.press("질문 건너뛰기"))
        page.until(lambda: page.read("[data-testid=transcript]") == draft, "the typed answer in the report")
        assert "답변을 평가하지 않기로 하셔서 수준이 없습니다." in page.text
        page.screenshot(shots / "report-typed-ko-narrow-dark.png")
        assert page.errors() == []


def _another_question(page: BrowserPage) -> bool:
    """Whether a question comes; False when the report does. Between the two the page may show neither for a moment."""
    page.until(lambda: page.path.endswith("/report") or page.has(QUESTION), "a question or the report", REPORT_S)
    return not page.path.endswith("/report")


@pytest.mark.timeout(120)
def test_refused_entries_are_explained_beside_their_fields(mesh: Mesh, tmp_path: Path, shots: Path) -> None:
    email = unique_email()
    with browser(tmp_path / "profile") as page:
        page.open(f"{mesh.gateway_url}/sign-up")
        page.press("Create account")
        page.until(lambda: "Enter your e-mail address." in page.text, "what is wrong with the empty form")
        assert page.find("[aria-invalid=true]").get_attribute("type") == "email"
        page.screenshot(shots / "sign-up-problems.png")
        _fill_sign_up(page, email)
        page.until(lambda: page.path == "/", "the home page")
        page.press("Sign out")
        page.fill("E-mail", email)
        page.fill("Password", "not the right one")
        page.press("Sign in")
        page.until(lambda: "E-mail and password do not belong together." in page.text, "the refused sign-in")
        page.press("No account yet? Create one")
        _fill_sign_up(page, email)
        page.until(lambda: "There is an account with this address already." in page.text, "the taken address")


def _answers() -> list[dict[str, object]]:
    text = (SHARED / "clips" / "answers.json").read_text(encoding="utf-8")
    return list(json.loads(text))


def _fill_sign_up(page: BrowserPage, email: str) -> None:
    page.fill("E-mail", email)
    page.fill("Password", "a walk before breakfast")
    page.fill("Name", "Jiwoo")
    page.press("Create account")


def _sign_up(page: BrowserPage, mesh: Mesh) -> None:
    page.open(mesh.gateway_url)
    page.press("No account yet? Create one")
    _fill_sign_up(page, unique_email())
    page.until(lambda: "Hello, Jiwoo" in page.text, "the home page")


def _create_interview(page: BrowserPage, shots: Path) -> None:
    page.press("Start a new interview")
    page.pick("English")
    page.choose("Number of questions", "2")
    page.choose("End of an answer", "Only the button ends it")
    for consent in ("Write down what I say", "Evaluate the content of my answers", "Measure what the camera shows"):
        page.tick(consent)
    page.screenshot(shots / "new-interview.png")
    page.press("Go on to the device check")


def _check_devices(page: BrowserPage, shots: Path) -> None:
    page.until(lambda: page.path.endswith("/check"), "the device check")
    place = page.path
    page.reload()
    assert page.path == place
    page.until(lambda: "Your face is well placed." in page.text, "the camera's row", 30)
    page.until(lambda: "there and back in" in page.text, "the connection's row", 30)
    page.until(lambda: "Sound arrives." in page.text, "the microphone's row", 30)
    page.until(lambda: "I led the migration" in page.read("[data-testid=captions]"), "captions to try", 40)
    page.screenshot(shots / "device-check.png")
    page.press("Continue with camera and microphone")


def _start(page: BrowserPage, shots: Path) -> None:
    page.until(lambda: "You will talk to a program" in page.text, "the disclosure")
    page.until(lambda: page.has("[data-link=connected]"), "the connection", 30)
    page.press("Measure now")
    page.until(lambda: "Measured. You can start." in page.read("[data-testid=calibration]"), "the calibration", 30)
    page.screenshot(shots / "ready.png")
    page.press("Start the interview", timeout_s=40)
    page.until(lambda: page.read("[data-testid=progress]") == "1 / 2", "the first question")
    page.until(lambda: page.has("[data-doing=speaking]"), "the interviewer's voice")
    question = page.find(QUESTION).text
    # A reload leads back to the running interview, and opens the microphone anew: its file begins again.
    page.reload()
    page.until(lambda: page.has("[data-link=connected]"), "the connection after a reload", 30)
    assert page.find(QUESTION).text == question


def _answer_aloud(page: BrowserPage, spoken: str, mesh: Mesh, shots: Path) -> None:
    page.until(lambda: page.read(CAPTIONS), "the first caption", SPEAKING_S)
    page.screenshot(shots / "interview-wide.png")
    page.until(lambda: page.read(CAPTIONS) == spoken, f"captions that read {spoken!r}", SPEAKING_S)
    page.until(lambda: not page.has("[data-kept=false]"), "every sentence stored")
    _lose_media(page, mesh)
    assert page.read(CAPTIONS) == spoken
    page.look(NARROW)
    page.screenshot(shots / "interview-narrow.png")
    page.look(WIDE)
    page.press("Submit answer")
    page.until(lambda: page.read("[data-testid=progress]").startswith("2 /"), "the second question")
    page.until(lambda: page.read(CAPTIONS) == "", "empty captions for the second question")


def _lose_media(page: BrowserPage, mesh: Mesh) -> None:
    """The process that holds the connection dies; the page says so, comes back, and nothing that was said is lost."""
    os.kill(mesh.pids["media"], signal.SIGKILL)
    page.until(lambda: page.has("[data-testid=lost]"), "word of the lost connection", 30)
    assert "Everything you said before is kept." in page.text
    page.until(lambda: page.has("[data-link=connected]"), "the connection again", 40)
    page.until(lambda: "Connected again after" in page.text, "word of the connection's return")


def _answer_in_writing_until_the_end(page: BrowserPage) -> None:
    """The second question and any follow-up."""
    while _another_question(page):
        page.press("Type instead")
        page.fill("Your answer", "I measured the slow queries first, then I added an index. It became twice as fast.")
        _leave_question(page, lambda: page.press("Submit typed answer"))


def _leave_question(page: BrowserPage, act: Callable[[], None]) -> None:
    """Does what ends the current question, and waits for another one or the end."""
    asked = page.read(QUESTION)
    act()
    page.until(lambda: page.read(QUESTION) != asked, "another question, or the end")


def _read_report(page: BrowserPage, spoken: str, shots: Path) -> None:
    page.until(lambda: page.read("[data-testid=transcript]") == spoken, "the transcript in the report")
    for size, dark in ((WIDE, False), (NARROW, True)):
        page.look(size, dark=dark)
        page.screenshot(shots / f"report-{size[0]}-{'dark' if dark else 'light'}.png")
    text = page.text
    for heading in (
        "In short",
        "Levels over all answers",
        "What the camera and microphone measured",
        "What made this report",
    ):
        assert heading in text
    assert page.has("mark"), "no quote is marked in the transcript"
    assert "One face in view" in text
    path = page.path
    page.reload()
    page.until(lambda: page.read("[data-testid=transcript]") == spoken, "the same report after a reload")
    assert page.path == path
