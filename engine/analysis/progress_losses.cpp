#include "engine/analysis/progress_losses.h"

#include "engine/analysis/cross_entropy.h"
#include "engine/analysis/folded_logits.h"
#include "engine/compute/worker_pool.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace grokscope {

namespace {

/// exp(lowest - removed[s,c]) in (0, 1], tables side by side: [s][c][table].
class RemovalFactors {
public:
    RemovalFactors(std::span<const std::vector<double>> removed, std::size_t p)
        : tables_(removed.size()), p_(p), factors_(p * p * tables_) {
        for (std::size_t table = 0; table < tables_; ++table) {
            for (std::size_t s = 0; s < p; ++s) {
                const auto row = std::span(removed[table]).subspan(s * p, p);
                const double lowest = *std::min_element(row.begin(), row.end());
                for (std::size_t c = 0; c < p; ++c) {
                    factors_[(s * p + c) * tables_ + table] = std::exp(lowest - row[c]);
                }
            }
        }
    }

    [[nodiscard]] const double* of(std::size_t s, std::size_t c) const {
        return factors_.data() + (s * p_ + c) * tables_;
    }

private:
    std::size_t tables_;
    std::size_t p_;
    std::vector<double> factors_;
};

/// Sums over the pairs of one s.
struct PartialSums {
    double full_train = 0;
    double full_test = 0;
    std::vector<double> excluded;
};

constexpr double kSafe = 1e-250; // far from where a double loses digits

/// Adds up one s after the other; keeps the rows it works on.
class SumWorker {
public:
    SumWorker(std::span<const float> logits, const SplitGrid& split,
              std::span<const std::vector<double>> removed, const RemovalFactors& factors)
        : logits_(logits), split_(split), removed_(removed), factors_(factors),
          p_(static_cast<std::size_t>(split.p)), exponentials_(p_), wrong_(removed.size()),
          difference_(p_) {}

    PartialSums over_pairs_of(std::size_t s) {
        PartialSums sums;
        sums.excluded.assign(removed_.size(), 0);
        for (int a = 0; a < split_.p; ++a) {
            const auto pair =
                static_cast<std::size_t>(a * split_.p + partner(static_cast<int>(s), a, split_.p));
            const auto row = logits_.subspan(pair * p_, p_);
            const double loss = full_loss(row, s);
            if (split_.trains[pair] == 0) {
                sums.full_test += loss;
            } else {
                sums.full_train += loss;
                add_excluded(row, s, sums.excluded);
            }
        }
        return sums;
    }

private:
    /// Leaves exp(l_c - M) of the row in exponentials_. The label of a sum s is s.
    double full_loss(std::span<const float> row, std::size_t s) {
        const double largest = *std::max_element(row.begin(), row.end());
        for (std::size_t c = 0; c < p_; ++c) {
            exponentials_[c] = std::exp(row[c] - largest);
        }
        double wrong = 0;
        for (std::size_t c = 0; c < p_; ++c) {
            wrong += c == s ? 0 : exponentials_[c];
        }
        return exponentials_[s] > kSafe ? std::log1p(wrong / exponentials_[s])
                                        : cross_entropy(row, s);
    }

    void add_excluded(std::span<const float> row, std::size_t s, std::vector<double>& sums) {
        const std::size_t tables = removed_.size();
        std::fill(wrong_.begin(), wrong_.end(), 0.0);
        const auto add = [&](std::size_t first, std::size_t last) {
            for (std::size_t c = first; c < last; ++c) {
                const double exponential = exponentials_[c];
                const double* const factor = factors_.of(s, c);
                for (std::size_t table = 0; table < tables; ++table) {
                    wrong_[table] += exponential * factor[table];
                }
            }
        };
        add(0, s);
        add(s + 1, p_);
        for (std::size_t table = 0; table < tables; ++table) {
            const double right = exponentials_[s] * factors_.of(s, s)[table];
            sums[table] += right > kSafe ? std::log1p(wrong_[table] / right)
                                         : direct_loss(row, s, removed_[table]);
        }
    }

    double direct_loss(std::span<const float> row, std::size_t s, std::span<const double> removed) {
        for (std::size_t c = 0; c < p_; ++c) {
            difference_[c] = row[c] - removed[s * p_ + c];
        }
        return cross_entropy(std::span<const double>(difference_), s);
    }

    std::span<const float> logits_;
    const SplitGrid& split_; // lives as long as the call that made this
    std::span<const std::vector<double>> removed_;
    const RemovalFactors& factors_; // likewise
    std::size_t p_;
    std::vector<double> exponentials_;
    std::vector<double> wrong_;
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
    const RemovalFactors factors(removed, p);
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
