"""What runs in the worker, beside the plugin."""
