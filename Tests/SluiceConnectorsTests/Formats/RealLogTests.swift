import Glibc
import SluiceColumns
import SluiceConnect
import Testing

@testable import SluiceConnectors

/// Logs of real machines, which are not part of the project: SLUICE_LOGS names their folder.
enum RealLogs {
    static let folder = getenv("SLUICE_LOGS").map { String(cString: $0) } ?? "../shared/data/logs"

    static let isThere = access(folder + "/OpenSSH.log", R_OK) == 0

    /// The lines of a log that are not blank.
    static func lines(_ name: String) -> [Substring] {
        TextFile.read("\(folder)/\(name).log").split(whereSeparator: \.isNewline)
    }

    static func bytes(_ name: String) -> [UInt8] { Array(TextFile.read("\(folder)/\(name).log").utf8) }
}

/// Counts are those of a plain search for words in the lines.
@Suite("Real logs", .enabled(if: RealLogs.isThere, "SLUICE_LOGS names no folder with logs"))
struct RealLogTests {
    /// The rows of a log, with the reason of a bad line last.
    static func rows(_ name: String, _ options: [String: String], _ columns: [(String, DataType)]) throws -> [[Value]] {
        var schema = columns.map { TableColumn($0.0, $0.1) }
        schema.append(TableColumn("error", DataType(.string), role: .metadata(key: "error", isVirtual: true)))
        let all = options.merging(["\(options["format"] ?? "").on-error": "null"]) { $1 }
        let bytes = RealLogs.bytes(name)
        let batches = try DecoderRun.batches(try LineFormatTests.decoder(all, schema), bytes, blockByteCount: 1 << 16)
        return batches.flatMap { batch in (0..<batch.rowCount).map { batch.row($0) } }
    }

    static func count(_ name: String, _ words: String) -> Int {
        RealLogs.lines(name).count { $0.contains(words) }
    }

    @Test("Every line of syslog is read", arguments: ["OpenSSH", "Linux"])
    func syslog(name: String) throws {
        let rows = try Self.rows(
            name,
            ["format": "syslog", "syslog.year": "2005"],
            [("host", DataType(.string)), ("app", DataType(.string)), ("event_time", DataType(.timestampLTZ(3)))]
        )
        #expect(rows.count == RealLogs.lines(name).count)
        #expect(rows.allSatisfy { $0[3].isNull && !$0[2].isNull })
        #expect(rows.count { $0[1].stringValue?.hasPrefix("sshd") == true } == Self.count(name, " sshd"))
    }

    @Test("Logins of sshd by grok")
    func sshd() throws {
        let rows = try Self.rows(
            "OpenSSH",
            ["format": "grok", "grok.pattern": "%{SYSLOGBASE} %{SSHD_FAILED}"],
            [
                ("pid", DataType(.int)), ("user", DataType(.string)), ("src_ip", DataType(.string)),
                ("src_port", DataType(.int)),
            ]
        )
        let read = rows.filter { $0[4].isNull }
        #expect(
            read.count == Self.count("OpenSSH", ": Failed password for") + Self.count("OpenSSH", ": Failed none for")
        )
        #expect(read.count > 300)
        #expect(read.allSatisfy { !$0[0].isNull && !$0[2].isNull && !$0[3].isNull })
    }

    @Test(
        "Errors of Apache, and lines of ZooKeeper, by grok",
        arguments: [("Apache", "%{HTTPD_ERRORLOG}", "loglevel"), ("Zookeeper", "^%{ZOOKEEPERLINE}$", "level")]
    )
    func levels(name: String, pattern: String, level: String) throws {
        let rows = try Self.rows(name, ["format": "grok", "grok.pattern": pattern], [(level, DataType(.string))])
        #expect(rows.count > 1_900)
        #expect(rows.allSatisfy { $0[1].isNull }, "\(rows.count { !$0[1].isNull }) lines were not read")
        for word in Set(rows.map { $0[0].stringValue ?? "" }) {
            let mark = name == "Apache" ? "[\(word)]" : " - \(word) "
            #expect(rows.count { $0[0].stringValue == word } == Self.count(name, mark), "\(word)")
        }
    }
}
