// Replaced as soon as the first file of this target lands.
