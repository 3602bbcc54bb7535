"""The process boundary: a plugin runs in a worker process of its own, and its values are spoken for by proxies."""
