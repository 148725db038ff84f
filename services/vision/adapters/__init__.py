"""Vision's side of libraries: MediaPipe, Pillow, threads."""
