// Options that are right and would do nothing: every option acts, or is refused.
#pragma once

#include "app/options/argument_text.h"
#include "engine/protocol/config.h"

#include <initializer_list>
#include <string>
#include <vector>

namespace CLI {
class App;
} // namespace CLI

namespace grokscope {

/// Of a run that is to end at its grok epoch and later.
inline constexpr const char* kBothEnds =
    "--until-grok ends a run before --until-stable can: give one of them";

/// Names of the options of the run that were given, those in `except` left out.
[[nodiscard]] std::vector<std::string>
given_run_options(const CLI::App& command, std::initializer_list<std::string> except = {});

/// A mistake when --force was given and none of the options that name a file to write.
void refuse_idle_force(const CLI::App& command, std::initializer_list<const char*> files,
                       Mistakes& mistakes);

/// A mistake for each option about recorded weights when nothing is recorded.
void refuse_idle_weights(const CLI::App& command, const std::string& notebook, Mistakes& mistakes);

/// A mistake for each option of the run that another makes meaningless: what is to end it later
/// than something else does, and settings of probes where there are none.
void refuse_idle_run_options(const CLI::App& command, const RunConfig& config, Mistakes& mistakes);

} // namespace grokscope
