/// How the rows of a stream are cut into windows of event time.
public struct StreamWindow: Sendable {
    private let function: String
    /// In the order of the SQL function's arguments.
    private let sizes: [Duration]
    private let offset: Duration

    /// Windows of `size`, one after the other.
    public static func tumbling(_ size: Duration, offset: Duration = .zero) -> StreamWindow {
        StreamWindow(function: "TUMBLE", sizes: [size], offset: offset)
    }

    /// Windows of `size`, one every `slide`; `size` must be a multiple of `slide`.
    public static func hopping(_ size: Duration, every slide: Duration, offset: Duration = .zero) -> StreamWindow {
        StreamWindow(function: "HOP", sizes: [slide, size], offset: offset)
    }

    /// Windows that grow by `step` until they reach `size` and start again.
    public static func cumulating(_ size: Duration, every step: Duration, offset: Duration = .zero) -> StreamWindow {
        StreamWindow(function: "CUMULATE", sizes: [step, size], offset: offset)
    }

    /// Windows of rows that follow each other, per key, with less than `gap` between them.
    public static func session(gap: Duration) -> StreamWindow {
        StreamWindow(function: "SESSION", sizes: [gap], offset: .zero)
    }

    /// The window table function over `table`, whose name is quoted already.
    func sqlText(table: String, keys: [String], timeColumn: String) -> String {
        let partition =
            function == "SESSION" && !keys.isEmpty ? " PARTITION BY (\(SQLText.identifiers(keys)))" : ""
        let arguments = (sizes + (offset == .zero ? [] : [offset])).map { SQLText.interval($0) }
        return "TABLE(\(function)(TABLE \(table)\(partition), DESCRIPTOR(\(SQLText.identifier(timeColumn))), "
            + arguments.joined(separator: ", ") + "))"
    }
}
