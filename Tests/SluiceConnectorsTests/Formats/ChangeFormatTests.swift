import SluiceColumns
import SluiceConnect
import Testing

@testable import SluiceConnectors

/// Rows with their kinds, as Flink 2.3.0 reads them from the same lines.
@Suite("Formats of changes")
struct ChangeFormatTests {
    /// A table over lines of changes.
    struct Lines {
        var format: String
        var columns: String
        var lines: [String]
        var options: [String: String] = [:]
        /// METADATA columns behind the others, by key, with their types.
        var metadata: [(key: String, type: DataType)] = []

        func rows(rowLimit: Int = 4_096, blockByteCount: Int = 1 << 16, projection: [Int]? = nil) throws -> [String] {
            let bytes = Array(lines.map { $0 + "\n" }.joined().utf8)
            let decoder = try decoder(projection: projection)
            return try DecoderRun.batches(decoder, bytes, blockByteCount: blockByteCount, rowLimit: rowLimit)
                .flatMap { batch in
                    zip(0..<batch.rowCount, GoldenText.rows(batch)).map { batch.kind($0).shortText + " " + $1 }
                }
        }

        func decoder(projection: [Int]?) throws -> any RecordDecoder {
            var all = ["format": format]
            for (key, value) in options { all["\(format).\(key)"] = value }
            var reader = OptionReader(all)
            let decoding = try BuiltinFormats.decoding(&reader)
            #expect(reader.leftovers.isEmpty)
            #expect(decoding.changelogMode == .retract)
            let schema =
                GoldenTypes.columns(columns)
                + metadata.map { TableColumn($0.key, $0.type, role: .metadata(key: $0.key, isVirtual: true)) }
            let wanted = (projection ?? Array(schema.indices)).map { ProjectedColumn(index: $0, type: schema[$0].type) }
            return try decoding.makeDecoder(schema: schema, columns: wanted)
        }

        /// The message of the failure.
        func failure() -> String? {
            do {
                _ = try rows()
                return nil
            } catch {
                return "\(error)"
            }
        }
    }

    static let canal = Lines(
        format: "canal-json",
        columns: "id INT, a STRING, b INT",
        lines: [
            #"{"data":[{"id":"1","a":"x","b":"1"},{"id":"2","a":"y","b":"2"}],"database":"d1","table":"t1","#
                + #""type":"INSERT","ts":1000,"es":900,"old":null,"pkNames":["id"],"sqlType":{"id":4}}"#,
            #"{"data":[{"id":"1","a":"x2","b":"1"},{"id":"2","a":"y","b":"22"}],"database":"d1","table":"t1","#
                + #""type":"UPDATE","old":[{"a":"x"},{"b":"2"}]}"#,
            #"{"data":[{"id":"1","a":null,"b":"1"}],"database":"d1","table":"t1","type":"UPDATE","old":[{"a":"x2"}]}"#,
            #"{"data":[{"id":"1","a":"zz","b":null}],"database":"d1","table":"t1","type":"UPDATE","#
                + #""old":[{"a":null,"b":"1"}]}"#,
            "",
            #"{"data":[{"id":"9"}],"database":"d2","table":"t9","type":"DELETE","old":null}"#,
            #"{"data":[{"id":"nine","other":1}],"database":"d3","table":"t3","type":"WHAT","old":null}"#,
            #"{"data":[{"id":"3","a":"y","b":"2"},{"id":"4"}],"database":"d1","table":"t1","type":"UPDATE","#
                + #""old":[{"a":"x"}]}"#,
            #"{"data":[],"database":"d1","table":"t1","type":"INSERT"}"#,
            #"{"data":null,"database":"d1","table":"t1","type":"INSERT"}"#,
            #"{"data":[null],"database":"d1","table":"t1","type":"INSERT"}"#,
            #"{"database":"d1","table":"t1","type":"CREATE","data":null}"#,
            #"{"data":[{"id":"5"}],"table":"t1","type":"INSERT"}"#, "null", "[1]",
            #"{"data":[{"id":"6","a":{"k":1},"b":2.5}],"database":"d1","table":"t1","type":"INSERT"}"#,
            #"{"data":{"id":"7"},"database":"d1","table":"t1","type":"INSERT"}"#,
        ],
        options: ["ignore-parse-errors": "true"]
    )

    static let maxwell = Lines(
        format: "maxwell-json",
        columns: "id INT, v STRING",
        lines: [
            #"{"database":"d","table":"t","type":"insert","ts":1477053217,"data":{"id":1,"v":"a","m":{"k":null}}}"#,
            #"{"type":"update","data":{"id":1,"v":null},"old":{"v":"a"}}"#,
            #"{"type":"update","data":{"id":1,"v":"b"},"old":{"v":null}}"#,
            #"{"type":"update","data":{"id":2,"v":"b"},"old":{}}"#, #"{"type":"update","data":{"id":2,"v":"b"}}"#,
            #"{"type":"bootstrap-insert","data":{"id":3}}"#, #"{"type":"delete","data":{"id":2,"v":"b"}}"#,
            #"{"type":"delete"}"#, #"{"data":{"id":8}}"#,
        ],
        options: ["ignore-parse-errors": "true"]
    )

    static let ogg = Lines(
        format: "ogg-json",
        columns: "sku STRING, qty INT",
        lines: [
            #"{"table":"INV.STOCK","op_type":"I","pos":"1","after":{"sku":"A","qty":10}}"#,
            #"{"op_type":"U","before":null,"after":{"sku":"A","qty":11}}"#, #"{"op_type":"T"}"#,
            #"{"op_type":"U","before":{"sku":"A","qty":10},"after":null}"#, #"{"op_type":"D","before":{"sku":"A"}}"#,
            #"{"op_type":"D","after":{"sku":"A"}}"#, #"{"op_type":"I","after":{}}"#, #"{"op_type":"I","after":null}"#,
        ],
        options: ["ignore-parse-errors": "true"]
    )

    static let debezium = Lines(
        format: "debezium-json",
        columns: "id INT, name STRING, x INT",
        lines: [
            #"{"before":null,"after":{"id":1,"name":"a","x":1},"op":"c","ts_ms":1589355606100,"#
                + #""source":{"version":"1.1","db":"inventory","schema":"s","table":"products","#
                + #""ts_ms":1589355606000,"nested":{"a":1},"n":null}}"#,
            #"{"before":{"id":1},"after":{"id":1,"name":"b","x":"7"},"op":"u"}"#, "",
            #"{"after":{"id":2,"name":"c"},"op":"r"}"#, #"{"op":"d","before":{"id":2,"name":"c"},"ts_ms":5}"#,
            #"{"after":null,"op":"c"}"#, #"{"after":{"id":3},"before":null,"op":"u"}"#,
            #"{"after":null,"before":{"id":3},"op":"u"}"#, #"{"after":{"id":4}}"#, #"{"op":"m"}"#,
            #"{"after":{"id":"oops"},"op":"c"}"#, #"{"after":"text","op":"c"}"#,
            #"{"after":{"id":5,"name":{"b": [1,2]}},"op":"c"}"#,
        ],
        options: ["ignore-parse-errors": "true"]
    )

    @Test("canal-json: lists of rows, partial old rows, what is no change")
    func canalRows() throws {
        let expected = [
            #"+I [1,"x",1]"#, #"+I [2,"y",2]"#, #"-U [1,"x",null]"#, #"+U [1,"x2",1]"#, #"-U [2,null,2]"#,
            #"+U [2,"y",22]"#, #"-U [1,"x2",1]"#, #"+U [1,null,1]"#, #"-U [1,null,1]"#, #"+U [1,"zz",null]"#,
            #"-D [9,null,null]"#, #"-U [3,"x",2]"#, #"+U [3,"y",2]"#, #"+I [5,null,null]"#,
            #"+I [6,"{\"k\":1}",2]"#,
        ]
        for (limit, block) in [(4_096, 1 << 16), (1, 1 << 16), (3, 7), (4_096, 11)] {
            #expect(try Self.canal.rows(rowLimit: limit, blockByteCount: block) == expected)
        }
        let numbers = expected.map { String($0.prefix(3)) + "[" + ($0.split(separator: ",").last ?? "") }
        #expect(try Self.canal.rows(projection: [2]) == numbers)
    }

    @Test("canal-json: other databases are not looked at, unless they are not named")
    func canalFilter() throws {
        var lines = Self.canal
        lines.options = ["ignore-parse-errors": "true", "database.include": "d2"]
        #expect(try lines.rows() == ["-D [9,null,null]"])
        lines.options = ["database.include": "d2"]
        lines.lines = Array(lines.lines.prefix(12))
        #expect(try lines.rows() == ["-D [9,null,null]"])
        lines.options = ["database.include": "d.", "table.include": "t9"]
        #expect(try lines.rows() == ["-D [9,null,null]"])
        lines.options = ["table.include": "t3"]
        #expect(lines.failure()?.contains("memory, line 7, byte ") == true)
        lines.lines.append(Self.canal.lines[12])
        lines.options = ["database.include": "d2"]
        #expect(
            lines.failure()?.contains("memory, line 13, byte") == true
                && lines.failure()?.contains("the record names no database or table") == true
        )
        lines.options = ["table.include": "("]
        #expect(lines.failure()?.contains("is no regular expression") == true)
    }

    @Test("maxwell-json: partial old rows")
    func maxwellRows() throws {
        let expected = [
            #"+I [1,"a"]"#, #"-U [1,"a"]"#, #"+U [1,null]"#, #"-U [1,null]"#, #"+U [1,"b"]"#, #"-U [2,"b"]"#,
            #"+U [2,"b"]"#, #"-D [2,"b"]"#,
        ]
        for limit in [1, 2, 4_096] { #expect(try Self.maxwell.rows(rowLimit: limit) == expected) }
    }

    @Test("ogg-json: before and after")
    func oggRows() throws {
        #expect(try Self.ogg.rows() == [#"+I ["A",10]"#, #"-D ["A",null]"#, "+I [null,null]"])
    }

    @Test("debezium-json: before and after, bad fields and records")
    func debeziumRows() throws {
        let expected = [
            #"+I [1,"a",1]"#, "-U [1,null,null]", #"+U [1,"b",7]"#, #"+I [2,"c",null]"#, #"-D [2,"c",null]"#,
            "+I [null,null,null]", #"+I [5,"{\"b\":[1,2]}",null]"#,
        ]
        for (limit, block) in [(4_096, 1 << 16), (1, 5), (2, 64)] {
            #expect(try Self.debezium.rows(rowLimit: limit, blockByteCount: block) == expected)
        }
        let decoder = try Self.debezium.decoder(projection: nil)
        let bytes = Array(Self.debezium.lines.map { $0 + "\n" }.joined().utf8)
        _ = try DecoderRun.batches(decoder, bytes, blockByteCount: 1 << 16)
        // Six records are left out, and one field ("oops") and one row ("text") are taken for NULL.
        #expect(decoder.badRecordCount == 8)
    }

    @Test("A bad record is named by its line, whatever came before it", arguments: [5, 6, 7, 8, 9, 10, 11])
    func badRecord(index: Int) throws {
        var lines = Self.debezium
        lines.options = [:]
        lines.lines = Array(lines.lines[..<5]) + [lines.lines[index], "{broken"]
        let failure = try #require(lines.failure())
        #expect(failure.hasPrefix("badRecord: memory, line 6, byte "), "\(failure)")
    }

    @Test("The schema that Kafka Connect adds, and METADATA columns")
    func metadata() throws {
        let time = DataType(.timestampLTZ(3))
        var lines = Lines(
            format: "debezium-json",
            columns: "id INT",
            lines: [
                #"{"schema":{"type":"struct"},"payload":"# + Self.debezium.lines[0] + "}",
                #"{"payload":{"after":{"id":2},"op":"c","source":{"ts_ms":"x"}}}"#, #"{"payload":null}"#,
            ],
            options: ["schema-include": "true", "ignore-parse-errors": "true"],
            metadata: [
                ("schema", DataType(.string)), ("ingestion-timestamp", time), ("source.timestamp", time),
                ("source.database", DataType(.string)), ("source.table", DataType(.string)),
                ("source.properties", DataType(.map(DataType(.string), DataType(.string)))),
            ]
        )
        #expect(
            try lines.rows() == [
                #"+I [1,"{\"type\":\"struct\"}","2020-05-13 07:40:06.100","2020-05-13 07:40:06.000","inventory","#
                    + #""products","{db=inventory, n=NULL, nested={\"a\":1}, schema=s, table=products, "#
                    + #"ts_ms=1589355606000, version=1.1}"]"#,
                #"+I [2,null,null,null,null,null,"{ts_ms=x}"]"#,
            ]
        )
        lines.metadata = [("source.table", DataType(.int))]
        #expect(lines.failure()?.contains("is STRING; declare the column so") == true)
        lines.metadata = [("tabel", DataType(.string))]
        #expect(lines.failure()?.contains("has no metadata 'value.tabel'") == true)
        var canal = Self.canal
        canal.lines = [canal.lines[0]]
        canal.metadata = [
            ("database", DataType(.string)), ("sql-type", DataType(.map(DataType(.string), DataType(.int)))),
            ("pk-names", DataType(.array(DataType(.string)))), ("event-timestamp", time),
        ]
        #expect(
            try canal.rows() == [
                #"+I [1,"x",1,"d1","{id=4}","[id]","1970-01-01 00:00:00.900"]"#,
                #"+I [2,"y",2,"d1","{id=4}","[id]","1970-01-01 00:00:00.900"]"#,
            ]
        )
    }

    @Test(
        "What is written",
        arguments: [
            (
                "debezium-json", "",
                #"{"before":null,"after":{"a":1,"b":null},"op":"c"}"#,
                #"{"before":{"a":1,"b":null},"after":null,"op":"d"}"#
            ),
            (
                "canal-json", "", #"{"data":[{"a":1,"b":null}],"type":"INSERT"}"#,
                #"{"data":[{"a":1,"b":null}],"type":"DELETE"}"#
            ),
            (
                "maxwell-json", "", #"{"data":{"a":1,"b":null},"type":"insert"}"#,
                #"{"data":{"a":1,"b":null},"type":"delete"}"#
            ),
            (
                "ogg-json", "encode.ignore-null-fields", #"{"after":{"a":1},"op_type":"I"}"#,
                #"{"before":{"a":1},"op_type":"D"}"#
            ),
        ]
    )
    func written(format: String, flag: String, added: String, removed: String) throws {
        var reader = OptionReader(["format": format, "\(format).\(flag)": "true"].filter { $0.key != "\(format)." })
        let encoding = try BuiltinFormats.encoding(&reader)
        #expect(reader.leftovers.isEmpty)
        #expect(encoding.acceptedMode(for: .upsert) == .retract)
        let encoder = try encoding.makeEncoder(schema: GoldenTypes.columns("a INT, b STRING"))
        let batch = Batch(
            columns: [
                Column.of(Array(repeating: Value.integer(1), count: 4), DataType(.int)),
                Column.allNull(DataType(.string), count: 4),
            ],
            rowCount: 4,
            rowKinds: RowKinds([.insert, .updateBefore, .updateAfter, .delete])
        )
        var output = TextBuffer()
        try encoder.encode(batch, into: &output)
        #expect(output.text == [added, removed, added, removed].map { $0 + "\n" }.joined())
    }

    @Test("A schema is only for reading")
    func schemaIsForReading() throws {
        var reader = OptionReader(["format": "debezium-json", "debezium-json.schema-include": "true"])
        #expect(throws: ConnectorError.self) { try BuiltinFormats.encoding(&reader) }
    }
}
