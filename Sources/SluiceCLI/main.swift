import Glibc

exit(Launcher.main(Array(CommandLine.arguments.dropFirst())))
