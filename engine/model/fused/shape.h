// Sizes of the fused step, with every width also rounded up to whole panels.
#pragma once

#include "engine/model/fused/kernels.h"
#include "engine/model/parameters.h"

#include <cstddef>

namespace grokscope::fused {

[[nodiscard]] constexpr std::size_t round_up(std::size_t value, std::size_t step) {
    return (value + step - 1) / step * step;
}

/// Names as in README.md of this folder. K = heads * d_head equals d in this model; both names are
/// kept where they mean different axes.
struct FusedShape {
    FusedShape(const ModelShape& model, int width)
        : p(static_cast<std::size_t>(model.p)), d(static_cast<std::size_t>(model.d)),
          heads(static_cast<std::size_t>(model.heads)),
          d_head(static_cast<std::size_t>(model.d_head())), K(heads * d_head),
          m(static_cast<std::size_t>(model.d_mlp)), probe_width(static_cast<std::size_t>(width)) {}

    std::size_t p; ///< classes and number tokens
    std::size_t d; ///< residual stream
    std::size_t heads;
    std::size_t d_head;
    std::size_t K; ///< concatenated heads
    std::size_t m; ///< hidden units
    std::size_t probe_width;

    std::size_t tokens() const { return 2 * p; } ///< distinct rows: p at position 0, p at 1
    std::size_t d_padded() const { return round_up(d, kPanel); }
    std::size_t K_padded() const { return round_up(K, kPanel); }
    std::size_t hidden_panels() const { return panels_of(m); }
    std::size_t logit_panels() const { return panels_of(p); }
    std::size_t probe_panels() const { return panels_of(probe_width); }
    std::size_t m_padded() const { return hidden_panels() * kPanel; }
    std::size_t p_padded() const { return logit_panels() * kPanel; }
    std::size_t width_padded() const { return probe_panels() * kPanel; }
};

} // namespace grokscope::fused
