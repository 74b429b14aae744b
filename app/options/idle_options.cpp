#include "app/options/idle_options.h"

#include "app/options/run_options.h"
#include "engine/store/notebook_path.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace grokscope {

std::vector<std::string> given_run_options(const CLI::App& command,
                                           std::initializer_list<std::string> except) {
    std::vector<std::string> given;
    for (const CLI::Option* option : command.get_options()) {
        const std::string name = option->get_name();
        if (option->get_group() == kRunGroup && option->count() > 0 &&
            std::ranges::find(except, name) == except.end()) {
            given.push_back(name);
        }
    }
    return given;
}

void refuse_idle_force(const CLI::App& command, std::initializer_list<const char*> files,
                       Mistakes& mistakes) {
    const auto given = [&](const char* name) { return command.count(name) > 0; };
    if (given("--force") && std::ranges::none_of(files, given)) {
        mistakes.push_back(fmt::format("--force overwrites files, and none is to be written: give "
                                       "{}, or leave it out",
                                       fmt::join(files, " or ")));
    }
}

void refuse_idle_weights(const CLI::App& command, const std::string& notebook, Mistakes& mistakes) {
    for (const char* const name : {"--weights-every", "--exact-weights", "--weights-budget"}) {
        if (notebook == kNoNotebook && command.count(name) > 0) {
            mistakes.push_back(fmt::format("{} says which weights the notebook records, and "
                                           "--notebook is none: name one, or leave it out",
                                           name));
        }
    }
    if (notebook == kNoNotebook && command.count("--measure") > 0) {
        mistakes.emplace_back("--measure measures the weights that the notebook records, and "
                              "--notebook is none: name one, or leave it out");
    }
}

void refuse_idle_run_options(const CLI::App& command, const RunConfig& config, Mistakes& mistakes) {
    if (config.stop_when_grokked && config.stop_when_stable) {
        mistakes.emplace_back(kBothEnds);
    }
    for (const Setting& setting : kSettings) {
        if (!setting.needs.empty() && command.count(std::string(setting.option)) > 0 &&
            have_equal_value(*std::ranges::find(kSettings, setting.needs, &Setting::option), config,
                             RunConfig{})) {
            mistakes.push_back(fmt::format("{0} means nothing without {1}: give {1}, or leave it "
                                           "out",
                                           setting.option, setting.needs));
        }
    }
    const bool may_have_probes = !config.stencil.empty() || command.count("--stencil") > 0;
    if (may_have_probes) {
        return;
    }
    const bool penalty = config.control == Control::kActivationPenalty;
    for (const Setting& setting : kSettings) {
        const bool acts =
            penalty && (setting.key == "stencil_weight" || setting.key == "probe_layer");
        if (setting.probes && command.count(std::string(setting.option)) > 0 && !acts) {
            mistakes.push_back(fmt::format("{} is a setting of a stencil, and this run has none: "
                                           "give --stencil, or leave it out",
                                           setting.option));
        }
    }
}

} // namespace grokscope
