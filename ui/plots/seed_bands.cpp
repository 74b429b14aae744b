#include "ui/plots/seed_bands.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace grokscope::ui {

namespace {

/// The same experiment but for the dice.
bool equal_but_for_seed(const RunConfig& one, RunConfig other) {
    other.seed = one.seed;
    other.split_seed = one.split_seed;
    return other == one;
}

bool still_trains(const RunRecord& run) {
    return run.state == RunState::kRunning || run.state == RunState::kPaused ||
           run.state == RunState::kIdle;
}

/// How far the band of these runs reaches: not beyond a run that will still come to it.
std::int32_t reach_of(std::span<const RunRecord* const> runs) {
    std::int32_t furthest = -1;
    std::int32_t complete = std::numeric_limits<std::int32_t>::max();
    for (const RunRecord* run : runs) {
        furthest = std::max(furthest, run->last_epoch());
        if (still_trains(*run)) {
            complete = std::min(complete, run->last_epoch());
        }
    }
    return std::min(furthest, complete);
}

double last_x(const Series& series) {
    return series.empty() ? -1 : series.x().back();
}

void extend(Band& band, std::span<const RunRecord* const> runs, const Series RunCurves::*curve,
            std::int32_t reach) {
    // The epochs of the run that has come furthest: all evaluate at the same ones.
    const RunRecord& longest = **std::ranges::max_element(
        runs, {}, [](const RunRecord* run) { return run->last_epoch(); });
    const Series& clock = longest.curves.*curve;
    const double from = last_x(band.mean);
    std::size_t index = from < 0 ? 0 : clock.at_or_before(from) + 1;
    for (; index < clock.size() && clock.x()[index] <= reach; ++index) {
        const double epoch = clock.x()[index];
        double low = std::numeric_limits<double>::infinity();
        double high = -low;
        double sum = 0;
        int count = 0;
        for (const RunRecord* run : runs) {
            const Series& series = run->curves.*curve;
            const std::size_t at = series.at_or_before(epoch);
            if (at < series.size() && series.x()[at] == epoch && std::isfinite(series.y()[at])) {
                const double value = series.y()[at];
                low = std::min(low, value);
                high = std::max(high, value);
                sum += value;
                ++count;
            }
        }
        const double none = std::numeric_limits<double>::quiet_NaN();
        band.low.append(epoch, count > 0 ? low : none);
        band.high.append(epoch, count > 0 ? high : none);
        band.mean.append(epoch, count > 0 ? sum / count : none);
    }
}

} // namespace

void SeedBands::update(const RunBook& book, const ViewState& view) {
    std::vector<SeedGroup> groups;
    for (const auto& run : book.runs()) {
        if (run->branch || !view.visible(run->id)) {
            continue;
        }
        const auto same = std::ranges::find_if(groups, [&](const SeedGroup& group) {
            return equal_but_for_seed(group.config, run->config);
        });
        if (same == groups.end()) {
            groups.push_back({run->config, {run->id}, {}, {}});
        } else {
            same->runs.push_back(run->id);
        }
    }
    std::erase_if(groups, [](const SeedGroup& group) { return group.runs.size() < 2; });
    for (SeedGroup& group : groups) {
        std::vector<const RunRecord*> runs;
        for (const RunId id : group.runs) {
            runs.push_back(book.find(id));
        }
        const std::int32_t reach = reach_of(runs);
        const auto old = std::ranges::find_if(groups_, [&](const SeedGroup& before) {
            return before.runs == group.runs && before.config == group.config &&
                   last_x(before.accuracy.mean) <= reach; // else a run began anew
        });
        if (old != groups_.end()) {
            group.accuracy = std::move(old->accuracy);
            group.loss = std::move(old->loss);
        }
        extend(group.accuracy, runs, &RunCurves::test_accuracy, reach);
        extend(group.loss, runs, &RunCurves::test_loss, reach);
    }
    groups_ = std::move(groups);
}

bool SeedBands::banded(RunId run) const {
    return std::ranges::any_of(groups_, [run](const SeedGroup& group) {
        return std::ranges::find(group.runs, run) != group.runs.end();
    });
}

std::vector<SweepRun> sweep_runs(const RunBook& book, const ViewState& view) {
    std::vector<SweepRun> runs;
    for (const auto& run : book.runs()) {
        const std::optional<std::int32_t> grokked = run->mark(MarkKind::kGrokked);
        if (run->branch || !view.visible(run->id) || run->samples.empty() ||
            (!grokked && run->state != RunState::kFinished)) {
            continue;
        }
        SweepRun outcome{.config = run->config,
                         .grok_epoch = grokked,
                         .last_epoch = run->epoch,
                         .lasting = run->lasting,
                         .wall_seconds = run->samples.back().wall_seconds,
                         .cpu_seconds = run->samples.back().cpu_seconds};
        if (const MetricSample* sample = grokked ? run->sample_at(*grokked) : nullptr) {
            outcome.wall_seconds = sample->wall_seconds;
            outcome.cpu_seconds = sample->cpu_seconds;
        }
        outcome.softmax_collapse = run->softmax_collapse();
        runs.push_back(std::move(outcome));
    }
    return runs;
}

void add_seeds(ActionContext context, int count) {
    const RunConfig shown = shown_config(context);
    const std::string preset = shown_preset(context);
    std::vector<RunConfig> variants;
    std::uint32_t largest = shown.seed;
    for (const auto& run : context.book.runs()) {
        RunConfig config = run->config;
        if (run->branch || !context.view.visible(run->id)) {
            continue;
        }
        config.seed = shown.seed;
        config.split_seed = shown.split_seed;
        if (!is_paired(config, shown)) {
            continue;
        }
        largest = std::max(largest, run->config.seed);
        if (std::ranges::find(variants, config) == variants.end()) {
            variants.push_back(config);
        }
    }
    for (int i = 1; i <= count; ++i) {
        for (RunConfig config : variants) {
            config.seed = largest + static_cast<std::uint32_t>(i);
            if (config.validate().empty()) {
                context.commands.send(
                    command::AddRun{context.commands.new_run_id(), config, true, preset});
            }
        }
    }
}

} // namespace grokscope::ui
