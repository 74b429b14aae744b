#include "engine/task/task.h"

#include "engine/task/mersenne_twister.h"

#include <numeric>
#include <span>
#include <stdexcept>
#include <string>

namespace grokscope {

namespace {

void append(PairSet& set, const Arithmetic& arithmetic, Pair pair) {
    set.pairs.push_back(pair);
    set.labels.push_back(static_cast<std::uint16_t>(arithmetic.answer(pair.a, pair.b)));
}

/// All pairs in the order of the preset's shuffle.
std::vector<Pair> shuffled_pairs(const RunConfig& config) {
    const std::vector<Pair> pairs = all_pairs(config.arithmetic()).pairs;
    if (config.preset == Preset::kTransformerLens) {
        std::vector<Pair> shuffled;
        shuffled.reserve(pairs.size());
        for (const std::uint32_t index :
             torch_randperm(config.effective_split_seed(), pairs.size())) {
            shuffled.push_back(pairs[index]);
        }
        return shuffled;
    }
    std::vector<Pair> shuffled = pairs;
    PythonRandom(config.effective_split_seed()).shuffle(std::span(shuffled));
    return shuffled;
}

/// PairSet::mirrored of the test pairs.
std::vector<std::uint8_t> mirrors_of(const Task& task) {
    const auto p = static_cast<std::size_t>(task.p);
    std::vector<std::uint8_t> trains(p * p);
    for (const Pair& pair : task.train.pairs) {
        trains[pair.a * p + pair.b] = 1;
    }
    std::vector<std::uint8_t> mirrored;
    mirrored.reserve(task.test.size());
    for (const Pair& pair : task.test.pairs) {
        mirrored.push_back(trains[pair.b * p + pair.a]);
    }
    return mirrored;
}

} // namespace

PairSet all_pairs(const Arithmetic& arithmetic) {
    PairSet set;
    const auto count = static_cast<std::size_t>(arithmetic.pairs());
    set.pairs.reserve(count);
    set.labels.reserve(count);
    for (int a = 0; a < arithmetic.p; ++a) {
        for (int b = 0; b < arithmetic.p; ++b) {
            if (arithmetic.defined(a, b)) {
                append(set, arithmetic,
                       Pair{static_cast<std::uint16_t>(a), static_cast<std::uint16_t>(b)});
            }
        }
    }
    return set;
}

std::vector<Pair> group_pairs(const GroupIndex& group) {
    std::vector<Pair> pairs;
    for (int u = 0; u < group.order(); ++u) {
        for (int v = 0; v < group.order(); ++v) {
            pairs.push_back({static_cast<std::uint16_t>(group.element(u)),
                             static_cast<std::uint16_t>(group.second(v))});
        }
    }
    return pairs;
}

Task make_task(const RunConfig& config) {
    config.require_valid();
    Task task;
    task.p = config.p;
    const Arithmetic arithmetic = config.arithmetic();
    const std::vector<Pair> order = shuffled_pairs(config);
    const auto train_pairs = static_cast<std::size_t>(config.train_pairs());
    for (std::size_t i = 0; i < order.size(); ++i) {
        append(i < train_pairs ? task.train : task.test, arithmetic, order[i]);
    }
    if (arithmetic.is_commutative()) {
        task.test.mirrored = mirrors_of(task);
    }
    return task;
}

std::vector<std::uint32_t> permuted_targets(std::uint32_t seed, std::size_t count) {
    constexpr std::uint32_t kApart = 4242; // from the seeds of weights, split and probes
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    PythonRandom(seed + kApart).shuffle(std::span(order));
    return order;
}

} // namespace grokscope
