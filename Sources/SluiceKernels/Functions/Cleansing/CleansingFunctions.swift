/// The functions that clean, compare and take apart raw text, which Flink does not have.
///
/// They are NULL where an argument is, unless their summary says otherwise. Positions and lengths count code points.
package enum CleansingFunctions {
    /// Every function of the family.
    package static let all: [ScalarFunction] =
        blankFunctions + caselessFunctions + markerFunctions + similarityFunctions + maskFunctions + soundFunctions
        + partFunctions + charsetFunctions
}
