"""Runs the generator and Swift's compiler, and measures them."""

import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

FEATURES = ["-swift-version", "6", "-enable-upcoming-feature", "ExistentialAny"]
FEATURES += ["-enable-upcoming-feature", "MemberImportVisibility", "-parse-as-library"]
GENERATION_LIMIT = 600
# `Endpoint<Zoo.Animal>("zoo.getAnimal", .get, "/animals/{id}"`, perhaps over some lines.
ENDPOINT = r'Endpoint<.*>\(\s*(?:\w+: )?"(?:[^"\\]|\\.)*",\s*(.+?),\s*"((?:[^"\\]|\\.)*)"'


@dataclass
class Run:
    status: int
    output: str
    seconds: float
    kilobytes: int
    # Of the processor: what else the machine does is no part of it.
    processor: float = 0.0


def run(words, limit=1800, environment=None, before=None):
    """Runs a program to its end. `status` is negative if it crashed, None if it took too long.

    `before` runs in the new process, to limit it.
    """
    with tempfile.TemporaryFile() as output:
        start = time.monotonic()
        process = subprocess.Popen(
            words, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, preexec_fn=before,
            env={**os.environ, "SWIFT_BACKTRACE": "enable=no", **(environment or {})})
        status, kilobytes, processor = None, 0, 0.0
        while time.monotonic() - start < limit:
            pid, code, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                status, kilobytes = os.waitstatus_to_exitcode(code), usage.ru_maxrss
                processor = usage.ru_utime + usage.ru_stime
                process.returncode = status
                break
            time.sleep(0.001 if time.monotonic() - start < 2 else 0.02)
        else:
            process.kill()
            process.wait()
        seconds = time.monotonic() - start
        output.seek(0)
        return Run(status, output.read().decode(errors="replace"), seconds, kilobytes, processor)


@dataclass
class Generated:
    run: Run
    output: str
    complaints: list = field(default_factory=list)

    @property
    def succeeded(self):
        return self.run.status == 0

    @property
    def crashed(self):
        return self.run.status not in (0, 1)

    def files(self):
        return sorted(str(path) for path in Path(self.output).rglob("*.swift"))

    def lines(self):
        return sum(Path(file).read_bytes().count(b"\n") for file in self.files())

    def errors(self):
        return [text for kind, text in self.complaints if kind == "error"]

    def operations(self):
        """Method and path of what was generated, as the Swift files say it."""
        found = set()
        for file in self.files():
            text = Path(file).read_text()
            for match in re.finditer(ENDPOINT, text):
                method = match[1].lstrip(".").upper() if match[1].startswith(".") and "(" not in match[1] else None
                method = method or re.search(r'"([^"]*)"', match[1])[1]
                found.add((method, unescaped(match[2])))
        return found


def unescaped(literal):
    """The text of a Swift string literal."""
    def character(match):
        if match[1]:
            return chr(int(match[1], 16))
        return {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}.get(match[2], match[2])
    return re.sub(r"\\(?:u\{([0-9A-Fa-f]+)\}|(.))", character, literal)


class Generator:
    def __init__(self, program):
        self.program = program

    def generate(self, document, output, *options):
        """Writes the Swift of a document into a folder that it empties first."""
        shutil.rmtree(output, ignore_errors=True)
        words = [self.program, "generate", "--input", document.path, "--output", output, "--module", document.module]
        files = document.files() or [os.path.realpath(document.path)]
        around = os.path.commonpath([os.path.dirname(file) for file in files])
        if around != os.path.dirname(os.path.realpath(document.path)):
            words += ["--references-within", around]
        result = run([*words, *options], limit=GENERATION_LIMIT)
        complaints = re.findall(r"^(?:.*?:\d+:\d+: )?(error|warning): (.*)$", result.output, re.MULTILINE)
        return Generated(result, output, complaints)

    def ratio(self, document, bare, rounds):
        """The time of generating, writing included, as a multiple of libyaml's bare parse of the same files.

        Both are measured in turn, in time of the processor; the medians are compared.
        """
        ours, theirs = [], []
        for _ in range(rounds):
            with tempfile.TemporaryDirectory() as folder:
                ours.append(self.generate(document, os.path.join(folder, "out")).run.processor)
            parsed = run([bare, "bare", "3", *document.files()])
            if parsed.status != 0:
                return None
            theirs.append(statistics.median(map(float, parsed.output.split())))
        return statistics.median(ours) / statistics.median(theirs)


class Compiler:
    """Compiles generated files against the modules of a build folder."""

    def __init__(self, build):
        modules = os.path.join(build, "Modules")
        self.search = ["-I", modules if os.path.isdir(modules) else build]
        for folder in Path(build, "..", "..", "checkouts").resolve().glob("*/Sources/*/include"):
            made = Path(build, f"{folder.parent.name}.build", "module.modulemap")
            maps = made if made.exists() else folder / "module.modulemap"
            if maps.exists():
                self.search += ["-Xcc", f"-fmodule-map-file={maps}", "-I", str(folder)]

    def complaints(self, files, module, *options, imports=()):
        """What the compiler says before it makes machine code; empty if it says nothing."""
        words = ["swiftc", "-wmo", "-emit-sil", "-o", os.devnull, "-Onone", "-warnings-as-errors", "-module-name", module]
        words += FEATURES + self.search + [word for folder in imports for word in ("-I", folder)]
        result = run([*words, *options, *files])
        if result.status == 0 and not result.output.strip():
            return []
        lines = [line for line in result.output.splitlines() if ": error: " in line or ": warning: " in line]
        return lines or result.output.splitlines()[:5] or [f"the compiler ended with status {result.status}"]

    def cost(self, files, module):
        """A release build: seconds of the processor, gigabytes at most, megabytes of text."""
        with tempfile.TemporaryDirectory() as folder:
            program = os.path.join(folder, "all.o")
            words = ["swiftc", "-O", "-wmo", "-c", "-o", program, "-module-name", module]
            result = run([*words, *FEATURES, *self.search, *files])
            if result.status != 0:
                return None
            text = int(run(["size", program]).output.splitlines()[1].split()[0])
            return {"seconds": result.processor, "gigabytes": result.kilobytes / 1e6, "megabytes": text / 1e6}
