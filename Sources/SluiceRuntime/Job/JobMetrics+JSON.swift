import SluiceColumns
import SluiceKernels
import SluiceState

extension JobMetrics {
    /// The metrics as one JSON object on one line; keys are in a fixed order and never change their meaning.
    package var jsonText: String {
        var object = JSONObjectText()
        object.add("parallelism", parallelism)
        object.add("rowsIn", rowsIn)
        object.add("rowsOut", rowsOut)
        object.add("lateRows", lateRows)
        object.add("badRows", badRows)
        object.add("bytesRead", bytesRead)
        object.add("epochs", epochs)
        if let watermark { object.add("watermarkMicros", watermark.micros) }
        object.add("wallSeconds", seconds: wallSeconds)
        object.add("cpuSeconds", seconds: cpuSeconds)
        object.add("parkedSeconds", seconds: parkedSeconds)
        object.add("peakRSSBytes", peakRSSBytes)
        object.add("peakLedgerBytes", peakLedgerBytes)
        object.add("storageMemoryBytes", storageMemoryBytes)
        if let checkpoints { object.add("checkpoints", object: checkpoints.jsonText) }
        object.add("nodes", nodes.map(\.jsonText))
        object.add("exchanges", exchanges.map(\.jsonText))
        return object.text
    }
}

extension JobMetrics.Node {
    fileprivate var jsonText: String {
        var object = JSONObjectText()
        object.add("id", id)
        object.add("name", name)
        object.add("rowsIn", rowsIn)
        object.add("rowsOut", rowsOut)
        object.add("batches", batches)
        object.add("lateRows", lateRows)
        object.add("droppedRows", droppedRows)
        object.add("windowsFired", windowsFired)
        object.add("stateBytes", stateBytes)
        if let cold {
            object.add("stateHits", cold.hits)
            object.add("stateReads", cold.lookups)
            object.add("stateReadsFound", cold.found)
            object.add("stateBytesRead", cold.bytesRead)
            object.add("stateEvictions", cold.evictions)
            object.add("stateHitRate", share: cold.hits, of: cold.hits + cold.lookups)
        }
        if let patterns {
            object.add("patterns", patterns.patternCount)
            object.add("patternValues", patterns.valueCount)
            object.add("patternAutomata", patterns.databaseCount)
            object.add("patternAutomataRead", patterns.readCount)
            object.add("patternBytes", patterns.byteCount)
            object.add("patternTexts", patterns.textCount)
            object.add("patternRows", patterns.rowCount)
        }
        return object.text
    }
}

extension JobMetrics.Exchange {
    fileprivate var jsonText: String {
        var object = JSONObjectText()
        object.add("node", node)
        object.add("peakElements", peakElements)
        object.add("peakBytes", peakBytes)
        object.add("refusedOffers", refusedOffers)
        object.add("boundBytes", boundBytes)
        return object.text
    }
}

extension CheckpointMetrics {
    fileprivate var jsonText: String {
        var object = JSONObjectText()
        object.add("count", count)
        object.add("failed", failureCount)
        object.add("bytes", byteCount)
        object.add("rows", rowCount)
        object.add("commitSeconds", object: commits.jsonText)
        object.add("pauseSeconds", object: pauses.jsonText)
        object.add("restoreSeconds", seconds: Double(restoreNanos) / 1e9)
        return object.text
    }
}

extension DurationHistogram {
    fileprivate var jsonText: String {
        var object = JSONObjectText()
        object.add("p50", seconds: Double(quantileNanos(0.5)) / 1e9)
        object.add("p99", seconds: Double(quantileNanos(0.99)) / 1e9)
        object.add("max", seconds: Double(maxNanos) / 1e9)
        object.add("total", seconds: Double(totalNanos) / 1e9)
        return object.text
    }
}

/// A JSON object under construction; for metrics, not for rows.
private struct JSONObjectText {
    private var body = ""

    /// The object.
    var text: String { "{\(body)}" }

    mutating func add(_ key: String, _ value: some BinaryInteger) { append(key, String(value)) }

    mutating func add(_ key: String, _ value: String) { append(key, Self.quoted(value)) }

    /// Seconds with six digits: a microsecond is as fine as they were measured.
    mutating func add(_ key: String, seconds: Double) {
        let micros = Int64((max(0, seconds) * 1e6).rounded())
        let fraction = String(micros % 1_000_000)
        let padding = String(repeating: "0", count: 6 - fraction.count)
        append(key, "\(micros / 1_000_000).\(padding)\(fraction)")
    }

    /// A part of a whole with six digits; 1 where there is no whole.
    mutating func add(_ key: String, share part: Int, of whole: Int) {
        add(key, seconds: whole == 0 ? 1 : Double(part) / Double(whole))
    }

    mutating func add(_ key: String, object: String) { append(key, object) }

    mutating func add(_ key: String, _ objects: [String]) { append(key, "[\(objects.joined(separator: ","))]") }

    private mutating func append(_ key: String, _ value: String) {
        if !body.isEmpty { body += "," }
        body += "\(Self.quoted(key)):\(value)"
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\u{0}"..."\u{1f}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
