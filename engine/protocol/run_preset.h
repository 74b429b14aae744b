// A configuration to start from, as a front end offers it.
#pragma once

#include "engine/protocol/config.h"

#include <string>

namespace grokscope {

struct RunPreset {
    /// Of its file, without ".toml": what the command line calls it.
    std::string name;
    /// A few words, for a list.
    std::string title;
    /// What it is for, one sentence.
    std::string sentence;
    RunConfig config;
};

} // namespace grokscope
