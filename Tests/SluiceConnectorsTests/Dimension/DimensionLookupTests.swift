import SluiceColumns
import SluiceConnect
import SluiceTesting
import Testing

@testable import SluiceConnectors

/// Every index gives what a walk over all rows gives.
@Suite("Indexes of dimension tables")
struct DimensionLookupTests {
    /// What is asked: with or without a key that is equated.
    enum Shape: CaseIterable {
        case key, twoKeys, network, keyNetwork, domain, keyDomain, range, keyRange

        var hasKey: Bool { [.key, .twoKeys, .keyNetwork, .keyDomain, .keyRange].contains(self) }

        var request: LookupRequest {
            let keys = self == .twoKeys ? [0, 1] : hasKey ? [0] : []
            return switch self {
            case .key, .twoKeys: LookupRequest(keys: keys)
            case .network, .keyNetwork: LookupRequest(keys: keys, probe: .network(2))
            case .domain, .keyDomain: LookupRequest(keys: keys, probe: .domain(3))
            case .range, .keyRange: LookupRequest(keys: keys, probe: .range(low: 4, high: 5))
            }
        }
    }

    /// A row of the table.
    struct Row {
        var tenant: String?
        var number: Int?
        var network: String?
        var domain: String?
        var low: Int?
        var high: Int?

        var line: String {
            [tenant, number.map(String.init), network, domain, low.map(String.init), high.map(String.init)]
                .map { $0 ?? "" }.joined(separator: ",")
        }

        var text: String {
            [tenant, number.map(String.init), network, domain, low.map(String.init), high.map(String.init)]
                .map { $0 ?? "-" }.joined(separator: "|")
        }
    }

    static let columns: [(String, LogicalType)] = [
        ("tenant", .varchar(LogicalType.maxLength)), ("number", .bigint), ("network", .varchar(LogicalType.maxLength)),
        ("domain", .varchar(LogicalType.maxLength)), ("low", .bigint), ("high", .bigint),
    ]

    /// Values from few, so that they meet.
    struct Source {
        var generator: SeededRandom

        mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }

        mutating func tenant() -> String? { below(9) == 0 ? nil : "tenant \(below(3)) with a long name" }

        mutating func number() -> Int? { below(9) == 0 ? nil : below(4) }

        mutating func address() -> String {
            switch below(12) {
            case 0: "no address"
            case 1: "2001:db8::\(below(2)):\(below(3))"
            default: "10.\(below(2)).\(below(2)).\(below(4))"
            }
        }

        mutating func network() -> String? {
            switch below(12) {
            case 0: nil
            case 1: "10.0.0.0/99"
            case 2: "2001:db8::\(below(2)):\(below(3))/\(below(129))"
            case 3: "0.0.0.0/0"
            case 4: address()
            default: "10.\(below(2)).\(below(2)).\(below(4))/\(below(33))"
            }
        }

        mutating func labels(_ count: Int) -> String {
            (0..<count).map { _ in ["a", "B", "evil", "x"][below(4)] }.joined(separator: ".")
        }

        mutating func host() -> String {
            switch below(12) {
            case 0: ""
            case 1: String(repeating: "a.", count: 130) + "evil"
            default: labels(1 + below(4)) + (below(5) == 0 ? "." : "")
            }
        }

        mutating func domain() -> String? {
            switch below(12) {
            case 0: nil
            case 1: "."
            case 2: "*." + labels(1 + below(2))
            case 3: "." + labels(1)
            default: labels(1 + below(3)) + (below(6) == 0 ? "." : "")
            }
        }

        mutating func row() -> Row {
            let low = below(40) - 20
            let high = below(20) == 0 ? low - 1 : low + below(15)
            return Row(
                tenant: tenant(),
                number: number(),
                network: network(),
                domain: domain(),
                low: below(15) == 0 ? nil : low,
                high: below(15) == 0 ? nil : high
            )
        }
    }

    /// What an asker says.
    struct Asker {
        var tenant: String?
        var number: Int?
        var address: String
        var host: String
        var value: Int
    }

    // The model: each rule written out as plainly as it can be said.

    /// The bits of an address, or of the address of a network with the bits that count.
    static func bits(_ text: String) -> [Bool]? {
        if text.contains(":") {
            let halves = text.split(separator: ":", omittingEmptySubsequences: false)
            // The generated ones are all of the form a:b::c:d.
            let parts = halves.filter { !$0.isEmpty }.compactMap { UInt16($0, radix: 16) }
            guard parts.count == 4 else { return nil }
            let groups = [parts[0], parts[1], 0, 0, 0, 0, parts[2], parts[3]]
            return groups.flatMap { group in (0..<16).map { group >> (15 - $0) & 1 == 1 } }
        }
        let parts = text.split(separator: ".").compactMap { UInt8($0) }
        guard parts.count == 4 else { return nil }
        return parts.flatMap { part in (0..<8).map { part >> (7 - $0) & 1 == 1 } }
    }

    /// How many bits of the network the address has, all of them; nil where it is not in it.
    static func prefix(_ address: String, _ network: String?) -> Int? {
        guard let network, let address = bits(address) else { return nil }
        let parts = network.split(separator: "/").map(String.init)
        guard let base = bits(parts[0]), base.count == address.count else { return nil }
        let length = parts.count == 2 ? Int(parts[1]) ?? -1 : base.count
        guard (0...base.count).contains(length), base.prefix(length) == address.prefix(length) else { return nil }
        return length
    }

    static func name(_ text: String) -> String? {
        let name = (text.hasSuffix(".") ? String(text.dropLast()) : text).lowercased()
        return name.isEmpty || name.utf8.count > 253 ? nil : name
    }

    /// Bytes of the domain that the host is or lies below; nil where it does not.
    static func domainLength(_ host: String, _ domain: String?) -> Int? {
        guard let host = name(host), let domain else { return nil }
        let isBelowOnly = domain.hasPrefix("*.") || domain.hasPrefix(".") && domain.count > 1
        let rest =
            domain.hasPrefix("*.") ? String(domain.dropFirst(2)) : isBelowOnly ? String(domain.dropFirst()) : domain
        guard let wanted = name(rest) else { return nil }
        return host.hasSuffix("." + wanted) || host == wanted && !isBelowOnly ? wanted.utf8.count : nil
    }

    /// How specific the row is for the asker; nil where it does not fit.
    static func rank(_ asker: Asker, _ row: Row, _ shape: Shape) -> Int? {
        if shape.hasKey, asker.tenant != row.tenant { return nil }
        switch shape {
        case .key: return 0
        case .twoKeys: return asker.number == row.number ? 0 : nil
        case .network, .keyNetwork: return prefix(asker.address, row.network)
        case .domain, .keyDomain: return domainLength(asker.host, row.domain)
        case .range, .keyRange:
            guard let low = row.low, let high = row.high, low <= asker.value, asker.value <= high else { return nil }
            return low - high
        }
    }

    static func expected(_ askers: [Asker], _ table: [Row], _ shape: Shape, mostSpecific: Bool) -> [String] {
        askers.enumerated().flatMap { index, asker -> [String] in
            let ranks = table.map { rank(asker, $0, shape) }
            let best = ranks.compactMap { $0 }.max()
            return zip(table, ranks).compactMap { row, rank in
                guard let rank, !mostSpecific || rank == best else { return nil }
                return "\(index): \(row.text)"
            }
        }
    }

    static func keys(_ askers: [Asker], _ shape: Shape) -> [Column] {
        var keys: [Column] = []
        if shape.hasKey { keys.append(.texts(askers.map(\.tenant))) }
        switch shape {
        case .key: break
        case .twoKeys: keys.append(.numbers(askers.map(\.number)))
        case .network, .keyNetwork: keys.append(.texts(askers.map(\.address)))
        case .domain, .keyDomain: keys.append(.texts(askers.map(\.host)))
        case .range, .keyRange: keys.append(.numbers(askers.map(\.value)))
        }
        return keys
    }

    @Test("agree with a walk over all rows", arguments: Shape.allCases, ["read", "mmap"])
    func agreesWithModel(shape: Shape, access: String) throws {
        for seed in UInt64(1)...6 {
            var source = Source(generator: SeededRandom(seed))
            let table = (0..<[0, 1, 30, 200, 1_000, 3_000][Int(seed) - 1]).map { _ in source.row() }
            let askers = (0..<300).map { _ in
                Asker(
                    tenant: source.tenant(),
                    number: source.number(),
                    address: source.address(),
                    host: source.host(),
                    value: source.below(60) - 30
                )
            }
            let fixture = DimensionFixture(Self.columns)
            fixture.write(table.map(\.line))
            for match in ["all", "most-specific"] {
                let lookup = try fixture.table(["dimension.access": access, "dimension.match": match])
                let reader = try fixture.reader(lookup, shape.request)
                let found = try reader.lookUp(Self.keys(askers, shape), rowCount: askers.count)
                let isNarrow = match == "most-specific" && shape.request.probe != nil
                let expected = Self.expected(askers, table, shape, mostSpecific: isNarrow)
                #expect(DimensionFixture.lines(found) == expected, "seed \(seed), \(match)")
                // What is asked a second time, one by one, is the same.
                let single = try (0..<20).flatMap { row in
                    let keys = Self.keys(askers, shape).map { $0.gathered(SelectionVector([Int32(row)])) }
                    return try DimensionFixture.lines(reader.lookUp(keys, rowCount: 1)).map {
                        "\(row)" + $0.dropFirst()
                    }
                }
                let first = expected.filter { line in Int(line.prefix { $0 != ":" }).map { $0 < 20 } ?? false }
                #expect(single == first, "seed \(seed), \(match)")
            }
        }
    }

    @Test("Ranges of doubles, decimals and times are ordered as SQL orders them")
    func otherRanges() throws {
        let types: [(LogicalType, [String])] = [
            (.double, ["-1.5E300", "-2.25", "-0.0", "0.0", "1.0E-300", "7.5", "Infinity"]),
            (.decimal(precision: 30, scale: 2), ["-99999999999999999999.99", "-1.00", "0.00", "0.01", "5.00"]),
            (.timestamp(3), ["1969-12-31 23:59:59.999", "1970-01-01 00:00:00", "2031-01-01 00:00:00"]),
            (.date, ["1969-12-31", "1970-01-01", "2031-01-01"]), (.tinyint, ["-128", "-1", "0", "127"]),
        ]
        for (type, values) in types {
            let fixture = DimensionFixture([("low", type), ("high", type), ("name", .varchar(LogicalType.maxLength))])
            var lines: [String] = []
            for low in values.indices {
                for high in values.indices { lines.append("\(values[low]),\(values[high]),\(low)-\(high)") }
            }
            fixture.write(lines)
            let lookup = try fixture.table()
            let reader = try fixture.reader(lookup, LookupRequest(keys: [], probe: .range(low: 0, high: 1)))
            // The values themselves, as the table has them.
            let own = DimensionFixture([("value", type)])
            own.write(values)
            let all = try own.directoryValues()
            let found = try reader.lookUp([all], rowCount: values.count)
            let equalZeros = type == .double ? [2: 3, 3: 2] : [:]
            let expected = values.indices.flatMap { value -> [String] in
                values.indices.flatMap { low in
                    values.indices.compactMap { high -> String? in
                        let isAbove = low <= value || equalZeros[value] == low
                        let isBelow = value <= high || equalZeros[value] == high
                        return isAbove && isBelow ? "\(value): \(low)-\(high)" : nil
                    }
                }
            }
            let names = LookupRows(askers: found.askers, columns: [found.columns[2]])
            #expect(DimensionFixture.lines(names) == expected, "\(type)")
        }
    }
}

extension DimensionFixture {
    /// The rows of a table with one column, in order.
    func directoryValues() throws -> Column {
        var options = ["path": directory.path + "/table.csv", "format": "csv"]
        options["csv.null-literal"] = ""
        var reader = OptionReader(options)
        let make = try #require(FilesystemConnector.descriptor.makeScan)
        let scan = try make(TableDescription(name: "v", columns: columns, options: options), &reader)
        let source = try scan.makeReader(
            columns: [ProjectedColumn(index: 0, type: columns[0].type)],
            splits: try scan.splits(),
            context: ReaderContext()
        )
        guard case .batch(let batch) = try source.poll(rowLimit: 100) else { throw Missing() }
        return batch.columns[0]
    }

    private struct Missing: Error {}
}
