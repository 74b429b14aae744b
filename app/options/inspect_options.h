// The options of `grokscope inspect`.
#pragma once

#include "app/options/argument_text.h"
#include "app/options/options.h"

#include <string>

namespace CLI {
class App;
} // namespace CLI

namespace grokscope {

class InspectCommand {
public:
    /// Both outlive parsing, and this too.
    void add_to(CLI::App& app, Mistakes& mistakes);

    /// The command when it was the one parsed, else null.
    [[nodiscard]] const CLI::App* parsed() const;
    /// What it asks for; mistakes go to `mistakes`.
    [[nodiscard]] InspectOptions finish(Mistakes& mistakes);

private:
    void add_ablations(Mistakes& mistakes);
    void scale_rows(const std::string& text, Mistakes& mistakes);

    CLI::App* command_ = nullptr;
    InspectOptions options_;
    std::string ablate_;
    std::string keep_;
    bool in_embedding_ = false;
    bool zero_mlp_ = false;
    bool mean_mlp_ = false;
    bool no_attention_skip_ = false;
    bool zero_mlp_skip_ = false;
    bool mean_mlp_skip_ = false;
};

} // namespace grokscope
