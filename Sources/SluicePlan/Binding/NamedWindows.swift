import SluiceSQL

/// A window of OVER as it is written; the plan's `WindowSpecification` is one of GROUP BY.
typealias WrittenWindow = SluiceSQL.WindowSpecification

/// The windows of a WINDOW clause.
struct NamedWindows {
    private var windows: [String: WrittenWindow] = [:]

    /// Takes the clause in; a window may refine one in front of it.
    ///
    /// - Throws: `SQLError` for a name that is there twice, and for a refinement that is not allowed.
    init(_ clause: [NamedWindow]) throws {
        for window in clause {
            guard windows[window.name.text] == nil else {
                throw SQLError(
                    .invalidDefinition,
                    "there are two windows '\(window.name.text)'",
                    at: window.name.span
                )
            }
            windows[window.name.text] = try refined(window.specification)
        }
    }

    /// What stands behind OVER, with the window that it names put in.
    func resolve(_ reference: WindowReference) throws -> WrittenWindow {
        switch reference {
        case .named(let name):
            var window = try find(name)
            window.span = name.span
            return window
        case .inline(let specification): return try refined(specification)
        }
    }

    private func find(_ name: Identifier) throws -> WrittenWindow {
        guard let window = windows[name.text] else {
            throw SQLError(
                .invalidDefinition,
                "no window '\(name.text)'",
                at: name.span,
                hint: NearestName.hint(for: name.text, in: Array(windows.keys))
            )
        }
        return window
    }

    /// A specification with the window that it refines put in: it may add ORDER BY and a frame.
    private func refined(_ specification: WrittenWindow) throws -> WrittenWindow {
        guard let name = specification.base else { return specification }
        let base = try find(name)
        func refusal(_ what: String, _ span: SourceSpan) -> SQLError {
            SQLError(.invalidDefinition, what, at: span, hint: "write the whole window without '\(name.text)'")
        }
        if let key = specification.partitionBy.first {
            throw refusal("a window that refines another cannot have a PARTITION BY", key.span)
        }
        if let item = specification.orderBy.first, !base.orderBy.isEmpty {
            throw refusal("the window '\(name.text)' has an ORDER BY already", item.span)
        }
        guard base.frame == nil else {
            throw refusal("a window with a frame cannot be refined", name.span)
        }
        var result = base
        if !specification.orderBy.isEmpty { result.orderBy = specification.orderBy }
        result.frame = specification.frame
        result.span = specification.span
        return result
    }
}
