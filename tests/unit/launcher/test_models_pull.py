"""Downloads over bad networks: every fault that a real server and a real link show, against a real HTTP server."""

from __future__ import annotations

import hashlib
import ssl
import threading
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from services.launcher.models.download import Downloader, Limits
from services.launcher.models.errors import (
    DiskFull,
    DownloadFailed,
    NotAccepted,
    NotFoundInFolder,
    PullRunning,
    WrongContent,
)
from services.launcher.models.importing import import_files
from services.launcher.models.manifest import Model, ModelFile
from services.launcher.models.pull import Pulled, check_accepted, check_room, fetch, plan
from services.launcher.models.store import State, Store, model_state
from services.launcher.models.web import SafeRedirects
from tests.support.model_server import Fault, Files, model_server

CONTENT = bytes(range(256)) * 2_000
PATH = "/models/part/weights.onnx"
PINNED = hashlib.sha256(CONTENT).hexdigest()
LIMITS = Limits(stall_s=10.0, fruitless_tries=3)


class Time:
    """A timer that moves by itself: ``step_s`` with each look, and as asked when somebody sleeps."""

    def __init__(self, step_s: float = 0.0) -> None:
        self.now = 0.0
        self.slept: list[float] = []
        self._step_s = step_s

    def monotonic(self) -> float:
        self.now += self._step_s
        return self.now

    def sleep(self, s: float) -> None:
        self.slept.append(s)
        self.now += s


class Told:
    """A report that remembers."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.finished: list[tuple[str, str]] = []
        self.reached = 0

    def checking(self, path: str, size: int) -> None:
        self.reached = 0

    def fetching(self, path: str, size: int | None) -> None:
        self.reached = 0

    def at(self, done: int) -> None:
        self.reached = done

    def note(self, text: str) -> None:
        self.notes.append(text)

    def done(self, path: str, what: str) -> None:
        self.finished.append((path, what))


@pytest.fixture
def server() -> Iterator[Files]:
    with model_server() as files:
        files.content[PATH] = CONTENT
        yield files


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "models")


def weights(server: Files, *, size: int | None = len(CONTENT), sha256: str | None = PINNED) -> ModelFile:
    return ModelFile("part/weights.onnx", server.url + PATH, size, sha256)


def pulled(
    server: Files, store: Store, *, time: Time | None = None, limits: Limits = LIMITS, **fields: object
) -> tuple[Pulled, Told]:
    told = Told()
    file = weights(server, **fields)  # type: ignore[arg-type]
    done = fetch(file, store, Downloader(limits, time or Time()), "", told)
    return done, told


def kept(store: Store) -> list[str]:
    return sorted(path.name for path in store.folder.rglob("*") if path.is_file())


def assert_in_place(store: Store) -> None:
    assert (store.folder / "part" / "weights.onnx").read_bytes() == CONTENT
    assert kept(store) == ["weights.onnx"]  # and nothing else: no .part, no tag


def test_a_good_link_brings_the_file(server: Files, store: Store) -> None:
    done, told = pulled(server, store)
    assert_in_place(store)
    assert done == Pulled("part/weights.onnx", "pulled", PINNED, verified=True)
    assert told.reached == len(CONTENT)
    assert told.finished == [("part/weights.onnx", "pulled")]


def test_a_cut_is_gone_on_from(server: Files, store: Store) -> None:
    server.etags[PATH] = '"one"'
    server.spoil(PATH, Fault(cut_after=100_000), Fault(cut_after=50_000))
    time = Time()
    _, told = pulled(server, store, time=time)
    assert_in_place(store)
    assert server.ranges() == ["", "bytes=100000-", "bytes=150000-"]
    assert [headers.get("If-Range") for _, headers in server.asked] == [None, '"one"', '"one"']
    assert len(told.notes) == len(time.slept) == 2
    assert "cut after 100 kB" in told.notes[0]


def test_many_cuts_that_each_bring_something_are_no_reason_to_give_up(server: Files, store: Store) -> None:
    server.spoil(PATH, *[Fault(cut_after=20_000)] * 12)
    time = Time()
    pulled(server, store, time=time)
    assert_in_place(store)
    assert time.slept == [LIMITS.first_wait_s] * 12


def test_a_server_that_sends_nothing_is_given_up_with_growing_waits(server: Files, store: Store) -> None:
    server.spoil(PATH, *[Fault(cut_after=0)] * 9)
    time = Time()
    with pytest.raises(DownloadFailed, match=r"3 times in a row.*PARLEY_MODEL_MIRROR"):
        pulled(server, store, time=time)
    assert len(server.asked) == 3
    assert time.slept == [1.0, 2.0]


def test_what_came_before_giving_up_is_used_by_the_next_pull(server: Files, store: Store) -> None:
    server.spoil(PATH, Fault(cut_after=300_000), *[Fault(status=503)] * 3)
    with pytest.raises(DownloadFailed, match="HTTP 503"):
        pulled(server, store)
    assert store.state(weights(server)) is State.PARTIAL
    pulled(server, store)
    assert_in_place(store)
    assert server.ranges()[-1] == "bytes=300000-"


def test_a_server_without_ranges_sends_it_all_again(server: Files, store: Store) -> None:
    server.spoil(PATH, Fault(cut_after=100_000), Fault(no_range=True))
    _, told = pulled(server, store)
    assert_in_place(store)
    assert "the server sends the whole file again" in told.notes


def test_a_file_that_changed_meanwhile_is_fetched_from_its_start(server: Files, store: Store) -> None:
    server.etags[PATH] = '"old"'
    server.spoil(PATH, Fault(cut_after=100_000, body=b"x" * len(CONTENT)))

    class Changing(Time):
        def sleep(self, s: float) -> None:
            server.etags[PATH] = '"new"'

    pulled(server, store, time=Changing())
    assert_in_place(store)
    assert server.asked[1][1]["If-Range"] == '"old"'


def test_a_beginning_from_another_file_is_noticed_without_tags_too(server: Files, store: Store) -> None:
    part = store.part(weights(server))
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 1_000)
    _, told = pulled(server, store)
    assert_in_place(store)
    assert server.ranges() == ["bytes=1000-", ""]
    assert any("of no use" in note for note in told.notes)


def test_a_weak_tag_is_not_relied_on(server: Files, store: Store) -> None:
    server.etags[PATH] = 'W/"one"'
    server.spoil(PATH, Fault(cut_after=100_000))
    pulled(server, store)
    assert_in_place(store)
    assert "If-Range" not in server.asked[1][1]


def test_a_range_beyond_the_file_is_a_new_start(server: Files, store: Store) -> None:
    part = store.part(weights(server, size=None))
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * (len(CONTENT) + 5))
    _, told = pulled(server, store, size=None)
    assert_in_place(store)
    assert any("starting again" in note for note in told.notes)


@pytest.mark.parametrize("said", ["bytes 0-511999/512000", "bytes 100001-511999/512000", "whatever"])
def test_a_part_that_starts_elsewhere_than_asked_is_not_appended(server: Files, store: Store, said: str) -> None:
    server.spoil(PATH, Fault(cut_after=100_000), Fault(headers={"Content-Range": said}))
    _, told = pulled(server, store)
    assert_in_place(store)
    assert server.ranges() == ["", "bytes=100000-", ""]
    assert any("starting again" in note for note in told.notes)


def test_wrong_bytes_are_deleted_and_both_hashes_told(server: Files, store: Store) -> None:
    wrong = bytes(len(CONTENT))
    server.spoil(PATH, Fault(body=wrong))
    with pytest.raises(WrongContent) as caught:
        pulled(server, store)
    assert f"expected sha256 {PINNED}, got {hashlib.sha256(wrong).hexdigest()}" in str(caught.value)
    assert kept(store) == []


@pytest.mark.parametrize("fault", [Fault(body=CONTENT + b"more"), Fault(body=b"Entry not found")])
def test_another_length_is_refused_before_it_is_downloaded(server: Files, store: Store, fault: Fault) -> None:
    server.spoil(PATH, fault)
    with pytest.raises(WrongContent, match=f"expected {len(CONTENT)}"):
        pulled(server, store)
    assert kept(store) == []


def test_more_bytes_than_the_file_has_are_not_stored(server: Files, store: Store) -> None:
    server.spoil(PATH, Fault(body=CONTENT * 2, bare=True))
    with pytest.raises(WrongContent, match="more than"):
        pulled(server, store)
    assert kept(store) == []


def test_a_short_answer_of_unknown_length_is_a_cut(server: Files, store: Store) -> None:
    server.spoil(PATH, Fault(cut_after=1_000, bare=True))
    pulled(server, store)
    assert_in_place(store)
    assert server.ranges() == ["", "bytes=1000-"]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_refusal_is_final_and_names_the_ways_out(server: Files, store: Store, status: int) -> None:
    server.spoil(PATH, Fault(status=status))
    with pytest.raises(DownloadFailed, match=rf"HTTP {status}.*PARLEY_MODEL_MIRROR.*--from"):
        pulled(server, store)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_server_in_trouble_is_asked_again(server: Files, store: Store, status: int) -> None:
    server.spoil(PATH, Fault(status=status))
    pulled(server, store)
    assert_in_place(store)


def test_the_wait_that_a_server_asks_for_is_kept_within_reason(server: Files, store: Store) -> None:
    server.spoil(PATH, Fault(status=429, headers={"Retry-After": "7"}))
    server.spoil(PATH, Fault(status=503, headers={"Retry-After": "86400"}))
    time = Time()
    pulled(server, store, time=time)
    assert time.slept == [7.0, LIMITS.longest_wait_s]


def test_a_link_that_stalls_is_cut_and_gone_on_from(server: Files, store: Store) -> None:
    server.spoil(PATH, Fault(stall_after=200_000))
    _, told = pulled(server, store, limits=Limits(stall_s=1.0))
    assert_in_place(store)
    assert "nothing came for 1 s" in told.notes[0]
    assert server.ranges()[:2] == ["", "bytes=200000-"]  # a busy machine may stall once more


def test_a_link_that_crawls_is_cut_and_given_up(server: Files, store: Store) -> None:
    server.spoil(PATH, *[Fault(dripping=True, cut_after=None)] * 3)
    with pytest.raises(DownloadFailed, match="bytes a second, 3 times in a row"):
        pulled(server, store, time=Time(step_s=61.0), limits=Limits(fruitless_tries=3, slow_bytes_per_s=10_000))


def test_the_deadline_ends_what_never_would(server: Files, store: Store) -> None:
    server.spoil(PATH, *[Fault(cut_after=1)] * 90)
    limits = Limits(deadline_s=30.0)
    with pytest.raises(DownloadFailed, match="not done within 30 s"):
        pulled(server, store, limits=limits)
    assert len(server.asked) <= 31


def test_redirects_are_followed_with_the_range(server: Files, store: Store) -> None:
    server.content["/elsewhere"] = CONTENT
    moved = Fault(status=302, headers={"Location": f"{server.url}/elsewhere"})
    server.spoil(PATH, moved, moved)
    server.spoil("/elsewhere", Fault(cut_after=10_000))
    pulled(server, store)
    assert_in_place(store)
    assert server.ranges() == ["", "", "bytes=10000-", "bytes=10000-"]


def test_a_redirect_in_a_circle_is_a_failure_not_a_hang(server: Files, store: Store) -> None:
    server.spoil(PATH, *[Fault(status=302, headers={"Location": server.url + PATH})] * 100)
    with pytest.raises(DownloadFailed):
        pulled(server, store)


def test_nobody_listens(store: Store) -> None:
    with model_server() as gone:
        url = gone.url
    file = ModelFile("part/weights.onnx", f"{url}{PATH}", len(CONTENT), PINNED)
    with pytest.raises(DownloadFailed, match="3 times in a row"):
        fetch(file, store, Downloader(LIMITS, Time()), "", Told())


def test_the_mirror_is_asked_instead(server: Files, store: Store) -> None:
    server.content["/mirror/models/part/weights.onnx"] = CONTENT
    file = ModelFile("part/weights.onnx", f"https://models.invalid{PATH}", len(CONTENT), PINNED)
    fetch(file, store, Downloader(LIMITS, Time()), f"{server.url}/mirror", Told())
    assert_in_place(store)


def test_without_a_pinned_size_the_hash_decides(server: Files, store: Store) -> None:
    pulled(server, store, size=None)
    assert_in_place(store)


def test_without_a_pinned_hash_nothing_comes_unless_accepted(server: Files, store: Store) -> None:
    file = weights(server, sha256=None)
    with pytest.raises(NotAccepted, match=r"part/weights\.onnx.*--accept-unverified"):
        check_accepted([file], accept_unverified=False)
    check_accepted([file], accept_unverified=True)
    done, told = pulled(server, store, sha256=None)
    assert (done.sha256, done.verified) == (PINNED, False)
    assert any(PINNED in note for note in told.notes)


def test_a_full_disk_is_noticed_before_the_start(server: Files, store: Store) -> None:
    with pytest.raises(DiskFull, match=r"512 kB are needed .* 5\.0 MB are free.*PARLEY_MODEL_DIR"):
        check_room([weights(server)], store, lambda folder: 5_000_000)
    check_room([weights(server)], store, lambda folder: 1_000_000_000)
    check_room([], store, lambda folder: 0)


def test_what_is_there_is_read_and_only_the_rest_is_wanted(server: Files, store: Store) -> None:
    good, bad, cut = (ModelFile(f"m/{name}", server.url + PATH, len(CONTENT), PINNED) for name in ("a", "b", "c"))
    model = Model("m", "", "", True, "", "", "", (good, bad, cut))
    (store.folder / "m").mkdir(parents=True)
    store.place(good).write_bytes(CONTENT)
    store.place(bad).write_bytes(bytes(len(CONTENT)))
    store.place(cut).write_bytes(CONTENT[:10])
    found = plan([model], store, Told())
    assert (found.present, found.wanted) == ([good], [bad, cut])
    assert [store.checked(file) for file in model.files] == [State.PRESENT, State.DAMAGED, State.DAMAGED]
    assert model_state(store, model) is State.DAMAGED
    store.place(bad).unlink()
    store.place(cut).unlink()
    assert model_state(store, model) is State.PARTIAL


def test_two_pulls_into_one_folder_exclude_each_other(store: Store) -> None:
    entered = threading.Event()
    leave = threading.Event()

    def hold() -> None:
        with store.locked():
            entered.set()
            leave.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    assert entered.wait(30)
    with pytest.raises(PullRunning, match=r"process \d+ pulls"), store.locked():
        pass
    leave.set()
    holder.join()
    with store.locked():
        pass


def test_an_import_finds_files_by_content_however_they_lie(server: Files, store: Store, tmp_path: Path) -> None:
    other = b"config"
    files = [
        weights(server),
        ModelFile("part/config.json", "http://x/y", len(other), hashlib.sha256(other).hexdigest()),
    ]
    source = tmp_path / "usb" / "deep" / "er"
    source.mkdir(parents=True)
    (source / "renamed.bin").write_bytes(CONTENT)
    (tmp_path / "usb" / "config.json").write_bytes(b"wrong!")
    (source / "config.json").write_bytes(other)
    done = import_files(files, tmp_path / "usb", store, Told())
    assert [row.what for row in done] == ["imported", "imported"]
    assert (store.folder / "part" / "config.json").read_bytes() == other
    assert (store.folder / "part" / "weights.onnx").read_bytes() == CONTENT
    assert server.asked == []


def test_an_import_takes_what_is_there_and_names_what_is_not(server: Files, store: Store, tmp_path: Path) -> None:
    (tmp_path / "usb").mkdir()
    (tmp_path / "usb" / "weights.onnx").write_bytes(CONTENT)
    missing = ModelFile("part/config.json", "http://x/y", 6, PINNED)
    with pytest.raises(NotFoundInFolder, match=r"part/config\.json"):
        import_files([weights(server), missing], tmp_path / "usb", store, Told())
    assert_in_place(store)
    with pytest.raises(NotFoundInFolder, match="is not a folder"):
        import_files([missing], tmp_path / "nowhere", store, Told())


def test_a_disk_that_fills_up_meanwhile_is_said(server: Files, store: Store) -> None:
    part = store.part(weights(server))
    part.parent.mkdir(parents=True)
    part.symlink_to("/dev/full")
    with pytest.raises(DiskFull, match=r"no space is left .*weights\.onnx\.part"):
        pulled(server, store)


def test_a_server_that_cannot_prove_who_it_is_gets_no_second_try(store: Store, tmp_path: Path) -> None:
    with model_server(self_signed(tmp_path)) as server:
        server.content[PATH] = CONTENT
        with pytest.raises(DownloadFailed, match="certificate is not valid"):
            pulled(server, store)
        assert server.asked == []


def test_a_redirect_out_of_https_is_not_followed() -> None:
    request = urllib.request.Request("https://models.example/a")
    with pytest.raises(DownloadFailed, match="unencrypted"):
        SafeRedirects().redirect_request(request, None, 302, "Found", {}, "http://models.example/a")


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context
