import SluiceState
import SluiceTesting
import Testing

/// Lists in one block behave like arrays, whatever grows and shrinks beside them.
@Suite struct NumberListsTests {
    @Test(arguments: [UInt64(1), 2, 3])
    func behaveLikeArrays(seed: UInt64) {
        var random = SeededRandom(seed)
        var lists = NumberLists()
        var model: [[UInt32]] = []
        for step in 0..<2_000 {
            if model.count < 12, Int.random(in: 0..<100, using: &random) == 0 || model.isEmpty {
                model += [[], []]
                lists.reserve(groupBound: model.count)
            }
            let group = Int.random(in: model.indices, using: &random)
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                model[group] = []
                lists.clear(UInt32(group))
            case 1...6 where !model[group].isEmpty:
                let place = Int.random(in: model[group].indices, using: &random)
                model[group].remove(at: place)
                lists.remove(at: place, of: UInt32(group))
            case 7...8 where !model[group].isEmpty:
                let place = Int.random(in: model[group].indices, using: &random)
                model[group][place] = UInt32(step)
                lists[UInt32(group), place] = UInt32(step)
            default:
                let place = Int.random(in: 0...model[group].count, using: &random)
                model[group].insert(UInt32(step), at: place)
                lists.insert(UInt32(step), at: place, of: UInt32(group))
            }
            for (group, list) in model.enumerated() {
                let kept = (0..<lists.count(of: UInt32(group))).map { lists[UInt32(group), $0] }
                #expect(kept == list, "seed \(seed), step \(step)")
            }
        }
    }

    /// Room that one list has outgrown is used by the next.
    @Test func roomIsUsedAgain() {
        var lists = NumberLists()
        lists.reserve(groupBound: 2)
        for round in 0..<50 {
            for number in 0..<1_000 { lists.insert(UInt32(number), at: number, of: UInt32(round & 1)) }
            lists.clear(UInt32(round & 1))
        }
        #expect(lists.byteCount < 64 << 10)
    }
}
