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

/// Sums over some pairs.
struct PartSums {
    double loss_sum = 0;
    int correct = 0;
    int pairs = 0;

    void add(const PartSums& other) {
        loss_sum += other.loss_sum;
        correct += other.correct;
        pairs += other.pairs;
    }
    /// Means; not a number where there are no pairs.
    [[nodiscard]] double loss() const { return loss_sum / pairs; }
    [[nodiscard]] double accuracy() const { return static_cast<double>(correct) / pairs; }
};

/// Over the pairs of one a. The test pairs are those whose mirror trains and the truly new ones.
struct RowSums {
    PartSums train;
    PartSums test;
    PartSums mirrored;
    PartSums truly_new;
};

/// Index of the largest logit, the lowest on a tie; within the row even when it holds a NaN.
std::size_t answer_of(std::span<const float> row) {
    return static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin());
}

} // namespace

PairGrid::PairGrid(const Task& task) : p(task.p), mirrors(!task.test.mirrored.empty()) {
    const auto numbers = static_cast<std::size_t>(p);
    trains.resize(numbers * numbers);
    labels.resize(numbers * numbers, kUndefined);
    for (const PairSet* const set : {&task.train, &task.test}) {
        for (std::size_t i = 0; i < set->size(); ++i) {
            const std::size_t at = set->pairs[i].a * numbers + set->pairs[i].b;
            labels[at] = set->labels[i];
            trains[at] = set == &task.train ? 1 : 0;
        }
    }
}

InspectedModel read_grid(std::span<const float> logits, const PairGrid& grid, WorkerPool& pool) {
    const auto p = static_cast<std::size_t>(grid.p);
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
    pool.run(grid.p, [&](int a, int worker) {
        std::vector<double>& exponentials = scratch[static_cast<std::size_t>(worker)];
        RowSums& sums = rows[static_cast<std::size_t>(a)];
        for (std::size_t b = 0; b < p; ++b) {
            const std::size_t pair = static_cast<std::size_t>(a) * p + b;
            const auto row = logits.subspan(pair * p, p);
            const float largest = largest_of(row);
            row_exponentials(row.data(), p, largest, exponentials.data());
            if (grid.labels[pair] == PairGrid::kUndefined) { // an answer there is neither right nor
                model.answers[pair] = static_cast<std::uint16_t>(answer_of(row)); // wrong
                model.confidence[pair] =
                    static_cast<float>(1 / sum_of(std::span<const double>(exponentials)));
                continue;
            }
            const std::size_t label = grid.labels[pair];
            const double right = exponentials[label];
            exponentials[label] = 0;
            const double wrong = sum_of(std::span<const double>(exponentials));
            const double loss =
                right > kSafe ? std::log1p(wrong / right) : cross_entropy(row, label);
            const bool correct = row[label] == largest && answer_of(row.first(label + 1)) == label;
            model.answers[pair] = static_cast<std::uint16_t>(correct ? label : answer_of(row));
            model.confidence[pair] = static_cast<float>(1 / (wrong + right));
            const PartSums one{loss, correct ? 1 : 0, 1};
            if (grid.trains[pair] != 0) {
                sums.train.add(one);
                continue;
            }
            sums.test.add(one);
            if (grid.mirrors) {
                const bool mirrored = grid.trains[b * p + static_cast<std::size_t>(a)] != 0;
                (mirrored ? sums.mirrored : sums.truly_new).add(one);
            }
        }
    });
    RowSums all;
    for (const RowSums& row : rows) {
        all.train.add(row.train);
        all.test.add(row.test);
        all.mirrored.add(row.mirrored);
        all.truly_new.add(row.truly_new);
    }
    model.figures = {.train_loss = all.train.loss(),
                     .test_loss = all.test.loss(),
                     .train_accuracy = all.train.accuracy(),
                     .test_accuracy = all.test.accuracy(),
                     .mirrored_loss = all.mirrored.loss(),
                     .new_loss = all.truly_new.loss(),
                     .mirrored_accuracy = all.mirrored.accuracy(),
                     .new_accuracy = all.truly_new.accuracy()};
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
