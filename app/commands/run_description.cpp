#include "app/commands/run_description.h"

#include "app/progress.h"
#include "engine/protocol/alarm.h"
#include "engine/protocol/lasting_grok.h"
#include "engine/protocol/transient_frequencies.h"
#include "engine/protocol/weight_record.h"
#include "engine/store/config_toml.h"
#include "engine/store/run_origin.h"
#include "engine/store/run_owner.h"
#include "engine/store/workplaces.h"
#include "engine/train/state_hash.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <type_traits>
#include <vector>

namespace grokscope {

namespace {

/// "12,345"
std::string grouped(std::int64_t value) {
    std::string text = std::to_string(value);
    for (std::size_t i = text.size(); i > 3 && text[i - 4] != '-';) {
        i -= 3;
        text.insert(i, ",");
    }
    return text;
}

/// With its further lines set in, so that none passes for one of ours.
std::string indented(const std::string& note) {
    std::string text;
    for (const char letter : note) {
        text += letter;
        text += letter == '\n' ? "    " : "";
    }
    return text;
}

std::string percent(double share) {
    return fmt::format("{:.1f} %", 100 * share);
}

/// "Early warning at epoch 900", or what it is when the run had grokked by then.
std::string alarm_in_words(const StoredMark& mark, std::optional<std::int32_t> grok_epoch) {
    return is_late_alarm(mark.kind, mark.epoch, grok_epoch)
               ? fmt::format("Late alarm at epoch {}, {} epochs after grokking",
                             grouped(mark.epoch), grouped(mark.epoch - *grok_epoch))
               : fmt::format("Early warning at epoch {}", grouped(mark.epoch));
}

std::string mark_in_words(const StoredMark& mark, std::optional<std::int32_t> memorised,
                          std::optional<std::int32_t> grok_epoch) {
    const std::string epoch = grouped(mark.epoch);
    switch (mark.kind) {
    case MarkKind::kMemorised:
        return fmt::format("Memorised at epoch {}: 99 % of the training pairs are right.", epoch);
    case MarkKind::kCircuitFormation:
        return fmt::format("Circuit formation is estimated to begin at epoch {}.", epoch);
    case MarkKind::kTransition:
        return fmt::format("The transition begins at epoch {}: test loss is down to half its peak.",
                           epoch);
    case MarkKind::kGrokked:
        return fmt::format("Grokked at epoch {}: 99 % of the test pairs are right, too{}.", epoch,
                           memorised ? fmt::format(", {} epochs after memorising",
                                                   grouped(mark.epoch - *memorised))
                                     : std::string());
    case MarkKind::kStable:
        return fmt::format("Stable since epoch {}: both accuracies stayed there for 1,000 epochs.",
                           epoch);
    case MarkKind::kCleanupDone:
        return fmt::format("Clean-up is estimated to be done at epoch {}.", epoch);
    case MarkKind::kSeparationAlarm:
        return alarm_in_words(mark, grok_epoch) + ": the classes of the test pairs separate.";
    case MarkKind::kCommutatorAlarm:
        return alarm_in_words(mark, grok_epoch) + ": gradient steps stop commuting.";
    case MarkKind::kLostAgain:
        return fmt::format("Lost again at epoch {}: test accuracy fell below 90 %.", epoch);
    case MarkKind::kOrderLearned:
        return fmt::format(
            "Order does not matter at epoch {}: of the test pairs whose mirror (b, a) "
            "trains at least 90 % are right, of the truly new ones less than half.",
            epoch);
    }
    return {};
}

/// How many of either part of the test pairs are right; nothing unless both parts are known.
std::string parts_in_words(const MetricSample& sample) {
    if (std::isnan(sample.mirrored_accuracy) || std::isnan(sample.new_accuracy)) {
        return {};
    }
    return fmt::format("Of the test pairs whose mirror (b, a) trains {} are right, of the truly "
                       "new ones {}.\n",
                       percent(sample.mirrored_accuracy), percent(sample.new_accuracy));
}

/// What losses and accuracies did.
std::string curves_in_words(const std::vector<MetricSample>& samples) {
    if (samples.empty()) {
        return "No epoch was evaluated yet.\n";
    }
    const MetricSample& first = samples.front();
    const MetricSample& last = samples.back();
    const auto by_test_loss = [](const MetricSample& one, const MetricSample& other) {
        return one.test_loss < other.test_loss;
    };
    const auto peak = std::max_element(samples.begin(), samples.end(), by_test_loss);
    std::string text =
        fmt::format("Train loss goes from {:.3g} to {:.3g} nats, test loss from {:.3g} to {:.3g}",
                    first.train_loss, last.train_loss, first.test_loss, last.test_loss);
    if (peak->test_loss > 1.05 * std::max(first.test_loss, last.test_loss)) {
        text += fmt::format(" after a peak of {:.3g} at epoch {}", peak->test_loss,
                            grouped(peak->epoch));
    }
    return text +
           fmt::format(".\nAt epoch {}, {} of the training pairs and {} of the test pairs are "
                       "right.\n",
                       grouped(last.epoch), percent(last.train_accuracy),
                       percent(last.test_accuracy)) +
           parts_in_words(last);
}

/// `inherited`: the first evaluated epoch of a run that began with another's weights; what holds
/// there held before, nobody says since when.
std::string marks_in_words(const std::vector<StoredMark>& marks,
                           std::optional<std::int32_t> inherited) {
    std::vector<StoredMark> sorted = marks;
    std::ranges::stable_sort(sorted, {}, &StoredMark::epoch);
    std::optional<std::int32_t> memorised;
    std::optional<std::int32_t> grokked;
    std::vector<std::string_view> held;
    std::string text;
    for (const StoredMark& mark : sorted) {
        const bool held_before = inherited && mark.epoch <= *inherited;
        if (mark.kind == MarkKind::kMemorised && !held_before) {
            memorised = mark.epoch;
        } else if (mark.kind == MarkKind::kGrokked) {
            grokked = mark.epoch;
        }
        if (held_before) {
            held.push_back(name_of(mark.kind));
        } else {
            text += mark_in_words(mark, memorised, grokked) + "\n";
        }
    }
    if (!held.empty()) {
        text = fmt::format("At its first evaluation, epoch {}, this held already: {}.\n",
                           grouped(*inherited), fmt::join(held, ", ")) +
               text;
    }
    return grokked ? text : text + "It has not grokked so far.\n";
}

/// Whether the first touch of 99 % was a grok that lasts; nothing of a run that has not grokked.
std::string lasting_in_words(const std::vector<MetricSample>& samples) {
    LastingGrok grok;
    for (const MetricSample& sample : samples) {
        grok.observe(sample);
    }
    if (!grok.grok_epoch()) {
        return {};
    }
    const auto lasting = grok.stable_grok();
    return (lasting
                ? fmt::format("Its grok lasts from epoch {}: test accuracy has stayed at 95 % or "
                              "above since",
                              grouped(*lasting))
                : fmt::format("Whether its grok lasts is open: test accuracy has not stayed at "
                              "95 % for the last {} epochs",
                              kLastingEpochs)) +
           fmt::format("; it was lost again {} time{}.\n", grok.times_lost(),
                       grok.times_lost() == 1 ? "" : "s");
}

/// ", 61.3 CPU seconds", or that these are not known.
std::string cpu_in_words(double seconds) {
    return std::isnan(seconds) ? ", CPU seconds not recorded,"
                               : fmt::format(" ({:.2f} CPU seconds)", seconds);
}

std::string key_frequencies_in_words(const std::vector<ProgressRow>& rows) {
    if (rows.empty() || rows.back().key_frequencies.empty()) {
        return {};
    }
    return fmt::format("Key frequencies at epoch {}: {}.\n", grouped(rows.back().epoch),
                       fmt::join(rows.back().key_frequencies, ", "));
}

std::string lost_frequencies_in_words(const std::vector<ProgressRow>& rows) {
    const std::vector<TransientFrequency> lost = transient_frequencies(rows);
    std::vector<std::string> each;
    for (const TransientFrequency& of_k : lost) {
        each.push_back(fmt::format("{} ({} to {})", of_k.frequency, grouped(of_k.first_epoch),
                                   grouped(of_k.last_epoch)));
    }
    return lost.empty() ? std::string()
                        : fmt::format("Key for a while and given up, {}: {}.\n", lost.size(),
                                      fmt::join(each, ", "));
}

/// The last reading of each instrument; nothing of a run that none has measured.
std::string readings_in_words(const std::vector<Reading>& readings,
                              const std::vector<InstrumentSpec>& described) {
    std::map<std::string, std::pair<std::size_t, const Reading*>> last;
    for (const Reading& reading : readings) {
        auto& [count, newest] = last[reading.instrument];
        ++count;
        newest = &reading;
    }
    std::string text;
    for (const auto& [id, counted] : last) {
        const auto& [count, newest] = counted;
        const InstrumentSpec* instrument = described_by(id, described);
        if (instrument == nullptr) {
            continue;
        }
        std::vector<std::string> figures;
        for (const FigureSpec& figure : instrument->figures) {
            const double value = newest->number(figure.id);
            if (figure.axis == FigureAxis::kNone) {
                figures.push_back(figure.label + " " +
                                  (std::isnan(value) ? "none" : fmt::format("{:.4g}", value)) +
                                  (figure.unit.empty() ? "" : " " + figure.unit));
            }
        }
        text +=
            fmt::format("Instrument {}, {} reading{}, the last at epoch {}: {}.\n", id, count,
                        count == 1 ? "" : "s", grouped(newest->epoch), fmt::join(figures, "; "));
    }
    return text;
}

/// "0 to 6,900 every 100; 1,631; 2,011": those at the usual interval, then the others.
std::string epochs_in_words(const std::vector<std::int32_t>& epochs, std::int32_t every) {
    std::vector<std::int32_t> sorted = epochs;
    const auto others = std::ranges::stable_partition(
        sorted, [every](std::int32_t epoch) { return epoch % every == 0; });
    std::vector<std::string> parts;
    auto first = sorted.begin();
    while (first != others.begin()) { // as far as none is missing
        auto last = first;
        while (last + 1 != others.begin() && *(last + 1) - *last == every) {
            ++last;
        }
        parts.push_back(last == first ? grouped(*first)
                                      : fmt::format("{} to {} every {}", grouped(*first),
                                                    grouped(*last), grouped(every)));
        first = last + 1;
    }
    std::ranges::transform(others, std::back_inserter(parts), grouped);
    return fmt::format("{}", fmt::join(parts, "; "));
}

std::string run_in_words(StoredRunId run) {
    return fmt::format("run {}", static_cast<std::int64_t>(run));
}

std::string run_in_words(const RunOrigin& origin) {
    return origin.run ? run_in_words(*origin.run)
                      : "a run that this notebook does not hold, identity " + origin.uuid;
}

/// Where its record begins, when not at epoch 0 with its seed.
std::string origin_in_words(Notebook& notebook, const RunSummary& run) {
    const std::optional<RunOrigin> origin = origin_of(notebook, run);
    if (!origin) {
        return {};
    }
    const std::string epoch = grouped(origin->epoch);
    if (!origin->apart) {
        return run.provenance.fork.empty()
                   ? fmt::format("It began with the weights of {} at epoch {}.\n",
                                 run_in_words(*origin), epoch)
                   : fmt::format("It is a fork: from epoch {} on it goes on with the whole state "
                                 "of {}, with {}.\n",
                                 epoch, run_in_words(*origin), run.provenance.fork);
    }
    return fmt::format("Its record begins at epoch {0}, where another process had taken {1} while "
                       "this one trained it, too. {2}\n",
                       epoch, run_in_words(*origin),
                       origin->run ? fmt::format("What it did before epoch {} is in the record of "
                                                 "{}, and told here with the rest.",
                                                 epoch, run_in_words(*origin))
                                   : std::string("What it did before is not told here."));
}

/// What began in its record.
std::string later_runs_in_words(Notebook& notebook, const RunSummary& run) {
    std::string text;
    for (const LaterRun& later : later_runs(notebook, notebook.runs(), run)) {
        text += later.apart
                    ? fmt::format("Another process, too, trained it on from epoch {}: that is "
                                  "recorded as {}.\n",
                                  grouped(later.epoch), run_in_words(later.run))
                    : fmt::format("At epoch {} {} {} from it.\n", grouped(later.epoch),
                                  run_in_words(later.run), later.fork ? "forked" : "branched");
    }
    return text;
}

/// Which weights are recorded, and how.
std::string weights_in_words(const std::vector<std::int32_t>& all,
                             const std::vector<std::int32_t>& exact, std::int32_t every) {
    if (all.empty()) {
        return {};
    }
    std::string text = fmt::format("Weights are recorded of {} epoch{}: {}", all.size(),
                                   all.size() == 1 ? "" : "s", epochs_in_words(all, every));
    if (exact.size() == all.size()) {
        return text + "; all exactly.\n";
    }
    return text +
           fmt::format(".\nExactly at {}; the others are rounded by at most 1/128 of a tensor's "
                       "root mean square, where weights hold still by 1/1024.\n",
                       exact.empty() ? "none" : epochs_in_words(exact, every));
}

/// What a fair comparison needs to know; nothing of a run without rivals' rules.
std::string rivals_in_words(const RunConfig& config) {
    if (!config.is_rival()) {
        return {};
    }
    return fmt::format("Its weight decay is {:g}{}{}. Published speed-ups of such rules are mostly "
                       "against runs without decay: compare it with runs whose decay you know.\n",
                       config.weight_decay,
                       config.muon
                           ? fmt::format(", that of Muon's matrices {:g}", config.muon_decay)
                           : std::string(),
                       config.norm_clamp ? "; its initial weights are 0.8 of a plain run's" : "");
}

/// What an epoch of a run with batches is; nothing of others.
std::string batch_in_words(const RunConfig& config) {
    return config.batch == 0
               ? std::string()
               : fmt::format("An epoch of it is one update of {} of its {} training pairs; train "
                             "figures are of all of them.\n",
                             grouped(config.batch), grouped(config.train_pairs()));
}

/// ", fraction 0.4"; nothing of what the description does not tell, or tells elsewhere.
template <typename Value>
std::string value_in_words(const Setting& setting, const Value& value) {
    if constexpr (std::is_same_v<Value, MeasurePlan>) {
        return setting.word.empty() ? "" : fmt::format(", {} {}", setting.word, value.text());
    } else if constexpr (std::is_same_v<Value, OperationTable>) {
        return fmt::format(", {} {}", setting.word, value.name());
    } else if constexpr (std::is_same_v<Value, WeightEdits>) {
        return ", " + value.words();
    } else if constexpr (std::is_same_v<Value, bool>) {
        return setting.choices.empty() ? "" : fmt::format(", {}", setting.choices[value ? 1 : 0]);
    } else if constexpr (std::is_enum_v<Value>) {
        return setting.word.empty() ? ""
                                    : fmt::format(", {} {}", setting.word,
                                                  setting.choices[static_cast<std::size_t>(value)]);
    } else if constexpr (std::is_floating_point_v<Value>) {
        // Three times 0.1 is 0.3 to a reader, if not to the last bit.
        return setting.word.empty() ? "" : fmt::format(", {} {:g}", setting.word, value);
    } else if constexpr (std::is_arithmetic_v<Value>) {
        return setting.word.empty() ? "" : fmt::format(", {} {}", setting.word, value);
    } else if constexpr (std::is_same_v<Value, std::optional<std::uint32_t>>) {
        return value ? value_in_words(setting, *value) : "";
    } else {
        return {};
    }
}

} // namespace

std::string state_in_words(const RunSummary& run) {
    const bool cut_off = run.state == RunState::kRunning && !has_living_owner(run);
    return cut_off ? "cut off" : std::string(name_of(run.state));
}

std::string configuration_in_words(const RunSummary& run) {
    const RunConfig& config = run.config;
    std::string text =
        fmt::format("{}, seed {}, {}", name_of(config.preset), config.seed,
                    config.stencil.empty() ? config.label() : "stencil " + config.label());
    const RunConfig preset = RunConfig::of(config.preset);
    for (const Setting& setting : kSettings) {
        if (!have_equal_value(setting, config, preset)) {
            text += visit_value(setting, config,
                                [&](const auto& value) { return value_in_words(setting, value); });
        }
    }
    if (!run.provenance.preset.empty()) {
        text += ", from preset " + run.provenance.preset;
    }
    return run.name.empty() ? text : run.name + ": " + text;
}

std::string relations_in_words(Notebook& notebook, const std::vector<RunSummary>& runs,
                               const RunSummary& run) {
    std::string text;
    if (const std::optional<RunOrigin> origin = origin_of(notebook, run)) {
        const std::string& fork = run.provenance.fork;
        text += fmt::format(", {} {} at epoch {}{}",
                            origin->apart  ? "goes on from"
                            : fork.empty() ? "branch of"
                                           : "fork of",
                            origin->run ? run_in_words(*origin->run) : "a run not held here",
                            origin->epoch, fork.empty() ? "" : " with " + fork);
    }
    for (const LaterRun& later : later_runs(notebook, runs, run)) {
        text += later.apart ? fmt::format(", trained on elsewhere as {} from epoch {}",
                                          run_in_words(later.run), later.epoch)
                            : "";
    }
    return text;
}

std::string describe_run(Notebook& notebook, StoredRunId id) {
    const RunSummary run = notebook.run(id);
    const std::vector<std::int32_t> weights = notebook.weight_epochs(id);
    std::string text =
        fmt::format("Run {}: {}.\n", static_cast<std::int64_t>(id), configuration_in_words(run));
    text += fmt::format("It is {} at epoch {} of {} planned, after {} of training{}\n",
                        state_in_words(run), grouped(run.epoch), grouped(run.config.epochs),
                        clock_text(run.wall_seconds) + cpu_in_words(run.cpu_seconds),
                        run.state_text.empty() ? "." : ": " + run.state_text + ".");
    text += origin_in_words(notebook, run) + later_runs_in_words(notebook, run);
    text += batch_in_words(run.config) + rivals_in_words(run.config);
    const std::vector<MetricSample> samples = whole_metrics(notebook, run);
    text += curves_in_words(samples);
    const bool inherits = !first_part(notebook, run).provenance.parent.empty() && !samples.empty();
    text += marks_in_words(whole_marks(notebook, run),
                           inherits ? std::optional(samples.front().epoch) : std::nullopt);
    text += lasting_in_words(samples);
    const std::vector<ProgressRow> rows = notebook.measures(id);
    text += key_frequencies_in_words(rows);
    text += lost_frequencies_in_words(rows);
    text += readings_in_words(notebook.readings(id), notebook.described_instruments());
    if (const std::vector<std::string> tags = notebook.tags(id); !tags.empty()) {
        text += fmt::format("Tags: {}.\n", fmt::join(tags, ", "));
    }
    for (const StoredAnnotation& note : notebook.annotations(id)) {
        text += fmt::format("Note at epoch {}: {}\n", grouped(note.epoch), indented(note.text));
    }
    text += weights_in_words(weights, notebook.exact_weight_epochs(id),
                             recorded_weights_every(run.config));
    if (std::string spared = spared_weights_in_words(run.config); !spared.empty()) {
        spared.front() = 'W';
        text += spared + ".\n";
    }
    if (const std::optional<StoredCheckpoint> checkpoint = notebook.usable_checkpoint(id)) {
        text += fmt::format("It can go on from epoch {}; hash of that state {:016x}.\n",
                            grouped(checkpoint->epoch), hash_of(checkpoint->state));
    }
    text += fmt::format("Begun {} on {} with version {}, {}; split {}, identity {}.\n",
                        run.created_at, run.provenance.host, run.provenance.program_version,
                        run.provenance.step, run.provenance.split_hash, run.uuid);
    const std::vector<WorkplaceSince> workplaces = workplaces_of(notebook, id);
    for (auto since = workplaces.begin() + 1; since < workplaces.end(); ++since) {
        const Workplace& there = since->workplace;
        text += fmt::format("From epoch {} on computed on {} with version {}, {}: figures may "
                            "differ in the last bits from there.\n",
                            grouped(since->epoch), there.host, there.program_version, there.step);
    }
    text += "All its settings, as a file for --config has them:\n" + config_to_toml(run.config);
    return text;
}

} // namespace grokscope
