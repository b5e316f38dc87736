// swift-tools-version: 6.2
import PackageDescription

/// Across modules, because queues, caches and readers are generic, and what is not made for its type looks everything up
/// while it runs: ten times the time for a key of the work queue.
let swiftSettings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// A library target and the tests that mirror it. Targets are listed lowest first: each depends only on targets above it.
func layer(
  _ name: String, _ dependencies: [Target.Dependency] = [], goldens: Bool = false, tests: [Target.Dependency] = []
) -> [Target] {
  [
    .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings),
    .testTarget(
      name: "\(name)Tests", dependencies: [.target(name: name), "TestSupport"] + tests,
      exclude: goldens ? ["Goldens"] : [],
      swiftSettings: swiftSettings),
  ]
}

/// The program of `hack/fuzz.sh`, which sets the variable: it links only with a fuzzer, and a plain build is to stay plain.
let fuzzing: [Target] =
  Context.environment["TERWAY_FUZZING"] == nil
  ? []
  : [
    .executableTarget(
      name: "Fuzzing", dependencies: ["ControllerRuntime", "TerwayModel"], path: "Tests/Fuzzing", exclude: ["Corpus"],
      swiftSettings: swiftSettings)
  ]

let package = Package(
  name: "terway-operator",
  targets: [
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
  ]
    + layer("Serialization", ["CYAML"])
    + layer("KubernetesModel", ["Serialization"])
    + layer("Locking")
    + layer("HTTPTransport", ["CCurl", "Locking"])
    + layer("Prometheus", ["Serialization", "HTTPTransport"])
    + layer("KubernetesClient", ["KubernetesModel", "HTTPTransport", "Prometheus"])
    + layer("ControllerRuntime", ["KubernetesClient"])
    + layer("TerwayModel", ["KubernetesModel"])
    + layer("Monitoring", ["TerwayModel", "Prometheus"], goldens: true)
    + layer("EniScaling", ["TerwayModel"])
    + layer("TerwaySimulation", ["EniScaling"])
    + layer("Insights", ["EniScaling", "Monitoring"], goldens: true, tests: ["DiagnosisCases"])
    + layer("TerwayOperator", ["ControllerRuntime", "Monitoring", "EniScaling"])
    + [
      .executableTarget(
        name: "terway-operator", dependencies: ["TerwayOperator", "TerwaySimulation", "Insights"],
        swiftSettings: swiftSettings),
      .executableTarget(
        name: "terway-simulator", dependencies: ["ControllerRuntime", "TerwaySimulation"],
        swiftSettings: swiftSettings),
      .executableTarget(
        name: "terway-benchmark", dependencies: ["TerwayOperator", "TerwaySimulation", "Insights"],
        swiftSettings: swiftSettings),
      .testTarget(
        name: "CommandLineTests", dependencies: ["terway-operator", "TestSupport"], exclude: ["Goldens"],
        swiftSettings: swiftSettings),
      .testTarget(
        name: "BenchmarkTests", dependencies: ["terway-benchmark", "TestSupport"], swiftSettings: swiftSettings),
      .target(
        name: "TestSupport", dependencies: ["KubernetesClient"], path: "Tests/TestSupport",
        exclude: ["FaultProxy/Program", "Kubelet/Program"],
        swiftSettings: swiftSettings
      ),
      // States of a cluster that a diagnosis is judged by, as they are and on a real API server.
      .target(
        name: "DiagnosisCases", dependencies: ["Insights"], path: "Tests/DiagnosisCases",
        swiftSettings: swiftSettings),
      .testTarget(
        name: "EndToEndTests", dependencies: ["terway-operator", "DiagnosisCases", "TestSupport"],
        swiftSettings: swiftSettings),
    ] + fuzzing
)
