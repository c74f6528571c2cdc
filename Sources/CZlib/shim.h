#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/// A stream that inflates gzip or zlib data, at an address that stays; NULL where there is no memory.
static inline z_stream *sluice_inflate_open(void) {
    z_stream *stream = (z_stream *)calloc(1, sizeof(z_stream));
    if (stream == NULL) return NULL;
    if (inflateInit2(stream, 15 + 32) != Z_OK) {
        free(stream);
        return NULL;
    }
    return stream;
}

/// Gives a stream of `sluice_inflate_open` back.
static inline void sluice_inflate_close(z_stream *stream) {
    inflateEnd(stream);
    free(stream);
}
