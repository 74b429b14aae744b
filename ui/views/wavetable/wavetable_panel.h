// The wavetable: how strongly the embedding, the logits or the neurons use each frequency, over the
// life of a run, as ridges, as a heat map, or as bars (ui.md section 8). With a pinned run two of
// them side by side, on one scale.
// Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/core/spectrum_record.h"
#include "ui/kit/panel_input.h"
#include "ui/kit/picture_kit.h"
#include "ui/scene/heat_renderer.h"
#include "ui/scene/ridge_renderer.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace grokscope::ui {

class WavetablePanel {
public:
    /// `shaders` outlives this. An OpenGL context is current, here and in draw(). Throws
    /// std::runtime_error when a shader does not compile.
    explicit WavetablePanel(gl::ShaderLibrary& shaders);

    /// Draws into the ImGui child window that is open, and fills it.
    void draw(const PanelInput& input);

private:
    /// What each run's picture keeps from frame to frame.
    struct Canvas {
        explicit Canvas(gl::ShaderLibrary& shaders) : ridges(shaders), heat(shaders) {}
        RidgeRenderer ridges;
        HeatRenderer heat;
        RunRows ridge_rows;
        RunRows heat_rows;
    };
    /// One run's picture in this frame: the selected run's, or the pinned run's beside it.
    struct Pane {
        const PanelInput& input;
        SpectrumRecord spectra;
        Canvas& canvas;
        Rect area;
        ImDrawList& list;
        std::size_t record = 0;    ///< of the cursor
        std::span<const int> keys; ///< at the newest record
        bool alone = true;
        bool first = true; ///< the leftmost one, which names the epochs
        bool last = true;  ///< the rightmost one, which names the heights

        [[nodiscard]] const RunRecord& run() const { return spectra.run(); }
        [[nodiscard]] const Theme& theme() const { return input.theme; }
        [[nodiscard]] const Palette& palette() const { return *input.theme.palette; }
        [[nodiscard]] const WavetableView& view() const { return input.view.settings.wavetable; }
        [[nodiscard]] float line() const { return input.theme.small->FontSize; }
        /// The run has ended: its key frequencies are no longer provisional.
        [[nodiscard]] bool final() const { return run().state == RunState::kFinished; }
        /// Height that names above the picture take: the run's, when there are two, and the epoch.
        [[nodiscard]] float names() const;
    };
    /// What the panes have in common, so that heights, depths and colours compare.
    struct Scale {
        float largest = 0;      ///< amplitude of all rows drawn: 0 dB
        float reference = 1;    ///< amplitude of full height
        double epochs = 0;      ///< that the full depth stands for
        std::vector<int> slots; ///< of each pane
    };
    /// A record and a frequency under the mouse.
    struct Hit {
        std::size_t record = 0;
        int frequency = 1;
    };

    void draw_header(const PanelInput& input);
    void draw_panes(const PanelInput& input, const Rect& area,
                    std::span<const RunRecord* const> runs);
    void draw_ridges(std::span<Pane> panes);
    void draw_ridge_pane(const Pane& pane, const RidgeView& view, const SpectrumRows& rows);
    void draw_ridge_labels(const Pane& pane, const RidgeView& view, const SpectrumRows& rows);
    void draw_ridge_epochs(const Pane& pane, const RidgeView& view, const SpectrumRows& rows);
    void draw_ridge_heights(const Pane& pane, const RidgeView& view, const SpectrumRows& rows);
    /// Pixels of the picture per pixel of the window.
    [[nodiscard]] static float factor_of(const Pane& pane, const RidgeLayout& layout);
    /// Where in the window a point of the ridges lies.
    [[nodiscard]] static ImVec2 place_in(const Pane& pane, const RidgeLayout& layout,
                                         float frequency, float place, float value);
    void draw_heat(std::span<Pane> panes);
    void draw_heat_pane(const Pane& pane, const Rect& map, int slots);
    void draw_heat_epochs(const Pane& pane, const Rect& map, const SpectrumRows& rows,
                          float row_height);
    void draw_bars(std::span<const Pane> panes);
    void draw_bars_pane(const Pane& pane, const Rect& map);
    /// Amplitude of full height or of the last colour in the flat pictures.
    [[nodiscard]] float flat_reference(WavetableScale scale) const;
    void draw_names(const Pane& pane);
    void act_on(const Pane& pane, const std::optional<Hit>& hit);

    /// Divides the room anew, so that the pictures are equally wide though only the first has
    /// `left` pixels for names at its left and only the last `right` at its right; all have `both`
    /// at each side. Returns their width.
    static float divide(std::span<Pane> panes, float left, float right, float both);
    void log_scale(std::span<const Pane> panes);
    /// Brings the rows of all panes to one depth scale and finds the common amplitude scale.
    void share_scale(std::span<const Pane> panes, RunRows Canvas::*rows, int capacity);

    gl::ShaderLibrary* shaders_;
    Canvas canvas_;                  ///< of the selected run
    std::unique_ptr<Canvas> beside_; ///< of the pinned one, made when first needed
    Scale scale_;
    std::string logged_;
    bool hovered_ = false;
    bool clicked_ = false;
};

} // namespace grokscope::ui
