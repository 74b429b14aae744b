#include "engine/analysis/progress_losses.h"

#include "engine/analysis/cross_entropy.h"
#include "engine/analysis/folded_logits.h"
#include "engine/analysis/row_reductions.h"
#include "engine/compute/worker_pool.h"
#include "engine/model/row_kernels.h"

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace grokscope {

namespace {

/// exp(lowest - removed[s,c]) in (0, 1], lowest per s and table: [s][c][table].
std::vector<double> removal_factors(std::span<const std::vector<double>> removed, std::size_t p,
                                    WorkerPool& pool) {
    const std::size_t tables = removed.size();
    std::vector<double> factors(p * p * tables);
    pool.run(static_cast<int>(p), [&](int unit, int) {
        const auto s = static_cast<std::size_t>(unit);
        for (std::size_t table = 0; table < tables; ++table) {
            const auto row = std::span(removed[table]).subspan(s * p, p);
            const double lowest = *std::min_element(row.begin(), row.end());
            for (std::size_t c = 0; c < p; ++c) {
                factors[(s * p + c) * tables + table] = std::exp(lowest - row[c]);
            }
        }
    });
    return factors;
}

/// Sums over the pairs of one s.
struct PartialSums {
    double full_train = 0;
    double full_test = 0;
    std::vector<double> excluded;
};

constexpr double kSafe = 1e-250; // far from where a double loses digits

/// Adds up one s after the other; keeps the memory it works in.
class SumWorker {
public:
    SumWorker(std::span<const float> logits, const SplitGrid& split,
              std::span<const std::vector<double>> removed, std::span<const double> factors)
        : logits_(logits), split_(split), removed_(removed), factors_(factors),
          p_(static_cast<std::size_t>(split.p)), wrong_exponentials_(p_ * p_),
          wrong_(p_ * removed.size()), difference_(p_) {}

    /// The label of every pair of the sum s is s.
    PartialSums over_pairs_of(std::size_t s) {
        PartialSums sums;
        training_rows_.clear();
        for (int a = 0; a < split_.p; ++a) {
            const auto pair =
                static_cast<std::size_t>(a * split_.p + partner(static_cast<int>(s), a, split_.p));
            const auto row = logits_.subspan(pair * p_, p_);
            // The next training pair overwrites what a test pair leaves.
            double* const exponentials = &wrong_exponentials_[training_rows_.size() * p_];
            const float largest = largest_of(row);
            row_exponentials(row.data(), p_, largest, exponentials);
            const double right = exponentials[s];
            exponentials[s] = 0;
            const double wrong = sum_of(std::span<const double>(exponentials, p_));
            const double loss = right > kSafe ? std::log1p(wrong / right) : cross_entropy(row, s);
            if (split_.trains[pair] != 0) {
                sums.full_train += loss;
                training_rows_.push_back({row, right});
            } else {
                sums.full_test += loss;
            }
        }
        sums.excluded = excluded_sums(s);
        return sums;
    }

private:
    struct TrainingRow {
        std::span<const float> logits;
        double right = 0; // exponential of the right answer
    };

    std::vector<double> excluded_sums(std::size_t s) {
        const std::size_t tables = removed_.size();
        std::vector<double> sums(tables);
        if (tables == 0 || training_rows_.empty()) {
            return sums;
        }
        const auto width = static_cast<int>(tables);
        const double* const factors = &factors_[s * p_ * tables];
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans,
                    static_cast<int>(training_rows_.size()), width, split_.p, 1,
                    wrong_exponentials_.data(), split_.p, factors, width, 0, wrong_.data(), width);
        for (std::size_t i = 0; i < training_rows_.size(); ++i) {
            for (std::size_t table = 0; table < tables; ++table) {
                const double right = training_rows_[i].right * factors[s * tables + table];
                sums[table] += right > kSafe
                                   ? std::log1p(wrong_[i * tables + table] / right)
                                   : direct_loss(training_rows_[i].logits, s, removed_[table]);
            }
        }
        return sums;
    }

    double direct_loss(std::span<const float> row, std::size_t s, std::span<const double> removed) {
        for (std::size_t c = 0; c < p_; ++c) {
            difference_[c] = row[c] - removed[s * p_ + c];
        }
        return cross_entropy(std::span<const double>(difference_), s);
    }

    std::span<const float> logits_;
    const SplitGrid& split_; // outlives this: both live in one call of pair_losses()
    std::span<const std::vector<double>> removed_;
    std::span<const double> factors_;
    std::size_t p_;
    std::vector<TrainingRow> training_rows_; // of the current s
    std::vector<double> wrong_exponentials_; // [training row][c], 0 at the right answer
    std::vector<double> wrong_;              // [training row][table]
    std::vector<double> difference_;
};

} // namespace

SplitGrid::SplitGrid(const Task& task)
    : p(task.p), trains(static_cast<std::size_t>(task.p * task.p)),
      train_by_sum(static_cast<std::size_t>(task.p)),
      train_count(static_cast<int>(task.train.size())),
      test_count(static_cast<int>(task.test.size())) {
    for (std::size_t i = 0; i < task.train.size(); ++i) {
        const Pair pair = task.train.pairs[i];
        const int sum = (pair.a + pair.b) % p;
        if (sum != task.train.labels[i]) {
            throw std::invalid_argument("progress measures are defined for addition, but pair (" +
                                        std::to_string(pair.a) + ", " + std::to_string(pair.b) +
                                        ") has label " + std::to_string(task.train.labels[i]));
        }
        trains[static_cast<std::size_t>(pair.a * p + pair.b)] = 1;
        ++train_by_sum[static_cast<std::size_t>(sum)];
    }
    if (train_count + test_count != p * p) {
        throw std::invalid_argument("train and test must be all p*p = " + std::to_string(p * p) +
                                    " pairs, got " + std::to_string(train_count + test_count));
    }
}

LossBySplit table_losses(std::span<const double> table, const SplitGrid& split) {
    const auto p = static_cast<std::size_t>(split.p);
    if (table.size() != p * p) {
        throw std::invalid_argument("a loss by sums needs p*p logits, got " +
                                    std::to_string(table.size()));
    }
    double all = 0;
    double train = 0;
    for (std::size_t s = 0; s < p; ++s) {
        const double loss = cross_entropy(table.subspan(s * p, p), s);
        all += loss * split.p;
        train += loss * split.train_by_sum[s];
    }
    return {all / (split.train_count + split.test_count), train / split.train_count,
            (all - train) / split.test_count};
}

PairLosses pair_losses(std::span<const float> logits, const SplitGrid& split,
                       std::span<const std::vector<double>> removed, WorkerPool& pool) {
    const auto p = static_cast<std::size_t>(split.p);
    if (logits.size() != p * p * p) {
        throw std::invalid_argument("losses over the grid need p*p*p logits, got " +
                                    std::to_string(logits.size()));
    }
    for (const std::vector<double>& table : removed) {
        if (table.size() != p * p) {
            throw std::invalid_argument("a table to remove needs p*p entries, got " +
                                        std::to_string(table.size()));
        }
    }
    const std::vector<double> factors = removal_factors(removed, p, pool);
    std::vector<PartialSums> partial(p);
    std::vector<SumWorker> workers(static_cast<std::size_t>(pool.threads()),
                                   SumWorker(logits, split, removed, factors));
    pool.run(split.p, [&](int s, int worker) {
        const auto index = static_cast<std::size_t>(s);
        partial[index] = workers[static_cast<std::size_t>(worker)].over_pairs_of(index);
    });
    PairLosses losses;
    losses.excluded.assign(removed.size(), 0);
    double train = 0;
    double test = 0;
    for (const PartialSums& sums : partial) {
        train += sums.full_train;
        test += sums.full_test;
        for (std::size_t table = 0; table < removed.size(); ++table) {
            losses.excluded[table] += sums.excluded[table] / split.train_count;
        }
    }
    losses.full = {(train + test) / (split.train_count + split.test_count),
                   train / split.train_count, test / split.test_count};
    return losses;
}

} // namespace grokscope
