import ArgumentParser
import Sluice
import SluiceColumns
import SluiceConnect
import SluicePlan
import SluiceSQL

/// `-D key=value`.
struct SettingOptions: ParsableArguments {
    @Option(
        name: .customShort("D"),
        parsing: .singleValue,
        help: ArgumentHelp(
            "Set a configuration key before the first statement; may be repeated. Keys are those of Flink.",
            valueName: "key=value"
        )
    )
    var settings: [String] = []

    /// The configuration that the settings give.
    ///
    /// - Throws: `CommandFailure` for an unknown key or a malformed value.
    func configuration() throws -> Configuration {
        var configuration = Configuration()
        for setting in settings {
            guard let mark = setting.firstIndex(of: "="), mark > setting.startIndex else {
                throw CommandFailure("error: -D \(setting): expected key=value")
            }
            let key = String(setting[..<mark])
            let value = String(setting[setting.index(after: mark)...])
            guard let known = ConfigurationKey.byName[key] else {
                let hint = Nearest.hint(for: key, in: ConfigurationKey.all.map(\.key))
                throw CommandFailure("error: -D \(key): there is no such configuration key\(hint)")
            }
            if let complaint = known.complaint(about: value) { throw CommandFailure("error: -D: \(complaint)") }
            do {
                try configuration.set(key, to: value)
            } catch {
                let hint = error.hint.map { "\n  hint: \($0)" } ?? ""
                throw CommandFailure("error: -D \(key): \(error.message)\(hint)")
            }
        }
        return configuration
    }
}

/// What `run` and `sql` have in common.
struct JobOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Shards of each job, 1 to 128; each is one thread.", valueName: "n"))
    var parallelism: Int?

    @Option(
        help: ArgumentHelp(
            "What a job may hold in batches, tables and buffers, such as 512mb; groups beyond that go to disk.",
            valueName: "size"
        )
    )
    var memory: String?

    @Option(
        help:
            ArgumentHelp(
                "INSERT jobs keep their state in this folder, and go on where they stood when they are run again.",
                valueName: "folder"
            ),
        completion: .directory
    )
    var state: String?

    @Option(
        help: ArgumentHelp(
            "INSERT jobs that have no state yet begin from this savepoint; needs --state.",
            valueName: "folder"
        ),
        completion: .directory
    )
    var fromSavepoint: String?

    @Flag(help: "Drop stored state that the query no longer uses, instead of refusing to run.")
    var allowNonRestoredState = false

    @Option(
        help: ArgumentHelp("Write what every job did into this file when all have ended.", valueName: "file"),
        completion: .file(extensions: ["json"])
    )
    var metricsJSON: String?

    @Flag(help: "Say on standard error what every job did: rows, memory, state by operator, checkpoints.")
    var verbose = false

    @OptionGroup
    var settings: SettingOptions

    @Option(help: "How rows of queries are printed: table, json or csv.")
    var format: OutputFormat = .table

    @Option(help: ArgumentHelp("Rows of a batch.", visibility: .hidden))
    var batchRows: Int = 4_096

    @Option(help: ArgumentHelp("A barrier after so many rows from all sources.", visibility: .hidden))
    var checkpointEveryRows: Int?

    /// The options as the session takes them.
    ///
    /// - Throws: `CommandFailure` for values that make no sense.
    func sessionOptions() throws -> SessionOptions {
        var options = SessionOptions()
        options.stateDirectory = state
        options.savepoint = fromSavepoint
        options.onWarning = { StandardError.print("warning: \($0)") }
        options.mayDropState = allowNonRestoredState
        options.configuration = try settings.configuration()
        let isStored = state != nil || options.configuration.text("execution.checkpointing.dir") != nil
        if !isStored, fromSavepoint != nil || allowNonRestoredState {
            let name = fromSavepoint == nil ? "--allow-non-restored-state" : "--from-savepoint"
            throw CommandFailure("error: \(name) needs --state, the folder in which state is kept from now on")
        }
        if let parallelism {
            guard (1...128).contains(parallelism) else {
                throw CommandFailure("error: --parallelism \(parallelism): expected 1 to 128")
            }
            options.parallelism = parallelism
        }
        if let memory {
            guard let bytes = MemorySizeText.parseBytes(memory), bytes > 0 else {
                throw CommandFailure("error: --memory \(memory): expected a size such as 512mb or 2g")
            }
            options.memoryBytesMax = bytes
            MemoryLedger.boundProcess(to: bytes)
        }
        guard batchRows >= 1 else { throw CommandFailure("error: --batch-rows \(batchRows): expected 1 or more") }
        options.batchRows = batchRows
        if let checkpointEveryRows {
            guard checkpointEveryRows >= 1 else {
                throw CommandFailure("error: --checkpoint-every-rows \(checkpointEveryRows): expected 1 or more")
            }
            options.checkpointEveryRows = checkpointEveryRows
        }
        return options
    }
}

/// Suggestions behind an error.
enum Nearest {
    /// A line with the name that was probably meant; empty where none is near.
    static func hint(for name: String, in candidates: [String]) -> String {
        SluiceSQL.NearestName.hint(for: name, in: candidates).map { "\n  hint: \($0)" } ?? ""
    }
}
