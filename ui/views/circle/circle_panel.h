// The circle: every number's embedding seen along one frequency, or along its principal components
// (ui.md section 9, science.md 3.4). With a pinned run both side by side, on one scale.
// Threads: main thread only.
#pragma once

#include "engine/protocol/circle_projection.h"
#include "ui/core/rect.h"
#include "ui/core/ring_chance.h"
#include "ui/kit/panel_input.h"
#include "ui/views/circle/circle_history.h"
#include "ui/views/circle/circle_pca.h"

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace grokscope::ui {

class CirclePanel {
public:
    /// Draws into the ImGui child window that is open, and fills it.
    void draw(const PanelInput& input);
    /// Points are on their way to new places, or figures of earlier epochs are still being
    /// computed: the next frame differs even without input or data.
    [[nodiscard]] bool animating() const { return animating_; }

private:
    /// A plane and an epoch: the first one, or the cursor's.
    struct Which {
        CirclePlane plane = CirclePlane::kFrequency;
        int number = 1; ///< the frequency, or 0.. for components (1, 2), (3, 4), (5, 6)
        bool start = false;
        friend auto operator<=>(const Which&, const Which&) = default;
    };
    /// What is seen there, on its way from where it was drawn before.
    struct Slot {
        std::int32_t epoch = -1;
        CircleProjection circle;
        RingChance chance;
        RingShape shape = RingShape::kNone;
        double variance = 0; ///< of a plane of components: its share
        std::vector<PlanePoint> shown;
        std::vector<PlanePoint> from;
        double since = 0;
        bool gliding = false;
        bool used = false;
    };
    struct PcaAt {
        std::int32_t epoch = -1;
        PcaPlanes planes;
    };
    /// What one run's pictures keep from frame to frame.
    struct Canvas {
        RunId run{};
        std::uint32_t generation = 0;
        bool plain = true; ///< order of the numbers: their own
        std::map<Which, Slot> slots;
        std::map<int, CircleHistory> histories;
        PcaHistory pca;
        std::array<PcaAt, 2> pca_at; ///< at the start, at the cursor
    };
    /// One run's pictures in this frame.
    struct Pane {
        const PanelInput& input;
        const RunRecord& run;
        const GroupIndex& index; ///< order of the numbers
        Canvas& canvas;
        Rect area;
        int frequency = 1;
        bool alone = true;
        std::int32_t newest = 0; ///< end of the curve's epochs, the same for all panes
    };
    struct Cell {
        Which which;
        Rect area;
        bool large = false;
    };

    void draw_panes(const PanelInput& input, const Rect& area,
                    std::span<const RunRecord* const> runs);
    [[nodiscard]] std::vector<Cell> cells(const Pane& pane, const Rect& area) const;
    [[nodiscard]] std::vector<Cell> small_multiples(const std::vector<Which>& planes,
                                                    const Rect& area) const;
    Slot& slot(const Pane& pane, const Which& which);
    void look(const Pane& pane, const Which& which, const EmbeddingFrame& frame, Slot& slot);
    void glide(const PanelInput& input, Slot& slot);
    std::span<const CircleHistory::Entry> history(const Pane& pane, const Which& which);
    [[nodiscard]] float radius(const Pane& pane, const Which& which);
    void draw_cell(const Pane& pane, const Cell& cell, float radius);
    void draw_caption(const Pane& pane, const Rect& area);
    /// "a ring", and what must be said with it.
    [[nodiscard]] static std::string ring_words(const Pane& pane, const Slot& slot);

    std::array<Canvas, 2> canvases_; ///< of the selected and the pinned run
    RingChances chances_;
    int history_per_cell_ = 1; ///< embeddings to look at in this frame
    bool hovered_ = false;
    bool animating_ = false;
};

} // namespace grokscope::ui
