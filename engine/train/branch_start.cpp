#include "engine/train/branch_start.h"

#include "engine/task/mersenne_twister.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>

namespace grokscope {

void edit_weights(Parameters& weights, const RunConfig& config, const Parameters* donor) {
    const WeightEdits& edits = config.edits;
    if (edits.empty()) {
        return;
    }
    const ModelShape& shape = weights.layout().shape();
    const auto p = static_cast<std::size_t>(shape.p);
    const auto numbers_of = [p](auto& of, std::size_t row) {
        const auto tokens = static_cast<std::size_t>(of.layout().shape().vocabulary());
        return of.view(Tensor::W_E).subspan(row * tokens, p);
    };
    if (!edits.embedding_from.empty()) {
        if (donor == nullptr || donor->layout().shape().p != shape.p ||
            donor->layout().shape().d != shape.d) {
            throw std::invalid_argument(
                donor == nullptr
                    ? "the weights whose embeddings are to be taken over are not at hand; only a "
                      "fork takes them, from a run of its notebook"
                    : "the run whose embeddings are to be taken over has p = " +
                          std::to_string(donor->layout().shape().p) + " and width " +
                          std::to_string(donor->layout().shape().d) + ", this one p = " +
                          std::to_string(shape.p) + " and width " + std::to_string(shape.d));
        }
    }
    std::vector<std::size_t> order(p);
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (edits.shuffled) {
        constexpr std::uint32_t kApart = 4343; // from the seeds of split and permuted targets
        PythonRandom(config.seed + kApart).shuffle(std::span(order));
    }
    std::vector<float> taken(p);
    for (std::size_t row = 0; row < static_cast<std::size_t>(shape.d); ++row) {
        const std::span<float> numbers = numbers_of(weights, row);
        if (edits.embedding_from.empty()) {
            std::ranges::copy(numbers, taken.begin());
        } else {
            std::ranges::copy(numbers_of(*donor, row), taken.begin());
        }
        for (std::size_t number = 0; number < p; ++number) {
            numbers[number] = taken[order[number]];
        }
        for (const WeightEdits::Scaled& one : edits.scaled) {
            float& value = numbers[static_cast<std::size_t>(one.number)];
            value = static_cast<float>(value * one.factor);
        }
    }
}

TrainingState carried_over(const TrainingState& from, const TrainingState& fresh,
                           const std::deque<Parameters>& history, int depth) {
    const auto remembered = static_cast<std::size_t>(std::min(depth, static_cast<int>(from.epoch)));
    if (from.parameters.layout() != fresh.parameters.layout() || history.size() < remembered) {
        throw std::invalid_argument("a state of another shape, or without the weights of the "
                                    "epochs before it, cannot be carried over to a fork");
    }
    TrainingState state = fresh;
    state.parameters = from.parameters;
    state.updates = from.updates;
    state.epoch = from.epoch;
    for (UpdateSlot& slot : state.slots) {
        if (const auto own = std::ranges::find(from.slots, slot.name, &UpdateSlot::name);
            own != from.slots.end()) {
            slot.values = own->values;
        }
    }
    for (ProbeState& probe : state.probes) {
        const auto own = std::ranges::find_if(from.probes, [&](const ProbeState& other) {
            return other.offset == probe.offset && other.layout == probe.layout;
        });
        if (own != from.probes.end()) {
            probe = *own;
        }
    }
    state.previous.assign(history.begin(),
                          history.begin() + static_cast<std::ptrdiff_t>(remembered));
    return state;
}

} // namespace grokscope
