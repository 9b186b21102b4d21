"""The table of the documents, as README.md has it."""

import re
from collections import Counter
from dataclasses import dataclass, field

BEGIN = "<!-- Tests/Documents/run --write-readme writes from here -->"
END = "<!-- to here -->"


@dataclass
class Row:
    document: str
    tree: str | None = None
    version: str = "?"
    operations: int = 0
    generated: int = 0
    left_out: list = field(default_factory=list)
    # Why nothing was generated at all.
    refused: list = field(default_factory=list)
    compiles: bool = True
    ratio: float | None = None
    lines: int = 0
    files: int = 0
    # How many examples their own schemas accept, and how many of those are the same after decoding and encoding.
    examples: tuple | None = None
    # Whether every operation was called against the generated mock.
    called: bool | None = None
    cost: dict | None = None


class Table:
    HEAD = ["document", "version", "operations", "generated", "time", "lines", "files", "examples", "called", "release build"]

    def __init__(self, rows):
        self.rows = rows

    def share(self):
        """Of all operations, those that are generated. A document that is refused as a whole is broken on purpose."""
        rows = [row for row in self.rows if not (row.tree and row.refused)]
        operations = sum(row.operations for row in rows)
        return sum(row.generated for row in rows) / operations if operations else 1.0

    def share_of_examples(self):
        """Of the examples that their own schemas accept, those that stay the same."""
        counts = [row.examples for row in self.rows if row.examples]
        accepted = sum(accepted for accepted, _ in counts)
        return sum(same for _, same in counts) / accepted if accepted else 1.0

    def text(self):
        large = [row for row in self.rows if not row.tree]
        lines = ["| " + " | ".join(self.HEAD) + " |", "|---|---|" + "--:|" * 8]
        lines += ["| " + " | ".join(self._cells(row)) + " |" for row in large]
        trees = dict.fromkeys(row.tree for row in self.rows if row.tree)
        lines += ["| " + " | ".join(self._summary(tree)) + " |" for tree in trees]
        notes = self._notes()
        return "\n".join(lines + ([""] + notes if notes else []))

    def _cells(self, row):
        return [
            f"`{row.document}`", row.version, f"{row.operations}", f"{row.generated}",
            f"{row.ratio:.1f}" if row.ratio else "", f"{row.lines}", f"{row.files}", self._examples(row.examples),
            {None: "", True: "all", False: "fails"}[row.called], self._cost(row.cost),
        ]

    def _summary(self, tree):
        rows = [row for row in self.rows if row.tree == tree]
        versions = sorted({row.version[:3] for row in rows})
        refused = sum(1 for row in rows if row.refused)
        name = f"`{tree}`, {len(rows)} documents" + (f", {refused} refused" if refused else "")
        kept = [row for row in rows if not row.refused]
        return [
            name, ", ".join(versions), f"{sum(row.operations for row in kept)}", f"{sum(row.generated for row in kept)}",
            "", f"{sum(row.lines for row in kept)}", f"{sum(row.files for row in kept)}", "", "", "",
        ]

    def _examples(self, examples):
        if not examples or not examples[0]:
            return ""
        return f"{examples[1]} of {examples[0]}"

    def _cost(self, cost):
        return described(cost) if cost else ""

    def _notes(self):
        """What is not generated, and why."""
        refused = [row for row in self.rows if row.refused]
        notes = [f"- `{(row.tree or '') + row.document}` is refused: {_plain(row.refused[0])}" for row in refused]
        for row in self.rows:
            for reason, count in Counter(map(_plain, row.left_out)).items():
                times = f" ({count} times)" if count > 1 else ""
                notes.append(f"- `{(row.tree or '') + row.document}`: {reason}{times}")
        return notes

    # README.md

    def write(self, readme):
        text = readme.read_text()
        if BEGIN not in text:
            raise SystemExit(f"{readme} has no line {BEGIN}")
        before, rest = text.split(BEGIN, 1)
        readme.write_text(f"{before}{BEGIN}\n\n{self.text()}\n\n{END}{rest.split(END, 1)[1]}")

    def differences(self, readme):
        """Figures that are the same on every machine, and are not those in README.md."""
        text = readme.read_text()
        if BEGIN not in text:
            return [f"README.md has no line {BEGIN}"]
        known = self._stable(text.split(BEGIN, 1)[1].split(END, 1)[0])
        found = self._stable(self.text())
        return [
            f"README.md says {known.get(name, 'nothing')} of {name}, not {value}: run with --write-readme"
            for name, value in found.items() if known.get(name) != value
        ]

    def _stable(self, table):
        """Operations, generated, files, by name."""
        rows = {}
        for line in table.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if line.startswith("| `") and len(cells) == len(self.HEAD):
                rows[cells[0]] = f"{cells[2]} operations, {cells[3]} generated, {cells[6]} files"
        return rows


def described(cost):
    """Time of the processor, most memory, text."""
    if not cost:
        return "does not compile"
    return f"{cost['seconds']:.1f} s, {cost['gigabytes']:.2f} GB, {cost['megabytes']:.2f} MB"


def _plain(reason):
    return re.sub(r"[|<>]", "", reason)
