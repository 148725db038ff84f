"""Whisper on ONNX Runtime, from the files that Hugging Face Optimum exports."""
