#include "engine/inspect/grid_reading.h"

#include "engine/analysis/cross_entropy.h"
#include "engine/analysis/row_reductions.h"
#include "engine/compute/worker_pool.h"
#include "engine/model/row_kernels.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope {

namespace {

constexpr double kSafe = 1e-250; // far from where a double loses digits

/// Sums over the pairs of one a.
struct RowSums {
    double train_loss = 0;
    double test_loss = 0;
    int train_correct = 0;
    int test_correct = 0;
};

/// Index of the largest logit, the lowest on a tie; within the row even when it holds a NaN.
std::size_t answer_of(std::span<const float> row) {
    return static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin());
}

} // namespace

InspectedModel read_grid(std::span<const float> logits, const SplitGrid& split, WorkerPool& pool) {
    const auto p = static_cast<std::size_t>(split.p);
    if (logits.size() != p * p * p) {
        throw std::invalid_argument("reading the grid needs p*p*p logits, got " +
                                    std::to_string(logits.size()));
    }
    InspectedModel model;
    model.answers.resize(p * p);
    model.confidence.resize(p * p);
    std::vector<RowSums> rows(p);
    std::vector<std::vector<double>> scratch(static_cast<std::size_t>(pool.threads()),
                                             std::vector<double>(p));
    pool.run(split.p, [&](int a, int worker) {
        std::vector<double>& exponentials = scratch[static_cast<std::size_t>(worker)];
        RowSums& sums = rows[static_cast<std::size_t>(a)];
        for (std::size_t b = 0; b < p; ++b) {
            const std::size_t pair = static_cast<std::size_t>(a) * p + b;
            const std::size_t label = (static_cast<std::size_t>(a) + b) % p;
            const auto row = logits.subspan(pair * p, p);
            const float largest = largest_of(row);
            row_exponentials(row.data(), p, largest, exponentials.data());
            const double right = exponentials[label];
            exponentials[label] = 0;
            const double wrong = sum_of(std::span<const double>(exponentials));
            const double loss =
                right > kSafe ? std::log1p(wrong / right) : cross_entropy(row, label);
            const bool correct = row[label] == largest && answer_of(row.first(label + 1)) == label;
            model.answers[pair] = static_cast<std::uint16_t>(correct ? label : answer_of(row));
            model.confidence[pair] = static_cast<float>(1 / (wrong + right));
            if (split.trains[pair] != 0) {
                sums.train_loss += loss;
                sums.train_correct += correct ? 1 : 0;
            } else {
                sums.test_loss += loss;
                sums.test_correct += correct ? 1 : 0;
            }
        }
    });
    RowSums all;
    for (const RowSums& row : rows) {
        all.train_loss += row.train_loss;
        all.test_loss += row.test_loss;
        all.train_correct += row.train_correct;
        all.test_correct += row.test_correct;
    }
    const double train = split.train_count;
    const double test = split.test_count;
    model.figures = {.train_loss = all.train_loss / train,
                     .test_loss = all.test_loss / test,
                     .train_accuracy = all.train_correct / train,
                     .test_accuracy = all.test_correct / test};
    return model;
}

PairReading read_pair(std::span<const float> logits) {
    PairReading reading;
    reading.logits.assign(logits.begin(), logits.end());
    const std::size_t answer = answer_of(logits);
    std::size_t runner_up = answer == 0 ? 1 : 0;
    double sum = 0;
    for (std::size_t c = 0; c < logits.size(); ++c) {
        sum += std::exp(static_cast<double>(logits[c]) - logits[answer]);
        if (c != answer && logits[c] > logits[runner_up]) {
            runner_up = c;
        }
    }
    reading.answer = static_cast<int>(answer);
    reading.runner_up = static_cast<int>(runner_up);
    reading.confidence = 1 / sum;
    reading.runner_up_confidence =
        std::exp(static_cast<double>(logits[runner_up]) - logits[answer]) / sum;
    return reading;
}

} // namespace grokscope
