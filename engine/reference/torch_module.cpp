#include "engine/reference/torch_module.h"

extern "C" __attribute__((visibility("default"))) const grokscope::TorchModule*
grokscope_torch_module() {
    static const grokscope::TorchModule module{.make_initial_state = grokscope::initial_state,
                                               .make_step = grokscope::make_reference_step,
                                               .tell_why_no_cuda = grokscope::why_no_cuda};
    grokscope::configure_torch_threads();
    return &module;
}
