// The digests of OpenSSL by their plain functions. OpenSSL 3 calls those deprecated in favour of EVP, which costs five
// times as much for a short text and 3.8 MB: docs/design/0016.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/md5.h>
#include <openssl/sha.h>
