// Foot of a sheet whose picture is made of an instrument's readings.
// Threads: main thread only.
#pragma once

#include "ui/kit/panel_input.h"

#include <string_view>

namespace grokscope::ui {

struct ReadingFoot {
    /// Name of the view, of which the export makes a picture.
    std::string_view view;
    /// Names of both buttons in the table of controls.
    std::string_view measure;
    std::string_view exported;
    const char* measure_label;
    /// What tells the same in a terminal.
    const char* command;
};

/// A button, `control`, that opens the export of a picture of the view of that name. Where files
/// can be saved.
void export_button(const PanelInput& input, std::string_view control, std::string_view view);

/// A button that opens the laboratory, one that opens the export of the picture where files can be
/// saved, and the command, at ImGui's cursor.
void draw_reading_foot(const PanelInput& input, const ReadingFoot& foot);

} // namespace grokscope::ui
