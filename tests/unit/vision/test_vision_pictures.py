"""Bytes become pictures or a typed refusal, whatever they are."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from services.vision.adapters.pictures import MAX_SIDE, PictureDecoder
from services.vision.domain.errors import NotAnImage
from services.vision.domain.stream import Encoding


def coded(mode: str = "RGB", size: tuple[int, int] = (64, 48), kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 128).save(out, kind)
    return out.getvalue()


def decode(data: bytes, encoding: Encoding = Encoding.JPEG, width: int = 0, height: int = 0) -> np.ndarray:
    return PictureDecoder().decode(data, encoding, width, height)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_jpegs_of_all_colour_modes_become_rgb(mode: str) -> None:
    picture = decode(coded(mode))
    assert picture.shape == (48, 64, 3)
    assert picture.dtype == np.uint8


def test_rgb_is_taken_as_it_is() -> None:
    pixels = np.arange(4 * 2 * 3, dtype=np.uint8).reshape(2, 4, 3)
    assert (decode(pixels.tobytes(), Encoding.RGB24, 4, 2) == pixels).all()


@pytest.mark.parametrize(
    "data",
    [
        b"x",
        b"not a picture at all" * 100,
        coded()[:200],
        coded()[:-40],
        coded(kind="PNG"),
        coded(kind="GIF", mode="L"),
        b"\xff\xd8\xff\xe0" + bytes(500),
        coded("L", (MAX_SIDE + 1, 8)),
        # A header that claims 65,500 x 65,500 pixels: a decompression bomb.
        coded().replace(b"\x00\x30\x00\x40", b"\xff\xdc\xff\xdc", 1),
    ],
)
def test_what_is_no_jpeg_is_refused(data: bytes) -> None:
    with pytest.raises(NotAnImage):
        decode(data)


@pytest.mark.parametrize(("width", "height"), [(0, 0), (4, 3), (3, 2), (0, 8), (2, 4)])
def test_rgb_of_another_size_is_refused(width: int, height: int) -> None:
    with pytest.raises(NotAnImage):
        decode(bytes(23 if (width, height) == (2, 4) else 24), Encoding.RGB24, width, height)
