// libpq's header. Debian keeps it in a folder of its own; elsewhere it is found on the include path, for example with
// -Xcc -I$(pg_config --includedir).
#pragma once

#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else
#include <postgresql/libpq-fe.h>
#endif
