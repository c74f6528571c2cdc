import SluiceRuntime
import SluiceSQL

/// The text of a script with its variables replaced, and the way back to what was written.
///
/// `${DIR}` stands for the folder of the script, so that a job finds its files wherever it is started from. It is meant
/// for string literals: a quote in the folder's name is doubled. Anything else in `${...}` is left alone; `${env:NAME}`
/// and `${file:PATH}` in WITH options are resolved when a table is opened.
package struct ScriptText: Sendable {
    /// One replacement, in bytes: where it stands in `text`, how long it is there, how long it was in `source`.
    private struct Edit {
        var start: Int
        var length: Int
        var sourceLength: Int
    }

    private static let variable = Array("${DIR}".utf8)

    /// As written.
    package let source: String
    /// With the variables replaced: what is parsed.
    package let text: String
    private let edits: [Edit]

    /// Replaces the variables of `source`; `directory` is the folder of the script, without a slash behind it.
    package init(_ source: String, directory: String) {
        self.source = source
        let bytes = Array(source.utf8)
        let quote = UInt8(ascii: "'")
        let value = directory.utf8.flatMap { $0 == quote ? [quote, quote] : [$0] }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var edits: [Edit] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == Self.variable[0], bytes[index...].starts(with: Self.variable) {
                edits.append(Edit(start: result.count, length: value.count, sourceLength: Self.variable.count))
                result += value
                index += Self.variable.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        text = edits.isEmpty ? source : String(decoding: result, as: UTF8.self)
        self.edits = edits
    }

    /// The statements of `text`, from any thread.
    ///
    /// - Throws: where the system has no thread to give.
    package func statements() throws -> [ScriptStatement] {
        try LargeStack.run { Script.parse(text, within: .largeStack) }
    }

    /// The place in `source` of a place in `text`.
    package func sourceSpan(_ span: SourceSpan) -> SourceSpan {
        SourceSpan(sourceOffset(span.lowerBound, isEnd: false), sourceOffset(span.upperBound, isEnd: true))
    }

    /// What was written where `span` of `text` stands.
    package func sourceText(_ span: SourceSpan) -> String {
        let place = sourceSpan(span)
        return String(decoding: source.utf8.dropFirst(place.lowerBound).prefix(place.byteCount), as: UTF8.self)
    }

    /// `error` shown with the line of the source it is about.
    package func diagnostic(_ error: SQLError) -> Diagnostic {
        var placed = error
        placed.span = sourceSpan(error.span)
        return Diagnostic(placed, in: source)
    }

    private func sourceOffset(_ offset: Int, isEnd: Bool) -> Int {
        var shift = 0
        for edit in edits {
            if offset <= edit.start { break }
            if offset < edit.start + edit.length {
                return edit.start + shift + (isEnd ? edit.sourceLength : 0)
            }
            shift += edit.sourceLength - edit.length
        }
        return offset + shift
    }
}
