/// Which row kinds travel along an edge of the dataflow.
public enum ChangelogMode: String, Sendable, Hashable {
    /// `+I` only.
    case insertOnly = "insert-only"
    /// `+I`, `+U` and `-D` keyed by a unique key; `-U` left out.
    case upsert
    /// All four kinds: every change takes the old row back.
    case retract
}
