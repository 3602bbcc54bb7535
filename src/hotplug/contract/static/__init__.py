"""Does a plugin's source satisfy that type? The question of `hotplug.contract.check`, without running the plugin.

The source is not compared with the contract by rules of its own. It is read statement by statement into
stand-ins: classes and functions with the names, signatures and annotations that the real ones would have, none
of which is ever called. The check itself then looks at the stand-in as it would look at the real object, so
there is one assignability for both.

What the source does not tell (a value that a call computes, a name of another package) is unknown. The
stand-ins are made twice: once every unknown is of a type that fits nothing, once of one that fits everything.
What is satisfied with the first is satisfied whatever the unknowns are; what is refused with the second is
refused whatever they are; in between the answer is "undecided", with the reasons.

What lives here imports nothing of the plugin. It imports the standard library, the contract's own package, and
for the reading of files griffe.
"""

from __future__ import annotations
