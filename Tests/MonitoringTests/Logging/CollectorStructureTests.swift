import Foundation
import Monitoring
import Serialization
import TerwayModel
import TestSupport
import Testing

/// A section of a collector's configuration, whatever its syntax.
private struct Section: Sendable {
  var name: String
  var settings: [(key: String, value: String)] = []
  var sections: [Section] = []

  func value(_ key: String) -> String? { settings.first { $0.key == key }?.value }
  var plugin: String? { value("@type") ?? value("format") ?? value("name") }
}

private struct Unreadable: Error, CustomStringConvertible {
  var description: String
}

extension Section {
  /// Fluent Bit's classic format: sections in brackets, and settings that are indented.
  static func fluentBit(_ text: String) throws -> [Section] {
    var sections: [Section] = []
    for line in text.split(separator: "\n") where line.firstMatch(of: /^\s*#/) == nil {
      if let match = line.wholeMatch(of: /\[([A-Z_]+)\]/) {
        sections.append(Section(name: String(match.1)))
      } else if let match = line.wholeMatch(of: #/    ([^\s]+)\s+(.*[^\s])/#), !sections.isEmpty {
        sections[sections.count - 1].settings.append((match.1.lowercased(), String(match.2)))
      } else {
        throw Unreadable(description: "Fluent Bit takes no such line: \(line)")
      }
    }
    return sections
  }

  /// Fluentd's format: sections as tags, within each other, and settings in lines of their own.
  static func fluentd(_ text: String) throws -> [Section] {
    var open = [Section(name: "")]
    for line in text.split(separator: "\n") {
      let line = line.drop { $0 == " " }
      if line.isEmpty || line.hasPrefix("#") { continue }
      if let match = line.wholeMatch(of: /<\/([a-z]+)>/) {
        guard open.count > 1, open[open.count - 1].name == match.1 else {
          throw Unreadable(description: "closes what is not open: \(line)")
        }
        open[open.count - 2].sections.append(open.removeLast())
      } else if let match = line.wholeMatch(of: /<([a-z]+)(?: +[^>]+)?>/) {
        open.append(Section(name: String(match.1)))
      } else if let match = line.wholeMatch(of: #/(@?[a-z_]+)(?: +(.*[^\s]))?/#) {
        open[open.count - 1].settings.append((String(match.1), String(match.2 ?? "")))
      } else {
        throw Unreadable(description: "Fluentd takes no such line: \(line)")
      }
    }
    guard open.count == 1 else { throw Unreadable(description: "\(open[open.count - 1].name) is never closed") }
    return open[0].sections
  }
}

/// What the programs know, of their documentation: a section, the plugin in it, and what may be set.
private typealias Vocabulary = [String: [String: Set<String>]]

extension Section {
  /// Every setting that the vocabulary does not have, and every plugin.
  func unknown(_ vocabulary: Vocabulary) -> [String] {
    let plugin = self.plugin ?? ""
    let known = vocabulary[name]?[plugin] ?? vocabulary[name]?["*"]
    guard let known else { return ["\(name) \(plugin)"] }
    let unknown = settings.filter { !known.contains("*") && !known.contains($0.key) }.map {
      "\(name) \(plugin) \($0.key)"
    }
    return unknown + sections.flatMap { $0.unknown(vocabulary) }
  }
}

struct `A collector's configuration` {
  private static let fluentBit: Vocabulary = [
    "SERVICE": [
      "*": [
        "flush", "log_level", "parsers_file", "http_server", "http_port", "health_check", "storage.path",
        "storage.backlog.mem_limit", "storage.max_chunks_up",
      ]
    ],
    "INPUT": [
      "tail": [
        "name", "path", "tag", "db", "read_from_head", "multiline.parser", "mem_buf_limit", "skip_long_lines",
        "storage.type",
      ]
    ],
    "FILTER": [
      "multiline": [
        "name", "match", "multiline.key_content", "multiline.parser", "flush_ms", "emitter_storage.type",
        "emitter_mem_buf_limit",
      ],
      "kubernetes": [
        "name", "match", "kube_tag_prefix", "merge_log", "merge_log_key", "keep_log", "annotations",
      ],
      "parser": ["name", "match", "key_name", "parser", "reserve_data", "preserve_key"],
      "rewrite_tag": [
        "name", "match", "rule", "emitter_name", "emitter_storage.type", "emitter_mem_buf_limit",
      ],
    ],
    "OUTPUT": [
      "loki": output.union(["labels", "line_format", "auto_kubernetes_labels", "tenant_id"]),
      "es": output.union([
        "logstash_format", "logstash_prefix", "replace_dots", "suppress_type_name", "trace_error",
      ]),
    ],
    "PARSER": ["regex": ["name", "format", "regex"]],
    "MULTILINE_PARSER": ["*": ["name", "type", "flush_timeout", "rule"]],
  ]
  private static let output: Set<String> = [
    "name", "match", "host", "port", "tls", "tls.verify", "tls.ca_file", "http_user", "http_passwd", "retry_limit",
    "storage.total_limit_size",
  ]

  private static let fluentd: Vocabulary = [
    "source": [
      "tail": [
        "@type", "@id", "@label", "path", "pos_file", "tag", "read_from_head", "emit_unmatched_lines",
      ]
    ],
    "parse": ["regexp": ["@type", "expression", "time_key", "time_format"], "multi_format": ["@type"]],
    "pattern": ["regexp": ["format", "expression"], "json": ["format"], "none": ["format"]],
    "label": ["*": []],
    "filter": [
      "record_transformer": ["@type", "enable_ruby", "remove_keys"],
      "concat": [
        "@type", "@id", "key", "separator", "use_partial_cri_logtag", "partial_cri_logtag_key",
        "partial_cri_stream_key", "stream_identity_key", "flush_interval", "timeout_label", "multiline_start_regexp",
        "continuous_line_regexp", "use_first_timestamp",
      ],
      "kubernetes_metadata": ["@type", "@id"],
      "parser": ["@type", "key_name", "reserve_data", "reserve_time", "emit_invalid_record_to_error"],
    ],
    "record": ["*": ["*"]],
    "rule": ["*": ["key", "pattern", "tag"]],
    "match": [
      "relabel": ["@type", "@label"],
      "rewrite_tag_filter": ["@type", "@id", "@label"],
      "elasticsearch": [
        "@type", "@id", "host", "port", "scheme", "ssl_verify", "ca_file", "user", "password", "logstash_format",
        "logstash_prefix", "suppress_type_name", "reconnect_on_error", "reload_on_failure", "reload_connections",
        "request_timeout",
      ],
    ],
    "buffer": [
      "file": [
        "@type", "path", "flush_mode", "flush_interval", "flush_thread_count", "chunk_limit_size", "total_limit_size",
        "overflow_action", "retry_type", "retry_max_interval", "retry_timeout",
      ]
    ],
  ]

  static let profiles: [RenderedProfile] = [.blue, .secured(.loki), .secured(.elasticsearch)]

  @Test(arguments: profiles)
  func `has sections, plugins and settings that its program knows, and no other`(profile: RenderedProfile) throws {
    let bit = try ["fluent-bit.conf", "parsers.conf"].flatMap {
      try Section.fluentBit(profile.logFile("fluent-bit-*-config", $0))
    }
    #expect(bit.flatMap { $0.unknown(Self.fluentBit) } == [])
    let fluentd = try Section.fluentd(profile.logFile("fluentd-*-config", "fluent.conf"))
    #expect(fluentd.flatMap { $0.unknown(Self.fluentd) } == [])
  }

  @Test(arguments: profiles)
  func `names only parsers that there are, and sends on only what something takes`(profile: RenderedProfile) throws {
    let main = try Section.fluentBit(profile.logFile("fluent-bit-*-config", "fluent-bit.conf"))
    let parsers = try Section.fluentBit(profile.logFile("fluent-bit-*-config", "parsers.conf"))
    let own = Set(parsers.compactMap { $0.value("name") })
    let named = main.flatMap { section in ["parser", "multiline.parser"].compactMap(section.value) }
    // `cri` comes with the program.
    #expect(Set(named) == own.union(["cri"]))
    let rewritten = main.flatMap(\.settings).filter { $0.key == "rule" }.compactMap { setting in
      setting.value.split(separator: " ").dropLast().last.map { String($0).replacing(".$TAG", with: "") }
    }
    let taken = main.filter { $0.name == "OUTPUT" }.compactMap { $0.value("match")?.replacing(".*", with: "") }
    #expect(Set(rewritten.map { String($0) }) == Set(taken))
    #expect(main.filter { $0.name == "INPUT" }.compactMap { $0.value("tag") } == ["kube.*"])
    #expect(main.filter { $0.name == "FILTER" }.allSatisfy { $0.value("match") == "kube.*" })
  }
}

/// `nil` where the machine has none.
private let ruby = ["/usr/bin/ruby", "/usr/local/bin/ruby"].first { FileManager.default.isExecutableFile(atPath: $0) }

/// Fluent Bit's chain played with its own engine of expressions: what is one event, what its parts are, where it goes.
@Suite(.enabled(if: ruby != nil))
struct `Fluent Bit's expressions` {
  private static let program = #"""
    require "json"
    config, lines = JSON.parse($stdin.read)
    states = config["states"].map { |name, rule, following| [name, Regexp.new(rule[1..-2]), following] }
    first = states.select { |name, _, _| name == "start_state" }
    following = states.select { |name, _, _| name != "start_state" }
    events = []
    lines.each do |line|
      begins = first.any? { |_, rule, _| rule.match(line) }
      goes_on = !events.empty? && !begins && following.any? { |_, rule, _| rule.match(line) }
      goes_on ? events[-1] << "\n" << line : events << line.dup
    end
    klog = Regexp.new(config["klog"])
    puts JSON.generate(events.map { |log|
      record = {"log" => log}
      json = JSON.parse(log) rescue nil
      record["json"] = json if json.is_a?(Hash)
      match = klog.match(log)
      record.merge!(match.named_captures) if match
      tag = config["rules"].find { |key, rule, _|
        value = key =~ /\A\$json\['(.*)'\]\z/ ? record.dig("json", $1) : record[key.delete_prefix("$")]
        value && Regexp.new(rule).match(value.to_s)
      }
      record.slice("severity", "message").merge("log" => log, "tag" => tag && tag[2])
    })
    """#

  /// Lines as a container writes them, and what becomes of them.
  private static let lines: [(lines: [String], stream: String, severity: String?, message: String?)] = [
    (
      ["I0829 14:45:54.233267       1 daemon.go:152] started"], "network", "I", "started"
    ),
    (
      ["E0829 14:45:55.000001       1 eni.go:77] attach failed", "\tcaused by: timeout"], "error", "E",
      "attach failed\n\tcaused by: timeout"
    ),
    (
      ["W0829 14:45:56.1       1 pool.go:3] security group sg-1 is not in use"], "audit", "W",
      "security group sg-1 is not in use"
    ),
    ([#"{"level":"info","msg":"reconcile","node":"a"}"#], "network", nil, nil),
    ([#"{"level":"error","msg":"reconcile","node":"a"}"#], "error", nil, nil),
    ([#"{"level":"info","err":"no","msg":"reconcile"}"#], "error", nil, nil),
    ([#"{"level":"info","msg":"policy denied traffic"}"#], "audit", nil, nil),
    (
      ["panic: runtime error: index out of range [3]", "", "goroutine 1 [running]:", "main.main()", "\t/a.go:7 +0x1"],
      "error", nil, nil
    ),
    (["something in no format"], "network", nil, nil),
  ]

  @Test(arguments: [MonitoringProfileSpec.Logging.FluentBit.Output.loki, .elasticsearch])
  func `join, take apart and send on klog, JSON and stack traces`(
    output: MonitoringProfileSpec.Logging.FluentBit.Output
  ) async throws {
    let profile = RenderedProfile.secured(output)
    let main = try Section.fluentBit(profile.logFile("fluent-bit-*-config", "fluent-bit.conf"))
    let parsers = try Section.fluentBit(profile.logFile("fluent-bit-*-config", "parsers.conf"))
    let states = try #require(parsers.first { $0.name == "MULTILINE_PARSER" }).settings.filter { $0.key == "rule" }
    let rules = main.flatMap(\.settings).filter { $0.key == "rule" }
    let configuration: JSONValue = [
      "klog": .string(try #require(parsers.first { $0.name == "PARSER" }?.value("regex"))),
      "states": .array(
        states.map { state in
          .array(state.value.matches(of: /"([^"]*)"/).map { .string(String($0.1)) })
        }),
      "rules": .array(rules.map { rule in .array(rule.value.split(separator: " ").map { .string(String($0)) }) }),
    ]
    let lines = Self.lines.flatMap(\.lines)
    let answer = try await Command.succeed(
      ruby ?? "ruby", ["-e", Self.program],
      input: JSONValue.array([configuration, .array(lines.map(JSONValue.string))]).jsonText())
    let events = try #require(try JSONValue(jsonText: answer).array)
    try #require(events.count == Self.lines.count, "\(answer)")
    for (event, expected) in zip(events, Self.lines) {
      #expect(event["log"]?.string == expected.lines.joined(separator: "\n"))
      #expect(event["tag"]?.string == "terway.\(expected.stream).$TAG", "\(expected.lines[0])")
      #expect(event["severity"]?.string == expected.severity, "\(expected.lines[0])")
      #expect(event["message"]?.string == expected.message, "\(expected.lines[0])")
    }
  }
}
