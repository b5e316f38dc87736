import Monitoring
import Serialization
import TerwayModel
import Testing

struct `Rendered log configuration` {
  private static func file(_ profile: RenderedProfile, _ collector: String, _ key: String) throws -> String {
    try #require(
      profile.manifests.first("ConfigMap", "\(collector)-\(profile.name)-config")?.content.at("data", key)?.string)
  }

  @Test(arguments: RenderedProfile.all)
  func `of Loki is YAML without what Loki 3 refuses, and deletes what is old`(profile: RenderedProfile) throws {
    let text = try Self.file(profile, "loki", "loki.yaml")
    let loki = try #require(try YAML.documents(in: text, file: "loki.yaml").first).value
    let schema = loki.at("schema_config", "configs")?[0]
    #expect(schema?["store"] == "tsdb" && schema?["schema"] == "v13")
    #expect(schema?.at("index", "period") == "24h")
    #expect(loki.at("compactor", "retention_enabled") == true)
    #expect(loki.at("compactor", "delete_request_store") != nil)
    #expect(loki.at("limits_config", "retention_period")?.string == profile.spec.logging.loki.retention.text)
    #expect(loki.at("common", "replication_factor")?.integer == Int64(profile.spec.logging.loki.replicationFactor))
    #expect(!text.contains("enforce_metric_name") && !text.contains("boltdb") && !text.contains("/tmp"))
  }

  @Test func `of Loki lets several replicas find each other`() throws {
    let single = try Self.file(.terway, "loki", "loki.yaml")
    let several = try Self.file(.blue, "loki", "loki.yaml")
    #expect(single.contains("store: inmemory") && !single.contains("memberlist"))
    #expect(several.contains("store: memberlist") && several.contains("join_members"))
  }

  @Test(arguments: RenderedProfile.all)
  func `of Fluentd opens and closes its sections in pairs`(profile: RenderedProfile) throws {
    var open: [Substring] = []
    for line in try Self.file(profile, "fluentd", "fluent.conf").split(separator: "\n") {
      let line = line.drop { $0 == " " }
      if let match = line.wholeMatch(of: /<([a-z]+)( [^>]*)?>/) { open.append(match.1) }
      if let match = line.wholeMatch(of: /<\/([a-z]+)>/) { #expect(open.popLast() == match.1) }
    }
    #expect(open.isEmpty)
  }

  @Test func `of Fluentd reads credentials from the environment only, and checks certificates`() throws {
    let secured = try Self.file(.blue, "fluentd", "fluent.conf")
    #expect(secured.contains(##"password "#{ENV['ELASTICSEARCH_PASSWORD']}""##))
    #expect(secured.contains("scheme https") && secured.contains("ssl_verify true"))
    let plain = try Self.file(.terway, "fluentd", "fluent.conf")
    #expect(!plain.contains("password") && plain.contains("host 'elasticsearch.logging.svc.cluster.local'"))
  }

  @Test func `of Fluentd runs nothing that a host name smuggles in`() throws {
    var profile = RenderedProfile.terway
    profile.spec.logging.fluentd.elasticsearch.host = "#{`id`}'\\"
    #expect(try Self.file(profile, "fluentd", "fluent.conf").contains(#"host '#{`id`}\'\\'"#))
  }

  @Test(arguments: [(MonitoringProfileSpec.Logging.FluentBit.Output.loki, "loki"), (.elasticsearch, "es")])
  func `of Fluent Bit sends where it is asked to`(
    output: MonitoringProfileSpec.Logging.FluentBit.Output, plugin: String
  ) throws {
    var profile = RenderedProfile.blue
    profile.spec.logging.fluentBit.output = output
    let text = try Self.file(profile, "fluent-bit", "fluent-bit.conf")
    #expect(text.contains("    Name              \(plugin)\n"))
    #expect(text.contains("Kube_Tag_Prefix   kube.var.log.containers."))
    #expect(text.contains("Merge_Log         On"))
  }

  @Test(arguments: [
    ("I0829 14:45:54.233267       1 daemon.go:152] started, mode: ENIMultiIP", "started, mode: ENIMultiIP"),
    ("E0829 14:45:54.233267 123456 eni.go:1] a] b", "a] b"),
  ])
  func `reads klog lines`(line: String, message: String) throws {
    let parsers = try Self.file(.blue, "fluent-bit", "parsers.conf")
    let expression = try #require(parsers.firstMatch(of: /Regex +(.*)/)?.1)
    let match = try #require(try Regex(String(expression)).wholeMatch(in: line))
    #expect(match["message"]?.substring.map(String.init) == message)
  }
}
