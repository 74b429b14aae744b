// What shells complete, written from the very options that the program knows.
#pragma once

#include <string>

namespace CLI {
class App;
} // namespace CLI

namespace grokscope {

/// A script for bash: commands, the options of each, names of files where an option takes one.
[[nodiscard]] std::string bash_completion(const CLI::App& app);
/// The same for zsh, with what each is for.
[[nodiscard]] std::string zsh_completion(const CLI::App& app);

} // namespace grokscope
