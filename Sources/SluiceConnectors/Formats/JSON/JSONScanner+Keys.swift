import SluiceColumns

extension JSONScanner {
    /// What follows from a key.
    struct Key {
        var kind: JSONKind
        var target: Int
        var lane: Int
        /// The slot that holds the key, or -1 where it was not learned.
        var slot: Int
        /// The offset of the value's first byte, or behind the object; -1 where there is neither.
        var valueOffset: Int
        /// Whether the object ends here.
        var isEnd = false
    }

    /// Finds the key at `offset` among those of object `index`, or learns it, and notes that it follows `previous`.
    @inline(never)
    mutating func lookUp(
        _ index: Int,
        isFirst: Bool,
        after previous: Int,
        at offset: Int,
        _ bytes: PaddedBytes
    ) -> Key {
        if !rules.failsOnMissingField {
            var candidate = objects[index].lastSlot
            while candidate >= 0 {
                if slots[candidate].isFirst == isFirst, let slot = matching(candidate, offset, bytes) {
                    predict(candidate, after: previous, object: index)
                    return Key(
                        kind: slot.kind,
                        target: Int(slot.target),
                        lane: Int(slot.lane),
                        slot: candidate,
                        valueOffset: offset &+ Int(slot.byteCount)
                    )
                }
                candidate = Int(slots[candidate].sibling)
            }
        }
        return readKey(index, isFirst: isFirst, after: previous, at: offset, bytes)
    }

    private mutating func predict(_ slot: Int, after previous: Int, object index: Int) {
        if slots[slot].isFirst {
            objects[index].firstSlot = slot
        } else if previous >= 0 {
            slots[previous].next = Int32(slot)
        }
    }

    /// Reads a key with its comma and colon, or the end of the object, by the rules, whatever their form.
    private mutating func readKey(
        _ index: Int,
        isFirst: Bool,
        after previous: Int,
        at offset: Int,
        _ bytes: PaddedBytes
    ) -> Key {
        var key = Key(kind: .skip, target: -1, lane: -1, slot: -1, valueOffset: -1)
        var quote = Self.skipBlanks(offset, bytes)
        if bytes[quote] == UInt8(ascii: "}") {
            key.isEnd = true
            key.valueOffset = quote &+ 1
            return key
        }
        if !isFirst {
            guard bytes[quote] == UInt8(ascii: ",") else {
                _ = fail(quote, "expected ',' or '}' after a value")
                return key
            }
            quote = Self.skipBlanks(quote &+ 1, bytes)
        }
        guard bytes[quote] == UInt8(ascii: "\"") else {
            _ = fail(quote, "expected a field name in quotes")
            return key
        }
        let end = skipString(quote &+ 1, bytes)
        if end < 0 { return key }
        let colon = Self.skipBlanks(end, bytes)
        guard bytes[colon] == UInt8(ascii: ":") else {
            _ = fail(colon, "expected ':' after a field name")
            return key
        }
        let valueOffset = Self.skipBlanks(colon &+ 1, bytes)
        resolve(&key, index, nameAt: quote &+ 1, end: end &- 1, bytes)
        key.valueOffset = valueOffset
        // Where every field counts, no key is learned: the slow way notes what it has seen.
        if rules.failsOnMissingField {
            if key.target >= 0 { seenSerials[key.target] = 0 }
        } else {
            key.slot = learn(key, index, isFirst: isFirst, text: bytes.span(offset..<valueOffset))
            if key.slot >= 0 { predict(key.slot, after: previous, object: index) }
        }
        return key
    }

    private mutating func resolve(
        _ key: inout Key,
        _ index: Int,
        nameAt start: Int,
        end: Int,
        _ bytes: PaddedBytes
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

    private mutating func learn(_ key: Key, _ index: Int, isFirst: Bool, text: Span<UInt8>) -> Int {
        guard objects[index].slotCount < Self.slotCountMax, text.count <= 1_024 else { return -1 }
        var slot = JSONSlot()
        slot.byteCount = Int32(text.count)
        slot.textOffset = Int32(keyBytes.count)
        slot.target = Int32(key.target)
        slot.lane = Int32(key.lane)
        slot.kind = key.kind
        slot.isFirst = isFirst
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
