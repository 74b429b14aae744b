// Stored learning curves of the plain PyTorch oracle (tests/reference/traces), and the bands in
// which another implementation of the same mathematics must follow them (science.md section 7, R7
// and R8).
#pragma once

#include "engine/protocol/config.h"
#include "engine/protocol/metrics.h"
#include "engine/train/run.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope::trace {

/// The rows of traces/NAME.csv as samples. Throws std::runtime_error when the file is missing or
/// has other columns than the oracle writes.
inline std::vector<MetricSample> read(const std::string& path, const Stencil& stencil) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line)) {
        throw std::runtime_error("cannot read the trace " + path);
    }
    std::string expected = "epoch,train_loss,test_loss,train_acc,test_acc";
    for (const int k : stencil.offsets()) {
        expected += ",mismatch_" + std::to_string(k);
    }
    while (!line.empty() && line.back() == '\r') { // Python's csv ends lines so
        line.pop_back();
    }
    if (line != expected) {
        throw std::runtime_error(path + " has the columns " + line + ", expected " + expected);
    }
    std::vector<MetricSample> rows;
    while (std::getline(file, line)) {
        std::stringstream cells(line);
        const auto next = [&] {
            std::string cell;
            std::getline(cells, cell, ',');
            return std::stod(cell); // takes "nan" too
        };
        MetricSample row;
        row.epoch = static_cast<std::int32_t>(next());
        row.train_loss = next();
        row.test_loss = next();
        row.train_accuracy = next();
        row.test_accuracy = next();
        for (const int k : stencil.offsets()) {
            row.mismatch[offset_slot(k)] = next();
        }
        rows.push_back(row);
    }
    return rows;
}

/// Largest relative differences allowed at an epoch (R7); mismatches have the 1 % of R8 at
/// epoch 10.
struct Band {
    double train_loss, test_loss, mismatch;
};
inline Band band_at(std::int32_t epoch) {
    if (epoch == 0) {
        return {1e-6, 1e-6, 1e-5};
    }
    if (epoch <= 10) {
        return {1e-4, 1e-4, 1e-2};
    }
    if (epoch <= 50) {
        return {2e-3, 2e-3, 1e-2};
    }
    if (epoch <= 100) {
        return {1e-2, 1e-2, 5e-2};
    }
    return {0.2, 0.03, 5e-2};
}

inline double relative(double value, double expected) {
    return std::abs(value - expected) / std::abs(expected);
}

/// Expects a sample within its band around the row of the same epoch, mismatches present and
/// missing at the same places. `slack` widens the band of the train loss.
inline void expect_close(const MetricSample& sample, const MetricSample& row, double slack = 1) {
    ASSERT_EQ(sample.epoch, row.epoch);
    const Band band = band_at(row.epoch);
    EXPECT_LE(relative(sample.train_loss, row.train_loss), slack * band.train_loss)
        << "train loss " << sample.train_loss << ", trace " << row.train_loss << ", epoch "
        << row.epoch;
    EXPECT_LE(relative(sample.test_loss, row.test_loss), band.test_loss)
        << "test loss " << sample.test_loss << ", trace " << row.test_loss << ", epoch "
        << row.epoch;
    // Few pairs change sides within the band: at most 1 % of them up to epoch 50, and 2 % where
    // the band of the loss is five times as wide and more.
    const double accuracy = row.epoch == 0 ? 3e-4 : row.epoch <= 50 ? 1e-2 : 2e-2;
    EXPECT_NEAR(sample.train_accuracy, row.train_accuracy, accuracy) << "epoch " << row.epoch;
    EXPECT_NEAR(sample.test_accuracy, row.test_accuracy, accuracy) << "epoch " << row.epoch;
    for (int k = -kMaxOffset; k <= kMaxOffset; ++k) {
        const double value = sample.mismatch[offset_slot(k)];
        const double expected = row.mismatch[offset_slot(k)];
        if (std::isnan(expected)) {
            EXPECT_TRUE(std::isnan(value)) << "mismatch " << k << ", epoch " << row.epoch;
        } else {
            EXPECT_LE(relative(value, expected), band.mismatch)
                << "mismatch " << k << " is " << value << ", trace " << expected << ", epoch "
                << row.epoch;
        }
    }
}

/// Trains `run` until the row of `last_epoch` and expects every sample close to its row. The run is
/// evaluated as often as the trace.
inline void expect_follows(Run& run, const std::vector<MetricSample>& rows, std::int32_t last_epoch,
                           double slack = 1) {
    std::size_t compared = 0;
    while (run.epoch() <= last_epoch) {
        if (const auto sample = run.advance_one_epoch()) {
            ASSERT_LT(compared, rows.size());
            expect_close(*sample, rows[compared], slack);
            ++compared;
        }
    }
    EXPECT_EQ(compared, static_cast<std::size_t>(last_epoch / run.config().eval_every) + 1);
}

} // namespace grokscope::trace
