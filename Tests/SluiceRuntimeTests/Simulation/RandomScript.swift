import SluiceTesting

/// A script of random queries over two random files, whose result does not depend on when what is read.
///
/// Windows, matches and OVER see the rows of one file, whose order decides what is late; what reads two files has
/// nothing late.
struct RandomScript {
    /// The two input files.
    let files: [(name: String, text: String)]
    private let header: String
    private let queries: [Query]

    private struct Query {
        var columns: String
        var isChanging = false
        var text: String
    }

    init(_ random: inout SeededRandom) {
        files = [("bids.csv", Self.bids(&random)), ("sellers.csv", Self.sellers(&random))]
        header = Self.tables(delaySeconds: Int.random(in: 0...3, using: &random))
        var makers = Self.makers.shuffled(using: &random)[..<Int.random(in: 1...3, using: &random)]
        var queries: [Query] = []
        while let make = makers.popFirst() { queries.append(make(&random)) }
        self.queries = queries
    }

    /// The script that reads files in folder `input` and writes into one folder of `output` per query: `q0`, `q1`, etc.
    func text(input: String, output: String) -> String {
        var text = header.replacing("$IN", with: input)
        for (index, query) in queries.enumerated() {
            text += """
                CREATE TABLE q\(index) (\(query.columns)) WITH (
                    'connector' = 'filesystem', 'path' = '\(output)/q\(index)',
                    'format' = '\(query.isChanging ? "debezium-json" : "csv")', 'sink.rolling-policy.file-size' = '1kb'
                );

                """
        }
        text += "EXECUTE STATEMENT SET BEGIN\n"
        for (index, query) in queries.enumerated() { text += "INSERT INTO q\(index) \(query.text);\n" }
        return text + "END;\n"
    }

    // MARK: - Input

    private static func time(_ seconds: Int, _ millis: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "2031-01-01 10:\(two(seconds / 60)):\(two(seconds % 60)).\(String(String(1_000 + millis).dropFirst()))"
    }

    private static func bids(_ random: inout SeededRandom) -> String {
        // No two rows have the same time: what comes first in ORDER BY is certain.
        (0..<Int.random(in: 30...90, using: &random)).map { id in
            let seconds = max(0, id / 2 + Int.random(in: -3...1, using: &random))
            let auction = Int.random(in: 0...5, using: &random)
            let channel = Int.random(in: 0...9, using: &random) == 0 ? "" : "c\(auction * 7 % 4)"
            return "\(id),\(auction),\(Int.random(in: 1...40, using: &random)),\(channel),\(time(seconds, id))\n"
        }
        .joined()
    }

    private static func sellers(_ random: inout SeededRandom) -> String {
        (0..<Int.random(in: 4...16, using: &random)).map { index in
            "\(Int.random(in: 0...7, using: &random)),s\(index),\(time(index * 3, index))\n"
        }
        .joined()
    }

    private static func tables(delaySeconds: Int) -> String {
        """
        CREATE TABLE bids (
            id BIGINT, auction INT, price INT, channel STRING, ts TIMESTAMP(3),
            WATERMARK FOR ts AS ts - INTERVAL '\(delaySeconds)' SECOND
        ) WITH ('connector' = 'filesystem', 'path' = '$IN/bids.csv', 'format' = 'csv', 'csv.null-literal' = '');
        CREATE TABLE calm (
            id BIGINT, auction INT, price INT, channel STRING, ts TIMESTAMP(3),
            WATERMARK FOR ts AS ts - INTERVAL '2' MINUTE
        ) WITH ('connector' = 'filesystem', 'path' = '$IN/bids.csv', 'format' = 'csv', 'csv.null-literal' = '');
        CREATE TABLE sellers (
            auction INT, name STRING, since TIMESTAMP(3), WATERMARK FOR since AS since - INTERVAL '2' MINUTE
        ) WITH ('connector' = 'filesystem', 'path' = '$IN/sellers.csv', 'format' = 'csv');

        """
    }

    // MARK: - Queries

    private static let makers: [@Sendable (inout SeededRandom) -> Query] = [
        filter, windows, sessions, windowRanks, groups, groupsOfGroups, join, outerJoin, intervalJoin, ranks, latest,
        matches, running,
    ]

    private static func filter(_ random: inout SeededRandom) -> Query {
        let least = Int.random(in: 1...30, using: &random)
        return Query(
            columns: "id BIGINT, channel STRING",
            text: "SELECT id, UPPER(channel) FROM bids WHERE price > \(least) UNION ALL "
                + "SELECT CAST(auction AS BIGINT), name FROM sellers"
        )
    }

    private static func window(_ random: inout SeededRandom) -> String {
        let step = Int.random(in: 2...6, using: &random)
        let size = step * Int.random(in: 2...3, using: &random)
        let table = "TABLE bids, DESCRIPTOR(ts)"
        return [
            "TUMBLE(\(table), INTERVAL '\(size)' SECOND)",
            "HOP(\(table), INTERVAL '\(step)' SECOND, INTERVAL '\(size)' SECOND)",
            "CUMULATE(\(table), INTERVAL '\(step)' SECOND, INTERVAL '\(size)' SECOND)",
        ][Int.random(in: 0...2, using: &random)]
    }

    private static func windows(_ random: inout SeededRandom) -> Query {
        Query(
            columns: "auction INT, s TIMESTAMP(3), e TIMESTAMP(3), n BIGINT, total INT, last BIGINT, channels BIGINT",
            text: "SELECT auction, window_start, window_end, COUNT(*), SUM(price), MAX(id), COUNT(DISTINCT channel) "
                + "FROM TABLE(\(window(&random))) GROUP BY auction, window_start, window_end"
        )
    }

    private static func sessions(_ random: inout SeededRandom) -> Query {
        let gap = Int.random(in: 1...4, using: &random)
        return Query(
            columns: "auction INT, s TIMESTAMP(3), e TIMESTAMP(3), n BIGINT, least INT",
            text: "SELECT auction, window_start, window_end, COUNT(*), MIN(price) FROM TABLE(SESSION("
                + "TABLE bids PARTITION BY auction, DESCRIPTOR(ts), INTERVAL '\(gap)' SECOND)) "
                + "GROUP BY auction, window_start, window_end"
        )
    }

    private static func windowRanks(_ random: inout SeededRandom) -> Query {
        let count = Int.random(in: 1...3, using: &random)
        return Query(
            columns: "e TIMESTAMP(3), id BIGINT, place BIGINT",
            text: "SELECT window_end, id, place FROM (SELECT *, ROW_NUMBER() OVER ("
                + "PARTITION BY window_start, window_end ORDER BY price DESC, id) AS place "
                + "FROM TABLE(\(window(&random)))) WHERE place <= \(count)"
        )
    }

    private static func groups(_ random: inout SeededRandom) -> Query {
        let least = Int.random(in: 0...6, using: &random)
        return Query(
            columns: "channel STRING, n BIGINT, total INT, lowest INT, auctions BIGINT",
            isChanging: true,
            text: "SELECT channel, COUNT(*), SUM(price), MIN(price), COUNT(DISTINCT auction) FROM bids "
                + "GROUP BY channel HAVING COUNT(*) > \(least)"
        )
    }

    private static func groupsOfGroups(_ random: inout SeededRandom) -> Query {
        let divisor = Int.random(in: 1...4, using: &random)
        return Query(
            columns: "part BIGINT, n BIGINT, total INT, highest INT",
            isChanging: true,
            text: "SELECT n / \(divisor), COUNT(*), SUM(total), MAX(total) FROM (SELECT auction, COUNT(*) AS n, "
                + "SUM(price) AS total FROM bids GROUP BY auction) GROUP BY n / \(divisor)"
        )
    }

    private static func join(_ random: inout SeededRandom) -> Query {
        let most = Int.random(in: 10...40, using: &random)
        return Query(
            columns: "id BIGINT, name STRING",
            text: "SELECT id, name FROM bids JOIN sellers ON bids.auction = sellers.auction AND price < \(most)"
        )
    }

    private static func outerJoin(_ random: inout SeededRandom) -> Query {
        let kind = ["LEFT", "RIGHT", "FULL"][Int.random(in: 0...2, using: &random)]
        return Query(
            columns: "id BIGINT, channel STRING, name STRING",
            isChanging: true,
            text: "SELECT id, channel, name FROM bids \(kind) JOIN sellers ON bids.auction = sellers.auction"
        )
    }

    private static func intervalJoin(_ random: inout SeededRandom) -> Query {
        let before = Int.random(in: 0...10, using: &random)
        return Query(
            columns: "id BIGINT, name STRING",
            text: "SELECT id, name FROM calm JOIN sellers ON calm.auction = sellers.auction AND ts BETWEEN "
                + "since - INTERVAL '\(before)' SECOND AND since + INTERVAL '15' SECOND"
        )
    }

    private static func ranks(_ random: inout SeededRandom) -> Query {
        let count = Int.random(in: 1...4, using: &random)
        return Query(
            columns: "channel STRING, place BIGINT, id BIGINT, price INT",
            isChanging: true,
            text: "SELECT channel, place, id, price FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY channel "
                + "ORDER BY price DESC, id) AS place FROM bids) WHERE place <= \(count)"
        )
    }

    private static func latest(_ random: inout SeededRandom) -> Query {
        let order = Bool.random(using: &random) ? "DESC" : "ASC"
        return Query(
            columns: "auction INT, id BIGINT, price INT",
            isChanging: true,
            text: "SELECT auction, id, price FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction "
                + "ORDER BY ts \(order)) AS place FROM bids) WHERE place = 1"
        )
    }

    private static func matches(_ random: inout SeededRandom) -> Query {
        let within = Int.random(in: 5...20, using: &random)
        let skip = ["PAST LAST ROW", "TO NEXT ROW"][Int.random(in: 0...1, using: &random)]
        return Query(
            columns: "auction INT, first_id BIGINT, last_id BIGINT, steps BIGINT",
            text:
                "SELECT auction, first_id, last_id, steps FROM bids MATCH_RECOGNIZE (PARTITION BY auction ORDER BY ts "
                + "MEASURES A.id AS first_id, C.id AS last_id, COUNT(B.id) AS steps AFTER MATCH SKIP \(skip) "
                + "PATTERN (A B* C) WITHIN INTERVAL '\(within)' SECOND "
                + "DEFINE B AS B.price >= A.price, C AS C.price < A.price)"
        )
    }

    private static func running(_ random: inout SeededRandom) -> Query {
        let frame = [
            "RANGE BETWEEN INTERVAL '6' SECOND PRECEDING AND CURRENT ROW", "ROWS BETWEEN 3 PRECEDING AND CURRENT ROW",
            "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
        ][Int.random(in: 0...2, using: &random)]
        return Query(
            columns: "id BIGINT, total INT, n BIGINT, highest INT",
            text: "SELECT id, SUM(price) OVER w, COUNT(channel) OVER w, MAX(price) OVER w FROM bids "
                + "WINDOW w AS (PARTITION BY auction ORDER BY ts \(frame))"
        )
    }
}
