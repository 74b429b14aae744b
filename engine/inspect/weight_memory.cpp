#include "engine/inspect/weight_memory.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace grokscope {

namespace {

/// Records of a run that are in memory.
template <typename Records>
auto count_in_memory(const Records& records) {
    return std::ranges::count_if(
        records, [](const auto& entry) { return entry.second.parameters != nullptr; });
}

} // namespace

void WeightMemory::add(RunId run, std::int32_t epoch, std::shared_ptr<const Parameters> parameters,
                       bool exact) {
    Record& record = runs_[run][epoch];
    bytes_ -= record.bytes;
    record.bytes = parameters->flat().size_bytes();
    record.parameters = std::move(parameters);
    record.exact = exact;
    bytes_ += record.bytes;
    while (bytes_ > budget_) {
        const auto largest = std::ranges::max_element(
            runs_, {}, [](const auto& entry) { return count_in_memory(entry.second); });
        const std::size_t before = bytes_;
        thin(largest->second, largest->first == run ? epoch : -1);
        if (bytes_ == before) {
            return; // nothing is left to thin: a budget this small holds three records per run
        }
    }
}

void WeightMemory::thin(Records& records, std::int32_t spared) {
    bool drop = false; // the first stays
    for (auto entry = records.begin(); entry != records.end(); ++entry) {
        auto& [epoch, record] = *entry;
        if (record.parameters == nullptr) {
            continue;
        }
        if (drop && epoch != spared && std::next(entry) != records.end()) {
            bytes_ -= std::exchange(record.bytes, 0);
            record.parameters.reset();
        }
        drop = !drop;
    }
}

void WeightMemory::note(RunId run, std::int32_t epoch) {
    runs_[run].try_emplace(epoch);
}

void WeightMemory::forget(RunId run) {
    const auto found = runs_.find(run);
    if (found == runs_.end()) {
        return;
    }
    for (const auto& [epoch, record] : found->second) {
        bytes_ -= record.bytes;
    }
    runs_.erase(found);
}

std::optional<RecordedWeights> WeightMemory::at(RunId run, std::int32_t epoch) const {
    const auto found = runs_.find(run);
    if (found == runs_.end()) {
        return std::nullopt;
    }
    const auto after = found->second.upper_bound(epoch);
    if (after == found->second.begin()) {
        return std::nullopt;
    }
    const auto& [at, record] = *std::prev(after);
    return RecordedWeights{at, record.parameters, record.exact};
}

std::optional<RecordedWeights> WeightMemory::in_memory_at(RunId run, std::int32_t epoch) const {
    std::optional<RecordedWeights> record = at(run, epoch);
    while (record && record->parameters == nullptr) {
        record = at(run, record->epoch - 1);
    }
    return record;
}

std::vector<std::int32_t> WeightMemory::epochs(RunId run, std::int32_t epoch) const {
    std::vector<std::int32_t> epochs;
    if (const auto found = runs_.find(run); found != runs_.end()) {
        for (const auto& [at, record] : found->second) {
            if (at <= epoch) {
                epochs.push_back(at);
            }
        }
    }
    return epochs;
}

WeightMemoryFacts WeightMemory::facts() const {
    WeightMemoryFacts facts;
    for (const auto& [run, records] : runs_) {
        facts.records += records.size();
        facts.in_memory += static_cast<std::size_t>(count_in_memory(records));
    }
    facts.bytes = bytes_;
    facts.budget = budget_;
    return facts;
}

} // namespace grokscope
