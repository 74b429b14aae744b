#include "app/commands/sweep_statistics.h"

#include "app/commands/paired_ratios.h"
#include "engine/protocol/epoch_cost.h"
#include "engine/protocol/shown_text.h"
#include "engine/protocol/survival.h"
#include "engine/store/config_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

namespace grokscope {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Mean of figures of which some are bounds.
Bounded mean_of(const std::vector<Bounded>& figures) {
    Bounded sum = Bounded::exactly(0);
    for (const Bounded& figure : figures) {
        sum = {sum.low + figure.low, sum.high + figure.high};
    }
    const auto count = static_cast<double>(figures.size());
    return figures.empty() ? Bounded::exactly(kNaN) : Bounded{sum.low / count, sum.high / count};
}

/// Of a sample; NaN for fewer than two figures and where one is only a bound.
double deviation_of(const std::vector<Bounded>& figures) {
    if (figures.size() < 2 || !std::ranges::all_of(figures, &Bounded::is_exact)) {
        return kNaN;
    }
    const double mean = mean_of(figures).low;
    double sum = 0;
    for (const Bounded& figure : figures) {
        sum += (figure.low - mean) * (figure.low - mean);
    }
    return std::sqrt(sum / static_cast<double>(figures.size() - 1));
}

/// Whether published figures are about such a model.
bool has_usual_shape(const RunConfig& config) {
    const RunConfig usual;
    return config.p == usual.p && config.d_model == usual.d_model && config.heads == usual.heads &&
           config.d_mlp == usual.d_mlp && config.probe_width == usual.probe_width;
}

/// A cost of a run until it grokked, or that it had until it ended.
Bounded cost_of(const SweepRun& run, double cost) {
    return run.grok_epoch ? Bounded::exactly(cost) : Bounded::above(cost);
}

/// The baseline of the same seed and split; null without one.
const SweepRun* baseline_of(const SweepRun& run, const std::vector<SweepRun>& all) {
    const auto found = std::ranges::find_if(all, [&](const SweepRun& other) {
        return other.config.is_baseline() && !other.failed && is_paired(other.config, run.config);
    });
    return run.config.is_baseline() || found == all.end() ? nullptr : &*found;
}

/// Baselines of the same settings, of any seed.
std::vector<Lifetime> baselines_of(const RunConfig& config, const std::vector<SweepRun>& all) {
    std::vector<Lifetime> lives;
    for (const SweepRun& run : all) {
        RunConfig same_seed = run.config;
        same_seed.seed = config.seed;
        if (!config.is_baseline() && run.config.is_baseline() && !run.failed &&
            is_paired(same_seed, config)) {
            lives.push_back(
                {static_cast<double>(run.epoch_or_bound()), run.grok_epoch.has_value()});
        }
    }
    return lives;
}

/// The ratio of two epochs; nothing where an epoch 0 makes it meaningless.
std::optional<Bounded> ratio_of(const Bounded& baseline, const Bounded& variant) {
    if (baseline.low <= 0 || variant.low <= 0) {
        return std::nullopt;
    }
    return Bounded{baseline.low / variant.high, baseline.high / variant.low};
}

SweepRow row_of(const RunConfig& config, const std::vector<SweepRun>& all) {
    SweepRow row;
    row.label = config.label();
    std::vector<Bounded> epochs;
    std::vector<Bounded> wall;
    std::vector<Bounded> cpu;
    std::vector<Bounded> gflop;
    std::vector<Lifetime> lives;
    std::vector<SpeedUp> pairs;
    std::vector<Bounded> lasting;
    std::vector<SpeedUp> lasting_pairs;
    double collapse = 0;
    for (const SweepRun& run : all) {
        if (!are_alike(run.config, config)) {
            continue;
        }
        row.runs.push_back(run);
        row.grokked += run.grok_epoch ? 1 : 0;
        if (run.failed) {
            ++row.failed;
            continue;
        }
        epochs.push_back(run.epoch());
        wall.push_back(cost_of(run, run.wall_seconds));
        cpu.push_back(cost_of(run, run.cpu_seconds));
        gflop.push_back(cost_of(run, gflop_to_grok(run)));
        lives.push_back({static_cast<double>(run.epoch_or_bound()), run.grok_epoch.has_value()});
        if (const SweepRun* baseline = baseline_of(run, all)) {
            if (const auto ratio = ratio_of(baseline->epoch(), run.epoch())) {
                pairs.push_back({run.config.seed, *ratio});
            }
            if (const auto ratio = ratio_of(baseline->lasting.epoch(), run.lasting.epoch())) {
                lasting_pairs.push_back({run.config.seed, *ratio});
            }
        }
        lasting.push_back(run.lasting.epoch());
        row.lasting += run.lasting.stable_grok() ? 1 : 0;
        row.times_lost += run.lasting.times_lost();
        if (run.softmax_collapse) {
            collapse += *run.softmax_collapse;
            ++row.collapse_measured;
        }
    }
    row.mean_collapse = collapse / row.collapse_measured; // 0 / 0 without any
    const std::vector<Lifetime> baselines = baselines_of(config, all);
    row.mean_epoch = mean_of(epochs);
    row.deviation = deviation_of(epochs);
    row.median_epoch = lives.empty() ? Bounded::exactly(kNaN) : median_of(lives);
    row.not_grokked = kaplan_meier(lives);
    row.log_rank_p = log_rank_p(lives, baselines);
    row.censored = std::ranges::any_of(lives, std::logical_not{}, &Lifetime::ended) ||
                   std::ranges::any_of(baselines, std::logical_not{}, &Lifetime::ended);
    row.mean_wall_seconds = mean_of(wall);
    row.mean_cpu_seconds = mean_of(cpu);
    row.mean_gflop = mean_of(gflop);
    row.speed_ups = speed_ups_of(std::move(pairs));
    row.mean_lasting = mean_of(lasting);
    row.lasting_speed_ups = speed_ups_of(std::move(lasting_pairs));
    return row;
}

/// Adds to equal labels the settings in which their rows differ.
void tell_apart(std::vector<SweepRow>& rows) {
    std::map<std::string, std::vector<std::pair<SweepRow*, nlohmann::ordered_json>>> namesakes;
    for (SweepRow& row : rows) {
        const std::string text = config_to_json(course_of(row.runs.front().config));
        namesakes[row.label].emplace_back(&row, nlohmann::ordered_json::parse(text));
    }
    for (const auto& [label, alike] : namesakes) {
        for (const auto& [name, value] : alike.front().second.items()) {
            const bool differs =
                name != "seed" && name != "step" && // are_alike() looks at neither
                std::ranges::any_of(alike, [&name = name, &value = value](const auto& one) {
                    return one.second.at(name) != value;
                });
            for (const auto& [row, settings] : alike) {
                if (differs) {
                    const auto& own = settings.at(name);
                    row->label += ", " + name + " " +
                                  (own.is_string() ? own.template get<std::string>() : own.dump());
                }
            }
        }
    }
}

std::string number(double value, const char* form) {
    return std::isnan(value) ? "-" : fmt::format(fmt::runtime(form), value);
}

std::string number(const Bounded& figure, const char* form) {
    return in_words(figure, [form](double value) { return number(value, form); });
}

/// "2.32 .. 2.95"; "-" for fewer pairs than an interval needs.
std::string interval_of(const SpeedUps& speed_ups) {
    return speed_ups.interval == IntervalKind::kNone
               ? "-"
               : number(speed_ups.low, "{:.2f}") + " .. " + number(speed_ups.high, "{:.2f}");
}

/// "2 pairs, > 1.52 .. 2.60: 2.60 (seed 999) > 1.52 (seed 0)": the dots behind the mean.
std::string pairs_of(const SpeedUps& speed_ups) {
    const auto neither = std::ranges::count_if(speed_ups.pairs, &SpeedUp::neither_grokked);
    std::string text =
        fmt::format("{} pair{}", speed_ups.pairs.size(), speed_ups.pairs.size() == 1 ? "" : "s");
    if (neither > 0) {
        const bool all = neither == std::ssize(speed_ups.pairs);
        text += ", in " + (all ? std::string("all") : std::to_string(neither)) +
                " of which neither run grokked";
        if (all) {
            return text;
        }
    }
    if (speed_ups.pairs.size() > 1) {
        text += ", " + number(speed_ups.smallest, "{:.2f}") + " .. " +
                number(speed_ups.largest, "{:.2f}");
    }
    text += ':';
    for (const SpeedUp& pair : speed_ups.pairs) {
        text += fmt::format(" {} (seed {})", number(pair.ratio, "{:.2f}"), pair.seed);
    }
    return text;
}

/// Whether these runs stopped where they grokked: nothing is known of what would have lasted.
bool end_at_grok(const std::vector<SweepRun>& runs) {
    return std::ranges::all_of(runs,
                               [](const SweepRun& run) { return run.config.stop_when_grokked; });
}

/// "lasting: 5/5 from 1950 on average, lost again 2 times; geo.mean 2.26 (2.00 .. 2.55), 5 pairs:
/// ...".
std::string lasting_of(const SweepRow& row) {
    if (row.lasting == 0 && end_at_grok(row.runs)) {
        return "lasting: not known";
    }
    std::string text = fmt::format("lasting: {}/{}", row.lasting, row.runs.size());
    if (row.lasting == 0) {
        return text;
    }
    text +=
        fmt::format(" from {} on average, lost again {} time{}", number(row.mean_lasting, "{:.0f}"),
                    row.times_lost, row.times_lost == 1 ? "" : "s");
    const SpeedUps& speed_ups = row.lasting_speed_ups;
    if (speed_ups.pairs.empty()) {
        return text;
    }
    const std::string interval = interval_of(speed_ups);
    return text + "; geo.mean " + number(speed_ups.geometric_mean, "{:.2f}") +
           (interval == "-" ? "" : " (" + interval + ")") + ", " + pairs_of(speed_ups);
}

/// What the figures of a table mean, as far as these have any.
std::string notes_on(const std::vector<SweepRow>& rows) {
    const auto any = [&](auto condition) { return std::ranges::any_of(rows, condition); };
    const auto has = [&](IntervalKind kind) {
        return any([kind](const SweepRow& row) { return row.speed_ups.interval == kind; });
    };
    std::string text;
    if (any([](const SweepRow& row) { return !row.speed_ups.pairs.empty(); })) {
        text += "Speed-up: grok epoch of the baseline over that of the variant, in pairs of equal "
                "seed and split;\ngeometric mean and median over the pairs. 95 % interval: of the "
                "geometric mean, by Student's t on log ratios,\nfrom 4 pairs on.\n";
    }
    if (any(&SweepRow::censored)) {
        text +=
            "A run that has not grokked counts with the epochs it trained: \">\" and \"<\" mark "
            "bounds, \"?\" what no bound\nis known of, such as a pair in which neither run "
            "grokked. Medians of epochs are those of Kaplan-Meier curves;\np is that of the "
            "log-rank test against all baselines of these settings.\n";
    }
    if (has(IntervalKind::kOrder)) {
        text += "Where a pair is a bound, the interval is that of the median, by order statistics, "
                "from 6 pairs on.\n";
    }
    const bool ended_at_grok =
        std::ranges::all_of(rows, [](const SweepRow& row) { return end_at_grok(row.runs); });
    text +=
        "CPU s: seconds on the CPU clocks of all threads that train, to the grok epoch; wall s: "
        "by the wall clock,\nwhich other work on the machine delays.\n";
    text += "Lasting: test accuracy has stayed at 95 % from there to the end of the run, for 490 "
            "epochs or more";
    text += ended_at_grok ? ". These runs end at their\ngrok epoch, so that it is not known; "
                            "--until-stable trains them on.\n"
                          : ";\nthe speed-up then is that of the epochs from which it does.\n";
    if (any([](const SweepRow& row) { return row.collapse_measured > 0; })) {
        text += "Softmax collapse: share of training pairs whose float32 loss is exactly 0, by the "
                "newest reading of each run.\n";
    }
    if (any([](const SweepRow& row) { return row.failed > 0; })) {
        text += "A run that failed counts as not grokked and in nothing else.\n";
    }
    return text;
}

/// A cell of the file, `nan` where nothing is known.
std::string cell(double value) {
    return value > 0 && std::isfinite(value) ? fmt::format("{}", value) : std::string("nan");
}

std::string collapse_of(const SweepRun& run) {
    return run.softmax_collapse ? fmt::format("{}", *run.softmax_collapse) : std::string("nan");
}

/// The cells of a run without a pair.
constexpr std::string_view kNoPair = "nan,none,nan,nan";

/// Four cells of the file: the ratio where it is exact, what kind of pair it is, its bounds.
std::string pair_cells(const SpeedUps& speed_ups, std::uint32_t seed) {
    const auto pair = std::ranges::find(speed_ups.pairs, seed, &SpeedUp::seed);
    if (pair == speed_ups.pairs.end()) {
        return std::string(kNoPair);
    }
    const Bounded& ratio = pair->ratio;
    return fmt::format("{},{},{},{}", ratio.is_exact() ? cell(ratio.low) : "nan", kind_of(*pair),
                       cell(ratio.low), cell(ratio.high));
}

} // namespace

std::string_view kind_of(const SpeedUp& pair) {
    return pair.ratio.is_exact()   ? "exact"
           : pair.ratio.is_above() ? "above"
           : pair.ratio.is_below() ? "below"
                                   : "neither";
}

double gflop_to_grok(const SweepRun& run) {
    return gflop_per_epoch(run.config) * run.epoch_or_bound();
}

std::optional<double> published_speed_up(const RunConfig& config) {
    if (config.control != Control::kNone || config.is_rival() ||
        config.operation != Operation::kAdd || !has_usual_shape(config)) {
        return std::nullopt;
    }
    const std::vector<std::pair<Stencil, double>> published = {{Stencil::of({-1}), 1.52},
                                                               {Stencil::of({0}), 2.55},
                                                               {Stencil::of({-1, 0}), 2.88},
                                                               {Stencil::of({-1, 1}), 3.08},
                                                               {Stencil::of({-1, 0, 1}), 3.00}};
    const auto found =
        std::ranges::find(published, config.stencil, &std::pair<Stencil, double>::first);
    return found == published.end() ? std::nullopt : std::optional(found->second);
}

std::vector<SweepRow> sweep_rows(const std::vector<SweepRun>& runs) {
    std::vector<SweepRow> rows;
    for (const SweepRun& run : runs) {
        const bool known = std::ranges::any_of(
            rows, [&](const SweepRow& row) { return are_alike(row.runs[0].config, run.config); });
        if (!known) {
            rows.push_back(row_of(run.config, runs));
        }
    }
    tell_apart(rows);
    return rows;
}

std::string sweep_table(const std::vector<SweepRow>& rows) {
    // As wide as the longest label, which tells settings that are varied, too.
    std::size_t wide = 22;
    for (const SweepRow& row : rows) {
        wide = std::max(wide, row.label.size());
    }
    constexpr const char* kLine =
        "{:<{}} {:>7} {:>8} {:>6} {:>8} {:>8} {:>8} {:>8}  {:>8} {:<16} {:>8} {:>9}\n";
    std::string text =
        fmt::format(fmt::runtime(kLine), "variant", wide, "grokked", "mean", "sd", "median",
                    "CPU s", "wall s", "GFLOP", "geo.mean", "95 % interval", "median", "published");
    for (const SweepRow& row : rows) {
        const SpeedUps& speed_ups = row.speed_ups;
        const bool paired = !speed_ups.pairs.empty();
        const std::optional<double> published = published_speed_up(row.runs.front().config);
        text +=
            fmt::format(fmt::runtime(kLine), row.label, wide,
                        fmt::format("{}/{}", row.grokked, row.runs.size()),
                        number(row.mean_epoch, "{:.0f}"), number(row.deviation, "{:.0f}"),
                        number(row.median_epoch, "{:.0f}"), number(row.mean_cpu_seconds, "{:.1f}"),
                        number(row.mean_wall_seconds, "{:.1f}"), number(row.mean_gflop, "{:.0f}"),
                        paired ? number(speed_ups.geometric_mean, "{:.2f}") : "-",
                        interval_of(speed_ups), paired ? number(speed_ups.median, "{:.2f}") : "-",
                        published ? fmt::format("{:.2f}", *published) : "-");
        if (paired) {
            text += fmt::format("{:<{}} {}\n", "", wide, pairs_of(speed_ups));
        }
        text += fmt::format("{:<{}} {}\n", "", wide, lasting_of(row));
        if (row.collapse_measured > 0) {
            text +=
                fmt::format("{:<{}} softmax collapse: {:.1f} % on average of {} of {} runs\n", "",
                            wide, 100 * row.mean_collapse, row.collapse_measured, row.counted());
        }
        if (row.censored && !std::isnan(row.log_rank_p)) {
            text += fmt::format("{:<{}} log-rank p = {:.2g}\n", "", wide, row.log_rank_p);
        }
    }
    return text + notes_on(rows);
}

std::string sweep_csv(const std::vector<SweepRow>& rows) {
    std::string text = "variant,seed,grokked,epoch,wall_seconds,gflop,speed_up,pair,speed_up_low,"
                       "speed_up_high,stable_grok,times_lost,stable_speed_up,stable_pair,"
                       "stable_speed_up_low,stable_speed_up_high,cpu_seconds,softmax_collapse\n";
    for (const SweepRow& row : rows) {
        for (const SweepRun& run : row.runs) {
            const std::string name = csv_cell(row.label);
            if (run.failed) { // no epoch at which it could have grokked, not even a bound
                text += fmt::format("{},{},0,nan,nan,nan,{},nan,nan,{},nan,{}\n", name,
                                    run.config.seed, kNoPair, kNoPair, collapse_of(run));
                continue;
            }
            const auto lasting = run.lasting.stable_grok();
            text += fmt::format(
                "{},{},{},{},{:.3f},{},{},{},{},{},{},{}\n", name, run.config.seed,
                run.grok_epoch ? 1 : 0, run.epoch_or_bound(), run.wall_seconds,
                number(gflop_to_grok(run), "{:.3f}"), pair_cells(row.speed_ups, run.config.seed),
                lasting ? std::to_string(*lasting) : "nan", run.lasting.times_lost(),
                pair_cells(row.lasting_speed_ups, run.config.seed),
                std::isnan(run.cpu_seconds) ? "nan" : fmt::format("{:.3f}", run.cpu_seconds),
                collapse_of(run));
        }
    }
    return text;
}

} // namespace grokscope
