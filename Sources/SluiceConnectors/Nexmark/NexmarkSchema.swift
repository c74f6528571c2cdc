import SluiceColumns

/// What a Nexmark event is about; the raw value is the table's `event_type`.
enum NexmarkKind: UInt8, Sendable, CaseIterable {
    case person = 0
    case auction = 1
    case bid = 2

    /// The table's column for events of this kind.
    var columnName: String {
        switch self {
        case .person: "person"
        case .auction: "auction"
        case .bid: "bid"
        }
    }
}

/// The fields of the three kinds of events; the raw value is `column.field` as the table has it.
enum NexmarkField: String, Sendable, Hashable, CaseIterable {
    case personID = "person.id"
    case personName = "person.name"
    case personEmail = "person.emailAddress"
    case personCard = "person.creditCard"
    case personCity = "person.city"
    case personState = "person.state"
    case personTime = "person.dateTime"
    case personExtra = "person.extra"
    case auctionID = "auction.id"
    case auctionItemName = "auction.itemName"
    case auctionDescription = "auction.description"
    case auctionInitialBid = "auction.initialBid"
    case auctionReserve = "auction.reserve"
    case auctionTime = "auction.dateTime"
    case auctionExpires = "auction.expires"
    case auctionSeller = "auction.seller"
    case auctionCategory = "auction.category"
    case auctionExtra = "auction.extra"
    case bidAuction = "bid.auction"
    case bidBidder = "bid.bidder"
    case bidPrice = "bid.price"
    case bidChannel = "bid.channel"
    case bidURL = "bid.url"
    case bidTime = "bid.dateTime"
    case bidExtra = "bid.extra"

    /// The type in the table's usual declaration.
    var type: LogicalType {
        switch self {
        case .personName, .personEmail, .personCard, .personCity, .personState, .personExtra, .auctionItemName,
            .auctionDescription, .auctionExtra, .bidChannel, .bidURL, .bidExtra:
            .string
        case .personTime, .auctionTime, .auctionExpires, .bidTime: .timestamp(3)
        case .personID, .auctionID, .auctionInitialBid, .auctionReserve, .auctionSeller, .auctionCategory, .bidAuction,
            .bidBidder, .bidPrice:
            .bigint
        }
    }

    /// Whether values of `declared` can be made: the field's own type, and for times any zone and precision up to 6.
    func fits(_ declared: LogicalType) -> Bool {
        switch (type, declared) {
        case (.timestamp, .timestamp(let precision)), (.timestamp, .timestampLTZ(let precision)):
            (3...6).contains(precision)
        case (let own, _): own == declared
        }
    }

    /// The fields of `kind`, in the order of the usual declaration.
    static func fields(of kind: NexmarkKind) -> [NexmarkField] {
        allCases.filter { $0.rawValue.hasPrefix(kind.columnName + ".") }
    }
}

/// A table column that a Nexmark source cannot fill.
struct NexmarkSchemaError: Error, Hashable, CustomStringConvertible {
    var message: String
    var description: String { message }
}

/// What a query wants of the stream: columns of the table, and of its rows only the fields that are used.
struct NexmarkSchema: Sendable {
    /// One column of the batches.
    enum Output: Sendable {
        case eventType(DataType)
        /// The event itself where it is of this kind, NULL elsewhere.
        case event(NexmarkKind, DataType, [Member])
    }

    /// One field of an event.
    struct Member: Sendable {
        var field: NexmarkField
        var type: DataType
    }

    let outputs: [Output]

    /// - Parameter columns: names and types of the columns wanted, rows with the fields wanted; in any order.
    /// - Throws: the first column or field that is unknown or has another type than it must have.
    init(_ columns: [RowField]) throws(NexmarkSchemaError) {
        var outputs: [Output] = []
        for column in columns {
            outputs.append(try Self.output(for: column))
        }
        self.outputs = outputs
    }

    /// Every field wanted.
    var fields: Set<NexmarkField> {
        var fields: Set<NexmarkField> = []
        for case .event(_, _, let members) in outputs {
            fields.formUnion(members.map(\.field))
        }
        return fields
    }

    private static func output(for column: RowField) throws(NexmarkSchemaError) -> Output {
        if column.name == "event_type" {
            guard column.type.logical == .int else {
                throw NexmarkSchemaError(message: "column 'event_type' must be INT, not \(column.type.logical)")
            }
            return .eventType(column.type)
        }
        guard let kind = NexmarkKind.allCases.first(where: { $0.columnName == column.name }) else {
            throw NexmarkSchemaError(
                message: "a Nexmark table has the columns event_type, person, auction and bid, not '\(column.name)'"
            )
        }
        guard case .row(let fields) = column.type.logical, column.type.isNullable else {
            throw NexmarkSchemaError(message: "column '\(column.name)' must be a ROW that may be NULL")
        }
        var members: [Member] = []
        for field in fields {
            members.append(try member(field, of: kind))
        }
        return .event(kind, column.type, members)
    }

    private static func member(_ declared: RowField, of kind: NexmarkKind) throws(NexmarkSchemaError) -> Member {
        guard let field = NexmarkField(rawValue: "\(kind.columnName).\(declared.name)") else {
            let known = NexmarkField.fields(of: kind).map { $0.rawValue.dropFirst(kind.columnName.utf8.count + 1) }
            throw NexmarkSchemaError(
                message: "'\(kind.columnName)' has no field '\(declared.name)'; it has "
                    + known.joined(separator: ", ")
            )
        }
        guard field.fits(declared.type.logical) else {
            throw NexmarkSchemaError(
                message: "field '\(field.rawValue)' must be \(field.type), not \(declared.type.logical)"
            )
        }
        return Member(field: field, type: declared.type)
    }
}
