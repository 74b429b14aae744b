// The options of `grokscope sweep`.
#pragma once

#include "app/argument_text.h"
#include "app/options.h"
#include "app/run_options.h"

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
} // namespace CLI

namespace grokscope {

class SweepCommand {
public:
    /// Both outlive parsing, and this too.
    void add_to(CLI::App& app, Mistakes& mistakes);

    /// The command when it was the one parsed, else null.
    [[nodiscard]] const CLI::App* parsed() const;
    /// Its runs: for each seed every stencil, the baseline among them. Mistakes go to `mistakes`.
    [[nodiscard]] SweepOptions finish(Mistakes& mistakes);

private:
    CLI::App* command_ = nullptr;
    RunOptions run_;
    SweepOptions options_;
    std::vector<Stencil> stencils_;
    int seeds_ = 5;
};

} // namespace grokscope
