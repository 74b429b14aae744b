#include "engine/optim/rate_schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace grokscope {

double rate_factor(const RunConfig& config, std::int32_t epoch) {
    if (epoch < config.warmup_epochs) {
        return static_cast<double>(epoch) / config.warmup_epochs;
    }
    if (config.schedule == Schedule::kConstant) {
        return 1;
    }
    const int span = std::max(1, config.epochs - 1 - config.warmup_epochs);
    const double done = std::min(1.0, static_cast<double>(epoch - config.warmup_epochs) / span);
    const double low = config.learning_rate_min / config.learning_rate;
    return low + (1 - low) * 0.5 * (1 + std::cos(std::numbers::pi * done));
}

} // namespace grokscope
