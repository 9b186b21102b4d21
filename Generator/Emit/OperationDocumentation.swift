import GeneratorPlan

/// The doc comment of a call.
struct OperationDocumentation {
    let spelling: Spelling
    let plan: OperationPlan

    /// ```
    /// /// Closes a lease and charges what was used.
    /// ///
    /// /// A second commit with the same key is answered as the first was.
    /// ///
    /// /// - Parameters:
    /// ///   - leaseToken: the token that the authorization gave.
    /// ///   - quantityMinor: in units of the feature.
    /// /// - Returns: ``Vluna/Commit``.
    /// /// - Throws: ``TollgateError``, among them:
    /// ///   - ``Vluna/GateDenied`` (402): the budget is used up.
    /// ```
    func comment() -> Code {
        Documentation.comment([summary, description, fields], at: 4)
    }

    /// ```
    /// /// All items that ``usage(from:cursor:)`` lists; a page is fetched when it is needed.
    /// ```
    func pagesComment() -> Code {
        let labels = plan.arguments.map { SwiftText.label($0.label) + ":" }.joined()
        let link = "``\(SwiftText.label(plan.methodName))(\(labels))``"
        let summary = ["All items that \(link) lists; a page is fetched when it is needed."]
        let fields = parameters.isEmpty ? [] : parameters + ["- Returns: The items, in order."]
        return Documentation.comment([summary, fields], at: 4)
    }

    private var summary: [String] { SwiftText.commentLines(plan.summary) }

    private var description: [String] { SwiftText.commentLines(plan.documentation) }

    /// Where parameters are described, what is returned and thrown is said as well.
    private var fields: [String] {
        if parameters.isEmpty, plan.errors.isEmpty { return [] }
        return parameters + returns + errors
    }

    /// All parameters or none: a list with gaps reads as a mistake.
    private var parameters: [String] {
        if plan.arguments.allSatisfy(\.documentation.isEmpty) { return [] }
        let items = plan.arguments.map { argument in
            let text = argument.documentation.isEmpty ? "No description." : argument.documentation
            return (name: SwiftText.label(argument.name), text: text)
        }
        if items.count == 1 { return Documentation.item("Parameter \(items[0].name)", items[0].text) }
        return ["- Parameters:"] + items.flatMap { Documentation.item($0.name, $0.text, indentation: "  ") }
    }

    private var returns: [String] {
        switch plan.success {
        case .nothing: []
        case .body: ["- Returns: The body of the response, as it comes."]
        case .text: ["- Returns: The text of the response."]
        case .rawEvents: ["- Returns: The events, as they come."]
        case .byStatus(let result): ["- Returns: ``\(result.name)``, as the status says."]
        case .jsonOrNothing(let type): ["- Returns: \(link(to: type)); nil for an answer without a body."]
        case .events(let type, _, _): ["- Returns: The events, as they come: \(link(to: type))."]
        case .json(let type), .payload(_, _, let type, _): ["- Returns: \(link(to: type))."]
        }
    }

    private var errors: [String] {
        if plan.errors.isEmpty { return ["- Throws: ``TollgateError``."] }
        let items = plan.errors.flatMap { error in
            Documentation.item(
                "\(link(to: error)) (\(status(error)))", error.documentation, indentation: "  ")
        }
        return ["- Throws: ``TollgateError``, among them:"] + items
    }

    private func status(_ error: ErrorPlan) -> String {
        switch error.status {
        case .code(let code): "\(code)"
        case .range(let first): "\(first)00 to \(first)99"
        case .default: "any other status"
        }
    }

    private func link(to error: ErrorPlan) -> String {
        error.isContent ? "`DocumentedFailure<\(spelling.code(error.type).text)>`" : link(to: error.type)
    }

    /// ```Vluna/Lease``` for a type of its own, otherwise its spelling as code.
    private func link(to type: TypePlan) -> String {
        guard case .named(let name) = type else { return "`\(spelling.code(type).text)`" }
        return "``\((name.scope + [name.name]).joined(separator: "/"))``"
    }
}
