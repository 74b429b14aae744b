// The files that the window writes by itself, as functions that it calls: it knows no engine.
#pragma once

#include "engine/protocol/file_jobs.h"
#include "engine/store/output_target.h"

#include <functional>
#include <string>

namespace grokscope {

/// Takes the lines of a log, which stand in the file at once. Throws std::runtime_error when it
/// cannot be made.
[[nodiscard]] std::function<void(const std::string&)> log_to(const std::string& path,
                                                             Overwrite overwrite);

/// Saves a picture as PNG, once. Throws std::runtime_error when the file cannot be written, now or
/// when it is called.
[[nodiscard]] std::function<void(const Picture&)> screenshot_to(const std::string& path,
                                                                Overwrite overwrite);

/// Throws std::runtime_error when a picture or a film cannot be written there, before it is drawn.
/// Leaves nothing; a pipe or a device is not opened.
void require_picture_target(const std::string& path, Overwrite overwrite);

/// Writes the window's settings anew; the folder is made. What went wrong in one sentence; empty
/// when all is well.
[[nodiscard]] std::function<std::string(const std::string&)>
keep_settings_in(const std::string& path);

} // namespace grokscope
