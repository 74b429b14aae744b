#include "ui/kit/widgets.h"

#include "ui/core/operation_text.h"
#include "ui/core/shortcuts.h"
#include "ui/core/text.h"
#include "ui/core/tour.h"
#include "ui/kit/tooltip_place.h"

#include <imgui_internal.h> // which item has the focus, where a popup opens

#include <algorithm>
#include <array>
#include <cfloat>
#include <cmath>
#include <numbers>

namespace grokscope::ui {

namespace {

struct ButtonColors {
    Color fill;
    Color ink;
};

/// Of one that cannot be used: no accent, so that it does not call for a press.
ButtonColors disabled_colors(const Palette& palette, Look look) {
    const float fill = look == Look::kQuiet ? 0.0F : kDisabled;
    const Color ground =
        look == Look::kSelected ? mix(palette.raised, palette.accent, 0.3F) : palette.raised;
    return {ground.with_alpha(fill), palette.text.with_alpha(kDisabled)};
}

ButtonColors colors_of(const Palette& palette, Look look, bool hovered, bool held) {
    const Color none = palette.raised.with_alpha(0);
    switch (look) {
    case Look::kPrimary:
        return {held      ? mix(palette.accent, palette.window, 0.25F)
                : hovered ? mix(palette.accent, palette.text, 0.12F)
                          : palette.accent,
                palette.accent_text};
    case Look::kSelected:
        return {mix(palette.raised, palette.accent,
                    held      ? 0.45F
                    : hovered ? 0.38F
                              : 0.3F),
                palette.text};
    case Look::kQuiet:
        return {held      ? palette.pressed
                : hovered ? palette.hovered
                          : none,
                hovered ? palette.text : palette.muted};
    case Look::kPlain:
        break;
    }
    return {held ? palette.pressed : hovered ? palette.hovered : palette.raised, palette.text};
}

/// Takes the corners of a filled rectangle away by painting what lies outside of them.
void round_corners(ImDrawList& list, const Rect& rect, float radius, const Color& outside,
                   const Color& edge) {
    constexpr int kSteps = 8;
    for (int corner = 0; corner < 4; ++corner) {
        const float x = corner == 0 || corner == 3 ? -1.0F : 1.0F;
        const float y = corner < 2 ? -1.0F : 1.0F;
        const ImVec2 tip{x < 0 ? rect.x : rect.right(), y < 0 ? rect.y : rect.bottom()};
        const ImVec2 center{tip.x - x * radius, tip.y - y * radius};
        std::array<ImVec2, kSteps + 1> arc;
        for (int i = 0; i <= kSteps; ++i) {
            const float angle = std::numbers::pi_v<float> / 2 * static_cast<float>(i) / kSteps;
            arc[static_cast<std::size_t>(i)] = {center.x + x * radius * std::cos(angle),
                                                center.y + y * radius * std::sin(angle)};
        }
        for (std::size_t i = 0; i < kSteps; ++i) {
            list.AddTriangleFilled(tip, arc[i], arc[i + 1], u32(outside));
        }
        list.AddPolyline(arc.data(), kSteps + 1, u32(edge), ImDrawFlags_None, 1);
    }
}

constexpr float kIconSize = 13;
constexpr float kIconGap = 8;
constexpr float kEdge = 11; ///< from a button's edge to its words
/// On both sides of a badge's words.
constexpr float kBadgeRoom = 7;
constexpr float kArrow = 12; ///< of a menu, with its gap

/// The arrow of a button that opens a list: after its words, else in its corner.
void draw_menu_arrow(const Theme& theme, ImDrawList& list, ImVec2 high, float words_right,
                     float middle, ImU32 ink) {
    const float arm = theme.px(3.5F);
    const ImVec2 tip = words_right > 0
                           ? ImVec2{words_right + theme.px(kArrow) - arm, middle + arm / 2}
                           : ImVec2{high.x - theme.px(2) - arm, high.y - theme.px(3)};
    list.AddTriangleFilled({tip.x - arm, tip.y - arm}, {tip.x + arm, tip.y - arm}, tip, ink);
}

} // namespace

float button_width(const Theme& theme, const char* label, Icon icon) {
    const float words = label[0] == 0 ? 0 : text_size(theme.text, label).x;
    const float picture = icon == Icon::kNone ? 0 : theme.px(kIconSize);
    const float gap = words > 0 && picture > 0 ? theme.px(kIconGap) : 0;
    return std::ceil(words + picture + gap + theme.px(words > 0 ? 2 * kEdge : 14));
}

float menu_width(const Theme& theme, const char* label) {
    return button_width(theme, label, Icon::kNone) + std::ceil(theme.px(kArrow));
}

bool button(const PanelInput& input, const ButtonSpec& spec) {
    const Theme& theme = input.theme;
    const bool low = spec.size.y > 0 && spec.size.y < theme.px(26);
    ImFont* font = spec.look == Look::kPrimary || theme.px(36) < spec.size.y ? theme.strong
                   : low                                                     ? theme.small
                                                                             : theme.text;
    ImVec2 size = spec.size;
    if (size.x <= 0) {
        size.x = button_width(theme, spec.label, spec.icon);
    }
    if (size.y <= 0) {
        size.y = theme.px(30);
    }
    std::string id(spec.control);
    id += '/';
    id += spec.suffix;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    if (input.picture != nullptr && !input.picture->controls) {
        ImGui::Dummy(size);
        if (spec.look != Look::kQuiet) { // what is chosen stays readable
            const ImVec2 words = text_size(font, spec.label);
            draw_text(*ImGui::GetWindowDrawList(), font,
                      {at.x + (size.x - words.x) / 2, at.y + (size.y - words.y) / 2},
                      theme.palette->muted, spec.label);
        }
        return false;
    }
    ImGui::PushID(id.c_str());
    ImGui::BeginDisabled(!spec.enabled);
    const bool pressed = ImGui::InvisibleButton("button", size);
    const ButtonColors colors = spec.enabled
                                    ? colors_of(*theme.palette, spec.look, ImGui::IsItemHovered(),
                                                ImGui::IsItemActive() && ImGui::IsItemHovered())
                                    : disabled_colors(*theme.palette, spec.look);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 end{at.x + size.x, at.y + size.y};
    list.AddRectFilled(at, end, u32(colors.fill), theme.px(6));

    const ImVec2 words = spec.label[0] == 0 ? ImVec2{0, 0} : text_size(font, spec.label);
    const float picture = spec.icon == Icon::kNone ? 0 : theme.px(kIconSize);
    const float gap = words.x > 0 && picture > 0 ? theme.px(kIconGap) : 0;
    const float arrow = spec.menu && words.x > 0 ? theme.px(kArrow) : 0;
    float x = spec.from_left ? at.x + theme.px(kEdge)
                             : at.x + (size.x - words.x - picture - gap - arrow) / 2;
    const float middle = at.y + size.y / 2;
    const Color ink = colors.ink;
    if (picture > 0) {
        draw_icon(list, spec.icon, {x + picture / 2, middle}, picture, u32(ink));
        x += picture + gap;
    } else if (spec.from_left) {
        x += theme.px(kIconSize + kIconGap);
    }
    if (words.x > 0) {
        draw_text(list, font, {x, middle - words.y / 2}, ink, spec.label);
    }
    if (spec.menu) {
        draw_menu_arrow(theme, list, end, words.x > 0 ? x + words.x : 0, middle, u32(ink));
    }
    describe_item(input, spec.control, spec.suffix, spec.enabled, spec.tooltip);
    ImGui::EndDisabled();
    ImGui::PopID();
    return pressed && spec.enabled;
}

namespace {

void tell_test(const PanelInput& input, std::string_view name, std::string_view suffix) {
    if (input.on_control != nullptr) {
        (*input.on_control)(std::string(name).append(suffix));
    }
}

/// A ring around what the tour's card speaks of, while it waits for it.
void ring_for_tour(const PanelInput& input, std::string_view name, std::string_view suffix,
                   ImVec2 low, ImVec2 high) {
    if (!input.view.tour || !input.view.tour_waits) {
        return;
    }
    const std::string_view wanted = tour_cards()[*input.view.tour].control;
    if (wanted.size() != name.size() + suffix.size() || !wanted.starts_with(name) ||
        !wanted.ends_with(suffix)) {
        return;
    }
    const Theme& theme = input.theme;
    const float out = theme.px(3);
    ImGui::GetWindowDrawList()->AddRect({low.x - out, low.y - out}, {high.x + out, high.y + out},
                                        u32(theme.palette->accent), theme.px(8), 0, theme.px(2));
}

} // namespace

void describe_item(const PanelInput& input, std::string_view name, std::string_view suffix,
                   bool enabled, const char* tooltip) {
    const ControlInfo& info = control(name);
    tell_test(input, name, suffix);
    const ImVec2 low = ImGui::GetItemRectMin();
    const ImVec2 high = ImGui::GetItemRectMax();
    ring_for_tour(input, name, suffix, low, high);
    const Rect item{low.x, low.y, high.x - low.x, high.y - low.y};
    if (input.places != nullptr) {
        input.places->add(item);
    }
    if (input.log.on()) {
        std::string full(name);
        full += suffix;
        input.log.control(full, item, enabled);
    }
    const Theme& theme = input.theme;
    if (ImGui::IsItemFocused()) {
        std::string full(name);
        input.log.focused(full += suffix);
    }
    if (ImGui::IsItemFocused() && ImGui::GetIO().NavVisible) {
        const float out = theme.px(2);
        ImGui::GetWindowDrawList()->AddRect(
            {low.x - out, low.y - out}, {high.x + out, high.y + out}, u32(theme.palette->accent),
            theme.px(7), 0, theme.px(2));
    }
    if (!ImGui::IsItemHovered(ImGuiHoveredFlags_ForTooltip | ImGuiHoveredFlags_AllowWhenDisabled)) {
        return;
    }
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {theme.px(12), theme.px(9)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, theme.px(8));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
    input.log.tooltip(std::string(name).append(suffix));
    const std::string said =
        tooltip != nullptr ? tooltip : in_operation(info.tooltip, input.operation());
    const char* const words = said.c_str();
    const std::string keys = text::shown_keys(keys_of(info.action));
    const TooltipPlace place = tooltip_place(input, item, words, keys);
    ImGui::SetNextWindowPos({place.rect.x, place.rect.y});
    if (ImGui::BeginTooltip()) {
        draw_shadow(theme, theme.px(8));
        ImGui::PushTextWrapPos(place.wrap);
        ImGui::TextUnformatted(words);
        if (!keys.empty()) {
            text_in(theme.small, theme.palette->muted, keys);
        }
        ImGui::PopTextWrapPos();
        ImGui::EndTooltip();
    }
    ImGui::PopStyleVar(3);
}

void describe_area(const PanelInput& input, std::string_view name, const Rect& rect, ImGuiID item,
                   std::string_view suffix) {
    (void)control(name); // it is in the table, so that the walk over all controls explains it
    tell_test(input, name, suffix);
    const std::string full = std::string(name) + std::string(suffix);
    input.log.control(full, rect);
    ring_for_tour(input, name, suffix, {rect.x, rect.y}, {rect.right(), rect.bottom()});
    if (item != ImGui::GetFocusID()) {
        return;
    }
    input.log.focused(full);
    if (ImGui::GetIO().NavVisible) {
        ImGui::GetWindowDrawList()->AddRect({rect.x, rect.y}, {rect.right(), rect.bottom()},
                                            u32(input.theme.palette->accent), input.theme.px(4), 0,
                                            input.theme.px(2));
    }
}

void begin_field(const Theme& theme, float width) {
    ImGui::PushFont(theme.text);
    const float room = std::max((theme.px(30) - theme.text->FontSize) / 2, 0.0F);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {theme.px(10), room});
    ImGui::SetNextItemWidth(width);
}

void end_field() {
    ImGui::PopStyleVar();
    ImGui::PopFont();
}

bool begin_choice(const PanelInput& input, std::string_view name, const char* shown, float width) {
    const Theme& theme = input.theme;
    const std::string id = "##" + std::string(name);
    const std::string words = fitted(theme.text, shown, width - theme.px(10 + 30));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList(); // of the frame, not of the open list
    const float room = std::max((theme.px(30) - ImGui::GetFontSize()) / 2, 0.0F);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {theme.px(10), room});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {theme.px(10), theme.px(10)}); // of the list
    ImGui::SetNextItemWidth(width);
    const bool open = ImGui::BeginCombo(
        id.c_str(), words.c_str(), ImGuiComboFlags_NoArrowButton | ImGuiComboFlags_HeightLargest);
    ImGui::PopStyleVar(2);
    const ImVec2 tip{std::round(at.x + width - theme.px(16)),
                     std::round(at.y + theme.px(30) / 2 + theme.px(2.5F))};
    const float arm = theme.px(4.5F);
    const std::array arrow{ImVec2{tip.x - arm, tip.y - arm}, tip, ImVec2{tip.x + arm, tip.y - arm}};
    list.AddPolyline(arrow.data(), static_cast<int>(arrow.size()), u32(theme.palette->muted),
                     ImDrawFlags_None, theme.px(1.6F));
    if (open) {
        draw_shadow(theme, theme.px(8));
    } else {
        describe_item(input, name);
    }
    return open;
}

void end_choice() {
    ImGui::EndCombo();
}

void draw_shadow(const Theme& theme, float rounding) {
    constexpr int kRings = 12;
    const float thick = theme.px(1.5F);
    const float dark = theme.kind == ThemeKind::kDark ? 0.34F : 0.07F;
    const ImVec2 low = ImGui::GetWindowPos();
    const ImVec2 high{low.x + ImGui::GetWindowWidth(), low.y + ImGui::GetWindowHeight()};
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.PushClipRectFullScreen();
    for (int ring = 0; ring < kRings; ++ring) {
        const float out = (static_cast<float>(ring) + 0.5F) * thick;
        const float left = 1 - static_cast<float>(ring) / kRings;
        list.AddRect({low.x - out, low.y - out}, {high.x + out, high.y + out},
                     u32(rgb(0x000000).with_alpha(dark * left * left)), rounding + out, 0, thick);
    }
    list.PopClipRect();
}

void open_menu(const Theme& theme, const char* name) {
    const ImVec2 corner{ImGui::GetItemRectMin().x, ImGui::GetItemRectMax().y + theme.px(4)};
    ImGui::OpenPopup(name);
    // Not where the mouse is: there it would lie over the button and its neighbours.
    ImGui::GetCurrentContext()->OpenPopupStack.back().OpenPopupPos = corner;
}

bool begin_menu(const Theme& theme, const char* name) {
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {theme.px(14), theme.px(12)});
    if (!ImGui::BeginPopup(name)) {
        ImGui::PopStyleVar();
        return false;
    }
    draw_shadow(theme, theme.px(8));
    return true;
}

void end_menu() {
    ImGui::EndPopup();
    ImGui::PopStyleVar();
}

void note_panel(const PanelInput& input, const char* name, const Rect& rect) {
    if (input.panels != nullptr) {
        input.panels->push_back({name, rect});
    }
}

void begin_card(const PanelInput& input, const char* id, const Rect& place, float padding) {
    const Theme& theme = input.theme;
    // A ground has whole pixels: its corners, cut off between them, would leave slivers of it.
    const Rect rect = on_whole_pixels(place);
    note_panel(input, id, rect);
    ImGui::SetCursorScreenPos({rect.x, rect.y});
    const float inside = theme.px(padding);
    const bool own_ground = input.grounds == nullptr;
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {inside, inside});
    ImGui::BeginChild(id, {rect.width, rect.height}, ImGuiChildFlags_AlwaysUseWindowPadding,
                      ImGuiWindowFlags_NavFlattened | ImGuiWindowFlags_NoScrollbar |
                          ImGuiWindowFlags_NoScrollWithMouse |
                          (own_ground ? 0 : ImGuiWindowFlags_NoBackground));
    ImGui::PopStyleVar();
    if (!own_ground) {
        input.grounds->push_back({rect, theme.palette->panel});
        if (input.log.on()) {
            input.log.fact("card " + std::string(id),
                           std::to_string(rect.x) + " " + std::to_string(rect.y) + " " +
                               std::to_string(rect.width) + " " + std::to_string(rect.height));
        }
        round_corners(*ImGui::GetWindowDrawList(), rect, theme.px(8), theme.palette->window,
                      mix(theme.palette->window, theme.palette->panel, 0.5F));
    }
}

void end_card() {
    ImGui::Dummy({0, 0}); // ImGui asserts that something stands where the cursor was put last
    ImGui::EndChild();
}

void card_title(const PanelInput& input, const char* title) {
    text_in(input.theme.small, input.theme.palette->muted, title);
}

void text_in(ImFont* font, const Color& color, std::string_view content) {
    ImGui::PushFont(font);
    ImGui::PushStyleColor(ImGuiCol_Text, vec4(color));
    ImGui::TextUnformatted(content.data(), content.data() + content.size());
    ImGui::PopStyleColor();
    ImGui::PopFont();
}

void paragraph(ImFont* font, const Color& color, std::string_view content) {
    ImGui::PushTextWrapPos(0);
    text_in(font, color, content);
    ImGui::PopTextWrapPos();
}

float draw_text(ImDrawList& list, ImFont* font, ImVec2 at, const Color& color,
                std::string_view content) {
    const ImVec2 snapped{std::round(at.x), std::round(at.y)};
    list.AddText(font, font->FontSize, snapped, u32(color), content.data(),
                 content.data() + content.size());
    return text_size(font, content).x;
}

float badge_width(const Theme& theme, std::string_view content) {
    return text_size(theme.small, content).x + 2 * theme.px(kBadgeRoom);
}

float draw_badge(const Theme& theme, ImDrawList& list, ImVec2 at, std::string_view content) {
    const float room = theme.px(kBadgeRoom);
    const float width = badge_width(theme, content);
    const ImVec2 end{at.x + width, at.y + theme.small->FontSize + theme.px(5)};
    list.AddRectFilled(at, end, u32(mix(theme.palette->panel, theme.palette->accent, 0.18F)),
                       theme.px(4));
    list.AddRect(at, end, u32(theme.palette->accent), theme.px(4), 0, theme.px(1));
    draw_text(list, theme.small, {at.x + room, at.y + theme.px(2)}, theme.palette->text, content);
    return width;
}

ImVec2 text_size(ImFont* font, std::string_view content) {
    return font->CalcTextSizeA(font->FontSize, FLT_MAX, 0, content.data(),
                               content.data() + content.size());
}

std::string fitted(ImFont* font, std::string_view content, float width) {
    // Measured up to the edge and no further: a note may have thousands of letters.
    const auto inside = [&](float room) {
        const char* rest = content.data();
        (void)font->CalcTextSizeA(font->FontSize, std::nextafter(room, FLT_MAX), 0, content.data(),
                                  content.data() + content.size(), &rest);
        return content.substr(0, static_cast<std::size_t>(rest - content.data()));
    };
    if (inside(width).size() == content.size()) {
        return std::string(content);
    }
    constexpr std::string_view kCut = "\xE2\x80\xA6";
    return std::string(inside(width - text_size(font, kCut).x)).append(kCut);
}

void Row::place(float width, float height) {
    ImGui::SetCursorScreenPos({std::round(x_), std::round(center_y_ - height / 2)});
    x_ += width;
}

void splitter(const PanelInput& input, const char* id, const Rect& rect, bool vertical,
              float extent, float direction, float& share, std::string_view suffix) {
    if (rect.width <= 0 || rect.height <= 0 || extent <= 0) {
        return;
    }
    ImGui::SetCursorScreenPos({rect.x, rect.y});
    ImGui::InvisibleButton((id + std::string(suffix)).c_str(), {rect.width, rect.height});
    const bool hot = ImGui::IsItemActive() || ImGui::IsItemHovered();
    describe_item(input, id, suffix);
    if (hot) {
        ImGui::SetMouseCursor(vertical ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
        const float thick = input.theme.px(2);
        const ImVec2 center{rect.x + rect.width / 2, rect.y + rect.height / 2};
        const ImVec2 low =
            vertical ? ImVec2{center.x - thick / 2, rect.y} : ImVec2{rect.x, center.y - thick / 2};
        const ImVec2 high = vertical ? ImVec2{center.x + thick / 2, rect.bottom()}
                                     : ImVec2{rect.right(), center.y + thick / 2};
        ImGui::GetWindowDrawList()->AddRectFilled(low, high, u32(input.theme.palette->accent));
    }
    if (ImGui::IsItemFocused() && ImGui::GetIO().NavVisible) {
        constexpr float kStep = 0.02F;
        for (const ImGuiKey key : {ImGuiKey_Equal, ImGuiKey_KeypadAdd}) {
            share += ImGui::IsKeyPressed(key) ? kStep : 0;
        }
        for (const ImGuiKey key : {ImGuiKey_Minus, ImGuiKey_KeypadSubtract}) {
            share -= ImGui::IsKeyPressed(key) ? kStep : 0;
        }
    }
    if (ImGui::IsItemActive()) {
        const ImVec2 moved = ImGui::GetIO().MouseDelta;
        share += direction * (vertical ? moved.x : moved.y) / extent;
    }
}

} // namespace grokscope::ui
