// The progress measures of the selected run in the read-out under the mouse.
#pragma once

#include "ui/kit/panel_input.h"

#include <cstdint>

namespace grokscope::ui {

/// Adds to the current window the raw values of the newest row at or before `epoch`, with the epoch
/// they were measured at. Adds nothing while there is no such row.
void progress_read_out(const PanelInput& input, std::int32_t epoch);

} // namespace grokscope::ui
