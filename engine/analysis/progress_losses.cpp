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
#include <utility>

namespace grokscope {

namespace {

/// exp(lowest - removed[s,c]) in (0, 1], lowest per s and table: [s][number c][table].
std::vector<double> removal_factors(std::span<const std::vector<double>> removed,
                                    const GroupIndex& group, WorkerPool& pool) {
    const std::size_t tables = removed.size();
    const auto p = static_cast<std::size_t>(group.numbers());
    std::vector<double> factors(static_cast<std::size_t>(group.order()) * p * tables);
    pool.run(group.order(), [&](int unit, int) {
        const auto s = static_cast<std::size_t>(unit);
        for (std::size_t table = 0; table < tables; ++table) {
            const auto row = std::span(removed[table]).subspan(s * p, p);
            const double lowest = *std::min_element(row.begin(), row.end());
            for (std::size_t c = 0; c < p; ++c) {
                factors[(s * p + c) * tables + table] =
                    std::exp(lowest - row[column_of(static_cast<int>(c), group)]);
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
          p_(static_cast<std::size_t>(split.group.numbers())), wrong_exponentials_(p_ * p_),
          wrong_(p_ * removed.size()), difference_(p_) {}

    /// The label of every pair whose indices add up to s is the number with that index.
    PartialSums over_pairs_of(std::size_t s) {
        PartialSums sums;
        training_rows_.clear();
        const int order = split_.group.order();
        const auto label = static_cast<std::size_t>(split_.group.element(static_cast<int>(s)));
        for (int u = 0; u < order; ++u) {
            const auto pair =
                static_cast<std::size_t>(u * order + partner(static_cast<int>(s), u, order));
            const auto row = logits_.subspan(pair * p_, p_);
            // The next training pair overwrites what a test pair leaves.
            double* const exponentials = &wrong_exponentials_[training_rows_.size() * p_];
            const float largest = largest_of(row);
            row_exponentials(row.data(), p_, largest, exponentials);
            const double right = exponentials[label];
            exponentials[label] = 0;
            const double wrong = sum_of(std::span<const double>(exponentials, p_));
            const double loss =
                right > kSafe ? std::log1p(wrong / right) : cross_entropy(row, label);
            if (split_.trains[pair] != 0) {
                sums.full_train += loss;
                training_rows_.push_back({row, right});
            } else {
                sums.full_test += loss;
            }
        }
        sums.excluded = excluded_sums(s, label);
        return sums;
    }

private:
    struct TrainingRow {
        std::span<const float> logits;
        double right = 0; // exponential of the right answer
    };

    std::vector<double> excluded_sums(std::size_t s, std::size_t label) {
        const std::size_t tables = removed_.size();
        std::vector<double> sums(tables);
        if (tables == 0 || training_rows_.empty()) {
            return sums;
        }
        const auto width = static_cast<int>(tables);
        const int numbers = split_.group.numbers();
        const double* const factors = &factors_[s * p_ * tables];
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans,
                    static_cast<int>(training_rows_.size()), width, numbers, 1,
                    wrong_exponentials_.data(), numbers, factors, width, 0, wrong_.data(), width);
        for (std::size_t i = 0; i < training_rows_.size(); ++i) {
            for (std::size_t table = 0; table < tables; ++table) {
                const double right = training_rows_[i].right * factors[label * tables + table];
                sums[table] += right > kSafe ? std::log1p(wrong_[i * tables + table] / right)
                                             : direct_loss(training_rows_[i].logits, s, label,
                                                           removed_[table]);
            }
        }
        return sums;
    }

    double direct_loss(std::span<const float> row, std::size_t s, std::size_t label,
                       std::span<const double> removed) {
        for (std::size_t c = 0; c < p_; ++c) {
            difference_[c] =
                row[c] - removed[s * p_ + column_of(static_cast<int>(c), split_.group)];
        }
        return cross_entropy(std::span<const double>(difference_), label);
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

SplitGrid::SplitGrid(const Task& task, const GroupIndex& of) : group(of) {
    const int n = group.order();
    trains.resize(static_cast<std::size_t>(n) * static_cast<std::size_t>(n));
    train_by_sum.resize(static_cast<std::size_t>(n));
    const auto index_of = [&](const PairSet& set, std::size_t i) {
        const Pair pair = set.pairs[i];
        const int u = group.log(pair.a);
        const int v = group.log_second(pair.b);
        if (u < 0 || v < 0) {
            return std::pair(-1, -1);
        }
        if (group.element((u + v) % n) != set.labels[i]) {
            throw std::invalid_argument(
                "progress measures are defined for the operation of a group, but pair (" +
                std::to_string(pair.a) + ", " + std::to_string(pair.b) + ") has label " +
                std::to_string(set.labels[i]));
        }
        return std::pair(u, v);
    };
    for (std::size_t i = 0; i < task.train.size(); ++i) {
        if (const auto [u, v] = index_of(task.train, i); u >= 0) {
            trains[static_cast<std::size_t>(u * n + v)] = 1;
            ++train_by_sum[static_cast<std::size_t>((u + v) % n)];
            ++train_count;
        }
    }
    for (std::size_t i = 0; i < task.test.size(); ++i) {
        test_count += index_of(task.test, i).first >= 0 ? 1 : 0;
    }
    if (train_count + test_count != n * n) {
        throw std::invalid_argument("train and test must be all " + std::to_string(n * n) +
                                    " pairs of the group, got " +
                                    std::to_string(train_count + test_count));
    }
}

LossBySplit table_losses(std::span<const double> table, const SplitGrid& split) {
    const auto n = static_cast<std::size_t>(split.group.order());
    const auto classes = static_cast<std::size_t>(split.group.numbers());
    if (table.size() != n * classes) {
        throw std::invalid_argument("a loss by sums needs " + std::to_string(n * classes) +
                                    " logits, got " + std::to_string(table.size()));
    }
    double all = 0;
    double train = 0;
    for (std::size_t s = 0; s < n; ++s) {
        const double loss = cross_entropy(table.subspan(s * classes, classes), s);
        all += loss * static_cast<double>(n);
        train += loss * split.train_by_sum[s];
    }
    return {all / (split.train_count + split.test_count), train / split.train_count,
            (all - train) / split.test_count};
}

PairLosses pair_losses(std::span<const float> logits, const SplitGrid& split,
                       std::span<const std::vector<double>> removed, WorkerPool& pool) {
    const auto n = static_cast<std::size_t>(split.group.order());
    const auto p = static_cast<std::size_t>(split.group.numbers());
    if (logits.size() != n * n * p) {
        throw std::invalid_argument("losses over the grid need " + std::to_string(n * n * p) +
                                    " logits, got " + std::to_string(logits.size()));
    }
    for (const std::vector<double>& table : removed) {
        if (table.size() != n * p) {
            throw std::invalid_argument("a table to remove needs " + std::to_string(n * p) +
                                        " entries, got " + std::to_string(table.size()));
        }
    }
    const std::vector<double> factors = removal_factors(removed, split.group, pool);
    std::vector<PartialSums> partial(n);
    std::vector<SumWorker> workers(static_cast<std::size_t>(pool.threads()),
                                   SumWorker(logits, split, removed, factors));
    pool.run(split.group.order(), [&](int s, int worker) {
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
