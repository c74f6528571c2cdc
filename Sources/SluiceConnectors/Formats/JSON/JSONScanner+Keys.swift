import SluiceColumns

extension JSONScanner {
    /// What follows from a key.
    struct Key {
        var kind: JSONKind
        var target: Int
        var lane: Int
        /// The slot that holds the key, or -1 where it was not learned.
        var slot: Int
        /// The offset of the value's first byte; -1 where there is no key.
        var valueOffset: Int
    }

    /// Finds the key at `offset` among those of object `index`, or learns it, and notes that it follows `previous`.
    @inline(never)
    mutating func lookUp(_ index: Int, after previous: Int, at offset: Int, _ bytes: PaddedBytes) -> Key {
        if !rules.failsOnMissingField {
            var candidate = objects[index].lastSlot
            while candidate >= 0 {
                if matches(candidate, offset, bytes) {
                    predict(candidate, after: previous, object: index)
                    let slot = slots[candidate]
                    return Key(
                        kind: slot.kind, target: Int(slot.target), lane: Int(slot.lane), slot: candidate,
                        valueOffset: offset &+ Int(slot.byteCount))
                }
                candidate = Int(slots[candidate].sibling)
            }
        }
        return readKey(index, after: previous, at: offset, bytes)
    }

    private mutating func predict(_ slot: Int, after previous: Int, object index: Int) {
        if previous >= 0 { slots[previous].next = Int32(slot) } else { objects[index].firstSlot = slot }
    }

    /// Reads a key with its colon by the rules, whatever its form.
    private mutating func readKey(_ index: Int, after previous: Int, at offset: Int, _ bytes: PaddedBytes) -> Key {
        var key = Key(kind: .skip, target: -1, lane: -1, slot: -1, valueOffset: -1)
        guard bytes[offset] == UInt8(ascii: "\"") else {
            _ = fail(offset, "expected a field name in quotes")
            return key
        }
        let end = skipString(offset &+ 1, bytes)
        if end < 0 { return key }
        let colon = skipBlanks(end, bytes)
        guard bytes[colon] == UInt8(ascii: ":") else {
            _ = fail(colon, "expected ':' after a field name")
            return key
        }
        let valueOffset = skipBlanks(colon &+ 1, bytes)
        resolve(&key, index, nameAt: offset &+ 1, end: end &- 1, bytes)
        key.valueOffset = valueOffset
        // Where every field counts, no key is learned: the slow way notes what it has seen.
        if rules.failsOnMissingField {
            if key.target >= 0 { seenSerials[key.target] = 0 }
        } else {
            key.slot = learn(key, index, text: bytes.span(offset..<valueOffset))
            if key.slot >= 0 { predict(key.slot, after: previous, object: index) }
        }
        return key
    }

    private mutating func resolve(
        _ key: inout Key, _ index: Int, nameAt start: Int, end: Int, _ bytes: PaddedBytes
    ) {
        let field: Int?
        if bytes.firstIndex(of: UInt8(ascii: "\\"), in: start..<end) == nil {
            field = Self.field(named: bytes.span(start..<end), objects[index].names)
        } else {
            let text = JSONText.unescaped(bytes.span(start..<end))
            field = Self.field(named: text.span, objects[index].names)
        }
        guard let field else { return }
        let target = objects[index].targets[field]
        key.target = target
        key.kind = targets[target].kind
        key.lane = targets[target].lane
    }

    private static func field(named name: Span<UInt8>, _ names: [[UInt8]]) -> Int? {
        for (field, candidate) in names.enumerated() where candidate.count == name.count {
            var isEqual = true
            for index in 0..<name.count where name[index] != candidate[index] {
                isEqual = false
                break
            }
            if isEqual { return field }
        }
        return nil
    }

    private mutating func learn(_ key: Key, _ index: Int, text: Span<UInt8>) -> Int {
        guard objects[index].slotCount < Self.slotCountMax, text.count <= 1_024 else { return -1 }
        var slot = JSONSlot()
        slot.byteCount = Int32(text.count)
        slot.textOffset = Int32(keyBytes.count)
        slot.target = Int32(key.target)
        slot.lane = Int32(key.lane)
        slot.kind = key.kind
        slot.sibling = Int32(objects[index].lastSlot)
        for position in 0..<text.count {
            let byte = UInt64(text[position])
            if position < 8 {
                slot.word0 |= byte << UInt64(8 * position)
                slot.mask0 |= 0xff << UInt64(8 * position)
            } else if position < 16 {
                slot.word1 |= byte << UInt64(8 * (position - 8))
                slot.mask1 |= 0xff << UInt64(8 * (position - 8))
            }
            keyBytes.append(text[position])
        }
        slots.append(slot)
        objects[index].lastSlot = slots.count - 1
        objects[index].slotCount += 1
        return slots.count - 1
    }
}
