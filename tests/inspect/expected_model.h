// Models for the inspector, and what it must say of them by plain loops.
#pragma once

#include "engine/inspect/model_inspector.h"
#include "tests/inspect/naive_ablation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

namespace grokscope {

inline RunConfig small_config(int p = 11) {
    RunConfig config;
    config.p = p;
    config.d_model = 32;
    config.d_mlp = 64;
    config.train_fraction = 0.4;
    return config;
}

inline std::shared_ptr<const Parameters> weights_of(const RunConfig& config, unsigned seed = 3) {
    return std::make_shared<const Parameters>(
        test::random_parameters(ModelShape::of(config), seed));
}

/// Mean loss and share of right answers over pairs, from logits [p*p][p].
inline std::pair<double, double> figures_of(const std::vector<std::vector<double>>& logits,
                                            const PairSet& pairs, int p) {
    double loss = 0;
    double correct = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const auto& row = logits[static_cast<std::size_t>(pairs.pairs[i].a * p + pairs.pairs[i].b)];
        double total = 0;
        for (const double logit : row) {
            total += std::exp(logit);
        }
        loss += std::log(total) - row[pairs.labels[i]];
        correct +=
            std::max_element(row.begin(), row.end()) - row.begin() == pairs.labels[i] ? 1 : 0;
    }
    const auto n = static_cast<double>(pairs.size());
    return {loss / n, correct / n};
}

inline void expect_model(const InspectedModel& model,
                         const std::vector<std::vector<double>>& logits, const RunConfig& config,
                         NumberPair pair, double tolerance) {
    const Task task = make_task(config);
    const auto [train_loss, train_accuracy] = figures_of(logits, task.train, config.p);
    const auto [test_loss, test_accuracy] = figures_of(logits, task.test, config.p);
    EXPECT_NEAR(model.figures.train_loss, train_loss, tolerance * train_loss);
    EXPECT_NEAR(model.figures.test_loss, test_loss, tolerance * test_loss);
    EXPECT_DOUBLE_EQ(model.figures.train_accuracy, train_accuracy);
    EXPECT_DOUBLE_EQ(model.figures.test_accuracy, test_accuracy);
    const auto& row = logits[static_cast<std::size_t>(pair.a * config.p + pair.b)];
    ASSERT_TRUE(model.pair);
    ASSERT_EQ(model.pair->logits.size(), row.size());
    for (std::size_t c = 0; c < row.size(); ++c) {
        EXPECT_NEAR(model.pair->logits[c], row[c], tolerance * 10) << "class " << c;
    }
}

} // namespace grokscope
