import SluiceColumns
import SluiceConnect

/// A kind of database, and where one of it is: what a sink knows before it connects.
protocol Database: Sendable {
    /// The form of rows that wait for it.
    associatedtype Form: StagedForm
    /// Where it is, without secrets, as in `SQLite file '/data/x.db'`.
    var place: String { get }
    /// The database's name of a type.
    ///
    /// - Throws: `unsupportedType` where values of it cannot be stored.
    func typeName(_ type: DataType) throws(ConnectorError) -> String
    /// Opens a connection and checks that the table can be written as declared.
    ///
    /// - Parameter recordsEpochs: whether epochs will be recorded beside the rows.
    func connect(
        _ table: DatabaseTable,
        options: DatabaseSinkOptions,
        recordsEpochs: Bool
    ) throws(ConnectorError) -> any DatabaseConnection
}

/// A connection that writes one table.
///
/// Used by one thread at a time.
protocol DatabaseConnection: AnyObject, Sendable {
    /// Applies changes in one transaction, part by part.
    ///
    /// With an epoch its number is recorded in the same transaction, and nothing is done where that number or a later
    /// one is recorded already.
    func apply(_ parts: [StagedChanges], of epoch: SinkEpoch?) throws(ConnectorError)
    /// The last epoch of the sink that is recorded; nil where none is.
    func recordedEpoch(of epoch: SinkEpoch) throws(ConnectorError) -> Int64?
}
