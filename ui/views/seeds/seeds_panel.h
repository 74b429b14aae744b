// Seeds side by side: what the variants' grok epochs say over all of them, and each run in small.
// Threads: main thread only.
#pragma once

#include "engine/protocol/sweep_result.h"
#include "ui/views/view.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace grokscope::ui {

class SeedsPanel final : public View {
public:
    /// `statistics` may be empty: then there is no table.
    explicit SeedsPanel(SweepStatistics statistics) : statistics_(std::move(statistics)) {}

    bool draw(const PanelInput& input, const Rect& window) override;
    void draw_picture(const PanelInput& input, const Rect& area) override;

private:
    void draw_table(const PanelInput& input);
    /// The tiles, in at most so much height.
    void draw_wall(const PanelInput& input, float most);

    SweepStatistics statistics_;
    std::uint64_t version_ = 0; ///< of the book when the rows were computed
    std::vector<SweepRun> runs_;
    std::vector<SweepRow> rows_;
};

} // namespace grokscope::ui
