"""Runs the tests of generated packages: every operation against the generated mock, every example there and back."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from examples import Examples, written_name
from toolchain import run

# One build folder for all packages, so that what they depend on is compiled once.
LIMIT = 3600


@dataclass
class Tested:
    # Those that their own schemas accept, and those of them that are the same after decoding and encoding.
    accepted: int
    same: int
    calls: bool
    problems: list


def test(generator, document, output, tollgate):
    """Generates a package, and runs its tests. None if there is no package."""
    package = os.path.join(output, document.module)
    generated = generator.generate(document, package, "--package", "--tollgate", str(tollgate))
    if not generated.succeeded:
        return None
    words = ["swift", "test", "--package-path", package, "--scratch-path", os.path.join(output, ".build-packages")]
    result = run([*words, "--skip-update"], limit=LIMIT)
    listed = set()
    for file in Path(package, "Tests").rglob("Example*.swift"):
        listed |= set(re.findall(r"^\s*(\S+?#\S*) ", file.read_text(), re.MULTILINE))
    accepted = {written_name(place, document) for place in Examples(document).accepted()}
    ran = "Test run with" in result.output
    failed = {name for name in listed if f"{name}: " in result.output} if ran else listed
    same = (listed - failed) & accepted
    problems = re.findall(r"(?:recorded an issue|error:).*", result.output) if result.status != 0 else []
    if result.status != 0 and not problems:
        problems = result.output.splitlines()[-5:]
    calls = ran and not re.search(r"isAnswered.* recorded an issue", result.output)
    shutil.rmtree(os.path.join(package, ".build"), ignore_errors=True)
    return Tested(len(accepted), len(same), calls, problems)
