import Foundation
import HTTPTypes
import TollgateCore

/// Compares one exchange with the description of its operation.
struct ContractCheck {
    let call: MockCall
    let places: MockPlaces

    private var route: MockRoute { call.route }

    init(_ entry: ContractBook.Entry, _ request: MockRequest, at now: Date) {
        call = MockCall(
            request: request, route: entry.route, pathParameters: entry.parameters, schemas: entry.contract.schemas,
            now: now)
        places = entry.contract.places
    }

    // MARK: - Requests

    /// What is wrong with the request.
    var ofRequest: [ContractViolation] {
        do {
            _ = try call.content()
            return []
        } catch {
            return violations(of: error)
        }
    }

    private func violations(of problem: MockProblem) -> [ContractViolation] {
        switch problem {
        case .invalid(let violations):
            violations.map(violation)
        case .bodyMissing:
            [violation(.request, .body, "is required", place: "/requestBody")]
        case .wrongContentType(let accepted):
            [
                violation(
                    .request, .contentType, "must be \(accepted.joined(separator: " or "))",
                    place: "/requestBody/content")
            ]
        case .notJSON(let error):
            [violation(.request, .body, "is \(error)", place: "/requestBody")]
        case .malformed(let complaint):
            [violation(.request, .body, complaint, place: "/requestBody")]
        case .notFound, .methodNotAllowed, .bodyTooLarge, .fault:
            [violation(.request, .operation, problem.message, place: "")]
        }
    }

    private func violation(_ violation: Violation) -> ContractViolation {
        guard violation.source != .body else {
            let type = MediaType(call.request.headers[.contentType] ?? "")
            let schema = route.bodies.first { type.fits($0.contentType) }?.schema
            let place = schema.flatMap { self.place(violation.pointer, in: call.request.body, $0) }
            return self.violation(.request, .body, violation.message, at: violation.pointer, place: place)
        }
        let name = SpecPlace.names(in: violation.pointer).first
        let parameter = route.parameters.first { $0.name == name && $0.place.rawValue == violation.source.rawValue }
        let schema = parameter.flatMap { try? JSONValue(jsonText: $0.schema.text) }
        // What is said about a parameter stands around its schema.
        let place = schema?["$at"]?.text.map { text in
            places.place(text.hasSuffix("/schema") ? text.dropLast("/schema".count) : text[...])
        }
        return self.violation(
            .request, ContractViolation.Part(rawValue: violation.source.rawValue) ?? .operation, violation.message,
            at: violation.pointer, place: place)
    }

    // MARK: - Responses

    /// What is wrong with the response.
    /// - Parameters:
    ///   - head: Its status and header fields.
    ///   - body: What came of it; nil if that was too much to keep.
    ///   - isWhole: Whether all of it came.
    /// - Returns: Nothing if all is as described.
    func ofResponse(_ head: HTTPResponse, body: [UInt8]?, isWhole: Bool) -> [ContractViolation] {
        let status = head.status.code
        let replies = route.described(status)
        guard !replies.isEmpty else {
            return [violation(.response, .status, "is not described", place: "/responses", status: status)]
        }
        guard let body, call.request.method != "HEAD" else { return [] }
        let described = replies.filter { $0.contentType != nil }
        if body.isEmpty {
            guard isWhole, !described.isEmpty, replies.count == described.count else { return [] }
            return [violation(.response, .body, "is missing", place: "/responses/\(status)", status: status)]
        }
        guard !described.isEmpty else {
            return [violation(.response, .body, "is not described", place: "/responses/\(status)", status: status)]
        }
        let type = MediaType(head.headerFields[.contentType] ?? "application/octet-stream")
        guard let reply = described.best(for: type) else {
            let names = described.compactMap(\.contentType).joined(separator: " or ")
            return [
                violation(
                    .response, .contentType, "must be \(names), not \(type.name)",
                    place: "/responses/\(status)/content", status: status)
            ]
        }
        guard let schema = reply.schema else { return [] }
        if reply.isStream { return events(in: body, of: reply, schema, type, status) }
        guard isWhole, type.form == .json else { return [] }
        return check(body, schema, .body, status: status)
    }

    private func check(
        _ bytes: [UInt8], _ schema: SchemaText, _ part: ContractViolation.Part, status: Int
    ) -> [ContractViolation] {
        let value: JSONValue
        do {
            value = try JSONValue(jsonBytes: bytes)
        } catch {
            let place = place("", in: [], schema)
            return [violation(.response, part, "is \(error)", place: place, status: status)]
        }
        var checker = SchemaChecker(call.schemas)
        checker.check(value, schema.schema)
        return checker.violations.map { found in
            let walk = SchemaWalk(call.schemas, places)
            let place = walk.find(found.pointer, in: value, schema).place
            return violation(.response, part, found.message, at: found.pointer, place: place, status: status)
        }
    }

    /// The complaints about the events of a stream, each once: a stream has many of a kind.
    private func events(
        in body: [UInt8], of reply: MockRoute.Reply, _ schema: SchemaText, _ type: MediaType, _ status: Int
    ) -> [ContractViolation] {
        var parser = EventParser(format: type.name == "text/event-stream" ? .serverSentEvents : .jsonLines)
        guard var events = try? parser.parse(body) else { return [] }
        if let last = parser.finish() { events.append(last) }
        var violations: [ContractViolation] = []
        for event in events where event.data != reply.end {
            for violation in check(event.bytes, schema, .event, status: status) where !violations.contains(violation) {
                violations.append(violation)
            }
        }
        return violations
    }

    // MARK: - Places

    private func place(_ pointer: String, in body: [UInt8], _ schema: SchemaText) -> SpecPlace? {
        let value = (try? JSONValue(jsonBytes: body)) ?? .null
        return SchemaWalk(call.schemas, places).find(pointer, in: value, schema).place
    }

    /// `place` is a JSON pointer within the operation.
    private func violation(
        _ side: ContractViolation.Side, _ part: ContractViolation.Part, _ message: String, place: String,
        status: Int? = nil
    ) -> ContractViolation {
        violation(side, part, message, place: places.place(route.place + place), status: status)
    }

    private func violation(
        _ side: ContractViolation.Side, _ part: ContractViolation.Part, _ message: String, at pointer: String = "",
        place: SpecPlace?, status: Int? = nil
    ) -> ContractViolation {
        ContractViolation(
            operation: call.operation, method: call.request.method, path: String(call.request.path), side: side,
            status: status, part: part, pointer: pointer, message: message, place: place)
    }
}
