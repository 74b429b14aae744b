// Target: recorded weights in every encoding, for a small model. The first byte chooses.
#include "engine/store/rounded_weights.h"
#include "engine/store/weight_codec.h"
#include "tests/fuzz/sample_run.h"
#include "tests/fuzz/target.h"

#include <span>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace grokscope;
    if (size == 0) {
        return 0;
    }
    const ModelShape shape = ModelShape::of(fuzz::sample_config());
    const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data + 1), size - 1);
    static const Parameters before = fuzz::sample_weights(1);
    static const RoundedWeights rounded(before);
    static const RoundedWeights rounded_before(fuzz::sample_weights(2));
    try {
        switch (data[0] % 5) {
        case 0:
            (void)decode_weights(bytes, shape);
            break;
        case 1:
            (void)decode_weights(bytes, shape, &before);
            break;
        case 2:
            (void)RoundedWeights::decode(bytes, shape, nullptr, nullptr).parameters();
            break;
        case 3:
            (void)RoundedWeights::decode(bytes, shape, &rounded, nullptr).parameters();
            break;
        default:
            (void)RoundedWeights::decode(bytes, shape, &rounded, &rounded_before).parameters();
            break;
        }
    } catch (const WeightDataError&) {
    }
    return 0;
}
