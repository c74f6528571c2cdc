/// Types, values, rows and the contracts of connectors are part of what `import Sluice` gives.
@_exported import SluiceColumns
@_exported import SluiceConnect
