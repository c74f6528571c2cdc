import SluiceColumns

/// The texts of a stream as columns and arenas whose bytes the batches share: nothing is copied per row.
struct NexmarkTextColumns: Sendable {
    let names: Column
    let cities: Column
    let states: Column
    let channels: Column
    let urls: Column
    let extra: Arena
    let letters: Arena

    init(_ text: NexmarkText) {
        names = Self.column(text.names)
        cities = Self.column(text.cities)
        states = Self.column(text.states)
        channels = Self.column(text.channels)
        urls = Self.column(text.urls)
        extra = Self.arena(text.extraArena)
        letters = Self.arena(text.letterArena)
    }

    private static func arena(_ bytes: [UInt8]) -> Arena {
        let arena = Arena(byteCount: bytes.count, purpose: .buffers)
        arena.append(bytes.span.bytes)
        return arena
    }

    /// The table as a column whose bytes lie in one arena.
    private static func column(_ table: TextTable) -> Column {
        let arena = Self.arena(table.bytes)
        var builder = StringBuilder(count: table.count, sharing: ArenaSet([arena]), purpose: .buffers)
        for index in 0..<table.count {
            let range = table.range(index)
            builder.set(index, toView: arena.view(at: range.lowerBound, byteCount: range.count))
        }
        return builder.finish(.notNull(.string))
    }
}

/// Makes batches of a Nexmark stream, with the columns and fields wanted and no others.
///
/// Numbers and texts of bids are computed for every row without asking what it is, which is cheaper than to branch; the
/// few rows of other kinds are NULL by their validity, and their texts are emptied.
struct NexmarkBatchMaker {
    let schema: NexmarkSchema
    let model: NexmarkModel
    let texts: NexmarkTextColumns
    private(set) var slice: NexmarkSlice
    private var scratch: [UInt8] = []

    init(schema: NexmarkSchema, model: NexmarkModel, texts: NexmarkTextColumns) {
        self.schema = schema
        self.model = model
        self.texts = texts
        slice = NexmarkSlice(model.configuration)
    }

    /// A batch of the `count` events from event `first` on, with a column for each output of the schema.
    mutating func batch(from first: Int64, count: Int) -> Batch {
        slice.move(to: first, count: count)
        var times: RawBuffer?
        var columns: [Column] = []
        for output in schema.outputs {
            switch output {
            case .eventType(let type):
                columns.append(eventTypes(type))
            case .event(let kind, let type, let members):
                let validity = self.validity(of: kind)
                var children: [Column] = []
                for member in members {
                    children.append(column(member, validity, &times))
                }
                columns.append(
                    Column(type: type, count: count, values: nil, validity: validity, children: children)
                )
            }
        }
        return Batch(columns: columns, rowCount: count)
    }

    private func eventTypes(_ type: DataType) -> Column {
        let count = slice.count
        var lane = MutableLane<Int32>(count: count)
        do {
            var target = lane.span
            let kinds = slice.kinds.span
            for row in 0..<count { target[row] = Int32(kinds[row]) }
        }
        return Column(type: type, count: count, values: lane.finish())
    }

    /// Which rows are of `kind`; nil where all are.
    private func validity(of kind: NexmarkKind) -> Bitmap? {
        switch kind {
        case .person: return bits(set: slice.personRows)
        case .auction: return bits(set: slice.auctionRows)
        case .bid:
            if slice.personRows.isEmpty && slice.auctionRows.isEmpty { return nil }
            var bits = MutableBitmap(count: slice.count, repeating: true)
            for row in slice.personRows { bits.clear(row) }
            for row in slice.auctionRows { bits.clear(row) }
            return bits.finish()
        }
    }

    private func bits(set rows: [Int]) -> Bitmap? {
        var bits = MutableBitmap(count: slice.count, repeating: false)
        for row in rows { bits.set(row) }
        return bits.finishAsValidity()
    }

    private mutating func column(
        _ member: NexmarkSchema.Member,
        _ validity: Bitmap?,
        _ times: inout RawBuffer?
    ) -> Column {
        let type = member.type
        switch member.field {
        case .personTime, .auctionTime, .bidTime:
            let values = times ?? eventTimes()
            times = values
            return Column(type: type, count: slice.count, values: values, validity: validity)
        case .bidAuction, .bidBidder, .bidPrice:
            return Column(type: type, count: slice.count, values: bidNumbers(member.field), validity: validity)
        case .bidChannel, .bidURL:
            let table = member.field == .bidChannel ? texts.channels : texts.urls
            return text(of: bidTexts(from: table), type, validity, table.arenas)
        case .bidExtra:
            return text(of: bidExtras(), type, validity, ArenaSet([texts.extra]))
        case .personEmail, .personCard:
            return personText(member, validity)
        case .personName, .personCity, .personState, .personExtra, .auctionItemName, .auctionDescription,
            .auctionExtra:
            return rareText(member, validity)
        case .personID, .auctionID, .auctionInitialBid, .auctionReserve, .auctionExpires, .auctionSeller,
            .auctionCategory:
            return Column(type: type, count: slice.count, values: rareNumbers(member.field), validity: validity)
        }
    }

    private func text(of values: RawBuffer, _ type: DataType, _ validity: Bitmap?, _ arenas: ArenaSet) -> Column {
        Column(type: type, count: slice.count, values: values, validity: validity, arenas: arenas)
    }
}

// MARK: - Columns of bids, and of all events

extension NexmarkBatchMaker {
    /// Event times in microseconds; the three kinds share them.
    private func eventTimes() -> RawBuffer {
        let timeline = model.timeline
        return numbers(slice.lastPersons) { number, _ in timeline.millis(number) &* 1000 }
    }

    private func bidNumbers(_ field: NexmarkField) -> RawBuffer {
        switch field {
        case .bidAuction: numbers(slice.lastAuctions) { model.bidAuction($0, lastAuction: $1) }
        case .bidBidder: numbers(slice.lastPersons) { model.bidder($0, lastPerson: $1) }
        default: numbers(slice.lastPersons) { number, _ in model.bidPrice(number) }
        }
    }

    /// A number for every row, from its event's number and its entry in `last`.
    @inline(__always)
    private func numbers(_ last: [Int64], _ compute: (Int64, Int64) -> Int64) -> RawBuffer {
        let count = slice.count
        var lane = MutableLane<Int64>(count: count)
        do {
            var target = lane.span
            let numbers = slice.numbers.span
            let last = last.span
            for row in 0..<count { target[row] = compute(numbers[row], last[row]) }
        }
        return lane.finish()
    }

    private func bidTexts(from table: Column) -> RawBuffer {
        let views = table.views
        let count = slice.count
        var lane = MutableLane<StringView>(count: count)
        do {
            var target = lane.span
            let numbers = slice.numbers.span
            for row in 0..<count { target[row] = views[model.channel(numbers[row])] }
            emptyOtherThanBids(&target)
        }
        return lane.finish()
    }

    private func bidExtras() -> RawBuffer {
        let arena = texts.extra
        let count = slice.count
        var lane = MutableLane<StringView>(count: count)
        do {
            var target = lane.span
            let numbers = slice.numbers.span
            for row in 0..<count {
                let cut = model.bidExtra(numbers[row])
                target[row] = arena.view(at: cut.start, byteCount: cut.byteCount)
            }
            emptyOtherThanBids(&target)
        }
        return lane.finish()
    }

    private func emptyOtherThanBids(_ target: inout MutableSpan<StringView>) {
        for row in slice.personRows { target[row] = .empty }
        for row in slice.auctionRows { target[row] = .empty }
    }
}

// MARK: - Columns of persons and auctions: few rows, made one by one

extension NexmarkBatchMaker {
    private func rareNumbers(_ field: NexmarkField) -> RawBuffer {
        var lane = MutableLane<Int64>(count: slice.count, zeroed: true)
        do {
            var target = lane.span
            for row in field == .personID ? slice.personRows : slice.auctionRows {
                target[row] = rareNumber(field, row)
            }
        }
        return lane.finish()
    }

    private func rareNumber(_ field: NexmarkField, _ row: Int) -> Int64 {
        let number = slice.numbers[row]
        switch field {
        case .personID: return NexmarkModel.firstID + slice.lastPersons[row]
        case .auctionID: return NexmarkModel.firstID + slice.lastAuctions[row]
        case .auctionInitialBid: return model.initialBid(number)
        case .auctionReserve: return model.reserve(number)
        case .auctionExpires: return model.expires(number) * 1000
        case .auctionSeller: return model.seller(number, lastPerson: slice.lastPersons[row])
        default: return model.category(number)
        }
    }

    private func rareText(_ member: NexmarkSchema.Member, _ validity: Bitmap?) -> Column {
        let arenas: ArenaSet =
            switch member.field {
            case .personName: texts.names.arenas
            case .personCity: texts.cities.arenas
            case .personState: texts.states.arenas
            case .auctionItemName, .auctionDescription: ArenaSet([texts.letters])
            default: ArenaSet([texts.extra])
            }
        let isPerson = member.field.rawValue.hasPrefix("person")
        var lane = MutableLane<StringView>(count: slice.count, zeroed: true)
        do {
            var target = lane.span
            for row in isPerson ? slice.personRows : slice.auctionRows {
                target[row] = rareView(member.field, slice.numbers[row])
            }
        }
        return text(of: lane.finish(), member.type, validity, arenas)
    }

    private func rareView(_ field: NexmarkField, _ number: Int64) -> StringView {
        switch field {
        case .personName: texts.names.views[model.name(number)]
        case .personCity: texts.cities.views[model.city(number)]
        case .personState: texts.states.views[model.state(number)]
        case .auctionItemName: view(model.itemName(number), in: texts.letters)
        case .auctionDescription: view(model.itemDescription(number), in: texts.letters)
        case .auctionExtra: view(model.auctionExtra(number), in: texts.extra)
        default: view(model.personExtra(number), in: texts.extra)
        }
    }

    private func view(_ cut: TextCut, in arena: Arena) -> StringView {
        arena.view(at: cut.start, byteCount: cut.byteCount)
    }

    /// Mail addresses and card numbers: the two texts that are written anew for each row.
    private mutating func personText(_ member: NexmarkSchema.Member, _ validity: Bitmap?) -> Column {
        var builder = StringBuilder(count: slice.count)
        for row in slice.personRows {
            scratch.removeAll(keepingCapacity: true)
            if member.field == .personEmail {
                model.appendEmail(slice.numbers[row], to: &scratch)
            } else {
                model.appendCreditCard(slice.numbers[row], to: &scratch)
            }
            builder.set(row, to: scratch.span)
        }
        return builder.finish(member.type, validity: validity)
    }
}
