import SluiceRuntime

/// What a finished job did.
public struct StreamMetrics: Sendable, Hashable {
    /// Rows read by all sources.
    public let rowsIn: Int
    /// Rows written to all sinks.
    public let rowsOut: Int
    /// Rows dropped because their window had fired.
    public let lateRows: Int
    /// Wall-clock seconds.
    public let wallSeconds: Double
    /// CPU seconds of the process.
    public let cpuSeconds: Double

    init(_ metrics: JobMetrics) {
        rowsIn = metrics.rowsIn
        rowsOut = metrics.rowsOut
        lateRows = metrics.lateRows
        wallSeconds = metrics.wallSeconds
        cpuSeconds = metrics.cpuSeconds
    }
}
