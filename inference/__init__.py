"""Model engines without a service around them: numpy, onnx, ONNX Runtime and tokenizers only.

The services run them in process, `triton_models/` runs the same code inside Triton (docs/decisions/0007).
"""
