// The sheet of the plane: at which settings the runs of a sweep grok, and when.
// Threads: main thread only.
#pragma once

#include "ui/core/phase_plane.h"
#include "ui/views/view.h"

#include <memory>
#include <optional>

namespace grokscope::ui {

class PlanePanel final : public View {
public:
    bool draw(const PanelInput& input, const Rect& window) override;
    void draw_picture(const PanelInput& input, const Rect& area) override;

private:
    /// Takes the runs of the notebook as they were read last, and those of the window that are in
    /// none.
    void take_runs(const PanelInput& input);
    /// Lays them out anew where they, the choice or the selected run changed.
    void look_at(const PanelInput& input);
    void draw_choices(const PanelInput& input);
    void draw_empty(const PanelInput& input) const;
    void bring_in(const PanelInput& input, const PlaneCell& cell) const;

    std::shared_ptr<const PlaneRuns> read_; ///< of the notebook
    std::uint64_t version_ = 0;             ///< of the book when they were joined
    // What the plane was made of.
    std::shared_ptr<const PlaneRuns> runs_;
    PlaneChoice choice_;
    std::optional<RunConfig> near_;
    std::optional<PhasePlane> plane_;
};

} // namespace grokscope::ui
