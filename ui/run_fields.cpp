#include "ui/run_fields.h"

#include "ui/epoch_map.h"
#include "ui/text.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace grokscope::ui {

namespace {

constexpr std::array kRunFields{
    RunField{"field_p", "modulus p",
             "5 to 251. Small ones train quickly; primes draw the "
             "clearest circles.",
             "--p", &RunConfig::p, nullptr},
    RunField{"field_frac", "share of pairs to train on",
             "0.05 to 0.95. With few pairs it may never "
             "generalise, with many it need not wait.",
             "--frac", nullptr, &RunConfig::train_fraction},
    RunField{"field_decay", "weight decay",
             "0 to 10. It drives the clean-up: without it the jump "
             "may not come.",
             "--weight-decay", nullptr, &RunConfig::weight_decay},
    RunField{"field_lr", "learning rate",
             "0.00001 to 0.1. Too large and the loss stops being a "
             "number.",
             "--lr", nullptr, &RunConfig::learning_rate},
    RunField{"field_epochs", "epochs at most",
             "1 to 1,000,000. The run ends there, grokked or "
             "not.",
             "--epochs", &RunConfig::epochs, nullptr},
};

constexpr std::array kProbeFields{
    RunField{"field_lambda", "weight of the probes",
             "0 to 10: lambda, how hard the probes pull. "
             "At 0 they only watch.",
             "--stencil-weight", nullptr, &RunConfig::stencil_weight},
    RunField{"field_width", "width of a probe", "1 to 512 hidden units. 64 is the published one.",
             "--probe-width", &RunConfig::probe_width, nullptr},
};

double seconds_per_epoch(const RunRecord& run) {
    return run.samples.back().wall_seconds / (run.last_epoch() + 1);
}

} // namespace

std::span<const RunField> run_fields() {
    return kRunFields;
}

std::span<const RunField> probe_fields() {
    return kProbeFields;
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
        const bool timed = !run->taken_up && run->last_epoch() + 1 >= kEnoughEpochs &&
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
