"""Supertonic speech synthesis on ONNX Runtime.

Supertonic and Supertonic 2 are models by Supertone Inc. (weights: OpenRAIL-M, which forbids some uses; code: MIT). File
layout, tensor names and the order of steps follow their published Python example: supertone-inc/supertonic,
py/helper.py and py/example_onnx.py. This code was written against that description and runs on weights that
tools/make_supertonic_model.py generates in the same layout; no published weights were run in this project's tests.
"""
