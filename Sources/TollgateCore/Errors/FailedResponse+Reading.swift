import Foundation
import HTTPTypes

extension FailedResponse {
    /// Reads what services say in their errors, whatever its form.
    ///
    /// `secrets` must not stand in ``code`` and ``message``, should the service repeat them. A `Retry-After` with a date
    /// is counted from `now`.
    init(
        head: HTTPResponse, body: [UInt8], request: HTTPRequest? = nil, secrets: [String] = [], now: Date = .distantPast
    ) {
        let said = try? JSONValue(jsonBytes: body)
        // OAuth 2.0 has its code in `error`, where others have what they say in words.
        let oauthCode = said?.text(at: ["error_description"]) == nil ? [] : [["error"]]
        func first(_ paths: [[String]]) -> String? {
            paths.lazy.compactMap { said?.text(at: $0) }.first?.blottingOut(secrets)
        }
        self.init(
            status: head.status.code, headers: head.headerFields, body: body,
            requestID: head.headerFields.requestID
                ?? first([["request_id"], ["requestId"], ["trace_id"], ["traceId"], ["error", "request_id"]])
                ?? request?.headerFields[.requestID],
            retryAfter: head.headerFields.retryAfter(now: now),
            code: first(
                [
                    ["code"], ["error", "code"], ["error", "type"], ["type"], ["err_code"], ["detail", "status"],
                    ["category"],
                ] + oauthCode),
            message: first([
                ["message"], ["error", "message"], ["error", "details"], ["error_description"], ["error"], ["detail"],
                ["detail", "message"], ["err_msg"], ["title"],
            ]))
    }
}

extension [DocumentedError] {
    /// The error to throw for a response: of the documented type if there is one and the body is as documented.
    func error(for response: FailedResponse, _ reason: UnexpectedResponse.Reason?) -> any APIError {
        if let reason { return UnexpectedResponse(response, reason: reason) }
        guard let documented = first(for: response.status) else { return UnexpectedResponse(response) }
        do throws(JSONError) {
            var error = try documented.decode(response.body)
            error.response = response
            return error
        } catch {
            return UnexpectedResponse(response, reason: .unreadable(error))
        }
    }
}

extension HTTPFields {
    /// The identifier that a service gives to a request.
    var requestID: String? {
        self[.requestID] ?? self[.requestIDWithoutPrefix] ?? self[.deepgramRequestID]
    }
}

extension HTTPRequest {
    /// The values that prove who is calling, whole and in parts (`Bearer abc` and `abc`). `bare` is the request before the
    /// credential added them.
    func secrets(addedTo bare: HTTPRequest) -> [String] {
        let proof = headerFields.filter { field in
            guard !field.name.isHarmless else { return false }
            return field.name == .authorization || field.name == .cookie || field.value != bare.headerFields[field.name]
        }
        let parts = proof.flatMap { [$0.value[...]] + $0.value.split { " ,;=\"".contains($0) } }
        return (parts.map(String.init) + secretsInQuery(addedTo: bare)).filter { $0.utf8.count >= 8 }
    }

    /// The values of parameters that the credential added, as they are and decoded.
    private func secretsInQuery(addedTo bare: HTTPRequest) -> [String] {
        guard let path, let before = bare.path, path != before, path.hasPrefix(before) else { return [] }
        let values = path.dropFirst(before.count).split { "?&=".contains($0) }.map(String.init)
        return values + values.compactMap(\.removingPercentEncoding)
    }
}

extension String {
    fileprivate func blottingOut(_ secrets: [String]) -> String {
        secrets.reduce(self) { $0.replacing($1, with: "[redacted]") }
    }
}

extension JSONValue {
    /// The string or number at a path of member names.
    fileprivate func text(at path: [String]) -> String? {
        var value = self
        for name in path {
            guard case .object(let members) = value, let member = members[name] else { return nil }
            value = member
        }
        return switch value {
        case .string(let text): text.isEmpty ? nil : text
        case .number: value.jsonText()
        case .null, .bool, .array, .object: nil
        }
    }
}
