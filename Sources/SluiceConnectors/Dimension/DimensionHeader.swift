import SluiceColumns
import SluiceConnect

/// The first page of a file of a dimension table: what the file is, and where its sections are.
///
/// Words of 64 bits, lowest byte first: the magic number, the version, the kind, the identity, `fieldCount` numbers
/// that mean something to the kind, and offset, byte count and checksum of each of `sectionCount` sections. The last
/// word of the page is the checksum of all before it. The page is written last, so that a file without it was not
/// finished.
struct DimensionHeader: Sendable, Hashable {
    /// What a file holds.
    enum Kind: UInt64, Sendable {
        case rows = 1
        case hashIndex = 2
        case networkIndex = 3
        case rangeIndex = 4
    }

    /// A range of bytes of the file.
    struct Section: Sendable, Hashable {
        var offset = 0
        var byteCount = 0
        var checksum: UInt64 = 0
    }

    /// Bytes in front of the first section.
    static let byteCount = 4_096
    /// The form of the files; a change of what is in them is a new number.
    static let version: UInt64 = 1
    private static let magic: UInt64 = 0x4d49_4445_4349_554c
    private static let fieldCount = 16
    private static let sectionCount = 16
    private static let wordCount = byteCount / 8

    let kind: Kind
    /// What the content was made of: a number that changes with the source, the schema and the index.
    let identity: UInt64
    /// Numbers that mean something to the kind.
    var fields: [UInt64]
    /// Sections, in an order that means something to the kind.
    var sections: [Section]

    /// Describes a file.
    init(_ kind: Kind, identity: UInt64, fields: [UInt64], sections: [Section]) {
        precondition(fields.count <= Self.fieldCount)
        precondition(sections.count <= Self.sectionCount)
        self.kind = kind
        self.identity = identity
        self.fields = fields + Array(repeating: 0, count: Self.fieldCount - fields.count)
        self.sections = sections + Array(repeating: Section(), count: Self.sectionCount - sections.count)
    }

    /// Writes the page.
    func write(to file: OpenFile) throws(ConnectorError) {
        var words = [Self.magic, Self.version, kind.rawValue, identity] + fields
        for section in sections {
            words += [UInt64(section.offset), UInt64(section.byteCount), section.checksum]
        }
        words += Array(repeating: 0, count: Self.wordCount - 1 - words.count)
        var page = GrowableLane<UInt8>(minimumCapacity: Self.byteCount)
        for word in words { page.append(word: word) }
        page.append(word: RowHash.mix(page.span))
        try file.write(page.rawBytes, at: 0)
    }

    /// Reads the page of a file that should be of `kind` and `identity`.
    ///
    /// - Throws: `damagedDimension` where it is not whole or something else, `newerDimension` where a later version of
    ///   the program made it.
    init(_ file: OpenFile, _ kind: Kind, identity: UInt64) throws(ConnectorError) {
        var words = GrowableLane<UInt64>(repeating: 0, count: Self.wordCount)
        do {
            var page = words.mutableBytes(0..<Self.wordCount)
            guard try file.read(at: 0, into: &page) == Self.byteCount else {
                throw Self.damage(file, "it has no header")
            }
        }
        guard words[0] == Self.magic else { throw Self.damage(file, "it is no file of a dimension table") }
        guard words[1] <= Self.version else {
            throw ConnectorError(
                .user,
                "newerDimension",
                "\(file.name) was made by a newer version of Sluice (its form is \(words[1]), this one knows "
                    + "\(Self.version)); remove it, or name another 'dimension.directory'",
                option: "dimension.directory"
            )
        }
        var bytes = GrowableLane<UInt8>(minimumCapacity: Self.byteCount)
        for index in 0..<Self.wordCount - 1 { bytes.append(word: words[index]) }
        guard words[Self.wordCount - 1] == RowHash.mix(bytes.span) else {
            throw Self.damage(file, "the checksum of its header is wrong")
        }
        guard words[1] == Self.version, words[2] == kind.rawValue, words[3] == identity else {
            throw Self.damage(file, "it belongs to something else")
        }
        let fields = (4..<4 + Self.fieldCount).map { words[$0] }
        var sections: [Section] = []
        let fileByteCount = Int(try file.byteCount())
        for index in 0..<Self.sectionCount {
            let place = 4 + Self.fieldCount + 3 * index
            let (offset, byteCount) = (words[place], words[place + 1])
            guard offset <= fileByteCount, byteCount <= fileByteCount, offset + byteCount <= fileByteCount else {
                throw Self.damage(file, "it ends too early")
            }
            sections.append(Section(offset: Int(offset), byteCount: Int(byteCount), checksum: words[place + 2]))
        }
        self.init(kind, identity: identity, fields: fields, sections: sections)
    }

    /// The error of a file that cannot be what it should be.
    static func damage(_ file: OpenFile, _ reason: String) -> ConnectorError {
        ConnectorError(.external, "damagedDimension", "\(file.name) is damaged: \(reason)")
    }
}

extension DimensionHeader.Section {
    private static let blockByteCount = 1 << 20

    /// Reads the section and sets its checksum.
    mutating func seal(_ file: OpenFile) throws(ConnectorError) { checksum = try computed(file) }

    /// Reads the section and compares its checksum.
    func check(_ file: OpenFile) throws(ConnectorError) {
        guard try computed(file) == checksum else {
            throw DimensionHeader.damage(file, "a checksum is wrong")
        }
    }

    /// Read and not mapped: the pages would count as memory of the process.
    private func computed(_ file: OpenFile) throws(ConnectorError) -> UInt64 {
        var block = GrowableLane<UInt8>(repeating: 0, count: Self.blockByteCount)
        var sum = UInt64(byteCount)
        var done = 0
        while done < byteCount {
            let wanted = min(Self.blockByteCount, byteCount - done)
            var target = block.mutableBytes(0..<wanted)
            guard try file.read(at: Int64(offset + done), into: &target) == wanted else {
                throw DimensionHeader.damage(file, "it ends too early")
            }
            sum = RowHash.mix(sum ^ RowHash.mix(block.span.extracting(0..<wanted)))
            done += wanted
        }
        return sum
    }
}
