import SluiceColumns
import SluiceTesting
import Testing

@Suite struct ByteMarksTests {
    private static func block(_ bytes: [UInt8]) -> Arena {
        let arena = Arena.inputBlock(byteCount: bytes.count)
        var tail = arena.tail
        for byte in bytes { tail.append(byte) }
        _ = arena.keep(byteCount: bytes.count)
        arena.pad()
        return arena
    }

    /// Every marked byte of `bytes` from `start` on, found by going from mark to mark.
    private static func found(_ marks: inout ByteMarks, from start: Int, _ bytes: PaddedBytes) -> [Int] {
        var offsets: [Int] = []
        var position = start
        while true {
            position = marks.next(position, bytes)
            if position >= bytes.count { return offsets }
            if [34, 92, 10].contains(bytes[position]) {
                offsets.append(position)
                position += 1
            }
        }
    }

    @Test(arguments: [0, 1, 13, 63, 64, 65, 127, 128, 8_191, 8_192, 8_193, 16_384, 20_000])
    func findsWhatAPlainLoopFinds(byteCount: Int) {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed)
        for density in [2, 40, 1_000, 1_000_000] as [UInt64] {
            var bytes: [UInt8] = []
            for _ in 0..<byteCount {
                let draw = random.next() >> 33
                bytes.append(draw % density == 0 ? [34, 92, 10][Int(draw >> 20) % 3] : UInt8(97 + draw % 20))
            }
            // Inline texts stay in their views: only longer ones stand in an arena.
            if bytes.count <= 16 { bytes += [UInt8](repeating: 97, count: 17) }
            let arena = Self.block(bytes)
            var marks = ByteMarks(of: 34, 92, 10)
            for start in Set([0, 1, 62, byteCount / 2, byteCount]).sorted() where start <= bytes.count {
                let wanted = bytes.indices.filter { $0 >= start && [34, 92, 10].contains(bytes[$0]) }
                #expect(Self.found(&marks, from: start, arena.padded) == wanted, "seed \(seed), start \(start)")
            }
        }
    }

    @Test func forgottenBytesAreReadAgain() {
        let first = Self.block([UInt8](repeating: 97, count: 100))
        var changed = [UInt8](repeating: 97, count: 100)
        changed[70] = 34
        let second = Self.block(changed)
        var marks = ByteMarks(of: 34, 92, 10)
        #expect(Self.found(&marks, from: 0, first.padded) == [])
        marks.forget()
        #expect(Self.found(&marks, from: 0, second.padded) == [70])
    }

    @Test func bytesBeyondASCIIAreNoticed() {
        for place in [0, 15, 16, 31, 32, 63, 64, 99] {
            var bytes = [UInt8](repeating: 97, count: 100)
            var marks = ByteMarks(of: 34, 92, 10)
            let plain = Self.block(bytes)
            _ = marks.next(0, plain.padded)
            let before = marks.hasWideBytes
            #expect(!before)
            bytes[place] = 0xc3
            let wide = Self.block(bytes)
            marks.forget()
            _ = marks.next(0, wide.padded)
            let after = marks.hasWideBytes
            #expect(after, "byte \(place)")
        }
    }
}
