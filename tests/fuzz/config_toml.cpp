// Target: configuration files in TOML.
#include "engine/store/config_toml.h"
#include "tests/fuzz/target.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace grokscope;
    try {
        const RunPreset preset = preset_from_toml(fuzz::text_of(data, size), "input.toml");
        if (!preset.config.validate().empty()) {
            std::abort(); // whatever is accepted must be usable
        }
    } catch (const ConfigFileError&) {
    }
    return 0;
}
