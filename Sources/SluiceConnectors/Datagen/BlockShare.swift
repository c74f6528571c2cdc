/// The part of a numbered stream that one split makes: every `count`-th block of rows, from block `index` on.
///
/// Blocks, so that a batch has rows of one split only; dealt in turn, so that time advances alike in all splits. A
/// reader of all splits that always goes on with the lowest number makes the whole stream in order.
struct BlockShare: Sendable, Hashable {
    /// 0 ..< count.
    var index: Int64
    /// Parts of the stream.
    var count: Int64
    /// Rows in a block.
    var blockSize: Int64

    init(index: Int64, count: Int64, blockSize: Int64) {
        self.index = index
        self.count = count
        self.blockSize = blockSize
    }

    /// A name that says all about the share, such as `3/16x4000`: the fourth of 16 parts, in blocks of 4,000 rows.
    var id: String { "\(index)/\(count)x\(blockSize)" }

    /// The share called `id`; nil where it is no such name.
    init?(id: String) {
        let parts = id.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let sizes = parts[1].split(separator: "x", omittingEmptySubsequences: false)
        guard sizes.count == 2, let index = Int64(parts[0]), let count = Int64(sizes[0]), let size = Int64(sizes[1])
        else { return nil }
        guard index >= 0, index < count, size > 0, count <= Self.countMax else { return nil }
        self.init(index: index, count: count, blockSize: size)
    }

    /// Most parts of a stream.
    static let countMax: Int64 = 4096

    /// The number in the whole stream of the share's row `position`.
    func number(at position: Int64) -> Int64 {
        let (block, inBlock) = position.quotientAndRemainder(dividingBy: blockSize)
        return (block &* count &+ index) &* blockSize &+ inBlock
    }

    /// Rows from the share's row `position` to the end of its block, that one included.
    func leftInBlock(at position: Int64) -> Int64 { blockSize - position % blockSize }

    /// Rows of this share in a stream of `total` rows.
    func rowCount(ofTotal total: Int64) -> Int64 {
        let (blocks, rest) = total.quotientAndRemainder(dividingBy: blockSize)
        let (each, more) = blocks.quotientAndRemainder(dividingBy: count)
        return (each + (index < more ? 1 : 0)) * blockSize + (index == more ? rest : 0)
    }
}
