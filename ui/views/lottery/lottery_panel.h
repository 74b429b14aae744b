// The sheet of the lottery: which frequency wins inside the neurons of the selected run, and when.
// Threads: main thread only.
#pragma once

#include "ui/views/lottery/lottery.h"
#include "ui/views/lottery/lottery_picture.h"
#include "ui/views/view.h"

#include <cstdint>
#include <optional>
#include <string>

namespace grokscope::ui {

class LotteryPanel final : public View {
public:
    bool draw(const PanelInput& input, const Rect& window) override;
    void draw_picture(const PanelInput& input, const Rect& area) override;

private:
    /// Reckons anew what has grown.
    void look_at(const PanelInput& input);
    /// The bands and what stands beside or under them.
    void draw_content(const PanelInput& input, const Rect& area);
    void draw_bands(const PanelInput& input, const Rect& area);
    void draw_table(const PanelInput& input) const;

    std::optional<RunId> run_; ///< that it was made of, and how far that had come
    std::uint64_t grown_ = 0;
    Lottery lottery_;
    std::optional<LotteryHover> hover_; ///< of the last frame
};

} // namespace grokscope::ui
