// The sheet of depth: which heads of which layers of the selected run carry the answer, and which
// layers can be skipped.
// Threads: main thread only.
#pragma once

#include "engine/protocol/inspect.h"
#include "ui/views/depth/depth.h"
#include "ui/views/depth/depth_picture.h"
#include "ui/views/view.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {

/// What the view's ablation leaves of the selected run at the cursor, or null until that is known;
/// asked in a frame, it is found out.
using AblatedAnswer = std::function<const InspectReply*(const PanelInput&)>;

class DepthPanel final : public View {
public:
    /// `ablated` may be empty.
    explicit DepthPanel(AblatedAnswer ablated = {}) : ablated_(std::move(ablated)) {}
    bool draw(const PanelInput& input, const Rect& window) override;
    /// Nothing is taken out.
    void draw_picture(const PanelInput& input, const Rect& area) override;

private:
    struct Said {
        std::string heads;  ///< how many carry it
        std::string layers; ///< which are bypassed
    };

    /// Reckons anew what has grown.
    void look_at(const PanelInput& input);
    [[nodiscard]] Said said(const PanelInput& input) const;
    /// Of the selected run, which there is.
    [[nodiscard]] std::vector<SkipCurve> curves_at_cursor(const PanelInput& input) const;
    [[nodiscard]] bool any() const { return !depth_.mediated.empty() || !depth_.skipped.empty(); }
    void draw_score_choice(const PanelInput& input) const;
    void draw_content(const PanelInput& input, const Rect& area, const AblatedAnswer& ablated);
    /// Map and skip curves; `widest`: pixels of a layer, at most.
    void draw_layers(const PanelInput& input, const Rect& area, float widest);
    void draw_strip(const PanelInput& input, const Rect& area);
    void draw_words(const PanelInput& input, const AblatedAnswer& ablated) const;
    void tell_test(const PanelInput& input) const;

    AblatedAnswer ablated_;
    std::optional<RunId> run_; ///< that it was made of, and how far that had come
    std::uint64_t grown_ = 0;
    Depth depth_;
    Ablation ablation_;               ///< the view's, as far as this model has it
    std::optional<DepthHover> hover_; ///< of the last frame
    std::optional<int> window_;       ///< first layer of the window under the mouse
};

} // namespace grokscope::ui
