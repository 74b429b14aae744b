#include "ui/challengers.h"

#include "engine/protocol/rivals.h"
#include "ui/actions.h"
#include "ui/rival_text.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace grokscope::ui {

namespace {

/// The shown experiment without rules of rivals.
RunConfig without_rules(const Desk& desk) {
    const RunConfig shown = shown_config(desk);
    RunConfig config = without_rivals(shown);
    const auto baseline = std::ranges::find_if(desk.book.runs(), [&](const auto& run) {
        return run->config.is_baseline() && !run->branch && is_paired(run->config, shown);
    });
    if (config.weight_decay != shown.weight_decay && baseline != desk.book.runs().end()) {
        config.weight_decay = (*baseline)->config.weight_decay;
    }
    return config;
}

/// The shown experiment with this stencil. The penalty takes no stencil and no probe: the stencil
/// takes its place, and its weight, which was that of another term, goes with it.
RunConfig with_stencil(const Desk& desk, const Stencil& stencil) {
    RunConfig config = without_rules(desk);
    config.stencil = stencil;
    if (config.control == Control::kActivationPenalty) {
        config.control = Control::kNone;
        config.stencil_weight = RunConfig{}.stencil_weight;
    }
    return config;
}

/// A run with the figures of this configuration that ends where it would.
const RunRecord* find_same(const Desk& desk, const RunConfig& config) {
    const auto found = std::ranges::find_if(desk.book.runs(), [&](const auto& run) {
        const RunConfig& other = run->config;
        return !run->branch && course_of(other) == course_of(config) &&
               static_cast<const EndSettings&>(other) == config;
    });
    return found == desk.book.runs().end() ? nullptr : found->get();
}

} // namespace

const std::array<Stencil, 7>& one_click_stencils() {
    static const std::array<Stencil, 7> kAll{
        Stencil::of({-1}),    Stencil::of({0}),    Stencil::of({1}),       Stencil::of({-1, 0}),
        Stencil::of({-1, 1}), Stencil::of({0, 1}), Stencil::of({-1, 0, 1})};
    return kAll;
}

const RunRecord* existing_with(const Desk& desk, const Stencil& stencil) {
    return desk.book.find_equal(with_stencil(desk, stencil));
}

std::vector<std::string> stencil_mistakes(const Desk& desk, const Stencil& stencil) {
    return existing_with(desk, stencil) != nullptr ? std::vector<std::string>()
                                                   : with_stencil(desk, stencil).validate();
}

void add_stencil(Desk desk, const Stencil& stencil) {
    if (const RunRecord* run = existing_with(desk, stencil)) {
        select_run(desk, run->id);
        return;
    }
    const RunConfig config = with_stencil(desk, stencil);
    if (config.validate().empty()) {
        add_run(desk, config, true);
    }
}

RunConfig plain_config(const Desk& desk) {
    RunConfig config = without_rules(desk);
    static_cast<StencilSettings&>(config) = {};
    return config;
}

std::vector<RunConfig> rivals_on_offer(const Desk& desk) {
    return rivals_of(plain_config(desk));
}

const RunRecord* existing_rival(const Desk& desk, const RunConfig& rival) {
    return find_same(desk, rival);
}

void add_rival(Desk desk, const RunConfig& rival) {
    if (const RunRecord* run = existing_rival(desk, rival)) {
        select_run(desk, run->id);
    } else if (rival.validate().empty()) {
        add_run(desk, rival, true);
    }
}

std::string decay_beside(const RunConfig& rival, const RunConfig& baseline) {
    const auto value = [](double decay) {
        char words[32];
        std::snprintf(words, sizeof words, "%g", decay);
        return std::string(words);
    };
    if (rival.weight_decay == baseline.weight_decay) {
        return rival.weight_decay == 0
                   ? text::kRivalNoDecayEither
                   : text::kRivalSameDecay + value(rival.weight_decay) + text::kRivalAsBaseline;
    }
    return text::kRivalNoDecay + value(baseline.weight_decay) + ".";
}

void add_baseline(Desk desk, std::uint32_t seed) {
    RunConfig config = plain_config(desk);
    config.seed = seed;
    if (const RunRecord* run = find_same(desk, config)) {
        select_run(desk, run->id);
    } else if (config.validate().empty()) {
        add_run(desk, config, true);
    }
}

} // namespace grokscope::ui
