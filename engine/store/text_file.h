// Small texts that people write and the program reads whole.
#pragma once

#include <cstddef>
#include <string>

namespace grokscope {

/// What the file has, and one character more than `most` at most, so that a text that is too long
/// is seen. Throws std::runtime_error, one sentence without the file's name, for a folder, a
/// notebook or what cannot be read; `expected` is what should be named instead, as "a TOML file".
/// Waits for the other end of a pipe as open_patiently() does.
[[nodiscard]] std::string read_text_file(const std::string& file, std::size_t most,
                                         const std::string& expected);

} // namespace grokscope
