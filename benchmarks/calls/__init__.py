"""Ways to call another process, each beside the others for ``benchmarks/calling.py``.

Every module ``with_...`` holds a peer's two sides: the host's, which hands out an `Echo`, and the worker's.
"""
