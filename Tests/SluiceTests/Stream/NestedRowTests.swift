import Sluice
import Testing

/// An order with parts: nested rows, lists and maps as columns.
struct Order: StreamRow, Hashable {
    var id: Int32
    var customer: Customer
    var lines: [Line]
    var labels: [String: Int]
    var note: String?
    var digest: [UInt8]
    var ratio: Double
    var weight: Float

    static let columns: [StreamColumn<Order>] = [
        .init("id", \.id), .init("customer", \.customer), .init("lines", \.lines), .init("labels", \.labels),
        .init("note", \.note), .init("digest", \.digest), .init("ratio", \.ratio), .init("weight", \.weight),
    ]

    init(
        id: Int32,
        customer: Customer,
        lines: [Line],
        labels: [String: Int] = [:],
        note: String? = nil,
        digest: [UInt8] = [],
        ratio: Double = 0,
        weight: Float = 0
    ) {
        self.id = id
        self.customer = customer
        self.lines = lines
        self.labels = labels
        self.note = note
        self.digest = digest
        self.ratio = ratio
        self.weight = weight
    }

    init(_ row: Row) throws {
        id = try row["id"]
        customer = try row["customer"]
        lines = try row["lines"]
        labels = try row["labels"]
        note = try row["note"]
        digest = try row["digest"]
        ratio = try row["ratio"]
        weight = try row["weight"]
    }
}

struct Customer: StreamRow, Hashable {
    var name: String
    var city: String

    static let columns: [StreamColumn<Customer>] = [.init("name", \.name), .init("city", \.city)]

    init(name: String, city: String) {
        self.name = name
        self.city = city
    }

    init(_ row: Row) throws {
        name = try row["name"]
        city = try row["city"]
    }
}

struct Line: StreamRow, Hashable {
    var sku: String
    var quantity: Int

    static let columns: [StreamColumn<Line>] = [.init("sku", \.sku), .init("quantity", \.quantity)]

    init(_ sku: String, _ quantity: Int) {
        self.sku = sku
        self.quantity = quantity
    }

    init(_ row: Row) throws {
        sku = try row["sku"]
        quantity = try row["quantity"]
    }
}

let threeOrders = [
    Order(
        id: 1,
        customer: Customer(name: "Ada", city: "London"),
        lines: [Line("A", 2), Line("B", 1)],
        labels: ["w": 2, "h": 1],
        note: "now",
        digest: [0, 255],
        ratio: 0.5,
        weight: 1.5
    ),
    Order(id: 2, customer: Customer(name: "Bob", city: "Paris"), lines: []),
    Order(id: 3, customer: Customer(name: "Cyd", city: "Oslo"), lines: [Line("A", 7)], labels: ["k": 9]),
]

struct NestedRowTests {
    @Test func everyTypeComesBackAsItWas() throws {
        let builder = StreamBuilder()
        let rows = Collected<Order>()
        try builder.source(rows: threeOrders).to { (order: Order) in rows.append(order) }
        try builder.start()
        #expect(rows.all == threeOrders)
    }

    @Test func closuresGiveNestedRows() throws {
        let builder = StreamBuilder()
        let rows = Collected<Order>()
        let orders = try builder.source(rows: threeOrders)
        try orders.map { (order: Order) in
            var order = order
            order.lines.append(Line("Z", Int(order.id)))
            return order
        }.to { (order: Order) in rows.append(order) }
        try builder.start()
        #expect(rows.all.map(\.lines.last) == [Line("Z", 1), Line("Z", 2), Line("Z", 3)])
        #expect(rows.all.map(\.customer) == threeOrders.map(\.customer))
    }

    @Test func onlyNeededFieldsAreRead() throws {
        let builder = StreamBuilder()
        let orders = try builder.source(rows: threeOrders)
        let rows = try orders.map("customer.city AS city", "id").filter("id <> 2").collectText()
        #expect(try builder.explain().contains("columns=[id, customer(city)]"))
        try builder.start()
        #expect(rows.all == ["+I[London, 1]", "+I[Oslo, 3]"])
    }
}
