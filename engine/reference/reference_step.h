// The epoch as libtorch's autograd computes it: the readable path, the oracle inside the process.
// Threads: as Step says; libtorch works on the calling thread.
#pragma once

#include "engine/model/step.h"
#include "engine/protocol/config.h"
#include "engine/task/task.h"

#include <memory>
#include <string>

namespace grokscope {

/// Why the reference step cannot compute on CUDA here, a clause for a sentence; empty when it can.
/// Loads libtorch in a program that has not done so.
[[nodiscard]] std::string why_no_cuda();

/// The sentence for a user who asked for CUDA where there is none.
[[nodiscard]] inline std::string no_cuda_in_words(const std::string& why) {
    return "the device (--device) cuda cannot be had: " + why +
           "; give --device cpu, or auto, which takes CUDA only where there is a device";
}

/// The step of any configuration: every shape, every offset in -8..8. Copies what it needs of the
/// task. On CUDA the weights travel to the first device and the gradients back each epoch; kAuto is
/// CUDA where why_no_cuda() has nothing to say. config.device is not asked. Throws
/// std::invalid_argument when the configuration has mistakes, std::runtime_error when there is no
/// device for kCuda.
[[nodiscard]] std::unique_ptr<Step> make_reference_step(const RunConfig& config, const Task& task,
                                                        Device device = Device::kCpu);

} // namespace grokscope
