"""Other plugin systems over a catalog: a module for each.

What lives here takes the plugins of a `hotplug.Catalog` to where another library calls them, and takes them away
again. What must not live here: an import of such a library. It is the host's, and comes with the host.
"""
