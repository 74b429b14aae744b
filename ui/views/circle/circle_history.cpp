#include "ui/views/circle/circle_history.h"

#include "engine/protocol/circle_projection.h"

#include <algorithm>
#include <limits>

namespace grokscope::ui {

bool CircleHistory::update(const RunRecord& run, const GroupIndex& index, int frequency, int most) {
    if (run.id != run_ || run.generation != generation_ || frequency != frequency_ ||
        index.is_identity() != plain_) {
        plain_ = index.is_identity();
        run_ = run.id;
        generation_ = run.generation;
        frequency_ = frequency;
        radius_ = 0;
        entries_.clear();
    }
    const std::int32_t seen = entries_.empty() ? -1 : entries_.back().epoch;
    auto next = std::upper_bound(
        run.embeddings.begin(), run.embeddings.end(), seen,
        [](std::int32_t epoch, const EmbeddingFrame& frame) { return epoch < frame.epoch; });
    for (; next != run.embeddings.end() && most > 0; ++next, --most) {
        const CircleProjection circle = project_circle(OrderedRows(*next, index).values(),
                                                       index.order(), next->d_model, frequency);
        radius_ = std::max(radius_, circle.radius);
        entries_.push_back({next->epoch, circle.has_plane
                                             ? static_cast<float>(circle.order)
                                             : std::numeric_limits<float>::quiet_NaN()});
    }
    return next == run.embeddings.end();
}

} // namespace grokscope::ui
