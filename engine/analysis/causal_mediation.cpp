#include "engine/analysis/causal_mediation.h"

#include "engine/task/mersenne_twister.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <memory>
#include <numeric>
#include <set>

namespace grokscope {

namespace {

/// Pairs whose activations are held at once: 90 MB of them with 16 layers of width 128.
constexpr std::size_t kAtOnce = 96;

/// Sums of one score of one head, case by case.
struct Sums {
    double sum = 0;
    double squares = 0;
    void add(double value) {
        sum += value;
        squares += value * value;
    }
};

double mean_of(const Sums& sums, std::size_t count) {
    return sums.sum / static_cast<double>(count);
}

/// Standard error of the mean; NaN of a single case.
double error_of(const Sums& sums, std::size_t count) {
    const auto n = static_cast<double>(count);
    const double mean = sums.sum / n;
    return std::sqrt(std::max(0.0, sums.squares / n - mean * mean) / (n - 1));
}

std::vector<double> means_of(const std::vector<Sums>& sums, std::size_t count) {
    std::vector<double> means;
    for (const Sums& one : sums) {
        means.push_back(mean_of(one, count));
    }
    return means;
}

} // namespace

std::vector<MediationCase> draw_cases(const PairSet& pairs, std::size_t count, std::uint32_t seed) {
    if (std::set(pairs.labels.begin(), pairs.labels.end()).size() < 3) {
        return {};
    }
    PythonRandom random(seed);
    const auto size = static_cast<std::uint32_t>(pairs.size());
    std::vector<MediationCase> cases(count);
    for (MediationCase& one : cases) {
        const std::size_t receiver = random.randbelow(size);
        const auto draw = [&](auto&& fits) {
            std::size_t found = random.randbelow(size);
            while (!fits(pairs.labels[found])) {
                found = random.randbelow(size);
            }
            return found;
        };
        const std::uint16_t y1 = pairs.labels[receiver];
        const std::size_t source = draw([&](std::uint16_t label) { return label != y1; });
        const std::uint16_t y2 = pairs.labels[source];
        const std::size_t stranger =
            draw([&](std::uint16_t label) { return label != y1 && label != y2; });
        one = {pairs.pairs[receiver], pairs.pairs[source], pairs.pairs[stranger], y1, y2};
    }
    return cases;
}

double spread_of(std::span<const double> scores) {
    std::vector<double> sizes;
    for (const double score : scores) {
        sizes.push_back(std::abs(score));
    }
    std::ranges::sort(sizes, std::ranges::greater{});
    const double total = std::accumulate(sizes.begin(), sizes.end(), 0.0);
    if (!(total > 0)) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    double sum = 0;
    std::size_t heads = 0;
    while (heads < sizes.size() && sum < 0.9 * total) {
        sum += sizes[heads++];
    }
    return static_cast<double>(heads) / static_cast<double>(sizes.size());
}

Mediation MediationMeter::measure(const Parameters& weights, std::span<const MediationCase> cases,
                                  std::uint32_t seed) {
    forward_.load(weights);
    const int layers = shape_.layers;
    const auto heads = static_cast<std::size_t>(shape_.heads);
    const std::size_t all = heads * static_cast<std::size_t>(layers);
    const auto p = static_cast<std::size_t>(shape_.p);
    const auto d = static_cast<std::size_t>(shape_.d);
    const int earlier = shape_.context - 1;
    // Another head for each, the same in all cases.
    PythonRandom random(seed);
    std::vector<std::size_t> other(all);
    for (std::size_t h = 0; h < all && all > 1; ++h) {
        const std::size_t drawn = random.randbelow(static_cast<std::uint32_t>(all - 1));
        other[h] = drawn + (drawn >= h ? 1 : 0);
    }

    std::vector<Sums> last(all);
    std::vector<Sums> everywhere(all);
    std::vector<Sums> other_head(all);
    std::vector<Sums> stranger(all);
    std::vector<std::vector<Sums>> at(static_cast<std::size_t>(earlier), std::vector<Sums>(all));
    Sums total;

    for (std::size_t done = 0; done < cases.size(); done += kAtOnce) {
        const auto some = cases.subspan(done, std::min(kAtOnce, cases.size() - done));
        const std::size_t n = some.size();
        std::vector<float> logits(n * p);
        const auto margin = [&](std::size_t i) {
            return static_cast<double>(logits[i * p + some[i].source_label]) -
                   static_cast<double>(logits[i * p + some[i].receiver_label]);
        };
        // z of every layer, [n, positions, d]; of the last block at the last position alone.
        using Z = std::vector<std::vector<float>>;
        const auto positions_of = [&](int layer) {
            return layer + 1 < layers ? Positions::all(shape_) : Positions::last(shape_);
        };
        const auto z_of = [&](const std::function<Pair(const MediationCase&)>& input) {
            std::vector<Pair> pairs;
            std::ranges::transform(some, std::back_inserter(pairs), input);
            Z z;
            std::vector<Tap> taps;
            for (int layer = 0; layer < layers; ++layer) {
                z.emplace_back(n * positions_of(layer).count() * d);
                taps.push_back({{Site::kAttnZ, layer}, positions_of(layer), z.back()});
            }
            forward_.run(pairs, {}, taps, logits);
            return z;
        };
        const Z of_stranger = z_of([](const MediationCase& one) { return one.stranger; });
        const Z of_source = z_of([](const MediationCase& one) { return one.source; });
        std::vector<double> of_source_margin(n);
        std::vector<double> before(n);
        for (std::size_t i = 0; i < n; ++i) {
            of_source_margin[i] = margin(i);
        }
        std::vector<Pair> pairs;
        for (const MediationCase& one : some) {
            pairs.push_back(one.receiver);
        }
        const auto record = forward_.record(pairs, {}, logits);
        for (std::size_t i = 0; i < n; ++i) {
            before[i] = margin(i);
            total.add(of_source_margin[i] - before[i]);
        }

        /// z of head `from` of some positions of another run: [n, positions, d_head].
        const auto cut = [&](const Z& z, std::size_t from, Positions positions) {
            const int layer = static_cast<int>(from / heads);
            const Slice slice = Slice::head(static_cast<int>(from % heads), shape_);
            const Positions there = positions_of(layer);
            std::vector<float> values;
            for (std::size_t i = 0; i < n; ++i) {
                for (int position = positions.first; position < positions.end; ++position) {
                    const auto place = static_cast<std::size_t>(position - there.first);
                    const float* const row =
                        &z[static_cast<std::size_t>(layer)][(i * there.count() + place) * d];
                    values.insert(values.end(), row + slice.first, row + slice.first + slice.size);
                }
            }
            return values;
        };
        const auto score = [&](std::size_t h, const Z& z, std::size_t from, Positions positions,
                               Sums& sums) {
            const std::vector<float> with = cut(z, from, positions);
            const Patch patch{{Site::kAttnZ, static_cast<int>(h / heads)},
                              positions,
                              Slice::head(static_cast<int>(h % heads), shape_),
                              with};
            forward_.run(*record, {&patch, 1}, logits);
            for (std::size_t i = 0; i < n; ++i) {
                sums.add(margin(i) - before[i]);
            }
        };
        const Positions end = Positions::last(shape_);
        for (std::size_t h = 0; h < all; ++h) {
            score(h, of_source, h, end, last[h]);
            score(h, of_stranger, h, end, stranger[h]);
            if (all > 1) {
                score(h, of_source, other[h], end, other_head[h]);
            }
            if (h / heads + 1 < static_cast<std::size_t>(layers)) {
                score(h, of_source, h, Positions::all(shape_), everywhere[h]);
                for (int position = 0; position < earlier; ++position) {
                    score(h, of_source, h, {position, position + 1},
                          at[static_cast<std::size_t>(position)][h]);
                }
            } else {
                everywhere[h] = last[h];
            }
        }
    }

    const std::size_t count = cases.size();
    Mediation mediation;
    mediation.last.mean = means_of(last, count);
    for (const Sums& sums : last) {
        mediation.last.error.push_back(error_of(sums, count));
    }
    mediation.everywhere = means_of(everywhere, count);
    for (const std::vector<Sums>& sums : at) {
        mediation.at.push_back(means_of(sums, count));
    }
    if (all > 1) {
        mediation.other_head = means_of(other_head, count);
    }
    mediation.stranger = means_of(stranger, count);
    mediation.total = mean_of(total, count);
    return mediation;
}

SkippedLayers skip_layers(const Parameters& weights, const PairSet& pairs, WorkerPool& pool) {
    const ModelShape& shape = weights.layout().shape();
    const auto p = static_cast<std::size_t>(shape.p);
    const auto d = static_cast<std::size_t>(shape.d);
    SkippedLayers skipped;
    skipped.window = (shape.layers + 2) / 3;
    const auto windows = static_cast<std::size_t>(shape.layers - skipped.window + 1);
    SitedForward forward(shape, pool);
    forward.load(weights);
    std::size_t intact = 0;
    std::vector<std::size_t> attention(windows);
    std::vector<std::size_t> mlp(windows);
    std::vector<std::size_t> both(windows);
    for (std::size_t done = 0; done < pairs.size(); done += kAtOnce) {
        const std::size_t n = std::min(kAtOnce, pairs.size() - done);
        std::vector<float> logits(n * p);
        const auto right = [&] {
            std::size_t count = 0;
            for (std::size_t i = 0; i < n; ++i) {
                const float* const row = &logits[i * p];
                count += std::max_element(row, row + p) - row == pairs.labels[done + i] ? 1U : 0U;
            }
            return count;
        };
        const auto record = forward.record(std::span(pairs.pairs).subspan(done, n), {}, logits);
        intact += right();
        for (std::size_t window = 0; window < windows; ++window) {
            std::vector<Patch> patches; // attention first, then MLPs
            for (const Site site : {Site::kAttnOut, Site::kMlpOut}) {
                for (int layer = 0; layer < skipped.window; ++layer) {
                    patches.push_back({{site, static_cast<int>(window) + layer},
                                       Positions::all(shape),
                                       {0, d},
                                       {}});
                }
            }
            const auto half = static_cast<std::size_t>(skipped.window);
            const auto count = [&](std::span<const Patch> some) {
                forward.run(*record, some, logits);
                return right();
            };
            attention[window] += count(std::span(patches).first(half));
            mlp[window] += count(std::span(patches).last(half));
            both[window] += count(patches);
        }
    }
    const auto share = [&](std::size_t count) {
        return static_cast<double>(count) / static_cast<double>(pairs.size());
    };
    skipped.intact = share(intact);
    for (std::size_t window = 0; window < windows; ++window) {
        skipped.attention.push_back(share(attention[window]));
        skipped.mlp.push_back(share(mlp[window]));
        skipped.both.push_back(share(both[window]));
    }
    return skipped;
}

} // namespace grokscope
