import Serialization

enum YAMLProperties {
  /// Every error has a place within the file, and what is read is written such that it reads back the same.
  static func check(_ bytes: [UInt8]) {
    let documents: [YAMLDocument]
    do throws(YAMLError) {
      documents = try YAML.documents(in: bytes, file: "f")
    } catch {
      // Carriage returns and U+0085, U+2028 and U+2029 break lines in YAML 1.1 as well.
      let lines = 2 + bytes.count { [0x0A, 0x0D, 0x85, 0xA8, 0xA9].contains($0) }
      expect((1...lines).contains(error.location.line), "\(error) is outside of the file")
      expect((1...bytes.count + 2).contains(error.location.column), "\(error) is outside of its line")
      return
    }
    let values = documents.map(\.value)
    let text = YAML.text(documents: values)
    do {
      expect(try YAML.documents(in: text, file: "f").map(\.value) == values, "another value comes back from \(text)")
    } catch {
      fatalError("what was written cannot be read: \(error) in \(text)")
    }
  }
}
