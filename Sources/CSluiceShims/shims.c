// A C target needs one translation unit; everything else is static inline in the header.
#include "CSluiceShims.h"
