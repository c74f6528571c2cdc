/// Values of which the least can be taken out.
///
/// - Complexity: logarithmic for each value put in or taken out.
struct BinaryHeap<Element: Comparable> {
    private var items: [Element] = []

    init() {}

    /// Values held.
    var count: Int { items.count }
    /// Bytes held.
    var byteCount: Int { items.capacity * MemoryLayout<Element>.stride }
    /// The least.
    var first: Element? { items.first }

    mutating func append(_ item: Element) {
        items.append(item)
        var place = items.count - 1
        while place > 0, item < items[(place - 1) / 2] {
            items[place] = items[(place - 1) / 2]
            place = (place - 1) / 2
        }
        items[place] = item
    }

    /// Takes the least out.
    mutating func removeFirst() {
        let last = items.removeLast()
        guard !items.isEmpty else { return }
        var place = 0
        while 2 * place + 1 < items.count {
            var child = 2 * place + 1
            if child + 1 < items.count, items[child + 1] < items[child] { child += 1 }
            if !(items[child] < last) { break }
            items[place] = items[child]
            place = child
        }
        items[place] = last
    }
}
