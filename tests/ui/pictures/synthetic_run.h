// A made-up run that groks, for pictures: noise fades while rings rise. Tests only.
#pragma once

#include "ui/core/run_book.h"

#include <cstdint>
#include <vector>

namespace grokscope::ui::testing {

/// A frequency that becomes a ring.
struct Ring {
    int frequency = 1;
    float amplitude = 3; ///< A_k at the end
    float from = 0.4F;   ///< share of the run at which it is half grown
};

struct SyntheticRun {
    int p = 113;
    int d_model = 32; ///< narrow: the pictures do not depend on it, the time to make them does
    int records = 200;
    std::int32_t every = 20;
    float noise = 0.9F; ///< A_k of every frequency at epoch 0
    std::vector<Ring> rings{
        {14, 3.1F, 0.45F}, {35, 2.4F, 0.52F}, {41, 2.8F, 0.38F}, {52, 1.9F, 0.6F}};
    std::uint32_t seed = 7;
};

/// The embedding at record number `record`, [p, d_model].
[[nodiscard]] std::vector<float> embedding_of(const SyntheticRun& run, int record);

/// A_k of an embedding, k = 1..p/2, by the definition of science.md 3.1.
[[nodiscard]] std::vector<float> amplitudes_of(const std::vector<float>& embedding, int p,
                                               int d_model);

/// The first `records` records of the run, as the window holds them.
[[nodiscard]] RunRecord make_record(const SyntheticRun& run, int records);

/// Sends the first `records` records of a made-up run through the channels, as the trainer would.
void feed(RunBook& book, const SyntheticRun& made_up, int records, RunId run = RunId{1},
          const Stencil& stencil = {});

} // namespace grokscope::ui::testing
