import Glibc

/// Plays Terway on a real API server. For development only; it is not shipped.
signal(SIGPIPE, SIG_IGN)
exit(await Program.run(Array(CommandLine.arguments.dropFirst())))
