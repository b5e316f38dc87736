import Testing

@testable import terway_operator

/// What only the built program shows: streams, signals and exit codes as a shell sees them.
struct `The binary` {
  @Test(arguments: [
    ("\"$0\" version", 0), ("\"$0\" validate -f bad.yaml", 1), ("\"$0\" rendr", 2), ("\"$0\"", 2),
    ("\"$0\" run --kubeconfig nowhere.yaml --metrics-bind-address 0 --health-probe-bind-address 0", 3),
    ("\"$0\" validate -f good.yaml", 0), ("\"$0\" validate -f - < good.yaml", 0),
    ("\"$0\" validate -f <(cat good.yaml)", 0),
  ])
  func `exits as documented`(script: String, code: Int32) async throws {
    try await TemporaryDirectory.with(["bad.yaml": SampleResource.invalid, "good.yaml": SampleResource.profile]) {
      let result = try Subprocess.bash(script, in: $0)
      #expect(result.code == code, "\(result.errors)")
    }
  }

  @Test func `ends quietly when its reader goes away`() async throws {
    // More than a pipe and its reader hold.
    let files = Dictionary(
      uniqueKeysWithValues: (1...9).map { index in
        ("\(index).yaml", SampleResource.profile.replacing("name: terway", with: "name: terway-\(index)"))
      })
    try await TemporaryDirectory.with(files) { directory in
      let result = try Subprocess.bash("\"$0\" render -f . | head -c 9; echo \" ${PIPESTATUS[0]}\"", in: directory)
      #expect(result.output == "apiVersio 141\n")
      #expect(result.errors == "")
    }
  }

  @Test func `says so when its output cannot be written`() throws {
    let result = try Subprocess.bash("\"$0\" version > /dev/full")
    #expect(result.code == 1)
    #expect(result.errors == "error: cannot write the output: no space left on device\n")
  }

  @Test func `writes no colours into files`() throws {
    let result = try Subprocess.bash("TERM=xterm \"$0\" nonsense; TERM=xterm \"$0\" help")
    #expect(!result.errors.contains("\u{1B}") && !result.output.contains("\u{1B}"))
  }

  @Test func `is a kubectl plugin under that name`() throws {
    let result = try Subprocess.bash("ln -s \"$0\" kubectl-terway; ./kubectl-terway help")
    #expect(result.output.contains("\n  kubectl terway COMMAND [flags]\n"))
  }
}
