"""Frames as bytes → pictures, with Pillow for JPEG."""

from __future__ import annotations

import io
import struct

import numpy as np
from PIL import Image

from services.vision.domain.errors import NotAnImage
from services.vision.domain.face import Picture
from services.vision.domain.stream import Encoding

MAX_SIDE = 4096  # pixels; as the contract's limit for stated sizes
BYTES_PER_PIXEL = 3

# What Pillow raises on damaged data; DecompressionBombError is not among its OSErrors.
_DAMAGED = (OSError, SyntaxError, ValueError, struct.error, Image.DecompressionBombError)


class PictureDecoder:
    """FrameDecoder for JPEG and packed RGB."""

    def decode(self, data: bytes, encoding: Encoding, width: int, height: int) -> Picture:
        """The picture in ``data`` as uint8 [height, width, 3]. Raises NotAnImage."""
        return _jpeg(data) if encoding is Encoding.JPEG else _rgb24(data, width, height)


def _jpeg(data: bytes) -> Picture:
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
            if max(image.size) > MAX_SIDE:  # read from the header, before anything is unpacked
                raise NotAnImage(f"a side is longer than {MAX_SIDE} pixels")
            return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))
    except _DAMAGED as error:
        raise NotAnImage("the data is not a JPEG image") from error


def _rgb24(data: bytes, width: int, height: int) -> Picture:
    if not (width and height and len(data) == width * height * BYTES_PER_PIXEL):
        raise NotAnImage("the data is not width x height x 3 bytes")
    return np.frombuffer(data, dtype=np.uint8).reshape(height, width, BYTES_PER_PIXEL)
