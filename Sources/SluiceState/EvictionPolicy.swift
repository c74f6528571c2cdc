import SluiceColumns

/// When rows of state that are stored have to leave memory.
package struct EvictionPolicy: Sendable, Hashable {
    /// Bytes that the process may hold before they have to.
    package var byteCountMax: Int
    /// Whether all that can leave does so at each occasion; for tests.
    package var evictsAlways: Bool

    /// All rows stay where they are.
    package static let never = EvictionPolicy(byteCountMax: .max)

    /// Makes a policy.
    package init(byteCountMax: Int, evictsAlways: Bool = false) {
        self.byteCountMax = byteCountMax
        self.evictsAlways = evictsAlways
    }

    /// The policy of a process that may hold `memoryBytesMax`: the last eighth is for what a batch needs
    /// and for what nobody counts.
    package init(within memoryBytesMax: Int, evictsAlways: Bool = false) {
        self.init(
            byteCountMax: memoryBytesMax == .max ? .max : memoryBytesMax - memoryBytesMax / 8,
            evictsAlways: evictsAlways
        )
    }

    /// Whether rows may ever have to leave.
    package var isBounded: Bool { byteCountMax < .max }

    /// Whether much more is held than may be: what has left did not make room, as with texts of many lengths.
    package var isCritical: Bool { isBounded && MemoryLedger.bytesHeld > byteCountMax / 14 * 15 }

    /// Whether `byteCount` bytes more are too many.
    package func isTight(adding byteCount: Int = 0) -> Bool {
        evictsAlways || MemoryLedger.bytesHeld > byteCountMax - byteCount
    }
}
