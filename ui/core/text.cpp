#include "ui/core/text.h"
#include "ui/core/operation_text.h"
#include "ui/views/list.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace grokscope::ui::text {

namespace {

template <typename... Values>
std::string print(const char* format, Values... values) {
    char buffer[96];
    std::snprintf(buffer, sizeof buffer, format, values...);
    return buffer;
}

/// Far beyond all that is counted, and still a whole number.
constexpr double kLargestWhole = 1e15;

/// The whole number below it; 0 for what is not a number.
std::int64_t rounded_down(double number) {
    return std::isnan(number)
               ? 0
               : static_cast<std::int64_t>(std::clamp(number, -kLargestWhole, kLargestWhole));
}

/// The nearest whole number.
std::int64_t rounded(double number) {
    return rounded_down(std::round(number));
}

/// "10" with a raised exponent.
std::string raised_ten(int exponent) {
    static constexpr const char* kRaised[10] = {
        "\xE2\x81\xB0", "\xC2\xB9",     "\xC2\xB2",     "\xC2\xB3",     "\xE2\x81\xB4",
        "\xE2\x81\xB5", "\xE2\x81\xB6", "\xE2\x81\xB7", "\xE2\x81\xB8", "\xE2\x81\xB9"};
    std::string text = exponent < 0 ? "10\xE2\x81\xBB" : "10";
    for (const char digit : std::to_string(std::abs(exponent))) {
        text += kRaised[digit - '0'];
    }
    return text;
}

} // namespace

const char* start_label(StartLabel label) {
    switch (label) {
    case StartLabel::kStart:
        return "Start";
    case StartLabel::kStartNewRun:
        return "Start new run";
    case StartLabel::kPause:
        return "Pause";
    case StartLabel::kResume:
        return "Resume";
    case StartLabel::kStarting:
        return "starting...";
    case StartLabel::kPausing:
        return "pausing...";
    case StartLabel::kReplay:
        return "Replay";
    case StartLabel::kStopReplay:
        return "Stop";
    case StartLabel::kAllFinished:
        return "Finished";
    }
    return "";
}

std::string elsewhere(const TrainedElsewhere& other) {
    return kElsewhere + (other.epoch > 0 ? kNowAt + grouped(other.epoch) : std::string());
}

std::string elsewhere_at_length(const TrainedElsewhere& other, std::int32_t shown) {
    return capitalised(other.who) + " trains it" +
           (other.epoch > 0 ? ", and had recorded " + grouped(other.epoch) + " epochs a moment ago"
                            : std::string()) +
           ". Its record is shown to epoch " + grouped(std::max(shown, 0)) +
           "; the menu of the card reads it again.";
}

const char* state(RunState state) {
    switch (state) {
    case RunState::kIdle:
        return "ready";
    case RunState::kRunning:
        return "training";
    case RunState::kPaused:
        return "paused";
    case RunState::kFinished:
        return "finished";
    case RunState::kFailed:
        return "failed";
    case RunState::kRemoved:
        return "removed";
    }
    return "";
}

const char* state(const RunRecord& run) {
    return state(run.state == RunState::kIdle && run.last_epoch() > 0 ? RunState::kPaused
                                                                      : run.state);
}

std::string probe_name(const std::string& offset, const std::string& run) {
    return offset + (run.empty() ? "" : " of ") + run;
}

const char* mark(MarkKind kind, bool late) {
    switch (kind) {
    case MarkKind::kMemorised:
        return "memorised";
    case MarkKind::kTransition:
        return "transition";
    case MarkKind::kGrokked:
        return "grokked";
    case MarkKind::kStable:
        return "stable from here";
    case MarkKind::kLostAgain:
        return "lost again";
    case MarkKind::kCircuitFormation:
        return "circuit forms (estimate)";
    case MarkKind::kCleanupDone:
        return "clean-up done (estimate)";
    case MarkKind::kSeparationAlarm:
        return late ? "classes separate (late: it had grokked)"
                    : "classes separate (early warning)";
    case MarkKind::kCommutatorAlarm:
        return late ? "gradients stop commuting (late: it had grokked)"
                    : "gradients stop commuting (early warning)";
    case MarkKind::kOrderLearned:
        return "order does not matter";
    }
    return "";
}

const char* stage(Stage stage) {
    switch (stage) {
    case Stage::kMemorisation:
        return "memorisation";
    case Stage::kCircuitFormation:
        return "circuit formation";
    case Stage::kCleanup:
        return "clean-up";
    case Stage::kStable:
        return "after clean-up"; // the run may still lose what it has understood
    }
    return "";
}

const char* preset(Preset preset) {
    return preset == Preset::kNanda ? "Nanda et al." : "TransformerLens";
}

std::string grouped(std::int64_t number) {
    std::string digits = std::to_string(std::llabs(number));
    for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
        digits.insert(static_cast<std::size_t>(at), ",");
    }
    if (number < 0) {
        digits.insert(digits.begin(), '-');
    }
    return digits;
}

std::string offset(int offset) {
    std::string words = std::to_string(offset);
    if (offset > 0) {
        words.insert(words.begin(), '+');
    }
    return words;
}

std::string percent(double share) {
    if (!std::isfinite(share)) {
        return kNoValue;
    }
    const double percent = share * 100;
    return std::abs(percent) < 1e6 ? print("%.1f %%", percent) : value(percent) + " %";
}

std::string confidence(double share) {
    if (!std::isfinite(share)) {
        return kNoValue;
    }
    if (share > 0.9999) {
        return "over 99.99 %";
    }
    if (share < 1e-4) {
        return "under 0.01 %";
    }
    return print(share > 0.999 || share < 0.01 ? "%.2f %%" : "%.1f %%", share * 100);
}

std::string seen(Operation operation, const NumberPair& pair, bool trained, bool mirror_trained) {
    if (trained || !mirror_trained) {
        return trained ? kTrainedOn : kNeverSeen;
    }
    return std::string(kNeverSeen) + ", but " + expression(operation, pair.b, pair.a) + " was";
}

std::string parts_right(Operation operation, const MetricSample& sample) {
    if (std::isnan(sample.mirrored_accuracy) || std::isnan(sample.new_accuracy)) {
        return {};
    }
    return in_operation("Of {sums} never seen, ", operation) + percent(sample.mirrored_accuracy) +
           in_operation(" are right where {b+a} was trained on, ", operation) +
           percent(sample.new_accuracy) + " where neither was.";
}

std::string number_out_of_range(const char* name, int number, int largest) {
    return print("%s must lie between 0 and %d, got %d", name, largest, number);
}

std::string sum_of_clocks(int count) {
    return count == 1 ? "the clock" : print("sum of the %d clocks", count);
}

std::string answered_in(double seconds) {
    return seconds < 1e-3 ? std::string("answered in under 1 ms")
                          : print("answered in %.0f ms", seconds * 1e3);
}

std::string speed_wanted(int runs, double epochs_per_second) {
    return kSpeedOf + (runs > 1 ? std::to_string(runs) + " x " : std::string()) +
           grouped(rounded(epochs_per_second));
}

std::string of_workers(int working, int available) {
    return std::to_string(working) + kOf + std::to_string(available);
}

std::string train_with(int threads) {
    return "Train with " + std::to_string(threads) + (threads == 1 ? " thread" : " threads");
}

std::string all_workers(int available) {
    return "All " + std::to_string(available) + " threads again";
}

std::string starved(int working, int available) {
    return "The window has drawn fewer than 10 frames a second for a while: " +
           of_workers(working, available) +
           " training threads and whatever else runs on this machine leave it too little. With "
           "fewer threads it answers sooner and epochs take longer; the figures stay the same, bit "
           "for bit.";
}

std::string training_with(int working, int available) {
    return of_workers(working, available) +
           " training threads are at work. F2 has the same buttons, at any time.";
}

const char* replaced(Replacement replacement) {
    switch (replacement) {
    case Replacement::kNone:
        return "";
    case Replacement::kZero:
        return " zero";
    case Replacement::kMean:
        return " mean";
    }
    return "";
}

std::string value(double number, int digits) {
    if (std::isnan(number)) {
        return kNoValue;
    }
    std::string words = print("%.*g", digits, number);
    if (const std::size_t at = words.find('e'); at != std::string::npos) {
        const int exponent = std::atoi(words.c_str() + at + 1);
        words.resize(at);
        words += "\xC2\xB7" + raised_ten(exponent);
    }
    return words;
}

std::string speed_up(const Bounded& ratio, int pairs) {
    return in_words(ratio, [](double value) { return print("%.1fx", value); }) +
           print(pairs == 1 ? " (%d pair)" : " (%d pairs)", pairs);
}

std::string lasting(const LastingGrok& grok, const std::optional<Bounded>& ratio) {
    if (!grok.grok_epoch()) {
        return {};
    }
    constexpr const char* kDot = "  \xE2\x80\xA2  ";
    const auto stable = grok.stable_grok();
    std::string line = stable ? kLastsFrom + grouped(*stable) : std::string(kNotKnownToLast);
    if (ratio) {
        line += kDot + speed_up(*ratio, 1);
    }
    const int lost = grok.times_lost();
    return lost == 0 ? line
                     : line + kDot + print(lost == 1 ? "lost %d time" : "lost %d times", lost);
}

std::string softmax_collapse(const std::optional<double>& share) {
    return share ? kSoftmaxCollapsed + percent(*share) : std::string();
}

std::string duration(double seconds) {
    const std::int64_t whole = rounded_down(seconds);
    if (whole < 3600) {
        return print("%lld:%02lld", static_cast<long long>(whole / 60),
                     static_cast<long long>(whole % 60));
    }
    return print("%lld:%02lld:%02lld", static_cast<long long>(whole / 3600),
                 static_cast<long long>(whole / 60 % 60), static_cast<long long>(whole % 60));
}

std::string in_capitals(std::string words) {
    for (char& letter : words) {
        if (letter >= 'a' && letter <= 'z') {
            letter = static_cast<char>(letter - 'a' + 'A');
        }
    }
    return words;
}

std::string shown_keys(std::string_view keys) {
    return keys == "." ? ". (period)" : std::string(keys);
}

std::string capitalised(std::string words) {
    if (!words.empty() && words[0] >= 'a' && words[0] <= 'z') {
        words[0] = static_cast<char>(words[0] - 'a' + 'A');
    }
    return words;
}

std::string panel(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, const char*>, 15> kOther{
        {{"window", "Whole window"},
         {"strip", "Control strip"},
         {"runs", "Run list"},
         {"story", "Headline"},
         {"plots", "All plots"},
         {"wavetable_picture", "Wavetable"},
         {"circle_picture", "Circle"},
         {"apart", "Take apart"},
         {"status", "Status line"},
         {"read_out", "Table of figures"},
         {"new_run", "New run"},
         {"info", "Figures of this window"},
         {"toast", "Message"},
         {"palette", "Do anything"},
         {"files", "Saving and opening"}}};
    if (const ViewInfo* const view = view_named(name)) {
        return view->title;
    }
    const auto* const other =
        std::ranges::find(kOther, name, [](const auto& p) { return p.first; });
    if (other != kOther.end()) {
        return other->second;
    }
    return capitalised(std::string(name));
}

std::string cannot_be_drawn(const std::string& panel, const std::string& why) {
    return panel + ": this cannot be drawn. " + why +
           " Everything else goes on; choose another run, epoch or view.";
}

std::string short_path(std::string_view path, std::size_t most) {
    const auto begins = [](char letter) { // a letter of UTF-8, not the rest of one
        return (static_cast<unsigned char>(letter) & 0xC0) != 0x80;
    };
    const auto letters = static_cast<std::size_t>(std::ranges::count_if(path, begins));
    if (letters <= most) {
        return std::string(path);
    }
    const std::string_view name = path.substr(std::min(path.rfind('/'), path.size()));
    const auto whole = static_cast<std::size_t>(std::ranges::count_if(name, begins));
    const std::size_t last = whole > 0 && whole < most - 1 ? whole : (most - 1) / 2;
    // Byte where the letter of that number begins.
    const auto at = [&](std::size_t number) {
        std::size_t byte = 0;
        for (std::size_t seen = 0; byte < path.size(); ++byte) {
            if (begins(path[byte]) && seen++ == number) {
                break;
            }
        }
        return byte;
    };
    return std::string(path.substr(0, at(most - 1 - last))) + "\xE2\x80\xA6" +
           std::string(path.substr(at(letters - last)));
}

std::string replay_rate(int rate) {
    return print("%dx", rate);
}

std::string form_estimate(int epochs, double seconds_per_epoch, bool measured) {
    return "About " + duration(epochs * seconds_per_epoch) + " for " + grouped(epochs) +
           " epochs, all of them and alone, " + value(seconds_per_epoch * 1000) + " ms each" +
           (measured ? ", as measured on this machine."
                     : ", scaled by operations from what was measured on this machine.");
}

namespace {

std::string range_of(const KnownRuns& known) {
    const std::int32_t first = known.grok_epochs.front();
    const std::int32_t last = known.grok_epochs.back();
    return first == last ? grouped(first) : grouped(first) + " to " + grouped(last);
}

/// Day on which a run began.
std::string day_of(const EarlierRun& run) {
    return run.begun.substr(0, 10);
}

/// The parts of a description that the other one lacks; the number of threads is none, since no bit
/// depends on it.
std::string parts_without(const std::string& description, const std::string& other) {
    std::string parts;
    for (std::size_t at = 0; at <= description.size();) {
        const std::size_t end = std::min(description.find(", ", at), description.size());
        const std::string part = description.substr(at, end - at);
        const bool threads = part.ends_with(" thread") || part.ends_with(" threads");
        if (!threads && (", " + other + ", ").find(", " + part + ", ") == std::string::npos) {
            parts += (parts.empty() ? "" : ", ") + part;
        }
        at = end + 2;
    }
    return parts;
}

/// 'the step was "AVX2", here it is "AVX-512"'; nothing when they are the same.
void add_change(std::string& list, const char* what, const std::string& then,
                const std::string& now) {
    const std::string before = parts_without(then, now);
    const std::string after = parts_without(now, then);
    if (!before.empty() || !after.empty()) {
        list += (list.empty() ? "" : ", ") + std::string(what) + " was \"" + before +
                "\", here it is \"" + after + "\"";
    }
}

} // namespace

std::string recorded_grokking(const KnownRuns& known) {
    const std::size_t grokked = known.grok_epochs.size();
    const std::string until = grouped(known.without_grok_until);
    if (grokked == 0 && known.without_grok == 0) {
        return {};
    }
    if (grokked == 0) {
        return known.without_grok == 1
                   ? "The one recorded run with these settings had not grokked by epoch " + until +
                         "."
                   : "None of " + grouped(known.without_grok) +
                         " recorded runs with these settings had grokked by epoch " + until + ".";
    }
    std::string words = grokked == 1 ? "One recorded run with these settings grokked, at epoch "
                                     : grouped(static_cast<std::int64_t>(grokked)) +
                                           " recorded runs with these settings grokked, at epoch ";
    words += range_of(known);
    if (known.without_grok > 0) {
        words += "; " + grouped(known.without_grok) + " had not by epoch " + until;
    }
    words += ".";
    if (known.same_seed && grokked > 1) {
        words += " This seed: " + grouped(*known.same_seed) + ".";
    }
    return words;
}

std::string recorded_grokking_short(const KnownRuns& known) {
    if (known.same_seed) {
        return "not yet; last time at " + grouped(*known.same_seed);
    }
    return known.grok_epochs.empty() ? std::string() : "not yet; others at " + range_of(known);
}

std::string rerun(const RerunCheck& check) {
    const std::string record = "the record of " + day_of(check.earlier());
    if (const auto epoch = check.first_difference()) {
        std::string changes;
        const Workplace& then = workplace_at(check.earlier().workplaces, *epoch);
        const Workplace& now = check.here();
        add_change(changes, "the program", then.program_version, now.program_version);
        add_change(changes, "the step", then.step, now.step);
        add_change(changes, "the machine", then.host, now.host);
        return "Other bits than " + record + " from epoch " + grouped(*epoch) + " on. " +
               (changes.empty() ? "Program, step and machine are the same, so the record is not "
                                  "what was computed, or one of both has a fault."
                                : "Possible reason: " + changes + ".");
    }
    return check.same_until()
               ? "Same bits as " + record + " up to epoch " + grouped(*check.same_until()) + "."
               : std::string();
}

std::string rerun_short(const RerunCheck& check) {
    if (const auto epoch = check.first_difference()) {
        return "not as on " + day_of(check.earlier()) + " from " + grouped(*epoch) + " on";
    }
    return check.same_until()
               ? "= record of " + day_of(check.earlier()) + " to " + grouped(*check.same_until())
               : std::string();
}

std::string x_place(XUnit unit, double x) {
    switch (unit) {
    case XUnit::kEpochs:
        return kEpoch + grouped(rounded(x));
    case XUnit::kSeconds:
        return duration(std::max(x, 0.0)) + " of training";
    case XUnit::kOperations:
        return grouped(rounded(x)) + " GFLOP";
    case XUnit::kSinceGrok:
        return grouped(std::llabs(rounded(x))) +
               (x < 0 ? " epochs before grokking" : " epochs after grokking");
    }
    return {};
}

const char* x_unit(XUnit unit) {
    switch (unit) {
    case XUnit::kSeconds:
        return "min:s";
    case XUnit::kOperations:
        return "GFLOP";
    case XUnit::kEpochs:
    case XUnit::kSinceGrok:
        break;
    }
    return "epochs";
}

std::string x_tick(XUnit unit, double x) {
    switch (unit) {
    case XUnit::kSeconds:
        return duration(std::max(x, 0.0));
    case XUnit::kSinceGrok:
        return (x > 0 ? "+" : "") + grouped(rounded(x));
    case XUnit::kEpochs:
    case XUnit::kOperations:
        break;
    }
    return grouped(rounded(x));
}

std::string megabytes(std::size_t bytes) {
    return print("%.0f MB", static_cast<double>(bytes) / (1 << 20));
}

std::string run_name(const RunConfig& config, bool with_seed) {
    std::string name = config.label();
    if (config.operation != Operation::kAdd) { // what all runs were before there were others
        name += " " + expression(config.operation, "a", "b") + by_table(config.arithmetic());
    }
    if (with_seed) {
        name += " " + std::to_string(config.seed);
    }
    return name;
}

std::string plain_name(const RunRecord& run, bool with_seed) {
    if (!run.branch) {
        return run_name(run.config, with_seed);
    }
    const std::string from = " from " + grouped(run.branch->epoch);
    if (!run.branch->is_fork()) {
        return run_name(run.config, with_seed) + from;
    }
    return run.branch->fork + from + (with_seed ? ", " + std::to_string(run.config.seed) : "");
}

std::string run_name(const RunRecord& run, bool with_seed) {
    return plain_name(run, with_seed) +
           (run.namesake > 0 ? " (" + std::to_string(run.namesake + 1) + ")" : std::string());
}

std::string cut_off(std::int64_t number, const RunConfig& config, std::int32_t epoch) {
    return "Run " + grouped(number) + " (" + run_name(config, true) + ") was cut off at epoch " +
           grouped(epoch) + ". ";
}

std::string failure_of(const RunConfig& config) {
    return "The run " + config.label() + ", seed " + std::to_string(config.seed) +
           ", stopped; its record is kept and the others go on.\nWhy: ";
}

std::string power_of_ten(double number) {
    if (!(number > 0 && std::isfinite(number))) {
        return value(number);
    }
    if (number >= 0.00099 && number <= 1001) {
        return number > 999 ? grouped(std::llround(number)) : print("%g", number);
    }
    const auto exponent = static_cast<int>(std::floor(std::log10(number) + 1e-9));
    const double digits = number / std::pow(10.0, exponent);
    std::string text = std::abs(digits - 1) > 1e-6 ? print("%.3g\xC2\xB7", digits) : std::string();
    return text + raised_ten(exponent);
}

} // namespace grokscope::ui::text
