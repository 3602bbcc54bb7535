"""The inline boundary: a plugin runs in this interpreter, and its values are its own objects.

A folder, a file or a wheel gets a private namespace: its own top-level names are its alone, everything else is
the host's. An installed distribution is part of the host already and is imported as the host imports it.
"""
