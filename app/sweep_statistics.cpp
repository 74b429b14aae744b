#include "app/sweep_statistics.h"

#include "engine/protocol/shown_text.h"
#include "engine/store/config_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <random>
#include <utility>

namespace grokscope {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr int kResamples = 10000;

/// 10^6 operations per row and epoch: a step without probes; then of each probe its learning, the
/// comparison, and the way back through it into its input (science.md 2.4: 0.39 in all, 0.31 for
/// k > 0, whose input is a constant).
constexpr double kPlainStep = 0.97;
constexpr double kProbeLearning = 0.23;
constexpr double kProbeForward = 0.08;
constexpr double kProbeBackward = 0.08;

double mean_of(const std::vector<double>& values) {
    return values.empty() ? kNaN
                          : std::accumulate(values.begin(), values.end(), 0.0) /
                                static_cast<double>(values.size());
}

double deviation_of(const std::vector<double>& values) {
    if (values.size() < 2) {
        return kNaN;
    }
    const double mean = mean_of(values);
    double sum = 0;
    for (const double value : values) {
        sum += (value - mean) * (value - mean);
    }
    return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

/// Percentiles 2.5 and 97.5 of the mean of resampled values.
std::pair<double, double> bootstrap_interval(const std::vector<double>& values) {
    if (values.size() < 2) {
        return {kNaN, kNaN};
    }
    std::mt19937 generator(1);
    std::vector<double> means(kResamples);
    for (double& mean : means) {
        double sum = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            // Not std::uniform_int_distribution, which differs between libraries.
            sum += values[generator() % values.size()];
        }
        mean = sum / static_cast<double>(values.size());
    }
    std::ranges::sort(means);
    return {means[kResamples * 25 / 1000], means[kResamples * 975 / 1000 - 1]};
}

/// Whether operations and published figures are about such a model.
bool has_usual_shape(const RunConfig& config) {
    const RunConfig usual;
    return config.p == usual.p && config.d_model == usual.d_model && config.heads == usual.heads &&
           config.d_mlp == usual.d_mlp && config.probe_width == usual.probe_width;
}

SweepRow row_of(const RunConfig& config, const std::vector<SweepRun>& all) {
    SweepRow row;
    row.label = config.label();
    std::vector<double> epochs;
    std::vector<double> seconds;
    std::vector<double> gflop;
    std::vector<double> logarithms;
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
        epochs.push_back(run.epoch_or_bound());
        seconds.push_back(run.seconds);
        gflop.push_back(gflop_to_grok(run));
        const auto baseline = std::ranges::find_if(all, [&](const SweepRun& other) {
            return other.config.is_baseline() && !other.failed &&
                   is_paired(other.config, run.config);
        });
        if (run.config.is_baseline() || baseline == all.end() || run.epoch_or_bound() <= 0 ||
            baseline->epoch_or_bound() <= 0) {
            continue;
        }
        if (!baseline->grok_epoch && !run.grok_epoch) {
            continue; // neither end is known, so the ratio may be anything
        }
        const double ratio = static_cast<double>(baseline->epoch_or_bound()) / run.epoch_or_bound();
        row.speed_ups.push_back({run.config.seed, ratio, !baseline->grok_epoch, !run.grok_epoch});
        logarithms.push_back(std::log(ratio));
    }
    row.mean_epoch = mean_of(epochs);
    row.deviation = deviation_of(epochs);
    row.mean_seconds = mean_of(seconds);
    row.mean_gflop = mean_of(gflop);
    const auto [low, high] = bootstrap_interval(logarithms);
    row.speed_up = std::exp(mean_of(logarithms));
    row.low = std::exp(low);
    row.high = std::exp(high);
    row.smallest = kNaN;
    row.largest = kNaN;
    if (!logarithms.empty()) {
        row.smallest = std::exp(std::ranges::min(logarithms));
        row.largest = std::exp(std::ranges::max(logarithms));
    }
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

/// "2.60", "> 2.60" where a baseline had not grokked, "< 2.60" where a variant had not, "? 2.60"
/// for a mean over both kinds.
std::string bounded(double ratio, bool lower, bool upper) {
    return std::isnan(ratio) ? "-"
                             : fmt::format("{}{:.2f}",
                                           lower == upper ? (lower ? "? " : "")
                                           : lower        ? "> "
                                                          : "< ",
                                           ratio);
}

std::string number(double value, const char* form) {
    return std::isnan(value) ? "-" : fmt::format(fmt::runtime(form), value);
}

} // namespace

double gflop_to_grok(const SweepRun& run) {
    const RunConfig& config = run.config;
    if (!has_usual_shape(config)) {
        return kNaN;
    }
    double per_row = kPlainStep;
    for (const int k : config.stencil.offsets()) {
        const bool pays = k <= 0 && config.control != Control::kTargetSide;
        per_row += (config.control == Control::kFrozenProbe ? 0 : kProbeLearning) + kProbeForward +
                   (pays ? kProbeBackward : 0);
    }
    return per_row * 1e-3 * config.train_pairs() * run.epoch_or_bound();
}

std::optional<double> published_speed_up(const RunConfig& config) {
    if (config.control != Control::kNone || !has_usual_shape(config)) {
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
    std::string text = fmt::format(
        "{:<22} {:>7} {:>9} {:>7} {:>8} {:>9}  {:>9} {:<13} {:<13} {:>9}\n", "variant", "grokked",
        "epoch", "sd", "seconds", "GFLOP", "speed-up", "95 % interval", "smallest..", "published");
    for (const SweepRow& row : rows) {
        const bool lower = std::ranges::any_of(row.speed_ups, &SpeedUp::is_lower_bound);
        const bool upper = std::ranges::any_of(row.speed_ups, &SpeedUp::is_upper_bound);
        const bool all_grokked = row.grokked + row.failed == static_cast<int>(row.runs.size());
        const std::optional<double> published = published_speed_up(row.runs.front().config);
        text += fmt::format(
            "{:<22} {:>7} {:>9} {:>7} {:>8} {:>9}  {:>9} {:<13} {:<13} {:>9}\n", row.label,
            fmt::format("{}/{}", row.grokked, row.runs.size()),
            (all_grokked ? "" : "> ") + number(row.mean_epoch, "{:.0f}"),
            row.grokked > 0 ? number(row.deviation, "{:.0f}") : "-",
            number(row.mean_seconds, "{:.1f}"), number(row.mean_gflop, "{:.0f}"),
            bounded(row.speed_up, lower, upper),
            std::isnan(row.low) ? "-" : fmt::format("{:.2f} .. {:.2f}", row.low, row.high),
            std::isnan(row.smallest) ? "-"
                                     : fmt::format("{:.2f} .. {:.2f}", row.smallest, row.largest),
            published ? fmt::format("{:.2f}", *published) : "-");
        if (!row.speed_ups.empty()) {
            text += fmt::format("{:<22} {} pair{}:", "", row.speed_ups.size(),
                                row.speed_ups.size() == 1 ? "" : "s");
            for (const SpeedUp& pair : row.speed_ups) {
                text += fmt::format(" {} (seed {})",
                                    bounded(pair.ratio, pair.is_lower_bound, pair.is_upper_bound),
                                    pair.seed);
            }
            text += '\n';
        }
    }
    if (std::ranges::any_of(rows, [](const SweepRow& row) {
            return row.grokked + row.failed < static_cast<int>(row.runs.size());
        })) {
        text +=
            "A run that has not grokked counts with the epochs it trained: \">\" and \"<\" mark "
            "bounds, \"?\" a mean over\nboth kinds. A pair in which neither run grokked has no "
            "speed-up.\n";
    }
    if (std::ranges::any_of(rows, [](const SweepRow& row) { return row.failed > 0; })) {
        text += "A run that failed counts as not grokked and in nothing else.\n";
    }
    return text;
}

std::string sweep_csv(const std::vector<SweepRow>& rows) {
    std::string text = "variant,seed,grokked,epoch,seconds,gflop,speed_up\n";
    for (const SweepRow& row : rows) {
        for (const SweepRun& run : row.runs) {
            const auto pair = std::ranges::find(row.speed_ups, run.config.seed, &SpeedUp::seed);
            if (run.failed) { // no epoch at which it could have grokked, not even a bound
                text += fmt::format("{},{},0,,,,\n", csv_cell(row.label), run.config.seed);
                continue;
            }
            text += fmt::format("{},{},{},{},{:.3f},{},{}\n", csv_cell(row.label), run.config.seed,
                                run.grok_epoch ? 1 : 0, run.epoch_or_bound(), run.seconds,
                                number(gflop_to_grok(run), "{:.3f}"),
                                pair == row.speed_ups.end() ? "" : fmt::format("{}", pair->ratio));
        }
    }
    return text;
}

} // namespace grokscope
