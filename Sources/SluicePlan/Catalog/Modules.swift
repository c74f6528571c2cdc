import SluiceSQL

/// The modules of a session: what LOAD MODULE has loaded, and which of them USE MODULES has chosen, in order.
///
/// There is one module to load, `core`, which stands for the built-in functions. As in Flink they are found even while
/// it is unloaded; only the lists of SHOW show the difference.
package struct Modules: Sendable, Hashable {
    /// The module of the built-in functions.
    package static let core = "core"

    /// All that are loaded, in the order of loading.
    package private(set) var loaded = [Modules.core]
    /// Those in use, in the order in which their functions are looked for.
    package private(set) var used = [Modules.core]

    /// `LOAD MODULE name WITH (...)`.
    mutating func load(_ name: Identifier, options: [OptionEntry]) throws(SQLError) {
        guard name.text == Self.core else {
            throw SQLError(
                .unsupported,
                "there is no module '\(name.text)' to load",
                at: name.span,
                hint: "the only one is '\(Self.core)'"
            )
        }
        if let option = options.first {
            throw SQLError(.invalidDefinition, "the module '\(name.text)' has no options", at: option.span)
        }
        guard !loaded.contains(name.text) else {
            throw SQLError(.alreadyExists, "the module '\(name.text)' is loaded already", at: name.span)
        }
        loaded.append(name.text)
        used.append(name.text)
    }

    /// `UNLOAD MODULE name`.
    mutating func unload(_ name: Identifier) throws(SQLError) {
        try require(name)
        loaded.removeAll { $0 == name.text }
        used.removeAll { $0 == name.text }
    }

    /// `USE MODULES names`.
    mutating func use(_ names: [Identifier]) throws(SQLError) {
        var chosen: [String] = []
        for name in names {
            try require(name)
            guard !chosen.contains(name.text) else {
                throw SQLError(.invalidDefinition, "the module '\(name.text)' stands twice", at: name.span)
            }
            chosen.append(name.text)
        }
        used = chosen
    }

    private func require(_ name: Identifier) throws(SQLError) {
        guard loaded.contains(name.text) else {
            throw SQLError(
                .unsupported,
                "there is no module '\(name.text)'",
                at: name.span,
                hint: NearestName.hint(for: name.text, in: loaded)
            )
        }
    }
}
