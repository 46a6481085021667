"""The measurement of the reference ends with the JSON object that others read."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_its_last_line_holds_a_ratio_per_size():
    command = [sys.executable, str(ROOT / "bench" / "reference.py"), "--rounds", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    ratios = json.loads(done.stdout.splitlines()[-1])

    assert list(ratios) == ["ratio_vs_autograd", "ratio_vs_torch"]
    assert list(ratios["ratio_vs_autograd"]) == ["20x16", "100x64", "500x128"]
    assert all(ratio > 0 for ratio in ratios["ratio_vs_autograd"].values())
    assert "T=100  d=64   reference" in done.stdout
