// The manual page, made from the table of options itself, so that it cannot fall behind.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace grokscope {

/// `app` and its commands as a man(7) page of section 1: synopsis, options, commands, and the
/// settings of a run once for all commands that take them.
[[nodiscard]] std::string manual_page(const CLI::App& app, const std::string& version);

} // namespace grokscope
