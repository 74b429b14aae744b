// The wavetable: how strongly the embedding uses each frequency, over the life of a run, as ridges,
// as a heat map, or as bars (ui.md section 8).
// Threads: main thread only.
#pragma once

#include "ui/panels/panel_input.h"
#include "ui/panels/picture_kit.h"
#include "ui/rect.h"
#include "ui/scene/heat_renderer.h"
#include "ui/scene/ridge_renderer.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace grokscope::ui {

class WavetablePanel {
public:
    /// `shaders` outlives this. An OpenGL context is current, here and in draw(). Throws
    /// std::runtime_error when a shader does not compile.
    explicit WavetablePanel(gl::ShaderLibrary& shaders);

    /// Draws into the ImGui child window that is open, and fills it.
    void draw(const PanelInput& input);

private:
    /// What the three pictures need of this frame.
    struct Frame {
        const PanelInput& input;
        const RunRecord& run;
        Rect area;
        ImDrawList& list;
        std::optional<std::size_t> record; ///< of the cursor
        std::span<const int> keys;         ///< at the newest record
        bool hovered = false;
        bool clicked = false;

        [[nodiscard]] const Theme& theme() const { return input.theme; }
        [[nodiscard]] const Palette& palette() const { return *input.theme.palette; }
        [[nodiscard]] const WavetableView& view() const { return input.view.wavetable; }
        [[nodiscard]] std::span<const float> amplitudes(std::size_t index) const {
            return amplitudes_of(run.spectra[index], view().source);
        }
    };
    /// A record and a frequency under the mouse.
    struct Hit {
        std::size_t record = 0;
        int frequency = 1;
    };

    void draw_header(const PanelInput& input);
    void draw_ridges(const Frame& frame);
    void draw_ridge_labels(const Frame& frame, const RidgeView& view, const SpectrumRows& rows);
    void draw_heat(const Frame& frame);
    void draw_bars(const Frame& frame);
    void draw_cursor_label(const Frame& frame, ImVec2 at);
    void act_on(const Frame& frame, const std::optional<Hit>& hit);

    /// Largest amplitude of the rows drawn: 0 dB.
    float largest_ = 0;
    RidgeRenderer ridges_;
    HeatRenderer heat_;
    RunRows ridge_rows_;
    RunRows heat_rows_;
};

} // namespace grokscope::ui
