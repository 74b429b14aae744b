// The circle's other view: token embeddings along their principal components (science.md 3.4),
// turned so that pictures of one run keep still. Pure arithmetic, deterministic: no GL, no ImGui.
#pragma once

#include "engine/protocol/circle_projection.h"
#include "ui/core/run_book.h"
#include "ui/views/circle/circle_history.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace grokscope::ui {

/// Planes that are shown: components (1, 2), (3, 4), (5, 6).
inline constexpr int kPcaPlanes = 3;

/// The embedding in one plane of principal components.
struct PcaPlane {
    /// Points, radius and figures as of a plane of the frequency that fits best: R is the largest
    /// over all frequencies and both directions of turning. `condition` compares the two variances.
    CircleProjection view;
    /// Share of the embedding's variance in this plane, 0..1.
    double variance = 0;
};
using PcaPlanes = std::array<PcaPlane, kPcaPlanes>;

/// Principal components of the centred embedding [p, d_model], row-major. Their signs, and with
/// nearly equal variances their rotation, are accidents of the arithmetic: each plane is turned and
/// mirrored so that its points lie as close to `reference` as they can, plane by plane; without one
/// they stay as they come. All records of a run have one and the same reference, so that going
/// forth and back gives the same picture. About 3 ms at p = 113. Throws std::invalid_argument on a
/// wrong shape.
[[nodiscard]] PcaPlanes project_pca(std::span<const float> embedding, int p, int d_model,
                                    const PcaPlanes* reference = nullptr);

/// The reference of one run and the figures of its records, computed once each, a few per frame:
/// the oldest and newest first, then those farthest from any known, so that scale and curve are
/// nearly right early on.
class PcaHistory {
public:
    /// Looks at up to `most` embeddings that were not seen yet. Starts anew when run, reset
    /// or the order of the numbers differ from the last call. True when none is left. The run has
    /// an embedding.
    bool update(const RunRecord& run, const GroupIndex& index, int most);

    /// Planes of the run's first embedding, which all others are turned to.
    [[nodiscard]] const PcaPlanes& reference() const { return reference_; }
    /// R of one plane over epochs, in order.
    [[nodiscard]] std::span<const CircleHistory::Entry> entries(int plane) const {
        return entries_[static_cast<std::size_t>(plane)];
    }
    /// Largest distance of any token from the centre in any plane so far: the scale of the picture.
    [[nodiscard]] float radius() const { return radius_; }

private:
    void add(const EmbeddingFrame& frame, const GroupIndex& index);

    RunId run_{};
    std::uint32_t generation_ = 0;
    bool plain_ = true;
    PcaPlanes reference_;
    std::array<std::vector<CircleHistory::Entry>, kPcaPlanes> entries_;
    float radius_ = 0;
};

} // namespace grokscope::ui
