#include "engine/reference/torch_threads.h"

#include <ATen/Parallel.h>

namespace grokscope {

void configure_torch_threads() {
    at::set_num_threads(1);
}

} // namespace grokscope
