#include "engine/train/alarms.h"

#include "engine/protocol/instrument.h"
#include "engine/train/milestones.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace grokscope {

namespace {

constexpr std::int32_t kBaseline = 500; // epochs after memorised
constexpr std::int32_t kLasts = 100;    // epochs

/// Of an even number the mean of the two in the middle.
double median(std::vector<double> values) {
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// Waits for one figure to rise.
class Rise {
public:
    Rise(const AlarmRule& rule, std::int32_t memorised) : rule_(&rule), memorised_(memorised) {}

    /// Whether this figure raises the alarm.
    [[nodiscard]] bool observe(std::int32_t epoch, double figure) {
        const bool early = epoch <= memorised_ + kBaseline || figures_.empty();
        if (rule_->baseline == AlarmRule::Baseline::kFirst && early) {
            figures_.push_back(figure);
        } else if (rule_->baseline == AlarmRule::Baseline::kLowest &&
                   (figures_.empty() || figure < figures_[0])) {
            figures_.assign(1, figure);
        }
        if (early) {
            return false;
        }
        if (figure <= rule_->times * median(figures_)) {
            above_since_.reset();
            return false;
        }
        const bool raised = above_since_ && epoch - *above_since_ >= kLasts;
        above_since_ = above_since_.value_or(epoch);
        return raised;
    }

private:
    const AlarmRule* rule_;
    std::int32_t memorised_;
    std::vector<double> figures_;             ///< of the baseline so far
    std::optional<std::int32_t> above_since_; ///< first epoch of those above the threshold now
};

/// The reading that raises the alarm of this rule; null without one.
const Reading* first_above(const AlarmRule& rule, std::span<const Reading> readings,
                           std::int32_t memorised) {
    Rise rise(rule, memorised);
    for (const Reading& reading : readings) {
        const double figure = reading.number(rule.figure);
        if (reading.epoch > memorised && !std::isnan(figure) &&
            rise.observe(reading.epoch, figure)) {
            return &reading;
        }
    }
    return nullptr;
}

} // namespace

std::optional<std::int32_t> memorised_epoch(std::span<const MetricSample> samples) {
    const auto found = std::ranges::find_if(samples, [](const MetricSample& sample) {
        return sample.train_accuracy >= kLearnedAccuracy;
    });
    return found == samples.end() ? std::nullopt : std::optional(found->epoch);
}

std::optional<std::int32_t> first_alarm(const AlarmRule& rule, std::span<const Reading> readings,
                                        std::int32_t memorised) {
    const Reading* raised = first_above(rule, readings, memorised);
    return raised == nullptr ? std::nullopt : std::optional(raised->epoch);
}

std::vector<event::Mark> alarms_of(std::span<const Reading> readings,
                                   std::optional<std::int32_t> memorised) {
    std::vector<event::Mark> marks;
    for (const InstrumentSpec& instrument : instruments()) {
        for (const AlarmRule& rule : instrument.alarms) {
            const Reading* raised = memorised ? first_above(rule, readings, *memorised) : nullptr;
            if (raised != nullptr) {
                marks.push_back({raised->run, rule.mark, raised->epoch});
            }
        }
    }
    return marks;
}

} // namespace grokscope
