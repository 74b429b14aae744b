// How much of the answer each attention head carries: the causal mediation score of arXiv
// 2603.29262, and what happens when blocks add nothing (science.md 6.1).
// Threads: used by one thread; works on the pool inside a call.
#pragma once

#include "engine/model/sited_forward.h"

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace grokscope {

/// Two inputs with different answers, and a third of yet another answer.
struct MediationCase {
    Pair receiver;                    ///< s1: what the model is asked
    Pair source;                      ///< s2: whose z takes the place of that of s1
    Pair stranger;                    ///< for a control: neither answer is its own
    std::uint16_t receiver_label = 0; ///< y1
    std::uint16_t source_label = 0;   ///< y2
};

/// Cases drawn with replacement; none where the pairs have fewer than three different answers.
[[nodiscard]] std::vector<MediationCase> draw_cases(const PairSet& pairs, std::size_t count,
                                                    std::uint32_t seed);

/// A score of every head over cases, layer by layer: [layers * heads].
struct HeadScores {
    std::vector<double> mean;
    std::vector<double> error; ///< standard error of the mean
};

/// CMS(h) = [l(y2|s~) - l(y1|s~)] - [l(y2|s1) - l(y1|s1)], in logits: s~ is the run of s1 in which
/// z of head h is that of the run of s2. Above zero: the head carries what tells s2 from s1.
struct Mediation {
    HeadScores last;                     ///< z at the last position: as published
    std::vector<double> everywhere;      ///< at all positions; means, as all that follow
    std::vector<std::vector<double>> at; ///< at one position alone, [context - 1][layers * heads]
    /// Controls at the last position: z of another head of s2, drawn once; z of the same head in
    /// the run of the stranger. Empty with a single head.
    std::vector<double> other_head;
    std::vector<double> stranger;
    /// [l(y2|s2) - l(y1|s2)] - [l(y2|s1) - l(y1|s1)], what all of it would give.
    double total = 0;
};

/// Share of the heads, 0..1, that is needed for 90 % of the summed modulus of their scores; NaN
/// when all are zero.
[[nodiscard]] double spread_of(std::span<const double> scores);

class MediationMeter {
public:
    /// `pool` outlives this.
    MediationMeter(const ModelShape& shape, WorkerPool& pool)
        : shape_(shape), forward_(shape, pool) {}

    /// `seed` chooses the other heads. Scores at earlier positions of the last block are zero:
    /// nobody reads them.
    [[nodiscard]] Mediation measure(const Parameters& weights, std::span<const MediationCase> cases,
                                    std::uint32_t seed);

private:
    ModelShape shape_;
    SitedForward forward_;
};

/// Share of right answers when the blocks of a window of ceil(layers / 3) add nothing, by the
/// window's first layer: [layers - window + 1].
struct SkippedLayers {
    int window = 0;
    double intact = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> attention, mlp, both; ///< what of the blocks adds nothing
};

[[nodiscard]] SkippedLayers skip_layers(const Parameters& weights, const PairSet& pairs,
                                        WorkerPool& pool);

} // namespace grokscope
