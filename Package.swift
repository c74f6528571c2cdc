// swift-tools-version: 6.2
import PackageDescription

/// The settings every target of ours is built with.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
    .treatAllWarnings(as: .error),
]

/// SluiceColumns owns all raw memory, so each unsafe use in it is marked.
let strict: [SwiftSetting] = house + [.strictMemorySafety()]

func room(_ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = house) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], data: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: data, swiftSettings: house)
}

let package = Package(
    name: "sluice",
    products: [
        .library(name: "Sluice", targets: ["Sluice"]),
        .executable(name: "sluice", targets: ["SluiceCLI"]),
        .executable(name: "conformance", targets: ["Conformance"]),
        .executable(name: "benchmarks", targets: ["Benchmarks"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        // C libraries and shims: no logic of ours beyond the shim.
        .target(name: "CSluiceShims"),
        .target(name: "CHyperscan"),
        .target(name: "CPostgreSQL"),
        .target(name: "CRocksDB"),
        .target(name: "CSQLite"),
        .systemLibrary(name: "CZlib"),
        .systemLibrary(name: "CZstd"),
        .systemLibrary(name: "CPCRE2"),
        .systemLibrary(name: "CCrypto"),
        // L0
        room("SluiceColumns", ["CSluiceShims"], settings: strict),
        room("SluiceSQL"),
        // L1
        room("SluiceKernels", ["SluiceColumns", "CPCRE2", "CCrypto", "CHyperscan", "CSluiceShims"]),
        room("SluiceState", ["SluiceColumns", "CSluiceShims", "CRocksDB"]),
        room("SluiceConnect", ["SluiceColumns"]),
        // L2
        room("SluicePlan", ["SluiceSQL", "SluiceColumns", "SluiceKernels", "SluiceConnect"]),
        room(
            "SluiceConnectors",
            [
                "SluiceConnect", "SluiceKernels", "SluiceColumns", "CZlib", "CZstd", "CSQLite", "CPostgreSQL",
                "CSluiceShims",
            ]
        ),
        // L3
        room("SluiceOperators", ["SluicePlan", "SluiceKernels", "SluiceState", "SluiceColumns", "SluiceConnect"]),
        // L4
        room(
            "SluiceRuntime",
            ["SluiceOperators", "SluicePlan", "SluiceKernels", "SluiceState", "SluiceConnect", "SluiceColumns"]
        ),
        // L5
        room(
            "Sluice",
            [
                "SluiceRuntime", "SluiceOperators", "SluicePlan", "SluiceConnectors", "SluiceConnect", "SluiceKernels",
                "SluiceState", "SluiceSQL", "SluiceColumns",
            ]
        ),
        // L7
        .executableTarget(
            name: "SluiceCLI",
            dependencies: [
                "Sluice", "SluiceRuntime", "SluicePlan", "SluiceConnectors", "SluiceConnect", "SluiceKernels",
                "SluiceSQL", "SluiceColumns",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: house
        ),
        .executableTarget(
            name: "Conformance",
            dependencies: [
                "SluiceTesting", "Sluice",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: house
        ),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "SluicePlan", "SluiceConnect", "SluiceKernels", "SluiceSQL", "SluiceColumns",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: house
        ),
        // Examples
        .executableTarget(
            name: "StreamBuilderExample",
            dependencies: ["Sluice"],
            path: "examples/stream-builder",
            exclude: ["expected.txt"],
            swiftSettings: house
        ),
        // Test support
        room(
            "SluiceTesting",
            [
                "Sluice", "SluiceRuntime", "SluiceOperators", "SluicePlan", "SluiceConnectors", "SluiceConnect",
                "SluiceKernels", "SluiceState", "SluiceSQL", "SluiceColumns",
            ]
        ),
        tests("SluiceColumnsTests", ["SluiceTesting", "SluiceColumns"]),
        tests("SluiceSQLTests", ["SluiceTesting", "SluiceSQL"]),
        tests("SluiceKernelsTests", ["SluiceTesting", "SluiceKernels", "SluiceColumns"]),
        tests("SluiceStateTests", ["SluiceTesting", "SluiceState", "SluiceColumns"]),
        tests(
            "SluiceConnectorsTests",
            ["SluiceTesting", "SluiceConnectors", "SluiceConnect", "SluiceKernels", "SluiceColumns"],
            data: ["Formats/csv.golden", "Formats/json.golden", "Formats/raw.golden"]
        ),
        tests(
            "SluicePlanTests",
            ["SluiceTesting", "SluicePlan", "SluiceSQL", "SluiceKernels", "SluiceConnect", "SluiceColumns"]
        ),
        tests(
            "SluiceOperatorsTests",
            ["SluiceTesting", "SluiceOperators", "SluicePlan", "SluiceState", "SluiceKernels", "SluiceColumns"]
        ),
        tests(
            "SluiceRuntimeTests",
            [
                "SluiceTesting", "Sluice", "SluiceRuntime", "SluiceOperators", "SluicePlan", "SluiceKernels",
                "SluiceState", "SluiceConnect", "SluiceColumns",
            ]
        ),
        tests(
            "SluiceTests",
            [
                "Sluice", "SluiceTesting", "SluiceRuntime", "SluiceKernels", "SluiceState", "SluiceSQL",
                "SluiceColumns", "StreamBuilderExample", "Benchmarks",
            ]
        ),
        tests("TidyTests", []),
    ]
)
