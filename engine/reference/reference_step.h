// The epoch as libtorch's autograd computes it: the readable path, the oracle inside the process.
// Threads: as Step says; libtorch works on the calling thread.
#pragma once

#include "engine/model/step.h"
#include "engine/protocol/config.h"
#include "engine/task/task.h"

#include <memory>
#include <string>

namespace grokscope {

/// The step of any configuration: every shape, every offset in -8..8. Copies what it needs of the
/// task. device is a libtorch device name; with another than "cpu" the weights travel there and the
/// gradients back each epoch. Throws std::invalid_argument when the configuration has mistakes, and
/// c10::Error when libtorch knows no such device.
[[nodiscard]] std::unique_ptr<Step> make_reference_step(const RunConfig& config, const Task& task,
                                                        const std::string& device = "cpu");

} // namespace grokscope
