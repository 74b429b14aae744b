// What the module that carries libtorch gives to the program.
#pragma once

#include "engine/reference/initial_state.h"
#include "engine/reference/reference_step.h"
#include "engine/reference/torch_threads.h"

#include <memory>

namespace grokscope {

/// The functions of these names, as the module has them.
struct TorchModule {
    decltype(&initial_state) make_initial_state;
    decltype(&make_reference_step) make_step;
    decltype(&why_no_cuda) tell_why_no_cuda;
};

/// The module's one name for the loader: `const TorchModule* grokscope_torch_module()`.
inline constexpr const char* kTorchModuleEntry = "grokscope_torch_module";

} // namespace grokscope
