#include "ui/core/free_memory.h"

#include <cstdlib> // says whether it is glibc's

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace grokscope::ui {

void give_free_memory_back() {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

} // namespace grokscope::ui
