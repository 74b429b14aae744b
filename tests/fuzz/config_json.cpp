// Target: configurations in JSON, as notebooks hold them.
#include "engine/store/config_json.h"
#include "tests/fuzz/target.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace grokscope;
    try {
        const RunConfig config = config_from_json(fuzz::text_of(data, size));
        if (config_from_json(config_to_json(config)) != config) {
            std::abort(); // what is written must come back
        }
    } catch (const ConfigTextError&) {
    }
    return 0;
}
