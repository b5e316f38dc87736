import Testing

@testable import terway_operator

struct `Completion scripts` {
  @Test func `of bash can be parsed`() async throws {
    let script = await TestRun.of("completion bash").output
    try await TemporaryDirectory.with(["script": script]) { directory in
      let result = try Subprocess.bash("bash -n script", in: directory)
      #expect(result.code == 0 && result.errors == "")
    }
  }

  @Test(arguments: ["zsh", "fish"])
  func `of other shells can be parsed where the shell is there`(shell: String) async throws {
    let script = await TestRun.of("completion \(shell)").output
    try await TemporaryDirectory.with(["script": script]) { directory in
      let result = try Subprocess.bash("! command -v \(shell) > /dev/null || \(shell) -n script", in: directory)
      #expect(result.code == 0, "\(result.errors)")
    }
  }

  /// The words of the line with the cursor at its end, and what bash then offers.
  @Test(arguments: [
    (["terway-operator", "va"], ["validate"]),
    (["terway-operator", "re"], ["render", "report"]),
    (["terway-operator", "--v"], ["--version"]),
    (["terway-operator", "run", "--log-l"], ["--log-level"]),
    (["terway-operator", "run", "--log-level", ""], ["debug", "info", "warning", "error"]),
    (["terway-operator", "run", "--log-level", "=", "w"], ["warning"]),
    (["terway-operator", "run", "--log-level", "="], ["debug", "info", "warning", "error"]),
    (["terway-operator", "render", "-o", ""], ["yaml", "json"]),
    (["terway-operator", "completion", ""], ["bash", "zsh", "fish", "--help", "-h"]),
    (["terway-operator", "help", "ver"], ["version"]),
    (["terway-operator", "run", "--context", ""], []),
  ])
  func `of bash offer what fits`(words: [String], offered: [String]) async throws {
    let script = await TestRun.of("completion bash").output
    let quoted = words.map(Shell.quoted).joined(separator: " ")
    let trial = """
      \(script)
      COMP_WORDS=(\(quoted)) COMP_CWORD=\(words.count - 1)
      _terway_operator
      ((${#COMPREPLY[@]} == 0)) || printf '%s\\n' "${COMPREPLY[@]}"
      """
    let result = try Subprocess.bash(trial)
    #expect(result.errors == "")
    #expect(result.output.split(separator: "\n").map(String.init) == offered)
  }

  /// The words behind `kubectl terway`, and what kubectl is told: candidates, and whether files would do.
  @Test(arguments: [
    (["va"], ["validate\tCheck resources in files, without a cluster"], 4),
    (["--v"], ["--version\tPrint the version."], 4),
    (["nonsense", ""], [], 4),
    (["run", "--log-le"], ["--log-level\tThe least important records that are logged"], 4),
    (["run", "--log-level", ""], ["debug", "info", "warning", "error"], 4),
    (["run", "--log-level=w"], ["warning"], 4),
    (["run", "--log-level="], ["debug", "info", "warning", "error"], 4),
    (["run", "--nonsense="], [], 4),
    (["render", "-o", "y"], ["yaml"], 4),
    (["render", "-f", ""], [], 0),
    (["render", "-f", "a", "-o"], ["-o\tHow the result is written"], 4),
    (["completion", "z"], ["zsh"], 4),
    (["run", "--context", ""], [], 4),
  ])
  func `of kubectl are what the program answers by that name`(words: [String], offered: [String], rest: Int) async {
    let run = await TestRun.of(words, executable: "kubectl_complete-terway")
    #expect(run.output == (offered + [":\(rest)"]).map { $0 + "\n" }.joined())
    #expect(run.code == .success && run.errors.isEmpty)
  }

  @Test(arguments: Shell.allCases)
  func `name every command and flag`(shell: Shell) async {
    let script = await TestRun.of("completion \(shell.rawValue)").output
    for command in CommandTable.commands {
      #expect(script.contains(command.name))
      for option in command.options { #expect(script.contains(option.name)) }
    }
  }

  @Test func `of zsh complete at once, by whichever name they are autoloaded`() async {
    let script = await TestRun.of("completion zsh").output
    #expect(script.hasPrefix("#compdef terway-operator\n"))
    #expect(script.contains("if [[ $funcstack[1] == (_terway_operator|'_terway-operator') ]]; then\n"))
  }

  @Test func `are for the name by which the program was started`() async {
    let script = await TestRun.of("completion bash", executable: "kubectl-terway").output
    #expect(script.contains("complete -F _kubectl_terway kubectl-terway"))
  }
}
