// The options of `grokscope sfm`.
#pragma once

#include "app/options/argument_text.h"
#include "app/options/options.h"

#include <string>

namespace CLI {
class App;
} // namespace CLI

namespace grokscope {

class SfmCommand {
public:
    /// Both outlive parsing, and this too.
    void add_to(CLI::App& app, Mistakes& mistakes);

    /// The command when it was the one parsed, else null.
    [[nodiscard]] const CLI::App* parsed() const;
    /// What it asks for; mistakes go to `mistakes`.
    [[nodiscard]] SfmOptions finish(Mistakes& mistakes);

private:
    CLI::App* command_ = nullptr;
    SfmOptions options_;
};

} // namespace grokscope
