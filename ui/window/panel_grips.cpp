#include "ui/window/panel_grips.h"

#include "ui/core/text.h"
#include "ui/kit/widgets.h"

#include <array>
#include <cmath>
#include <string>

namespace grokscope::ui {

namespace {

constexpr float kGripWidth = 56;
constexpr float kGripHeight = 12; // the room above a card's content
constexpr std::array<const char*, kPanels> kSuffixes{"_runs", "_curves", "_wavetable", "_inside"};

bool inside(const Rect& rect, ImVec2 point) {
    return point.x >= rect.x && point.x < rect.right() && point.y >= rect.y &&
           point.y < rect.bottom();
}

void draw_dots(const PanelInput& input, const Rect& grip, const Color& color) {
    const Theme& theme = input.theme;
    constexpr int kDots = 6;
    const float step = theme.px(6);
    const float x = grip.x + grip.width / 2 - step * (kDots - 1) / 2;
    for (int i = 0; i < kDots; ++i) {
        ImGui::GetWindowDrawList()->AddCircleFilled(
            {x + step * static_cast<float>(i), grip.y + grip.height / 2}, theme.px(1.5F),
            u32(color), 8);
    }
}

/// Shows where the dragged panel would go, and what comes in its place.
void draw_target(const PanelInput& input, const Rect& from, const Rect& to) {
    const Theme& theme = input.theme;
    ImDrawList& list = *ImGui::GetForegroundDrawList();
    const auto frame = [&](const Rect& rect, float fill) {
        const ImVec2 low{rect.x, rect.y};
        const ImVec2 high{rect.right(), rect.bottom()};
        list.AddRectFilled(low, high, u32(theme.palette->accent.with_alpha(fill)), theme.px(8));
        list.AddRect(low, high, u32(theme.palette->accent), theme.px(8), 0, theme.px(2));
    };
    frame(to, 0.22F);
    frame(from, 0.08F);
}

} // namespace

void PanelGrips::draw(const PanelInput& input, const Layout& layout) {
    const Theme& theme = input.theme;
    Places& places = input.view.arrangement.shares.places;
    const std::array<Rect, kPanels> rects{layout.runs, layout.plots, layout.wavetable,
                                          layout.circle};
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    for (std::size_t i = 0; i < kPanels; ++i) {
        const auto panel = static_cast<Panel>(i);
        const Rect& rect = rects[i];
        const Rect grip{std::round(rect.x + (rect.width - theme.px(kGripWidth)) / 2), rect.y,
                        theme.px(kGripWidth), theme.px(kGripHeight)};
        ImGui::SetCursorScreenPos({grip.x, grip.y});
        ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
        // A child of its own lies above the card, which takes the mouse otherwise.
        ImGui::BeginChild(("grip" + std::string(kSuffixes[i])).c_str(), {grip.width, grip.height},
                          ImGuiChildFlags_None,
                          ImGuiWindowFlags_NavFlattened | ImGuiWindowFlags_NoScrollbar |
                              ImGuiWindowFlags_NoScrollWithMouse | ImGuiWindowFlags_NoBackground);
        ImGui::PopStyleVar();
        const bool pressed = ImGui::InvisibleButton("grip", {grip.width, grip.height});
        const bool hot = ImGui::IsItemHovered() || ImGui::IsItemActive();
        if (hot) {
            ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeAll);
        }
        if (ImGui::IsItemActive() && ImGui::IsMouseDragging(ImGuiMouseButton_Left)) {
            dragged_ = panel;
        } else if (pressed && ImGui::GetIO().NavVisible) {
            places = moved_on(places, panel);
        }
        if (hot || inside(rect, mouse) || ImGui::IsItemFocused()) {
            draw_dots(input, grip, hot ? theme.palette->text : theme.palette->muted);
        }
        describe_item(input, "grip", kSuffixes[i], true,
                      dragged_ == panel ? text::kDropPanel : nullptr);
        ImGui::EndChild();
    }
    if (!dragged_) {
        return;
    }
    for (std::size_t i = 0; i < kPanels; ++i) {
        const auto target = static_cast<Panel>(i);
        if (target == *dragged_ || !inside(rects[i], mouse)) {
            continue;
        }
        draw_target(input, rects[static_cast<std::size_t>(*dragged_)], rects[i]);
        if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) {
            places = swapped(places, *dragged_, target);
        }
    }
    if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) {
        dragged_.reset();
    }
}

} // namespace grokscope::ui
