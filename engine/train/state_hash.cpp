#include "engine/train/state_hash.h"

#include "engine/model/training_state.h"

#include <bit>
#include <span>

namespace grokscope {

namespace {

/// FNV-1a with 32-bit words in place of bytes: four times as fast, and as good for telling apart.
class Hasher {
public:
    void add(std::uint32_t word) { hash_ = (hash_ ^ word) * 0x100000001b3ULL; }
    void add(std::int64_t value) {
        const auto bits = static_cast<std::uint64_t>(value);
        add(static_cast<std::uint32_t>(bits));
        add(static_cast<std::uint32_t>(bits >> 32U));
    }
    void add(std::span<const float> values) {
        add(static_cast<std::int64_t>(values.size()));
        for (const float value : values) {
            add(std::bit_cast<std::uint32_t>(value));
        }
    }
    [[nodiscard]] std::uint64_t value() const { return hash_; }

private:
    std::uint64_t hash_ = 0xcbf29ce484222325ULL;
};

} // namespace

std::uint64_t hash_of(const TrainingState& state) {
    Hasher hasher;
    hasher.add(std::int64_t{state.epoch});
    hasher.add(state.updates);
    hasher.add(state.parameters.flat());
    for (const UpdateSlot& slot : state.slots) {
        hasher.add(slot.values.flat());
    }
    for (const ProbeState& probe : state.probes) {
        hasher.add(std::int64_t{probe.offset});
        hasher.add(probe.adam_steps);
        hasher.add(probe.weights);
        hasher.add(probe.first_moment);
        hasher.add(probe.second_moment);
    }
    for (const Parameters& parameters : state.previous) {
        hasher.add(parameters.flat());
    }
    return hasher.value();
}

} // namespace grokscope
