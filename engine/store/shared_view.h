// A view of the window as one line of text, to be pasted or kept as a small file (docs/ui.md,
// section 12).
#pragma once

#include "engine/protocol/file_jobs.h"

#include <optional>
#include <string>
#include <string_view>

namespace grokscope {

/// What every such text begins with.
inline constexpr std::string_view kSharedViewMark = "grokscope:view ";

/// One line, without a line's end: every setting of every run, the cursor's epoch, the look.
[[nodiscard]] std::string to_text(const SharedView& view);

/// The other way round. Throws ConfigTextError with one sentence: no such text, runs that no
/// version trains, a run selected that is not there. What `look` holds is the window's business.
[[nodiscard]] SharedView shared_view_from(std::string_view text);

/// The text of a file that is one; nothing when it is another kind of file or cannot be read. A
/// notebook is not opened.
[[nodiscard]] std::optional<std::string> shared_view_file(const std::string& path);

} // namespace grokscope
