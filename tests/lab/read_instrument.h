// What an instrument of the laboratory reads of given weights.
#pragma once

#include "engine/compute/worker_pool.h"
#include "engine/lab/instrument.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

namespace grokscope::test {

inline RunConfig small_config(int p) {
    RunConfig config;
    config.p = p;
    config.d_model = 32;
    config.d_mlp = 64;
    config.train_fraction = 0.5;
    return config;
}

inline std::vector<FigureValues> read(const char* id, const RunConfig& config, int threads,
                                      const Parameters& weights, std::int32_t epoch = 100) {
    const Task task = make_task(config);
    WorkerPool pool(threads);
    return make_instrument(id, {config, task, pool})->measure({epoch, weights});
}

/// The values of one of the figures; empty when it is not there.
inline std::vector<double> values_of(const std::vector<FigureValues>& figures,
                                     const std::string& id) {
    for (const FigureValues& figure : figures) {
        if (figure.id == id) {
            return figure.values;
        }
    }
    return {};
}

/// Bit for bit; what is missing in one is missing in the other.
inline bool same_figures(const std::vector<FigureValues>& a, const std::vector<FigureValues>& b) {
    const auto same_values = [](double x, double y) {
        return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y);
    };
    return std::ranges::equal(a, b, [&](const FigureValues& x, const FigureValues& y) {
        return x.id == y.id && std::ranges::equal(x.values, y.values, same_values);
    });
}

} // namespace grokscope::test
