import Foundation
import GeneratorDiagnostics
import GeneratorYAML

/// Makes an input smaller that fails, as long as it fails in the same way.
struct Minimiser {
    let folder: String
    let kind: String

    private static let mostRuns = 800

    func minimised(_ subject: FuzzSubject) -> [UInt8] {
        let path = NSTemporaryDirectory() + "/fuzz-\(UUID().uuidString)-\(subject.path)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        func fails(_ bytes: [UInt8]) -> Bool {
            try? Data(bytes).write(to: URL(filePath: path))
            let child = Child.run(["one", path])
            let line = child.output.split(separator: "\n").first ?? ""
            let fault = child.death ?? (line.hasPrefix("fault: ") ? String(line.dropFirst(7)) : "")
            return Supervisor.kind(of: fault) == kind
        }
        guard fails(subject.bytes) else { return subject.bytes }
        var bytes = subject.bytes
        let root = YAMLReader.read(path: subject.path, bytes: bytes, diagnostics: Diagnostics())
        if let root {
            var value = Value(root)
            if fails([UInt8](value.json.utf8)) {
                shrink(&value, fails: fails)
                return [UInt8]((fails([UInt8](value.yaml.utf8)) ? value.yaml : value.json).utf8)
            }
        }
        shrink(&bytes, fails: fails)
        return bytes
    }

    /// Takes out what can be taken out, the larger parts first.
    private func shrink(_ value: inout Value, fails: ([UInt8]) -> Bool) {
        var runs = 0
        var position = 1
        while position < value.count, runs < Self.mostRuns {
            var smaller = value
            var left = position
            smaller.remove(&left)
            runs += 1
            if smaller.count < value.count, fails([UInt8](smaller.json.utf8)) {
                value = smaller
            } else {
                position += 1
            }
        }
    }

    private func shrink(_ bytes: inout [UInt8], fails: ([UInt8]) -> Bool) {
        var runs = 0
        var size = max(1, bytes.count / 2)
        while size >= 1, runs < Self.mostRuns {
            var start = 0
            while start < bytes.count, runs < Self.mostRuns {
                var smaller = bytes
                smaller.removeSubrange(start..<min(bytes.count, start + size))
                runs += 1
                if fails(smaller) { bytes = smaller } else { start += size }
            }
            if size == 1 { return }
            size /= 2
        }
    }
}

extension Value {
    /// Takes the value out that `left` others stand before, with its key.
    fileprivate mutating func remove(_ left: inout Int) {
        switch self {
        case .scalar: break
        case .list(var values):
            for index in values.indices where left > 0 {
                left -= 1
                if left == 0 {
                    values.remove(at: index)
                    left = -1
                    break
                }
                values[index].remove(&left)
            }
            self = .list(values)
        case .object(var members):
            for index in members.indices where left > 0 {
                left -= 1
                if left == 0 {
                    members.remove(at: index)
                    left = -1
                    break
                }
                members[index].value.remove(&left)
            }
            self = .object(members)
        }
    }
}
