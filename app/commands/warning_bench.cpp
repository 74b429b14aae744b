#include "app/commands/warning_bench.h"

#include "engine/protocol/instrument.h"
#include "engine/protocol/lasting_grok.h"
#include "engine/protocol/shown_text.h"
#include "engine/train/alarms.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

namespace grokscope {

namespace {

enum Rule : std::size_t {
    kIldr,
    kCommutator,
    kGini,
    kEntropy,
    kNorm,
    kRestricted,
    kTestLoss,
    kMultiple,
    kRuleCount
};

constexpr std::array<WarningRule, kRuleCount> kRules = {{
    {"ildr", "ILDR stays above 2.5 times its baseline"},
    {"commutator", "the commutator defect stays above twice its lowest"},
    {"gini", "Gini of the spectrum of W_E stays above 1.5 times its baseline"},
    {"entropy", "entropy of the powers of W_E's spectrum stays below its baseline / 1.1"},
    {"norm", "the weights' sum of squares stays below its baseline / 1.1"},
    {"restricted", "restricted loss stays below half its baseline"},
    {"test_loss", "trivial: test loss stays below its baseline / 1.1"},
    {"multiple", "trivial: half-way, by the other runs' ratio of grok epoch to memorised epoch"},
}};

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// Series of a figure that the generic rule listens to.
using Series = std::vector<std::pair<std::int32_t, double>>;

template <typename Rows, typename Value>
Series series_of(const Rows& rows, Value value) {
    Series series;
    for (const auto& row : rows) {
        if (const double figure = value(row); !std::isnan(figure)) {
            series.emplace_back(row.epoch, figure);
        }
    }
    return series;
}

/// Entropy of the powers A_k^2 as shares of their sum, over ln of their number: 1 of a flat
/// spectrum.
double entropy_of(const Snapshot& snapshot) {
    double sum = 0;
    for (const float amplitude : snapshot.spectrum) {
        sum += static_cast<double>(amplitude) * amplitude;
    }
    if (snapshot.spectrum.size() < 2 || !(sum > 0)) {
        return kNone;
    }
    double entropy = 0;
    for (const float amplitude : snapshot.spectrum) {
        const double share = static_cast<double>(amplitude) * amplitude / sum;
        entropy -= share > 0 ? share * std::log(share) : 0;
    }
    return entropy / std::log(static_cast<double>(snapshot.spectrum.size()));
}

/// In the manner of ILDR: baseline is the median of the 500 epochs after memorised, and the figure
/// has to stay beyond it for 100 epochs. A figure that falls is heard by its reciprocal.
std::optional<std::int32_t> alarm_in(const Series& series, double times, bool falls,
                                     std::int32_t memorised) {
    std::vector<Reading> readings;
    for (const auto& [epoch, figure] : series) {
        Reading& reading = readings.emplace_back();
        reading.epoch = epoch;
        reading.figures = {{"figure", {falls ? 1 / figure : figure}}};
    }
    const AlarmRule rule{.figure = "figure", .times = times};
    return first_alarm(rule, readings, memorised);
}

/// What a rule heard: whether there was anything, and its alarm.
using Heard = std::pair<bool, std::optional<std::int32_t>>;

Heard of_instrument(const WarningRecord& record, std::string_view id, std::int32_t memorised) {
    const InstrumentSpec* instrument = find_instrument(id);
    const AlarmRule& rule = instrument->alarms.front();
    const bool heard = std::ranges::any_of(record.readings, [&](const Reading& reading) {
        return !std::isnan(reading.number(rule.figure));
    });
    return {heard, first_alarm(rule, record.readings, memorised)};
}

Heard heard_by(Rule rule, const WarningRecord& record, std::int32_t memorised) {
    const auto generic = [&](const Series& series, double times, bool falls) -> Heard {
        return {!series.empty(), alarm_in(series, times, falls, memorised)};
    };
    switch (rule) {
    case kIldr:
        return of_instrument(record, "ildr", memorised);
    case kCommutator:
        return of_instrument(record, "commutator", memorised);
    case kGini:
        return generic(series_of(record.measures, std::mem_fn(&ProgressRow::gini_W_E)), 1.5, false);
    case kEntropy:
        return generic(series_of(record.spectra, entropy_of), 1.1, true);
    case kNorm:
        return generic(series_of(record.metrics, std::mem_fn(&MetricSample::weight_sum_squares)),
                       1.1, true);
    case kRestricted:
        return generic(series_of(record.measures,
                                 [](const ProgressRow& row) { return row.restricted_loss.all; }),
                       2, true);
    case kTestLoss:
        return generic(series_of(record.metrics, std::mem_fn(&MetricSample::test_loss)), 1.1, true);
    case kMultiple:
    case kRuleCount:
        break; // needs the other runs
    }
    return {false, std::nullopt};
}

double median(std::vector<double> values) {
    if (values.empty()) {
        return kNone;
    }
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// Of one run: when it memorised, grokked and was last seen.
struct Course {
    std::optional<std::int32_t> memorised;
    std::optional<std::int32_t> grok;
    std::int32_t last = 0;
};

Course course_in(const WarningRecord& record) {
    Course course{memorised_epoch(record.metrics), std::nullopt, 0};
    LastingGrok grok;
    for (const MetricSample& sample : record.metrics) {
        grok.observe(sample);
        course.last = sample.epoch;
    }
    course.grok = grok.grok_epoch();
    return course;
}

/// Half of the way from memorised to grokked by the ratio that is usual among the others.
Heard half_way(const std::vector<Course>& courses, std::size_t own) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < courses.size(); ++i) {
        if (i != own && courses[i].memorised && courses[i].grok && *courses[i].memorised > 0) {
            ratios.push_back(static_cast<double>(*courses[i].grok) / *courses[i].memorised);
        }
    }
    if (ratios.empty()) {
        return {false, std::nullopt};
    }
    const Course& course = courses[own];
    const double way = (1 + median(ratios)) / 2;
    const auto epoch = static_cast<std::int32_t>(std::lround(way * *course.memorised));
    return {true, epoch <= course.last ? std::optional(epoch) : std::nullopt};
}

/// Why nothing can be said.
std::string_view unheard(std::size_t rule) {
    return rule == kMultiple ? "no other run grokked" : "not recorded";
}

std::string epochs_text(double epochs) {
    return std::isnan(epochs) ? "-" : fmt::format("{:.0f}", epochs);
}

} // namespace

std::span<const WarningRule> warning_rules() {
    return kRules;
}

std::vector<WarningOutcome> warning_outcomes(std::span<const WarningRecord> records) {
    std::vector<Course> courses;
    for (const WarningRecord& record : records) {
        courses.push_back(course_in(record));
    }
    std::vector<WarningOutcome> outcomes;
    for (std::size_t run = 0; run < records.size(); ++run) {
        const Course& course = courses[run];
        for (std::size_t rule = 0; course.memorised && rule < kRuleCount; ++rule) {
            const auto [heard, alarm] =
                rule == kMultiple
                    ? half_way(courses, run)
                    : heard_by(static_cast<Rule>(rule), records[run], *course.memorised);
            outcomes.push_back({run, rule, heard, alarm, course.grok, course.last});
        }
    }
    return outcomes;
}

std::vector<WarningScore> warning_scores(std::span<const WarningOutcome> outcomes) {
    std::vector<WarningScore> scores(kRuleCount);
    std::array<std::vector<double>, kRuleCount> leads;
    for (const WarningOutcome& outcome : outcomes) {
        WarningScore& score = scores[outcome.rule];
        if (!outcome.heard) {
            continue;
        }
        if (!outcome.grok) {
            ++score.never;
            score.false_alarms += outcome.alarm ? 1 : 0;
            continue;
        }
        ++score.grokked;
        if (outcome.alarm && *outcome.alarm < *outcome.grok) {
            ++score.early;
            leads[outcome.rule].push_back(*outcome.grok - *outcome.alarm);
        } else if (outcome.alarm) {
            ++score.late;
        }
    }
    for (std::size_t rule = 0; rule < scores.size(); ++rule) {
        const auto& lead = leads[rule];
        scores[rule].median_lead = median(lead);
        scores[rule].least_lead = lead.empty() ? kNone : *std::ranges::min_element(lead);
        scores[rule].most_lead = lead.empty() ? kNone : *std::ranges::max_element(lead);
    }
    return scores;
}

std::string warnings_in_words(std::span<const WarningOutcome> outcomes) {
    std::string text =
        fmt::format("{:<11} {:>9} {:>6} {:>6} {:>21} {:>13}  {}\n", "warning", "early", "late",
                    "silent", "lead in epochs", "false alarms", "what it listens to");
    const std::vector<WarningScore> scores = warning_scores(outcomes);
    for (std::size_t rule = 0; rule < scores.size(); ++rule) {
        const WarningScore& score = scores[rule];
        const bool heard = score.grokked + score.never > 0;
        const std::string leads =
            fmt::format("{} ({}..{})", epochs_text(score.median_lead),
                        epochs_text(score.least_lead), epochs_text(score.most_lead));
        text +=
            fmt::format("{:<11} {:>9} {:>6} {:>6} {:>21} {:>13}  {}\n", kRules[rule].id,
                        heard ? fmt::format("{} of {}", score.early, score.grokked) : "-",
                        heard ? fmt::format("{}", score.late) : "-",
                        heard ? fmt::format("{}", score.grokked - score.early - score.late) : "-",
                        score.early > 0 ? leads : "-",
                        heard ? fmt::format("{} of {}", score.false_alarms, score.never) : "-",
                        heard ? std::string(kRules[rule].sentence)
                              : fmt::format("{}: {}", unheard(rule), kRules[rule].sentence));
    }
    return text;
}

std::string warnings_csv(std::span<const WarningRecord> records,
                         std::span<const WarningOutcome> outcomes) {
    std::string text = "run,configuration,warning,alarm_epoch,grok_epoch,lead,last_epoch,outcome\n";
    for (const WarningOutcome& outcome : outcomes) {
        const WarningRecord& record = records[outcome.run];
        const auto epoch = [](const std::optional<std::int32_t>& value) {
            return value ? std::to_string(*value) : std::string("nan");
        };
        const bool early = outcome.alarm && outcome.grok && *outcome.alarm < *outcome.grok;
        const std::string_view words = !outcome.heard                  ? unheard(outcome.rule)
                                       : early                         ? "early"
                                       : outcome.alarm && outcome.grok ? "late"
                                       : outcome.grok                  ? "silent"
                                       : outcome.alarm                 ? "false alarm"
                                                                       : "rightly silent";
        text += fmt::format(
            "{},{},{},{},{},{},{},{}\n", record.number, csv_cell(record.label),
            kRules[outcome.rule].id, epoch(outcome.alarm), epoch(outcome.grok),
            outcome.alarm && outcome.grok ? std::to_string(*outcome.grok - *outcome.alarm) : "nan",
            outcome.last, words);
    }
    return text;
}

} // namespace grokscope
