// Buttons, cards and captions in the program's own look. Every control goes through here, and so
// gets its tooltip, its focus ring and its line in the log.
// Threads: main thread only.
#pragma once

#include "ui/core/rect.h"
#include "ui/kit/icons.h"
#include "ui/kit/panel_input.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace grokscope::ui {

enum class Look : std::uint8_t { kPlain, kPrimary, kQuiet, kSelected };

struct ButtonSpec {
    /// Name in the table of controls: gives the tooltip.
    std::string_view control;
    /// What tells it from others of the same name, e.g. "[-1,+1]"; part of its name in the log.
    std::string_view suffix = {};
    const char* label = "";
    Icon icon = Icon::kNone;
    Look look = Look::kPlain;
    /// Pixels; a width of 0 takes what the label needs.
    ImVec2 size{0, 0};
    bool enabled = true;
    /// It opens a list: marked with a small arrow.
    bool menu = false;
    /// Its words begin at the left, after room for an icon whether it has one or not: in a column.
    bool from_left = false;
    /// Replaces the tooltip, e.g. to say why it is disabled.
    const char* tooltip = nullptr;
};

/// Draws a button at ImGui's cursor. True when pressed.
[[nodiscard]] bool button(const PanelInput& input, const ButtonSpec& spec);
/// Width that `button` gives a label.
[[nodiscard]] float button_width(const Theme& theme, const char* label, Icon icon);

/// The same for one that opens a list.
[[nodiscard]] float menu_width(const Theme& theme, const char* label);
/// What marks a button that switches something on and off, in place of doing something once.
[[nodiscard]] inline Icon switch_icon(bool on) {
    return on ? Icon::kBoxTicked : Icon::kBox;
}

/// Tooltip, focus ring and log line of the ImGui item just made.
void describe_item(const PanelInput& input, std::string_view control, std::string_view suffix = {},
                   bool enabled = true, const char* tooltip = nullptr);

/// The same for an area that answers the mouse itself, with ImGui's number of its item: focus ring
/// and log line, no tooltip over the picture.
void describe_area(const PanelInput& input, std::string_view name, const Rect& rect, ImGuiID item,
                   std::string_view suffix = {});

/// Around one ImGui input: font, width and the height of a button.
void begin_field(const Theme& theme, float width);
void end_field();

/// A field that opens a list, `shown` in it; `name` is that in the table of controls. True while
/// the list is open: then ImGui's items follow, and end_choice().
[[nodiscard]] bool begin_choice(const PanelInput& input, std::string_view name, const char* shown,
                                float width);
void end_choice();

/// A soft shadow around the present window, whose corners are so round (pixels): it lies over the
/// others.
void draw_shadow(const Theme& theme, float rounding);

/// Opens the menu of this name under the button just made, which stays in sight.
void open_menu(const Theme& theme, const char* name);
/// A small window that open_menu() of this name has opened, and that a click elsewhere
/// closes. True while it is open: then its items follow, and end_menu().
[[nodiscard]] bool begin_menu(const Theme& theme, const char* name);
void end_menu();

/// Tells where a panel lies, so that a picture of it can be taken. Cards do so by themselves.
void note_panel(const PanelInput& input, const char* name, const Rect& rect);

/// A rounded panel at `rect`; end_card() belongs to each call, whatever it returns.
void begin_card(const PanelInput& input, const char* id, const Rect& rect, float padding = 12);
void end_card();
/// Small capitals as a card's title, at ImGui's cursor.
void card_title(const PanelInput& input, const char* title);

/// Text in a font and colour, at ImGui's cursor, as an item.
void text_in(ImFont* font, const Color& color, std::string_view content);
/// The same, broken into lines that fit the window.
void paragraph(ImFont* font, const Color& color, std::string_view content);
/// Text at a position, not an item. Returns its width.
float draw_text(ImDrawList& list, ImFont* font, ImVec2 at, const Color& color,
                std::string_view content);
/// Small capitals in a rounded frame, at a position, not an item. Returns its width.
[[nodiscard]] float badge_width(const Theme& theme, std::string_view content);
float draw_badge(const Theme& theme, ImDrawList& list, ImVec2 at, std::string_view content);
[[nodiscard]] ImVec2 text_size(ImFont* font, std::string_view content);
/// Cuts `content` with "..." so that it is at most `width` wide.
[[nodiscard]] std::string fitted(ImFont* font, std::string_view content, float width);

/// Places items from left to right on one line, each centred vertically.
class Row {
public:
    Row(float x, float center_y) : x_(x), center_y_(center_y) {}
    /// Puts ImGui's cursor where an item of this size goes.
    void place(float width, float height);
    void skip(float width) { x_ += width; }
    [[nodiscard]] float x() const { return x_; }

private:
    float x_;
    float center_y_;
};

/// A bar between two areas. Changes `share` by what it was dragged, relative to `extent` pixels;
/// `direction` is 1 when dragging right or down makes the share larger, -1 otherwise. With the
/// focus ring on it, plus and minus move it. `id` is its name in the table of controls.
void splitter(const PanelInput& input, const char* id, const Rect& rect, bool vertical,
              float extent, float direction, float& share, std::string_view suffix = {});

} // namespace grokscope::ui
