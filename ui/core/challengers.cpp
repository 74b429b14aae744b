#include "ui/core/challengers.h"

#include "engine/protocol/rivals.h"
#include "ui/core/actions.h"
#include "ui/core/rival_text.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace grokscope::ui {

namespace {

/// The shown experiment without rules of rivals.
RunConfig without_rules(const ActionContext& context) {
    const RunConfig shown = shown_config(context);
    RunConfig config = without_rivals(shown);
    const auto baseline = std::ranges::find_if(context.book.runs(), [&](const auto& run) {
        return run->config.is_baseline() && !run->branch && is_paired(run->config, shown);
    });
    if (config.weight_decay != shown.weight_decay && baseline != context.book.runs().end()) {
        config.weight_decay = (*baseline)->config.weight_decay;
    }
    return config;
}

/// The shown experiment with this stencil. The penalty takes no stencil and no probe: the stencil
/// takes its place, and its weight, which was that of another term, goes with it.
RunConfig with_stencil(const ActionContext& context, const Stencil& stencil) {
    RunConfig config = without_rules(context);
    config.stencil = stencil;
    if (config.control == Control::kActivationPenalty) {
        config.control = Control::kNone;
        config.stencil_weight = RunConfig{}.stencil_weight;
    }
    return config;
}

/// A run with the figures of this configuration that ends where it would.
const RunRecord* find_same(const ActionContext& context, const RunConfig& config) {
    const auto found = std::ranges::find_if(context.book.runs(), [&](const auto& run) {
        const RunConfig& other = run->config;
        return !run->branch && course_of(other) == course_of(config) &&
               static_cast<const EndSettings&>(other) == config;
    });
    return found == context.book.runs().end() ? nullptr : found->get();
}

} // namespace

const std::array<Stencil, 7>& one_click_stencils() {
    static const std::array<Stencil, 7> kAll{
        Stencil::of({-1}),    Stencil::of({0}),    Stencil::of({1}),       Stencil::of({-1, 0}),
        Stencil::of({-1, 1}), Stencil::of({0, 1}), Stencil::of({-1, 0, 1})};
    return kAll;
}

const RunRecord* existing_with(const ActionContext& context, const Stencil& stencil) {
    return context.book.find_equal(with_stencil(context, stencil));
}

std::vector<std::string> stencil_mistakes(const ActionContext& context, const Stencil& stencil) {
    return existing_with(context, stencil) != nullptr ? std::vector<std::string>()
                                                      : with_stencil(context, stencil).validate();
}

void add_stencil(ActionContext context, const Stencil& stencil) {
    if (const RunRecord* run = existing_with(context, stencil)) {
        select_run(context, run->id);
        return;
    }
    const RunConfig config = with_stencil(context, stencil);
    if (config.validate().empty()) {
        add_run(context, config, true);
    }
}

RunConfig plain_config(const ActionContext& context) {
    RunConfig config = without_rules(context);
    static_cast<StencilSettings&>(config) = {};
    return config;
}

std::vector<RunConfig> rivals_on_offer(const ActionContext& context) {
    return rivals_of(plain_config(context));
}

const RunRecord* existing_rival(const ActionContext& context, const RunConfig& rival) {
    return find_same(context, rival);
}

void add_rival(ActionContext context, const RunConfig& rival) {
    if (const RunRecord* run = existing_rival(context, rival)) {
        select_run(context, run->id);
    } else if (rival.validate().empty()) {
        add_run(context, rival, true);
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

void add_baseline(ActionContext context, std::uint32_t seed) {
    RunConfig config = plain_config(context);
    config.seed = seed;
    if (const RunRecord* run = find_same(context, config)) {
        select_run(context, run->id);
    } else if (config.validate().empty()) {
        add_run(context, config, true);
    }
}

} // namespace grokscope::ui
