// What the panels that look inside the model get of one frame.
// Threads: main thread only.
#pragma once

#include "engine/protocol/inspect.h"
#include "ui/core/rect.h"
#include "ui/kit/panel_input.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace grokscope::ui {

/// References outlive the call to draw(). Without a reply nothing below it has a meaning.
struct InsideFrame {
    const PanelInput& input;
    const RunRecord& run;
    Rect area; ///< what the panel fills, in whole pixels
    const InspectReply& reply;
    /// The model that map, clock and attention show: intact, or ablated if that is wanted.
    const InspectedModel& model;
    bool ablated = false;
    /// How late the answer to what is asked now is, 0..1: the picture turns grey by it.
    double grey = 0;
    /// Seconds from the question to this reply.
    double answered_after = 0;

    [[nodiscard]] const Theme& theme() const { return input.theme; }
    [[nodiscard]] const Palette& palette() const { return *input.theme.palette; }
    [[nodiscard]] ImDrawList& list() const { return *ImGui::GetWindowDrawList(); }
    [[nodiscard]] int p() const { return reply.p; }
    [[nodiscard]] Operation operation() const { return run.config.operation; }
    /// Numbers in the order in which pictures have them: that of the group's index, what is not in
    /// the group first, or the plain one where that is wanted or there is no other.
    [[nodiscard]] std::vector<int> numbers() const;
    /// The pair in the query box, if both numbers lie in 0..p-1.
    [[nodiscard]] std::optional<NumberPair> pair() const;
    /// True of a pair that was never seen while its mirror (b, a) was trained on, where that tells
    /// anything: the operation commutes.
    [[nodiscard]] bool mirrored(const NumberPair& pair) const;
    /// What differs whenever the shown model's answers do, or the ground they are drawn on.
    [[nodiscard]] std::uint64_t content() const;
    /// Draws the veil of a picture that is no longer current over `rect`.
    void veil(const Rect& rect) const;
};

/// How a tab is drawn that shows answers of the inspector.
class InsideTabView {
public:
    InsideTabView() = default;
    InsideTabView(const InsideTabView&) = delete;
    InsideTabView& operator=(const InsideTabView&) = delete;
    virtual ~InsideTabView() = default;

    /// Into the ImGui child window that is open; fills the frame's area. The reply is complete.
    virtual void draw(const InsideFrame& frame) = 0;
    /// The height below which it is better scrolled, at the width of the frame's area.
    [[nodiscard]] virtual float least_height(const InsideFrame& /*frame*/) const { return 0; }
};

/// The pair that is typed, if both numbers lie in 0..p-1.
[[nodiscard]] std::optional<NumberPair> valid_pair(const InsideView& view, int p);
/// The right answer to the pair; nothing where the operation is not defined.
[[nodiscard]] std::optional<int> answer_to(const InspectReply& reply, const NumberPair& pair);
/// Place of the pair in the tables of a reply.
[[nodiscard]] constexpr std::size_t index_of(const NumberPair& pair, int p) {
    return static_cast<std::size_t>(pair.a) * static_cast<std::size_t>(p) +
           static_cast<std::size_t>(pair.b);
}
/// "7 + 13 = 20 confidence 0.9998 seen": the log's words for what a model says to a pair.
[[nodiscard]] std::string reading_in_words(const InspectReply& reply, const InspectedModel& model,
                                           const NumberPair& pair);

} // namespace grokscope::ui
