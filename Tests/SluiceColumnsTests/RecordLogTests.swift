import SluiceColumns
import SluiceTesting
import Testing

@Suite("Changes of a key-value store")
struct RecordLogTests {
    /// A key, with the value that it is given, or nil where it goes.
    private struct Change: Equatable {
        var key: [UInt8]
        var value: [UInt8]?
    }

    @Test("By key each has its last change, in the order of keys", arguments: UInt64(1)...20)
    func byKey(seed: UInt64) {
        var random = SeededRandom(seed)
        // Keys that differ early, late, or only in their length.
        let keys = (0..<30).map { number -> [UInt8] in
            let head = [UInt8](repeating: 7, count: Int.random(in: 0...40, using: &random))
            return head + (number % 3 == 0 ? [] : [UInt8.random(in: 0...2, using: &random), 0])
        }
        let logs = (0..<Int.random(in: 1...3, using: &random)).map { _ in RecordLog() }
        var last: [[UInt8]: Change] = [:]
        for log in logs {
            var changes: [Change] = []
            for number in 0..<Int.random(in: 0...60, using: &random) {
                let key = keys[Int.random(in: keys.indices, using: &random)]
                let cut = Int.random(in: 0...key.count, using: &random)
                let (prefix, rest) = (Array(key[..<cut]), Array(key[cut...]))
                if Bool.random(using: &random) {
                    let value = [UInt8](repeating: UInt8(number), count: Int.random(in: 0...9, using: &random))
                    log.put(prefix: prefix.span, key: rest.span, value: value.span)
                    changes.append(Change(key: key, value: value))
                } else {
                    log.remove(prefix: prefix.span, key: rest.span)
                    changes.append(Change(key: key))
                }
                last[key] = changes.last
            }
            log.freeze()
            var inOrder: [Change] = []
            log.forEach { key, value in inOrder.append(Self.change(key, value)) }
            #expect(inOrder == changes, "seed \(seed)")
        }
        var byKey: [Change] = []
        RecordLog.forEachByKey(of: logs) { key, value in byKey.append(Self.change(key, value)) }
        #expect(byKey == last.values.sorted { $0.key.lexicographicallyPrecedes($1.key) }, "seed \(seed)")
    }

    private static func change(_ key: Span<UInt8>, _ value: Span<UInt8>?) -> Change {
        var change = Change(key: key.indices.map { key[$0] })
        if let value { change.value = value.indices.map { value[$0] } }
        return change
    }
}
