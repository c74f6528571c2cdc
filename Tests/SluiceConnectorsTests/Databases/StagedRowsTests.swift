import SluiceColumns
import SluiceConnect
import SluiceTesting
import Testing

@testable import SluiceConnectors

@Suite("Rows that wait for a database")
struct StagedRowsTests {
    private static let int = DataType(.int)
    private static let string = DataType(.string)

    private func batch(_ rows: [(RowKind, Int64, String?)]) -> Batch {
        Batch(
            columns: [
                Column.of(rows.map { .integer($0.1) }, Self.int),
                Column.of(rows.map { $0.2.map { .string($0) } ?? .null }, Self.string),
            ],
            rowCount: rows.count,
            rowKinds: RowKinds(rows.map(\.0))
        )
    }

    private func rows(_ bytes: [UInt8], width: Int) throws -> [[SQLiteForm.Cell]] {
        var rows: [[SQLiteForm.Cell]] = []
        var offset = 0
        while offset < bytes.count {
            rows.append(try (0..<width).map { _ in try #require(SQLiteForm.cell(bytes.span, at: &offset)) })
        }
        return rows
    }

    @Test("Without a key every row stays, in order")
    func keepsAllRows() throws {
        let staged = StagedRows<SQLiteForm>(keys: [])
        staged.append(batch([(.insert, 1, "a"), (.insert, 1, nil)]))
        staged.append(batch([(.insert, -7, "")]))
        #expect(staged.rowCount == 3)
        let changes = staged.take()
        let cells = try rows(changes.additions, width: 2)
        #expect(cells.map(\.[0]) == [.integer(1), .integer(1), .integer(-7)])
        #expect(cells[1][1] == .null)
        #expect(changes.removals.isEmpty)
        #expect(staged.rowCount == 0)
        #expect(staged.take().isEmpty)
    }

    @Test("With a key the last change of each counts, as in a table", arguments: [1, 2, 3])
    func lastChangeCounts(seed: UInt64) throws {
        var random = SeededRandom(seed)
        let staged = StagedRows<SQLiteForm>(keys: [0])
        for _ in 0..<3 {
            var model: [Int64: String?] = [:]
            for _ in 0..<60 {
                var changes: [(RowKind, Int64, String?)] = []
                for _ in 0..<40 {
                    let key = Int64(random.next() % 50)
                    let kind: RowKind = [.insert, .updateAfter, .delete, .updateBefore][Int(random.next() % 4)]
                    // Long texts, so that the log is rewritten on the way.
                    let text = String(repeating: "x", count: Int(random.next() % 2_000))
                    changes.append((kind, key, text))
                    if kind.isAddition { model[key] = .some(text) } else if kind == .delete { model[key] = .some(nil) }
                }
                staged.append(batch(changes))
            }
            let taken = staged.take()
            var found: [Int64: String?] = [:]
            for row in try rows(taken.additions, width: 2) {
                guard case .integer(let key) = row[0], case .text(let range) = row[1] else {
                    Issue.record("no row of this table")
                    return
                }
                #expect(found.updateValue(String(decoding: taken.additions[range], as: UTF8.self), forKey: key) == nil)
            }
            for row in try rows(taken.removals, width: 1) {
                guard case .integer(let key) = row[0] else { continue }
                #expect(found.updateValue(nil, forKey: key) == nil)
            }
            #expect(found == model, "seed \(seed)")
        }
    }

    @Test("What is stored is read back, and torn bytes are refused")
    func storedForm() throws {
        let changes = StagedChanges(additions: [1, 2, 3], removals: [4])
        let bytes = changes.bytes(columns: 7)
        #expect(try StagedChanges(bytes, columns: 7, of: "t") == changes)
        #expect(try StagedChanges([], columns: 7, of: "t").isEmpty)
        #expect(StagedChanges().bytes(columns: 7).isEmpty)
        for count in 1..<bytes.count - 1 {
            let torn = try? StagedChanges(Array(bytes[..<count]), columns: 7, of: "t")
            #expect(torn == nil || torn?.additions == changes.additions)
        }
        let noVersion = [2] + bytes.dropFirst()
        let noCount = bytes[..<9] + [UInt8](repeating: 0xFF, count: 8)
        for wrong in [noVersion, Array(noCount)] {
            let error = #expect(throws: ConnectorError.self) { try StagedChanges(wrong, columns: 7, of: "t") }
            #expect(error?.code == "badTransaction")
        }
        let error = #expect(throws: ConnectorError.self) { try StagedChanges(bytes, columns: 8, of: "t") }
        #expect(error?.code == "otherColumns")
    }

    @Test("Integers and doubles of any size are read back", arguments: [0, 1, -1, 63, 64, -65, .max, .min] as [Int64])
    func numbers(value: Int64) throws {
        var buffer = TextBuffer()
        let columns = [
            Column.of([.integer(value)], DataType(.bigint)),
            Column.of([.double(Double(value) / 3)], DataType(.double)),
        ]
        SQLiteForm.append(columns, 0, to: &buffer)
        let bytes = buffer.byteArray
        #expect(try rows(bytes, width: 2) == [[.integer(value), .double(Double(value) / 3)]])
        for count in 1..<bytes.count {
            var offset = 0
            let torn = Array(bytes[..<count])
            let first = SQLiteForm.cell(torn.span, at: &offset)
            #expect(first == nil || SQLiteForm.cell(torn.span, at: &offset) == nil)
        }
    }
}
