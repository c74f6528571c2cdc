import SluiceColumns

extension EpochManifest {
    /// Grows with every change that older releases cannot read; all formats before it are read.
    ///
    /// 1: the first. 2: the tables of the operators, and the savepoint that the state began from. 3: what the query
    /// means. 4: tables whose records are many rows.
    package static let formatVersion: UInt8 = 4

    private static let mark: [UInt8] = Array("sluice".utf8)

    /// Its stored form: a mark, the format's version, and one self-describing value.
    package var bytes: [UInt8] {
        var bytes = Self.mark + [Self.formatVersion]
        RowKeyCodec.append(value, to: &bytes)
        return bytes
    }

    /// Reads the stored form.
    ///
    /// - Throws: `newerFormat` where a later release wrote it, `notState` where it is something else.
    package init(_ bytes: [UInt8]) throws(StateError) {
        let head = Self.mark.count
        guard bytes.count > head + 1, bytes.prefix(head).elementsEqual(Self.mark) else { throw Self.notState }
        guard bytes[head] <= Self.formatVersion else {
            throw StateError(
                .user,
                "newerFormat",
                "the state has format \(bytes[head]), and this release reads formats up to \(Self.formatVersion); use "
                    + "a newer release, or start without this state"
            )
        }
        var offset = head + 1
        guard let manifest = Self(RowKeyCodec.value(bytes.span, at: &offset)) else { throw Self.notState }
        self = manifest
    }

    private static var notState: StateError {
        StateError(.user, "notState", "the manifest of the state cannot be read; it was not written by this program")
    }

    private var value: Value {
        .row([
            .integer(epoch), .integer(fence), .boolean(isFinished), .string(jobID), .integer(Int64(parallelism)),
            .array(operators.map(Self.value)),
            .array(sources.map(Self.value)),
            .array(sinks.map { .row([Self.number($0.owner), .bytes($0.transaction)]) }),
            origin.map { .string($0) } ?? .null,
            plan.map(Self.number) ?? .null,
        ])
    }

    private static func value(_ entry: Operator) -> Value {
        let tables = entry.tables.map { tables in
            Value.array(
                tables.map { table in
                    .row([
                        .string(table.name), .array(table.keyTypes.map { .string($0) }),
                        .array(table.valueTypes.map { .string($0) }), .boolean(table.isPerShard),
                        .boolean(table.isPacked),
                    ])
                }
            )
        }
        return .row([number(entry.owner), .string(entry.summary), tables ?? .null])
    }

    private static func number(_ owner: UInt64) -> Value { .integer(Int64(bitPattern: owner)) }

    private static func value(_ source: Source) -> Value {
        let detail = source.detail.sorted { $0.key < $1.key }
        return .row([
            number(source.owner), .string(source.split), source.position.map { .integer($0) } ?? .null,
            .map(keys: detail.map { .string($0.key) }, values: detail.map { .string($0.value) }),
        ])
    }

    private init?(_ value: Value) {
        guard case .row(let fields) = value, (8...10).contains(fields.count), case .integer(let epoch) = fields[0],
            case .integer(let fence) = fields[1], case .boolean(let isFinished) = fields[2],
            let jobID = fields[3].text, case .integer(let parallelism) = fields[4],
            case .array(let operators) = fields[5], case .array(let sources) = fields[6],
            case .array(let sinks) = fields[7]
        else { return nil }
        self.init(
            epoch: epoch,
            fence: fence,
            isFinished: isFinished,
            jobID: jobID,
            parallelism: Int(parallelism),
            operators: operators.compactMap(Operator.init),
            sources: sources.compactMap(Source.init),
            sinks: sinks.compactMap(Sink.init),
            origin: fields.count > 8 ? fields[8].text : nil,
            plan: fields.count > 9 ? fields[9].number : nil
        )
    }
}

extension EpochManifest.Operator {
    fileprivate init?(_ value: Value) {
        guard case .row(let fields) = value, [2, 3].contains(fields.count), case .integer(let owner) = fields[0],
            let summary = fields[1].text
        else { return nil }
        var tables: [EpochManifest.Table]?
        if fields.count > 2, case .array(let entries) = fields[2] {
            tables = entries.compactMap(EpochManifest.Table.init)
        }
        self.init(owner: UInt64(bitPattern: owner), summary: summary, tables: tables)
    }
}

extension EpochManifest.Table {
    fileprivate init?(_ value: Value) {
        guard case .row(let fields) = value, [4, 5].contains(fields.count), let name = fields[0].text,
            case .array(let keyTypes) = fields[1], case .array(let valueTypes) = fields[2],
            case .boolean(let isPerShard) = fields[3]
        else { return nil }
        self.init(
            name: name,
            keyTypes: keyTypes.compactMap(\.text),
            valueTypes: valueTypes.compactMap(\.text),
            isPerShard: isPerShard,
            isPacked: fields.count > 4 && fields[4] == .boolean(true)
        )
    }
}

extension EpochManifest.Source {
    fileprivate init?(_ value: Value) {
        guard case .row(let fields) = value, fields.count == 4, case .integer(let owner) = fields[0],
            let split = fields[1].text, case .map(let keys, let values) = fields[3]
        else { return nil }
        var position: Int64?
        if case .integer(let number) = fields[2] { position = number }
        var detail: [String: String] = [:]
        for (key, value) in zip(keys, values) { detail[key.text ?? ""] = value.text }
        self.init(owner: UInt64(bitPattern: owner), split: split, position: position, detail: detail)
    }
}

extension EpochManifest.Sink {
    fileprivate init?(_ value: Value) {
        guard case .row(let fields) = value, fields.count == 2, case .integer(let owner) = fields[0],
            case .bytes(let transaction) = fields[1]
        else { return nil }
        self.init(owner: UInt64(bitPattern: owner), transaction: transaction)
    }
}

extension Value {
    /// The number of an operator or a plan.
    fileprivate var number: UInt64? {
        guard case .integer(let number) = self else { return nil }
        return UInt64(bitPattern: number)
    }

    /// The text of a string value.
    fileprivate var text: String? {
        guard case .bytes(let bytes) = self else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
