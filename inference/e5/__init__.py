"""E5 text embeddings over ONNX Runtime."""
