import Foundation
import SluiceColumns
import SluiceTesting

@testable import SluiceKernels

/// Functions of JSON documents against Foundation's reader, and division of floating point.
extension FamilyModels {
    private static func path(_ text: String) -> RandomValues { .literal(.string(text), .char(text.utf8.count)) }

    static let documents: [FamilyCase] = [
        FamilyCase("json", "JSON_VALUE", [.document, path("$.a")]) { row in
            switch members(row[0])?["a"] {
            case let text as String: .string(text)
            case let number as Int: .string(String(number))
            default: .null
            }
        },
        FamilyCase("json", "JSON_VALUE", [.document, path("$.b[1]")]) { row in
            guard let list = members(row[0])?["b"] as? [Int], list.count > 1 else { return .null }
            return .string(String(list[1]))
        },
        FamilyCase("json", "JSON_EXISTS", [.document, path("$.b[1]")]) { row in
            let list = members(row[0])?["b"] as? [Int]
            return .boolean((list?.count ?? 0) > 1)
        },
        FamilyCase("json", "JSON_QUERY", [.document, path("$.b")]) { row in
            guard let list = members(row[0])?["b"] as? [Int] else { return .null }
            return .string("[\(list.map(String.init).joined(separator: ","))]")
        },
        FamilyCase("arithmetic", "/", [.double, .literal(.double(0.75), .double)]) { row in
            guard case .double(let number) = row[0] else { return .null }
            return .double(number / 0.75)
        },
    ]

    private static func members(_ document: Value) -> [String: Any]? {
        guard let text = document.stringValue else { return nil }
        return try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    }
}

extension RandomValues {
    /// An object whose members `a` and `b` may be there or not, in either order, with blanks; or text that is broken.
    static func drawDocument(_ random: inout SeededRandom) -> Value {
        if random.next() % 8 == 0 { return .string("{\"a\": ") }
        var members: [String] = []
        switch random.next() % 5 {
        case 0: members.append("\"a\": \(Int64(random.next() % 2_001) - 1_000)")
        case 1: members.append("\"a\":null")
        case 2: members.append("\"a\": {\"c\": 1}")
        case 3: members.append("\"a\" : \"x\\\"\\u00df\\n😀\(random.next() % 10)\"")
        default: break
        }
        if random.next() % 3 != 0 {
            let elements = (0..<random.next() % 4).map { _ in String(random.next() % 100) }
            members.append("\"b\": [\(elements.joined(separator: " , "))]")
        }
        if random.next() % 2 == 0 { members.reverse() }
        return .string(" {\(members.joined(separator: ", "))} ")
    }
}
