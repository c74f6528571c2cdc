import Glibc
import SluiceTesting
import Testing

@Suite("Files that are not what they should be end in an error that says so, or are read all the same")
struct BadFileTests {
    /// Reads a file with one statement.
    static func read(
        _ path: String,
        _ format: String,
        columns: String = "a INT",
        query: String = "SELECT * FROM t",
        options: String = ""
    ) -> SluiceProcess.Ending {
        let table =
            "CREATE TABLE t (\(columns)) WITH ("
            + "'connector' = 'filesystem', 'path' = '\(path)', 'format' = '\(format)'\(options))"
        return SluiceProcess.run("sql", "-e", "\(table); \(query)", "--format", "csv")
    }

    @Test(
        "Contents that no table can be made of",
        arguments: [
            ("junk.csv", "csv", "badRecord"), ("junk.json", "json", "badRecord"),
            ("utf8.csv", "csv", "badRecord"), ("utf8.json", "json", "badRecord"),
            ("text.csv", "csv", "badRecord"), ("text.json", "json", "badRecord"),
            ("open.csv", "csv", "badRecord"), ("open.json", "json", "badRecord"),
            ("deep.json", "json", "badRecord"),
            ("none.csv", "csv", "missingFile"), ("plain.csv/part", "csv", "missingFile"),
            ("short.csv.gz", "csv", "truncatedFile"), ("short.csv.zst", "csv", "truncatedFile"),
            ("fake.csv.gz", "csv", "corruptFile"), ("fake.csv.zst", "csv", "corruptFile"),
        ]
    )
    func refused(name: String, format: String, code: String) {
        let folder = ScratchFolder()
        let path = folder.write(Self.contents(of: name), to: String(name.split(separator: "/")[0]))
        let place = name.contains("/") ? path + "/part" : path
        if name == "none.csv" { unlink(path) }
        let ending = Self.read(place, format, columns: "b INT, a STRING", query: "SELECT * FROM t")
        #expect(ending.status == 1, "\(ending.errors)")
        #expect(ending.errors.contains("the job failed: \(code): "), "\(ending.errors)")
        #expect(ending.errors.contains(place), "\(ending.errors)")
        #expect(ending.errors.contains("\n  to act: "))
        #expect(ending.lines == ["b,a"])
    }

    private static func contents(of name: String) -> [UInt8] {
        switch name {
        case "junk.csv", "junk.json": return (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 &+ 0x80) }
        case "utf8.csv": return Array("1,".utf8) + [0xff, 0xfe, 0x0a]
        case "utf8.json": return Array("{\"b\":1,\"a\":\"".utf8) + [0xff, 0xfe] + Array("\"}\n".utf8)
        case "text.csv": return Array("one,two\n".utf8)
        case "text.json": return Array("{\"b\":\"one\"}\n".utf8)
        case "open.csv": return Array("1,\"two".utf8)
        case "open.json": return Array("{\"b\":1,\"a\":\"tw".utf8)
        case "deep.json":
            let deep = Array(repeating: "{\"x\":", count: 10_000) + ["1"] + Array(repeating: "}", count: 10_000)
            return Array("{\"x\":\(deep.joined()),\"b\":1}\n".utf8)
        // The first bytes of real compressed streams that go on.
        case "short.csv.gz": return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x33, 0xd4]
        case "short.csv.zst": return [0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0x41]
        default: return Array("1,2\n".utf8)
        }
    }

    @Test(
        "Contents that are odd and right",
        arguments: [
            ("", "csv", []), ("", "json", []), ("1", "csv", ["1"]), ("1\r\n2\r\n", "csv", ["1", "2"]),
            ("\u{feff}1\n", "csv", ["1"]), ("\u{feff}{\"a\":1}\n", "json", ["1"]),
            ("{\"a\":1}\r\n{\"a\":2}", "json", ["1", "2"]), ("{\"b\":1}\n", "json", [""]),
        ] as [(String, String, [String])]
    )
    func taken(text: String, format: String, rows: [String]) {
        let folder = ScratchFolder()
        let ending = Self.read(folder.write(text, to: "input"), format)
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(ending.lines == ["a"] + rows)
    }

    @Test("A line of 100 MB is read with memory in proportion", arguments: ["csv", "json", "raw"])
    func longLine(format: String) {
        let count = 100_000_000
        let folder = ScratchFolder()
        let open = format == "json" ? "{\"a\":\"" : ""
        let path = "\(folder.path)/long"
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT, 0o600)
        let block = [UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000)
        _ = write(descriptor, open, open.utf8.count)
        for _ in 0..<(count / block.count) { _ = write(descriptor, block, block.count) }
        _ = write(descriptor, "\"}\n", format == "json" ? 2 : 0)
        close(descriptor)
        // The line is held once, in a block of up to twice its size.
        let table =
            "CREATE TABLE t (a STRING) WITH "
            + "('connector' = 'filesystem', 'path' = '\(path)', 'format' = '\(format)')"
        let query = "\(table); SELECT CHAR_LENGTH(a) AS n FROM t"
        let whole = SluiceProcess.run("sql", "-e", query, "--format", "csv", "--memory", "320MB")
        #expect(whole.status == 0, "\(whole.errors)")
        #expect(whole.lines == ["n", "\(count)"])
        let refused = SluiceProcess.run("sql", "-e", query, "--format", "csv", "--memory", "32MB")
        #expect(refused.status == 1)
        #expect(refused.errors.contains("memoryExceeded") && refused.errors.contains("--memory"), "\(refused.errors)")
    }

    @Test("A folder that may not be entered is named, with what the system said")
    func permissions() {
        guard getuid() == 0, access("/usr/bin/setpriv", X_OK) == 0 else {
            print("SKIPPED: permissions cannot be taken away here (needs root and setpriv)")
            return
        }
        let folder = ScratchFolder()
        _ = folder.write("1\n", to: "a.csv")
        chmod(folder.path, 0o700)
        let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", SluiceProcess.path, "sql", "-e"]
        for (place, verb) in [
            ("", "SELECT * FROM t"), ("/a.csv", "SELECT * FROM t"), ("/o", "INSERT INTO t VALUES (1)"),
        ] {
            let table =
                "CREATE TABLE t (a INT) WITH "
                + "('connector' = 'filesystem', 'path' = '\(folder.path)\(place)', 'format' = 'csv')"
            let ending = RunningProcess("/usr/bin/setpriv", nobody + ["\(table); \(verb)"]).wait()
            if ending.status == 126 || ending.status == 127 || ending.errors.hasPrefix("setpriv") {
                print("SKIPPED: the binary's own folder is closed to others")
                return
            }
            #expect(ending.status == 1)
            #expect(ending.errors.contains("permissionDenied: "), "\(ending.errors)")
            #expect(ending.errors.contains("\(folder.path)\(place): Permission denied"), "\(ending.errors)")
        }
    }
}
