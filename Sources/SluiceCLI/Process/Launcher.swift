import ArgumentParser
import Glibc

/// Turns arguments into a command, runs it, and turns whatever happens into an exit status.
enum Launcher {
    /// Runs the command that `arguments` name, the program's name left out.
    ///
    /// - Returns: the exit status.
    static func main(_ arguments: [String]) -> Int32 {
        // A write to a pipe without a reader then fails with EPIPE, where it can be handled.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try SluiceCommand.parseAsRoot(arguments)
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
        } catch {
            return ExitStatus.outputClosed
        }
    }
}
