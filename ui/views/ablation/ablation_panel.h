// Take it apart: frequencies, heads, the MLP and skip connections are taken out of recorded
// weights, and the ablated model is measured beside the intact one (science.md section 5).
// Threads: main thread only.
#pragma once

#include "ui/views/inside/inside_frame.h"

namespace grokscope::ui {

/// Clicks change the ablation in the view state; the answer comes with a later reply.
class AblationPanel final : public InsideTabView {
public:
    void draw(const InsideFrame& frame) override;
    [[nodiscard]] float least_height(const InsideFrame& frame) const override;
};

} // namespace grokscope::ui
