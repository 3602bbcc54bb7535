"""``python -m greeter`` is the command ``greeter``."""

from __future__ import annotations

import sys

from greeter.driver import main

sys.exit(main())
