"""Generates Swift from every document of the collection, compiles it, and prints a table. See `run`."""

import argparse
import concurrent.futures
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import corpus
import hostile
import packages
import report
import stability
from toolchain import Compiler, Generator

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# The documents whose release builds are measured: those that peers were measured with.
MEASURED = {"google-books-3.0.yaml", "chatgpt-proxy.yaml", "tomtom-3.0.yaml", "petstore-docs.yaml", "openai.yaml"}
# Above this size, the time of generating is compared with that of parsing.
LARGE = 500_000


def say(text):
    print(text, flush=True)


def step(words):
    say("+ " + " ".join(map(str, words)))
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def options():
    parser = argparse.ArgumentParser(prog="Tests/Documents/run")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only documents whose name contains it")
    parser.add_argument("--quick", action="store_true", help="what can be done in minutes, with the debug build")
    parser.add_argument("--compile", action="store_true", help="measure release builds of some documents")
    parser.add_argument("--packages", action="store_true", help="run the tests of the generated packages")
    parser.add_argument("--write-readme", action="store_true", help="replace the table in README.md")
    parser.add_argument("--specs", default=str(ROOT.parent / "shared" / "specs"), help="the collection")
    parser.add_argument("--tollgate", help="the generator; built if it is not given")
    parser.add_argument("--sdk", help="a build folder of this repository; built if it is not given")
    parser.add_argument("--release-sdk", help="a release build folder of this repository; built if it is needed")
    parser.add_argument("--output", default=str(ROOT / ".build" / "documents"), help="where to work")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    return parser.parse_args()


class Session:
    def __init__(self, options):
        self.options = options
        self.failures = []
        self.lock = threading.Lock()
        self.output = Path(options.output)
        self.bare = None
        self._build()
        self.generator = Generator(self.tollgate)
        self.compiler = Compiler(self.sdk)
        # What is measured sees the modules that an application's release build sees.
        self.measuring = Compiler(self._release_sdk()) if self.options.compile else None

    def _build(self):
        """The generator and the modules that generated files import. A debug build will do unless time is measured."""
        self.sdk = self.options.sdk or str(ROOT / ".build" / "debug")
        if not self.options.sdk:
            for target in ["TollgateMock", "tollgate"]:
                step(["swift", "build", "--package-path", ROOT, "--target", target])
        if self.options.quick:
            self.tollgate = self.options.tollgate or str(ROOT / ".build" / "debug" / "tollgate")
            return
        scratch = HERE / ".build-documents"
        self.bare = str(scratch / "release" / "DocumentsTool")
        self.tollgate = self.options.tollgate or str(scratch / "release" / "tollgate")
        if self.options.tollgate:
            self.bare = str(Path(self.options.tollgate).parent / "DocumentsTool")
        else:
            # Linked as programs are that one hands out: with what they need of Swift in them.
            words = ["swift", "build", "-c", "release", "--static-swift-stdlib", "--package-path", HERE]
            step([*words, "--scratch-path", scratch])

    def _release_sdk(self):
        if self.options.release_sdk:
            return self.options.release_sdk
        scratch = self.output / "sdk"
        words = ["swift", "build", "-c", "release", "--package-path", ROOT, "--scratch-path", scratch]
        step([*words, "--target", "TollgateTransport"])
        return str(scratch / "release")

    def fail(self, document, what, details=()):
        with self.lock:
            self.failures.append(f"{document.name}: {what}")
            say(f"FAIL  {document.name}: {what}")
            for detail in list(details)[:12]:
                say(f"      {detail}")

    # One document

    def examine(self, document):
        folder = str(self.output / "swift" / (document.tree or "").strip("/").replace("/", "-") / document.module)
        generated = self.generator.generate(document, folder)
        row = report.Row(document=document.name, tree=document.tree, version=document.version)
        expected = document.operations()
        row.operations = len(expected)
        if generated.crashed:
            what = "takes too long" if generated.run.status is None else f"crashes ({generated.run.status})"
            self.fail(document, f"the generator {what}", generated.run.output.splitlines()[-3:])
            return row
        if not generated.succeeded:
            row.refused = generated.errors()[:1] or ["no reason given"]
            if not generated.errors():
                self.fail(document, "refused without a diagnostic")
            return row
        self._count(document, generated, expected, row)
        row.files, row.lines = len(generated.files()), generated.lines()
        for isolation in self._isolations(document):
            complaints = self.compiler.complaints(generated.files(), document.module, *isolation)
            if complaints:
                row.compiles = False
                self.fail(document, f"does not compile {' '.join(isolation)}", shortened(complaints, folder))
                break
        return row

    def _isolations(self, document):
        """Everything compiles both ways; in a hurry, each small document is compiled one way."""
        both = [[], ["-default-isolation", "MainActor"]]
        if not self.options.quick or not document.tree:
            return both
        return [both[sum(document.name.encode()) % 2]]

    def _count(self, document, generated, expected, row):
        found = generated.operations()
        missing = [operation for operation in expected if operation not in found]
        row.generated = row.operations - len(missing)
        for method, path in missing:
            reason = next((text for _, text in generated.complaints if f"{method} {path}" in text), None)
            if reason is None:
                self.fail(document, f"{method} {path} is lost, and no diagnostic says so")
            row.left_out.append(reason or f"{method} {path}: no reason given")
        invented = found - set(expected)
        if invented:
            self.fail(document, f"operations that the document does not have: {sorted(invented)}")

    def measure(self, document, row):
        if row.refused:
            return
        if self.bare and not document.tree:
            row.ratio = self.generator.ratio(document, self.bare, rounds=7)
            size = sum(os.path.getsize(file) for file in document.files())
            if row.ratio is not None and size > LARGE and row.ratio > 10:
                self.fail(document, f"generating takes {row.ratio:.1f} times as long as libyaml's bare parse")
        if self.options.packages and not document.tree:
            self._test(document, row)
        if self.options.compile and document.name in MEASURED:
            folder = self.output / "swift" / document.module
            files = sorted(str(path) for path in folder.rglob("*.swift"))
            row.cost = self.measuring.cost(files, document.module)
            say(f"+ release build of {document.name}: {report.described(row.cost)}; load {os.getloadavg()[0]:.1f}")

    def _test(self, document, row):
        say(f"+ swift test of the package of {document.name}")
        tested = packages.test(self.generator, document, str(self.output / "packages"), ROOT)
        if tested is None:
            return self.fail(document, "no package is generated")
        row.examples, row.called = (tested.accepted, tested.same), tested.calls
        if tested.problems:
            self.fail(document, "its tests fail", tested.problems)


def shortened(complaints, folder):
    return [complaint.replace(folder + "/", "") for complaint in complaints]


def main():
    session = Session(options())
    start = time.monotonic()
    documents = []
    if os.path.isdir(session.options.specs):
        documents = corpus.documents(session.options.specs, session.options.names)
    else:
        say(f"there is no collection of documents at {session.options.specs}: only hostile ones are generated")
    say(f"+ generating and compiling {len(documents)} documents")
    shutil.rmtree(session.output / "swift", ignore_errors=True)
    with concurrent.futures.ThreadPoolExecutor(session.options.jobs) as pool:
        rows = list(pool.map(session.examine, documents))
    for document, row in zip(documents, rows):
        session.measure(document, row)
    if not session.options.names:
        say("+ hostile documents")
        hostile.check(session.generator, session.compiler, session.fail, say, session.options.quick)
    say("+ two runs of each, one with a copy elsewhere; one more operation in the large ones")
    quick = [document for document in documents if not document.tree and os.path.getsize(document.path) < LARGE]
    stability.check(session.generator, quick if session.options.quick else documents, session.fail, say)
    table = report.Table(rows)
    say("")
    say(table.text())
    if session.options.write_readme:
        table.write(ROOT / "README.md")
    elif documents and not session.options.names:
        session.failures += table.differences(ROOT / "README.md")
    if table.share_of_examples() < 0.99:
        session.failures.append(f"only {table.share_of_examples():.1%} of all examples stay the same")
    if table.share() < 0.99:
        session.failures.append(f"only {table.share():.1%} of all operations are generated")
    for failure in session.failures:
        say(f"FAIL  {failure}")
    say(f"{len(documents)} documents in {time.monotonic() - start:.0f} s, {len(session.failures)} failures")
    sys.exit(1 if session.failures else 0)


if __name__ == "__main__":
    main()
