// Finds clients that guess passwords, in log lines of an ssh server.
//
// The lines are made up by the `datagen` connector, always the same. A closure picks the failed logins out of them,
// windows count them per address, and what is above the threshold is printed and handed to a closure.
//
//     swift run StreamBuilderExample

import Glibc
import Sluice
import Synchronization

/// A line of the log.
struct LogLine: StreamRow {
    var line: String

    static let columns: [StreamColumn<LogLine>] = [.init("line", \.line)]

    init(_ row: Row) throws { line = try row["line"] }
}

/// A login that failed.
struct Failure: StreamRow {
    var account: String
    var address: String

    static let columns: [StreamColumn<Failure>] = [.init("account", \.account), .init("address", \.address)]

    init(account: String, address: String) {
        self.account = account
        self.address = address
    }

    init(_ row: Row) throws {
        account = try row["account"]
        address = try row["address"]
    }

    /// Reads `... Failed password for [invalid user] NAME from ADDRESS port ...`.
    static func find(in line: String) -> [Failure] {
        let words = line.split(separator: " ")
        guard let from = words.lastIndex(of: "from"), from > 0, from + 1 < words.count,
            words.contains("Failed"), words.contains("password")
        else { return [] }
        return [Failure(account: String(words[from - 1]), address: String(words[from + 1]))]
    }
}

/// An address with too many failures in one window.
struct Alert: StreamRow {
    var address: String
    var failures: Int
    var accounts: Int

    static let columns: [StreamColumn<Alert>] = [
        .init("address", \.address), .init("failures", \.failures), .init("accounts", \.accounts),
    ]

    init(_ row: Row) throws {
        address = try row["address"]
        failures = try row["failures"]
        accounts = try row["accounts"]
    }
}

/// Builds the job and runs it.
func findGuessers() throws {
    let builder = StreamBuilder()
    let log = try builder.source(
        .generated(
            schema: "line STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND",
            options: [
                "number-of-rows": "3000", "rows-per-second": "0", "seed": "7",
                "time.start": "2024-01-01 00:00:00", "time.step": "20 ms",
                "fields.line.text": "sshd-log", "fields.line.distinct": "200",
                "fields.line.hot": "3", "fields.line.hot-share": "0.2",
            ]
        ),
        name: "log"
    )

    let failures = try log.flatMap(keeping: "ts") { (entry: LogLine) in Failure.find(in: entry.line) }.named("failures")

    let alerts = try failures.keyBy("address")
        .window(.hopping(.seconds(20), every: .seconds(10)), on: "ts")
        .aggregate(.count(as: "failures"), .countDistinct("account", as: "accounts"))
        .filter("failures >= 30")

    try alerts.toPrint(identifier: "alert")

    let worst = Mutex<[String: Int]>([:])
    try alerts.to { (alert: Alert) in
        worst.withLock { $0[alert.address] = max($0[alert.address] ?? 0, alert.failures) }
    }

    let metrics = try builder.start()
    for (address, failures) in worst.withLock({ $0 }).sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
        print("\(address): up to \(failures) failures in 20 seconds")
    }
    print("\(metrics.rowsIn) lines read")
}

do {
    try findGuessers()
} catch {
    print(error)
    exit(1)
}
