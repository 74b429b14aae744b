// How round the circle of one frequency was at every recorded epoch. Pure arithmetic.
// Threads: main thread only.
#pragma once

#include "ui/core/run_book.h"

#include <cstdint>
#include <vector>

namespace grokscope::ui {

/// R_k and size of the picture for each recorded embedding of one run and frequency; computed once
/// each, a few per frame. Embeddings that are thinned out later keep their figures.
class CircleHistory {
public:
    struct Entry {
        std::int32_t epoch = 0;
        /// R_k; NaN where there is no plane.
        float order = 0;
    };

    /// Looks at up to `most` embeddings that were not seen yet, oldest first, the numbers in the
    /// order of `index`. Starts anew when run, reset, order or frequency differ from the last call.
    /// True when none is left. The frequency must be one of the index.
    bool update(const RunRecord& run, const GroupIndex& index, int frequency, int most);

    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    /// Largest distance of any token from the centre so far: the fixed scale of the picture.
    [[nodiscard]] float radius() const { return radius_; }

private:
    RunId run_{};
    std::uint32_t generation_ = 0;
    int frequency_ = 0;
    bool plain_ = true;
    float radius_ = 0;
    std::vector<Entry> entries_;
};

} // namespace grokscope::ui
