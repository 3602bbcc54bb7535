"""Trust: digests computed anew, pins, and locks; what is opened under one is what was hashed.

Here live the reading of an artifact whose bytes alone count, the copy of them that runs, and the file of all the
digests of a catalog. Nothing remembered is believed here, and nothing of a plugin runs. What does not live here:
how an artifact of a kind is laid out (``hotplug.artifacts``) and how its modules are imported
(``hotplug.boundaries``).
"""
