// The named places of a forward pass: what can be read there (taps) and replaced (patches).
// Threads: values only.
#pragma once

#include "engine/model/parameters.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope {

/// In the order of a block. All are of one block but the last.
enum class Site : std::uint8_t {
    kResidPre,    ///< residual stream before the block: [d]
    kAttnPattern, ///< softmax weights on positions 0..context-1 of each head: [heads, context]
    kAttnZ,       ///< weighted values of each head, before W_O: [heads, d_head]
    kAttnOut,     ///< W_O z, what attention adds: [d]
    kAttnSkip,    ///< what the residual stream carries past attention: [d]
    kResidMid,    ///< residual stream between attention and MLP: [d]
    kMlpHidden,   ///< hidden units behind the activation: [d_mlp]
    kMlpOut,      ///< W_out hidden + b_out, what the MLP adds: [d]
    kMlpSkip,     ///< what the residual stream carries past the MLP: [d]
    kResidPost,   ///< residual stream behind the block: [d]
    kFinal        ///< residual stream of the last position behind all blocks, normalised: [d]
};
inline constexpr std::size_t kSites = 11;

/// A site of one block; of kFinal the layer is 0.
struct SiteAt {
    Site site{};
    int layer = 0;
    friend bool operator==(const SiteAt&, const SiteAt&) = default;
};

/// "blocks.3.attn.z", "final".
[[nodiscard]] std::string name_of(SiteAt at);

/// All sites of a model, block by block.
[[nodiscard]] std::vector<SiteAt> sites_of(const ModelShape& shape);

/// Values that a position has there.
[[nodiscard]] std::size_t width_of(Site site, const ModelShape& shape);

/// Positions of a sequence, from `first` on and before `end`. The last block is computed at the
/// last position alone: no other is read there.
struct Positions {
    int first = 0;
    int end = 0;
    [[nodiscard]] static Positions all(const ModelShape& shape) { return {0, shape.context}; }
    [[nodiscard]] static Positions last(const ModelShape& shape) {
        return {shape.context - 1, shape.context};
    }
    [[nodiscard]] std::size_t count() const { return static_cast<std::size_t>(end - first); }
    [[nodiscard]] bool has(int position) const { return position >= first && position < end; }
};

/// Some neighbouring values of a position, as those of one head.
struct Slice {
    std::size_t first = 0;
    std::size_t size = 0;
    [[nodiscard]] static Slice head(int head, const ModelShape& shape) {
        const auto size = static_cast<std::size_t>(shape.d_head());
        return {static_cast<std::size_t>(head) * size, size};
    }
};

/// Reads activations: `out` is [pairs, positions, width].
struct Tap {
    SiteAt at;
    Positions positions;
    std::span<float> out;
};

/// Replaces activations. `with` is empty for zeros, [positions, slice] for all pairs alike, else
/// [pairs, positions, slice]. Attention patterns cannot be replaced.
struct Patch {
    SiteAt at;
    Positions positions;
    Slice slice;
    std::span<const float> with;
};

} // namespace grokscope
