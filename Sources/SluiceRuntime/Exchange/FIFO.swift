/// A queue over an array: appends at the end, takes from the front, both in constant time on average.
struct FIFO<Element> {
    private var storage: [Element?] = []
    private var head = 0

    /// Elements queued.
    var count: Int { storage.count - head }

    /// Whether nothing is queued.
    var isEmpty: Bool { head == storage.count }

    /// The element that would be taken next.
    var first: Element? { isEmpty ? nil : storage[head] }

    /// The element queued last; settable where there is one.
    var last: Element? {
        get { isEmpty ? nil : storage[storage.count - 1] }
        set { if !isEmpty { storage[storage.count - 1] = newValue } }
    }

    /// Queues an element.
    mutating func append(_ element: Element) { storage.append(element) }

    /// Takes the oldest element.
    mutating func popFirst() -> Element? {
        guard head < storage.count else { return nil }
        let element = storage[head]
        storage[head] = nil
        head += 1
        if head == storage.count {
            storage.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 64, head * 2 >= storage.count {
            storage.removeFirst(head)
            head = 0
        }
        return element
    }
}
