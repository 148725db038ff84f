"""Which face state a picture shows, and why there is or is not something to measure."""

from __future__ import annotations

from services.vision.domain.face import Faces, FaceState, Landmarks, Look, Picture
from services.vision.domain.geometry import eye_corner_distance, head_angles, measure

# Mean luma (0..255) below which a picture or a face is too dark: an eighth of full scale. Faces of all skin tones in
# usable room light are above 45; the model still "finds" faces at 20, but brow and lids are guesses there.
DARK_LUMA = 32.0
# Outer eye corners nearer than this (pixels, depth included, so that turning does not shrink a face): what a webcam
# then shows of irises and lids is as small as the model's own noise. A clean picture still measures well at 30.
SMALL_INTEROCULAR = 45.0
# Measured angles (about 0.8 of the true yaw) beyond which one eye and half of the mouth are hidden.
TURNED_YAW = 35.0
TURNED_PITCH = 35.0
LUMA_STRIDE = 4  # every fourth pixel of every fourth row is enough for a mean
REC_601 = (0.299, 0.587, 0.114)


def look_at(picture: Picture, faces: Faces) -> Look:
    """The state of ``picture`` given the ``faces`` found in it, with measurements exactly if it is DETECTED."""
    if faces.count > 1:
        return Look(FaceState.MULTIPLE)
    if faces.landmarks is None:
        return Look(FaceState.TOO_DARK if luma(picture) < DARK_LUMA else FaceState.ABSENT)
    if luma(_face_region(picture, faces.landmarks)) < DARK_LUMA:
        return Look(FaceState.TOO_DARK)
    if eye_corner_distance(faces.landmarks) < SMALL_INTEROCULAR:
        return Look(FaceState.TOO_SMALL)
    yaw, pitch, _ = head_angles(faces.landmarks)
    if abs(yaw) > TURNED_YAW or abs(pitch) > TURNED_PITCH:
        return Look(FaceState.TURNED_AWAY)
    height, width = picture.shape[:2]
    return Look(FaceState.DETECTED, measure(faces.landmarks, width, height))


def luma(region: Picture) -> float:
    """Mean brightness, 0..255, weighted as ITU-R BT.601 does. 255 for an empty region: it says nothing of the light."""
    if region.size == 0:
        return 255.0
    red, green, blue = region[::LUMA_STRIDE, ::LUMA_STRIDE].reshape(-1, 3).mean(axis=0)
    return float(REC_601[0] * red + REC_601[1] * green + REC_601[2] * blue)


def _face_region(picture: Picture, landmarks: Landmarks) -> Picture:
    """The part of ``picture`` in the bounding box of ``landmarks``; empty if the face lies outside of it."""
    left, top = (max(0, int(edge)) for edge in landmarks[:, :2].min(axis=0))
    right, bottom = (max(0, int(edge)) for edge in landmarks[:, :2].max(axis=0))
    return picture[top:bottom, left:right]
