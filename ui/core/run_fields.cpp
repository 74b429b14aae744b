#include "ui/core/run_fields.h"

#include "ui/core/epoch_map.h"
#include "ui/core/text.h"

#include <algorithm>
#include <cmath>

namespace grokscope::ui {

namespace {

/// In the order of the form.
std::vector<const Setting*> fields_of_form(bool probes) {
    std::vector<const Setting*> fields;
    for (const Setting& setting : kSettings) {
        if (setting.form.place > 0 && setting.probes == probes) {
            fields.push_back(&setting);
        }
    }
    std::ranges::sort(fields, {}, [](const Setting* setting) { return setting->form.place; });
    return fields;
}

double seconds_per_epoch(const RunRecord& run) {
    return run.samples.back().wall_seconds / run.timed_epochs();
}

} // namespace

std::vector<const Setting*> run_fields() {
    return fields_of_form(false);
}

std::vector<const Setting*> probe_fields() {
    return fields_of_form(true);
}

std::string meaning_of(const Setting& setting) {
    const std::string range = range_in_words(setting);
    return (range.empty() ? "" : range + ". ") + std::string(setting.form.sentence);
}

std::string_view mistake_about(std::string_view option, std::span<const std::string> mistakes) {
    const std::string named = "(" + std::string(option) + ")";
    const auto found = std::find_if(mistakes.begin(), mistakes.end(), [&](const std::string& text) {
        return text.find(named) != std::string::npos;
    });
    return found == mistakes.end() ? std::string_view() : std::string_view(*found);
}

std::string in_plain_words(std::string_view mistake) {
    std::string words(mistake);
    for (std::size_t from = words.find(" (--"); from != std::string::npos;
         from = words.find(" (--", from)) {
        const std::size_t to = words.find(')', from);
        if (to == std::string::npos) {
            break;
        }
        words.erase(from, to + 1 - from);
    }
    return words;
}

std::string as_sentence(std::string_view mistake) {
    const std::string words = text::capitalised(in_plain_words(mistake));
    return words.empty() || words.back() == '.' ? words : words + '.';
}

std::string as_sentences(std::span<const std::string> mistakes) {
    std::string all;
    for (const std::string& mistake : mistakes) {
        all += (all.empty() ? "" : "\n") + as_sentence(mistake);
    }
    return all;
}

std::optional<EpochCost> epoch_cost(const RunBook& book, const RunConfig& config) {
    const double wanted = gflop_per_epoch(config);
    const RunRecord* best = nullptr;
    const auto distance = [wanted](const RunRecord& run) {
        return std::abs(std::log(gflop_per_epoch(run.config) / wanted));
    };
    for (const auto& run : book.runs()) {
        const bool timed = !run->taken_up && run->timed_epochs() >= kEnoughEpochs &&
                           run->samples.back().wall_seconds > 0;
        if (timed && (best == nullptr || distance(*run) < distance(*best))) {
            best = run.get();
        }
    }
    if (best == nullptr) {
        return std::nullopt;
    }
    const double ratio = wanted / gflop_per_epoch(best->config);
    return EpochCost{seconds_per_epoch(*best) * ratio, std::abs(ratio - 1) < 1e-9};
}

} // namespace grokscope::ui
