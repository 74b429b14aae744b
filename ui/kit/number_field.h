// A field for one number: what is typed is taken whole or refused with the command line's sentence,
// never bent to fit.
// Threads: main thread only.
#pragma once

#include "ui/kit/panel_input.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grokscope::ui {

struct NumberField {
    /// Name in the table of controls.
    std::string_view control;
    /// What a sentence about a wrong number calls it, e.g. "the seed".
    std::string_view thing;
    /// True: the sentence stands in a small window below the field; false: the panel shows it.
    bool tells = true;
    /// Tells it from others of the same name; part of the name of the field.
    std::string_view suffix = {};
    /// Where the field itself refuses what lies beyond it.
    std::optional<SettingRange> range = {};

    /// Under which ViewState::wrong_numbers has it.
    [[nodiscard]] std::string name() const { return std::string(control).append(suffix); }
};

/// Draws it at ImGui's cursor, with font, width and padding as they are set, tooltip and all. True
/// when `value` was changed. While what stands there is no such number, `value` stays as it was and
/// ViewState::wrong_numbers has the field's name.
template <typename Number>
bool number_field(const PanelInput& input, const NumberField& field, Number& value);

extern template bool number_field(const PanelInput&, const NumberField&, std::uint32_t&);
extern template bool number_field(const PanelInput&, const NumberField&, int&);
extern template bool number_field(const PanelInput&, const NumberField&, double&);

/// Why the field of that name refuses what stands in it; empty when it does not.
[[nodiscard]] std::string_view number_refused(const ViewState& view, std::string_view name);

} // namespace grokscope::ui
