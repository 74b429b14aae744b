// Target: checkpoints. The checksum is put right first, or nothing would get past it.
#include "engine/store/checkpoint.h"
#include "tests/fuzz/sample_run.h"
#include "tests/fuzz/target.h"

#include <zlib.h>

#include <cstdlib>
#include <span>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace grokscope;
    ByteWriter writer;
    writer.put(std::span<const std::uint8_t>(data, size));
    writer.put(static_cast<std::uint32_t>(crc32_z(0, data, size)));
    try {
        const TrainingState state = decode_state(writer.written(), fuzz::sample_config());
        if (encode_state(state) != writer.take()) {
            std::abort(); // what is accepted is what would be written
        }
    } catch (const CheckpointError&) {
    }
    return 0;
}
