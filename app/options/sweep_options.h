// The options of `grokscope sweep`.
#pragma once

#include "app/options/argument_text.h"
#include "app/options/options.h"
#include "app/options/run_options.h"

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
    /// Its runs: for each seed every stencil, the baseline among them, then every control, then
    /// every rival. Mistakes go to `mistakes`.
    [[nodiscard]] SweepOptions finish(Mistakes& mistakes);

private:
    /// The controls asked for, on the largest stencil of the sweep.
    [[nodiscard]] std::vector<RunConfig> control_runs(const RunConfig& base) const;

    /// The rivals asked for, on the baseline.
    [[nodiscard]] std::vector<RunConfig> rival_runs(const RunConfig& base,
                                                    Mistakes& mistakes) const;

    CLI::App* command_ = nullptr;
    RunOptions run_;
    SweepOptions options_;
    std::vector<Stencil> stencils_;
    std::vector<Control> controls_;
    std::string rivals_; ///< what was given for them
    bool stencils_given_ = false;
    std::string png_;
    std::optional<WindowSize> size_;
    ThemeChoice theme_ = ThemeChoice::kDefault;
    void parse_seeds(const std::string& text, Mistakes& mistakes);

    int seeds_ = 5;
    std::vector<std::uint32_t> listed_seeds_; ///< empty: so many as seeds_ says
};

} // namespace grokscope
