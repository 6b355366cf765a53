"""Run every benchmark, one after the other."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
for name in ("assess_examples", "commands", "batch"):
    print(f"\n{name}")
    subprocess.run([sys.executable, str(Path(__file__).with_name(f"{name}.py"))], check=True)
