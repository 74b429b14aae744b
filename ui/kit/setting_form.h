// Fields of settings in a form: what each is called, its value, and below it what it means or what
// is wrong with it.
// Threads: main thread only.
#pragma once

#include "engine/protocol/config.h"
#include "ui/kit/panel_input.h"

#include <string>
#include <string_view>
#include <vector>

namespace grokscope::ui {

/// A form at work: what is edited and what is wrong with it.
struct SettingForm {
    const PanelInput& input;
    RunConfig config;
    std::vector<std::string> mistakes;
};

/// What is wrong with the configuration, and what was typed that is no number.
[[nodiscard]] std::vector<std::string> mistakes_in(const ViewState& view, const RunConfig& config);
/// Forgets what was typed in fields of a form and is no number.
void forget_wrong_fields(ViewState& view);

/// Lays out the cells of a form, three in a row, from ImGui's cursor on; the next row begins below
/// the tallest of the one before.
class FormGrid {
public:
    explicit FormGrid(const Theme& theme);
    /// Pixels across a cell of a grid that begins where ImGui's cursor stands.
    [[nodiscard]] static float cell_width(const Theme& theme);
    /// Calls draw(width) for the next cell; the last of a row takes what is left of it.
    template <typename Draw>
    void cell(Draw&& draw) {
        begin_cell();
        draw(column_ == kColumns - 1 ? rest() : width_);
        end_cell();
    }
    /// The same for one that takes the rest of its row, below which ImGui's cursor then stands.
    template <typename Draw>
    void last(Draw&& draw) {
        begin_cell();
        draw(rest());
        end_row();
    }

private:
    static constexpr int kColumns = 3;
    static constexpr float kGap = 22; // at 100 %
    void begin_cell();
    void end_cell();
    void end_row();
    /// From the left edge of the cell to the end of its row.
    [[nodiscard]] float rest() const;

    const Theme& theme_;
    float whole_;
    float gap_;
    float width_;
    int column_ = 0;
    ImVec2 origin_;
    float bottom_;
};

/// Name, field and explanation of a setting that is a number, `width` pixels wide, at ImGui's
/// cursor.
void draw_setting(SettingForm& form, const Setting& setting, float width);

/// The name of a field.
void label(const SettingForm& form, std::string_view words);
/// What is wrong with a field, or, with nothing wrong, what it means.
void tell(const SettingForm& form, std::string_view mistake, std::string_view meaning, float width);
/// Below the item just made: what the field means, or what is wrong with its value; outlined then.
void explain(const SettingForm& form, std::string_view option, std::string_view meaning,
             float width);

} // namespace grokscope::ui
