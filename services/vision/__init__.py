"""Vision: observable behaviour from video frames. No emotion is named, nobody is identified, no frame is kept."""
