/// What this build of Sluice is.
package enum SluiceRelease {
    /// The version, as in CHANGELOG.md.
    package static let version = "0.1.0"
}
