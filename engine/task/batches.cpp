#include "engine/task/batches.h"

#include "engine/task/mersenne_twister.h"

#include <numeric>

namespace grokscope {

Batches::Batches(const RunConfig& config)
    : seed_(config.seed), pairs_(static_cast<std::size_t>(config.train_pairs())),
      size_(static_cast<std::size_t>(config.batch)) {
}

std::span<const std::uint32_t> Batches::rows(std::int64_t update) {
    if (takes_all()) {
        return {};
    }
    const auto batches = static_cast<std::int64_t>(pairs_ / size_);
    if (const std::int64_t pass = update / batches; pass != pass_) {
        constexpr std::uint32_t kBetweenPasses = 7919;
        order_.resize(pairs_);
        std::iota(order_.begin(), order_.end(), 0U);
        // Wraps mod 2^32, as the definition does.
        PythonRandom random(seed_ + kBetweenPasses * static_cast<std::uint32_t>(pass + 1));
        random.shuffle(std::span(order_));
        pass_ = pass;
    }
    return std::span(order_).subspan(static_cast<std::size_t>(update % batches) * size_, size_);
}

} // namespace grokscope
