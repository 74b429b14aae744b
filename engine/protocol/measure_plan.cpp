#include "engine/protocol/measure_plan.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>

namespace grokscope {

namespace {

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 32 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

std::optional<int> number_in(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                    : std::nullopt;
}

bool is_interval(int every) {
    return every >= MeasurePlan::kLeast && every <= MeasurePlan::kMost;
}

} // namespace

MeasurePlan MeasurePlan::parse(std::string_view text, std::string& mistake,
                               int (*usual)(std::string_view instrument)) {
    MeasurePlan plan;
    const auto refuse = [&](std::string_view got) {
        mistake = "must be instruments and the epochs between their readings, " +
                  std::to_string(kLeast) + ".." + std::to_string(kMost) +
                  ", like ildr:100,commutator:500, got \"" + std::string(got.substr(0, 60)) + "\"";
        return MeasurePlan();
    };
    while (!text.empty()) {
        const std::string_view entry = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), entry.size() + 1));
        const std::size_t colon = entry.find(':');
        const std::string_view name = entry.substr(0, colon);
        std::optional<int> every;
        if (colon != std::string_view::npos) {
            every = number_in(entry.substr(colon + 1));
        } else if (usual != nullptr && is_name(name)) {
            every = usual(name);
        }
        if (!is_name(name) || !every || !is_interval(*every) || plan.every(name) != 0 ||
            plan.entries_.size() == kMostInstruments) {
            return refuse(entry);
        }
        plan.set(name, *every);
    }
    return plan;
}

void MeasurePlan::set(std::string_view instrument, int every) {
    if (!is_name(instrument) || (every != 0 && !is_interval(every))) {
        throw std::invalid_argument("an instrument measures every 1 to 10,000 epochs, got " +
                                    std::string(instrument) + ":" + std::to_string(every));
    }
    const auto place = std::ranges::lower_bound(entries_, instrument, {}, &Entry::first);
    const bool there = place != entries_.end() && place->first == instrument;
    if (every == 0) {
        if (there) {
            entries_.erase(place);
        }
    } else if (there) {
        place->second = every;
    } else {
        entries_.insert(place, {std::string(instrument), every});
    }
}

int MeasurePlan::every(std::string_view instrument) const {
    const auto found = std::ranges::find(entries_, instrument, &Entry::first);
    return found == entries_.end() ? 0 : found->second;
}

std::string MeasurePlan::text() const {
    std::string text;
    for (const auto& [name, every] : entries_) {
        text += (text.empty() ? "" : ",") + name + ":" + std::to_string(every);
    }
    return text;
}

} // namespace grokscope
