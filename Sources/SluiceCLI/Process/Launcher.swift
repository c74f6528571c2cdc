import ArgumentParser
import Glibc
import SluiceColumns

/// Turns arguments into a command, runs it, and turns whatever happens into an exit status.
enum Launcher {
    /// Runs the command that `arguments` name, the program's name left out.
    ///
    /// - Returns: the exit status.
    static func main(_ arguments: [String]) -> Int32 {
        // A write to a pipe without a reader then fails with EPIPE, where it can be handled.
        signal(SIGPIPE, SIG_IGN)
        MemoryLedger.keepFreedMemory()
        // Beyond `ulimit -f` a write then fails with EFBIG, and what is half written is taken away.
        signal(SIGXFSZ, SIG_IGN)
        do {
            try refuseUnknownCommand(arguments)
            var command = try SluiceCommand.parseAsRoot(separatingSettings(arguments))
            try command.run()
            return ExitStatus.success
        } catch let failure as CommandFailure {
            StandardError.print(failure.text)
            return failure.status
        } catch let failure as OutputFailure {
            StandardError.print(failure.text)
            return failure.status
        } catch {
            return finish(error)
        }
    }

    /// The parser would only say that the argument is not expected.
    private static func refuseUnknownCommand(_ arguments: [String]) throws {
        let names = SluiceCommand.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
        guard let first = arguments.first, !first.hasPrefix("-"), !names.contains(first) else { return }
        let hint = Nearest.hint(for: first, in: names)
        throw CommandFailure(
            "error: there is no command '\(first)'\(hint)\n  there are: \(names.joined(separator: ", "))"
        )
    }

    /// `-Dkey=value` as `-D key=value`, which the parser cannot do where the value holds a `=`.
    private static func separatingSettings(_ arguments: [String]) -> [String] {
        var result: [String] = []
        for argument in arguments {
            let isText = ["-e", "--execute"].contains(result.last)
            if argument.hasPrefix("-D"), argument.utf8.count > 2, !isText {
                result += ["-D", String(argument.dropFirst(2))]
            } else {
                result.append(argument)
            }
        }
        return result
    }

    /// Help that was asked for, or usage that was wrong.
    private static func finish(_ error: any Error) -> Int32 {
        let text = SluiceCommand.fullMessage(for: error)
        guard SluiceCommand.exitCode(for: error).isSuccess else {
            StandardError.print(text)
            return ExitStatus.refused
        }
        do {
            try StandardOutput().write(text + "\n")
            return ExitStatus.success
        } catch let failure as OutputFailure {
            StandardError.print(failure.text)
            return failure.status
        } catch {
            // Without a session, nothing but the output itself can fail.
            return ExitStatus.outputClosed
        }
    }
}
