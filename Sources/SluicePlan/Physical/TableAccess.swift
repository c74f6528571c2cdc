import SluiceColumns
import SluiceConnect
import SluiceKernels
import SluiceSQL

/// Asks connectors for the sources and sinks of tables.
struct TableAccess {
    let context: PlanningContext
    /// Where the statement names the table.
    let span: SourceSpan

    init(_ context: PlanningContext, at span: SourceSpan) {
        self.context = context
        self.span = span
    }

    /// The scan of a table.
    func scan(_ declared: LogicalScan) throws -> ScanOperation {
        var scan = declared
        scan.table = declared.table.withOptions(declared.options)
        scan.options = try resolved(declared.options, of: scan.table)
        let connector = try connector(of: scan.table, scan.options)
        guard let makeScan = connector.makeScan else {
            throw problem(scan.table, "the connector '\(connector.name)' cannot be read")
        }
        var reader = OptionReader(scan.options)
        _ = reader.string("connector")
        let rate = try wrapped(scan.table) { try reader.number("scan.rows-per-second") }
        if let rate, !(rate > 0 && rate.isFinite) {
            throw problem(
                scan.table,
                "badOption: 'scan.rows-per-second' = '\(rate)': expected more than 0",
                option: "scan.rows-per-second"
            )
        }
        let table = try wrapped(scan.table) { try makeScan(description(scan.table, scan.options), &reader) }
        _ = try lookupOptions(of: scan.table, connector, &reader)
        try refuseLeftovers(reader, connector, scan.table)
        let canRepeat = context.configuration.boolean("table.exec.source.cdc-events-duplicate")
        guard !canRepeat || table.changelogMode == .insertOnly || scan.table.primaryKey != nil else {
            throw problem(
                scan.table,
                "'table.exec.source.cdc-events-duplicate' needs a PRIMARY KEY to tell repeated changes",
                hint: "declare PRIMARY KEY (...) NOT ENFORCED"
            )
        }
        var operation = ScanOperation(
            tableName: scan.table.path.description,
            table: table,
            columns: scan.columns,
            rowsPerSecond: rate
        )
        operation.primaryKey = primaryKey(of: scan) ?? []
        return operation
    }

    /// Whether the changes that a table gives must be normalised: they are upserts, or may come twice.
    func needsNormalization(_ scan: LogicalScan, _ operation: ScanOperation) throws -> Bool {
        switch operation.table.changelogMode {
        case .insertOnly: return false
        case .retract: return context.configuration.boolean("table.exec.source.cdc-events-duplicate")
        case .upsert:
            guard scan.table.primaryKey != nil else {
                throw problem(
                    scan.table,
                    "the table gives upserts, which mean nothing without a key",
                    hint: "declare PRIMARY KEY (...) NOT ENFORCED"
                )
            }
            return true
        }
    }

    /// The produced columns of a scan that are its table's PRIMARY KEY; nil where they are not all there.
    func primaryKey(of scan: LogicalScan) -> [Int]? {
        let stored = scan.table.columns.filter(\.isStored).map(\.name)
        let places = scan.table.primaryKey?.columns.map { name in
            scan.columns.firstIndex { $0.index < stored.count && stored[$0.index] == name }
        }
        guard let places, !places.isEmpty, !places.contains(nil) else { return nil }
        return places.compactMap { $0 }
    }

    /// What answers lookups in a table, and how.
    ///
    /// Where it can do so only by reading all rows for each row that asks, that must be allowed.
    func lookup(_ side: LookupSide, allowsScan: Bool) throws -> TableLookup {
        let scan = side.scan
        let options = try resolved(scan.options, of: scan.table)
        let connector = try connector(of: scan.table, options)
        var reader = OptionReader(options)
        _ = reader.string("connector")
        _ = reader.string("scan.rows-per-second")
        let described = description(scan.table, options)
        if let table = try wrapped(scan.table, { try connector.makeLookup?(described, &reader) }) {
            try refuseLeftovers(reader, connector, scan.table)
            let stored = { (column: Int) in scan.columns[column].index }
            let access = table.access(
                keys: side.keys.map { stored($0.column) },
                probes: side.probes.map { $0.probe.mapColumns(stored) }
            )
            if let access { return TableLookup(source: .table(table), probe: access.probe, text: access.text) }
            guard allowsScan else { throw side.refusal(at: span) }
        }
        guard let makeScan = connector.makeScan else {
            throw problem(scan.table, "the connector '\(connector.name)' cannot be looked up")
        }
        let table = try wrapped(scan.table) { try makeScan(described, &reader) }
        let lookup = try lookupOptions(of: scan.table, connector, &reader)
        try refuseLeftovers(reader, connector, scan.table)
        guard table.isBounded && table.changelogMode == .insertOnly else {
            throw SQLError(
                .unsupported,
                "table '\(scan.table.path)' cannot be looked up: "
                    + (table.isBounded ? "it is a changelog" : "it never ends"),
                at: span,
                hint: "join it AS OF the event time, or without FOR SYSTEM_TIME"
            )
        }
        guard !side.keys.isEmpty || allowsScan else { throw side.refusal(at: span) }
        return TableLookup(
            source: .scan(table, reloadMillis: lookup?.reloadMillis),
            text: side.keys.isEmpty ? "none, the whole table is read for each row" : nil
        )
    }

    /// The `lookup.` options of a table that is looked up in memory; nil where the connector looks up by itself.
    private func lookupOptions(
        of table: CatalogTable,
        _ connector: ConnectorDescriptor,
        _ reader: inout OptionReader
    ) throws -> LookupOptions? {
        guard connector.isLookedUpInMemory else { return nil }
        return try wrapped(table) { try LookupOptions(&reader) }
    }

    /// The sink of a table.
    func sink(_ declaredTable: CatalogTable, options declared: [String: String]) throws -> any SinkTable {
        let table = declaredTable.withOptions(declared)
        let options = try resolved(declared, of: table)
        let connector = try connector(of: table, options)
        guard let makeSink = connector.makeSink else {
            throw problem(table, "the connector '\(connector.name)' cannot be written")
        }
        try refuseUnwritten(table, connector)
        var reader = OptionReader(options)
        _ = reader.string("connector")
        _ = reader.string("scan.rows-per-second")
        _ = try lookupOptions(of: table, connector, &reader)
        let sink = try wrapped(table) { try makeSink(description(table, options), &reader) }
        try refuseLeftovers(reader, connector, table)
        return sink
    }

    /// Refuses what no sink writes: buckets, and columns of metadata.
    private func refuseUnwritten(_ table: CatalogTable, _ connector: ConnectorDescriptor) throws {
        guard table.distribution == nil else {
            throw problem(
                table,
                "the table is distributed into buckets, and the connector '\(connector.name)' has none",
                hint: "ALTER TABLE ... DROP DISTRIBUTION"
            )
        }
        for column in table.columns {
            guard case .metadata(let key, isVirtual: false) = column.kind else { continue }
            throw problem(
                table,
                "the metadata '\(key ?? column.name)' of '\(column.name)' cannot be written",
                hint: "declare the column VIRTUAL"
            )
        }
    }

    /// The options with references to the environment and to files replaced by what these hold.
    private func resolved(_ options: [String: String], of table: CatalogTable) throws -> [String: String] {
        try wrapped(table) { try OptionReferences.resolve(options) }
    }

    /// What a connector is told about a table.
    func description(_ table: CatalogTable, _ options: [String: String]) -> TableDescription {
        let stored = table.columns.filter(\.isStored)
        func indexes(_ names: [String]) -> [Int] {
            names.compactMap { name in stored.firstIndex { $0.name == name } }
        }
        let columns = stored.map { column -> TableColumn in
            guard case .metadata(let key, let isVirtual) = column.kind else {
                return TableColumn(column.name, column.type)
            }
            return TableColumn(
                column.name,
                column.type,
                role: .metadata(key: key ?? column.name, isVirtual: isVirtual)
            )
        }
        return TableDescription(
            name: table.path.description,
            columns: columns,
            primaryKey: indexes(table.primaryKey?.columns ?? []),
            partitionKeys: indexes(table.partitionKeys),
            options: options
        )
    }

    private func connector(of table: CatalogTable, _ options: [String: String]) throws -> ConnectorDescriptor {
        guard let name = options["connector"] else {
            throw problem(table, "the table has no option 'connector'", hint: "add 'connector' = '...' to WITH")
        }
        guard let connector = context.connectors[name] else {
            let names = context.connectors.all.map(\.name)
            throw problem(
                table,
                "no connector '\(name)'",
                hint: NearestName.hint(for: name, in: names) ?? "there are \(names.joined(separator: ", "))",
                option: "connector"
            )
        }
        return connector
    }

    private func refuseLeftovers(
        _ reader: OptionReader,
        _ connector: ConnectorDescriptor,
        _ table: CatalogTable
    ) throws {
        guard let unknown = reader.leftovers.first else { return }
        let names = connector.options.map(\.key) + reader.knownKeys
        throw problem(
            table,
            "the connector '\(connector.name)' has no option '\(unknown)'",
            hint: NearestName.hint(for: unknown, in: names),
            option: unknown
        )
    }

    private func wrapped<Result>(_ table: CatalogTable, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as ConnectorError {
            let value = error.option.flatMap { table.options[$0] }
            throw problem(
                table,
                "\(error.code): \(error.message)",
                hint: value.flatMap { NearestName.hint(for: $0, in: error.choices) },
                option: error.option
            )
        }
    }

    /// An error about `table`: at `option` where it stands in the same text as the statement, else at the table's name.
    private func problem(
        _ table: CatalogTable,
        _ message: String,
        hint: String? = nil,
        option: String? = nil
    ) -> SQLError {
        let place = option.flatMap { table.optionPlaces.span(of: $0, textNumber: context.textNumber) }
        return SQLError(.connector, "table '\(table.path)': \(message)", at: place ?? span, hint: hint)
    }
}

/// How a table is looked up.
struct TableLookup {
    /// Where.
    var source: LookupSource
    /// Which of the offered probes is asked by; nil is none.
    var probe: Int?
    /// The index that is used, for EXPLAIN.
    var text: String?
}
