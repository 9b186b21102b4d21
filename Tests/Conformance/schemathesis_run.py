"""Starts a mock for each document, runs schemathesis against it, and says what it found."""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import yaml

from schemathesis_document import bundle

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SPEC = ROOT / "spec"
ACCEPTED = yaml.safe_load((HERE / "schemathesis_accepted.yaml").read_text(encoding="utf-8"))

# What no list makes good: a failure of the server, and an answer that its document refuses.
NEVER = {"ST101", "ST102", "ST103", "ST106", "ST107", "ST108", "ST109", "ST110", "ST111"}


def documents():
    """The root documents, as spec/generator.yaml lists them."""
    modules = yaml.safe_load((SPEC / "generator.yaml").read_text(encoding="utf-8"))["modules"]
    return [document["file"] for module in modules for document in module["documents"]]


class Mock:
    """A server of its own, and what it printed for clients."""

    def __init__(self, program):
        self.process = subprocess.Popen([program, "--port", "0", "--seed", "1"], stdout=subprocess.PIPE, text=True)
        self.variables = {}
        for line in self.process.stdout:
            if line == "READY\n":
                return
            name, _, value = line.rstrip("\n").partition("=")
            self.variables[name] = value
        raise SystemExit(f"{program} did not print READY")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    @property
    def origin(self):
        return "/".join(self.variables["STOA_BASE_URL"].split("/")[:3])

    def fixed(self):
        """Parameters with one value that counts; the digest of nothing stands for that of what is sent."""
        return {
            "X-Realm-Id": self.variables["VLUNA_REALM_ID"],
            "Content-Digest": "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"}

    def own(self):
        """Whose data the examples are about."""
        principal, account = self.variables["VLUNA_PRINCIPAL_ID"], self.variables["VLUNA_BILLING_ACCOUNT_ID"]
        return {
            "X-Principal-Id": principal, "principal_id": principal,
            "X-Billing-Account-Id": account, "billing_account_id": account}


class Result:
    """What schemathesis says about one document."""

    def __init__(self, document, output, folder):
        self.document, self.output = document, output
        self.reports = [json.loads(line) for line in read(folder / "reports").splitlines()]
        self.answers = collections.defaultdict(collections.Counter)
        for key, count in json.loads(read(folder / "reports.counts") or "{}").items():
            operation, status = key.rsplit(" ", 1)
            self.answers[operation][int(status)] += count
        self.operations = {
            f"{method.upper()} {path}" for path, item in json.loads(read(folder / "document.json"))["paths"].items()
            for method in item if method in ("get", "put", "post", "patch", "delete")}
        self.summary = json.loads(read(folder / "summary.json") or "null")

    @property
    def failures(self):
        """The reports that nothing excuses, one of each kind."""
        kinds = {}
        for report in self.reports:
            if report["accepted"] is None or report["check"] in NEVER:
                kinds.setdefault((report["check"], report["operation"], report["status"], report["body"][:100]), report)
        return list(kinds.values())

    @property
    def complaint(self):
        """Why the run itself does not count."""
        if self.summary is None:
            return "schemathesis ended without a summary"
        errors, end = self.summary["errors"], self.summary["stop_reason"]
        if errors or self.summary["test_cases"]["errored"] or end != "completed":
            return f"schemathesis did not get through: {end}, {errors}"
        if any(status >= 500 for answers in self.answers.values() for status in answers):
            return "the server failed"
        return None

    def show(self):
        served = sum(1 for name in self.operations if any(200 <= status < 300 for status in self.answers[name]))
        cases = self.summary["test_cases"]["generated"] if self.summary else 0
        known = collections.Counter(r["accepted"] for r in self.reports if r["accepted"] is not None)
        verdict = "FAIL" if self.failures or self.complaint else "ok  "
        print(f"{verdict}  {self.document}: {cases} cases, {served} of {len(self.operations)} operations answered 2xx, "
              f"{sum(known.values())} reports known by {len(known)} entries", flush=True)
        for report in self.failures[:20]:
            print(f"      {report['check']} {report['title']}: {report['operation']} {report['status']}")
            print(f"          {report['invalid']}\n          {report['message']}\n          {report['body'][:300]}")
            print(f"          {report['curl'][:1000]}")
        if self.complaint:
            print(f"      {self.complaint}\n{self.output[-3000:]}")


def read(path):
    return path.read_text(encoding="utf-8") if path.exists() else ""


def run(document, options):
    with tempfile.TemporaryDirectory() as name, Mock(options.mock) as mock:
        folder = pathlib.Path(name)
        (folder / "document.json").write_text(json.dumps(bundle(SPEC / document, mock.fixed(), mock.own())))
        command = [
            pathlib.Path(sys.executable).parent / "st", "--config-file", HERE / "schemathesis.toml", "run",
            folder / "document.json", "--origin", mock.origin, "--mode", "all", "--continue-on-failure",
            "--generation-deterministic", "--request-timeout", "120", "--no-color",
            "--report", "json", "--report-json-path", folder / "summary.json",
        ]
        if options.quick:
            command += ["--max-examples", "5"]
        done = subprocess.run(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
            env=os.environ | mock.variables | {
                "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(HERE), "TOLLGATE_DOCUMENT": document,
                "TOLLGATE_REPORT": str(folder / "reports")})
        if options.keep:
            kept = pathlib.Path(options.keep) / document.replace("/", "-").removesuffix(".yaml")
            kept.mkdir(parents=True, exist_ok=True)
            (kept / "output").write_text(done.stdout, encoding="utf-8")
            for file in ("document.json", "reports", "reports.counts", "summary.json"):
                (kept / file).write_text(read(folder / file), encoding="utf-8")
        return Result(document, done.stdout, folder)


def main():
    parser = argparse.ArgumentParser(prog="schemathesis")
    parser.add_argument("--quick", action="store_true", help="few cases of each kind, for every change")
    parser.add_argument("--mock", default=ROOT / ".build/debug/tollgate-mock", help="the server to start")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many documents at once")
    parser.add_argument("--keep", help="a folder for everything that schemathesis wrote")
    parser.add_argument("documents", nargs="*", help="as in spec/generator.yaml; all by default")
    options = parser.parse_args()
    if not os.access(options.mock, os.X_OK):
        raise SystemExit(f"{options.mock} is not there. Build it first: swift build --product tollgate-mock")
    results = []
    with ThreadPoolExecutor(options.jobs) as pool:
        for result in pool.map(lambda document: run(document, options), options.documents or documents()):
            result.show()
            results.append(result)
    failed = any(result.failures or result.complaint for result in results)
    if not options.quick and not options.documents:
        used = {report["accepted"] for result in results for report in result.reports}
        for number, entry in enumerate(ACCEPTED):
            if number not in used:
                failed = True
                print(f"FAIL  an entry of schemathesis_accepted.yaml fits nothing any more: {entry['reason']}")
    print(f"{sum(result.summary['test_cases']['generated'] for result in results if result.summary)} cases, "
          f"{sum(len(result.failures) for result in results)} failures")
    sys.exit(1 if failed else 0)


main()
