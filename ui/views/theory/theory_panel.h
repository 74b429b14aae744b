// The theory view: the singular feature machine under sliders, a sheet of the window (ui.md 19).
// Threads: main thread only.
#pragma once

#include "ui/scene/canvas.h"
#include "ui/views/theory/theory_controller.h"
#include "ui/views/view.h"

#include <cstddef>

namespace grokscope::ui {

class TheoryPanel final : public View {
public:
    /// Asks the controller for what it shows.
    bool draw(const PanelInput& input, const Rect& window) override;
    void rest(const PanelInput& input) override;

private:
    /// What one frame shows.
    struct Shown {
        const SfmAnswer& answer;
        std::size_t iteration; ///< from 0 on
    };
    void draw_pictures(const PanelInput& input, const Shown& shown, bool beside);
    void draw_support(const PanelInput& input, const Shown& shown, const Rect& rect);

    Canvas canvas_;
    std::uint64_t content_ = 0; ///< of the picture
    std::uint64_t number_ = 0;  ///< of the answer in it
    std::size_t iteration_ = 0;
    ThemeKind theme_ = ThemeKind::kDark;
};

} // namespace grokscope::ui
