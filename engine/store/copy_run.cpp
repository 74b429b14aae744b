// A whole run from one notebook into another.
#include "engine/store/checkpoint.h"
#include "engine/store/notebook.h"
#include "engine/store/run_owner.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace grokscope {

namespace {

void copy_records(Notebook& from, const CheckedRun& checked, Notebook& to, StoredRunId target) {
    const StoredRunId source = checked.run;
    for (const MetricSample& sample : from.metrics(source)) {
        to.add(target, sample);
    }
    for (const Snapshot& snapshot : from.spectra(source)) {
        to.add(target, snapshot);
    }
    for (const ProgressRow& row : from.measures(source)) {
        to.add(target, row);
    }
    const std::vector<InstrumentSpec> described = from.described_instruments();
    for (const Reading& reading : from.readings(source)) {
        if (const InstrumentSpec* instrument = described_by(reading.instrument, described)) {
            to.add(target, reading, *instrument);
        }
    }
    for (const StoredMark& mark : from.marks(source)) {
        to.add(target, mark);
    }
    for (const StoredEvent& event : from.events(source)) {
        to.add(target, event);
    }
    for (const std::string& tag : from.tags(source)) {
        to.add_tag(target, tag);
    }
    for (const StoredAnnotation& annotation : from.annotations(source)) {
        to.add(target, annotation);
    }
    for (const std::int32_t epoch : checked.weight_epochs) {
        to.add(target, from.packed_weights(source, epoch));
    }
    if (const auto checkpoint = from.checkpoint(source)) {
        to.set_checkpoint(target, checkpoint->epoch, checkpoint->time,
                          encode_state(checkpoint->state));
    }
}

/// What the user wrote about a run that is about to be replaced.
struct OwnWords {
    std::string name;
    std::vector<StoredAnnotation> notes;
    std::vector<std::string> tags;
};

OwnWords words_of_old(Notebook& notebook, StoredRunId run) {
    return {notebook.run(run).name, notebook.annotations(run), notebook.tags(run)};
}

/// Adds what the copy does not have.
void keep_words(const OwnWords& own, Notebook& notebook, StoredRunId run) {
    if (!own.name.empty()) {
        notebook.set_name(run, own.name);
    }
    for (const std::string& tag : own.tags) {
        notebook.add_tag(run, tag);
    }
    const std::vector<StoredAnnotation> there = notebook.annotations(run);
    for (const StoredAnnotation& note : own.notes) {
        const bool known = std::ranges::any_of(there, [&](const StoredAnnotation& other) {
            return other.epoch == note.epoch && other.text == note.text;
        });
        if (!known) {
            notebook.add(run, note);
        }
    }
}

/// Nothing when a process trains `old` by now.
std::optional<StoredRunId> copy(Notebook& from, const CheckedRun& run, Notebook& to,
                                std::optional<StoredRunId> old) {
    const RunSummary summary = from.run(run.run);
    std::optional<StoredRunId> copied;
    to.all_or_nothing([&] {
        OwnWords own;
        if (old) {
            if (is_held(to.run(*old))) {
                return;
            }
            own = words_of_old(to, *old);
            to.remove_run(*old);
        }
        const StoredRunId target = to.add_run(summary.config, summary.provenance, summary.uuid,
                                              summary.name, summary.created_at);
        to.set_state(target,
                     summary.state == RunState::kRunning ? RunState::kPaused : summary.state,
                     summary.state_text);
        to.set_progress(target, summary.epoch, {summary.wall_seconds, summary.cpu_seconds});
        copy_records(from, run, to, target);
        keep_words(own, to, target);
        copied = target;
    });
    return copied;
}

} // namespace

CheckedRun check_run(Notebook& notebook, StoredRunId run) {
    const Notebook::OneMoment moment(notebook);
    (void)notebook.metrics(run);
    (void)notebook.spectra(run);
    (void)notebook.measures(run);
    (void)notebook.readings(run);
    (void)notebook.marks(run);
    (void)notebook.events(run);
    (void)notebook.annotations(run);
    CheckedRun checked{run, notebook.weight_epochs(run)};
    std::erase_if(checked.weight_epochs, [&](std::int32_t epoch) {
        return !notebook.usable_weights(run, epoch).has_value();
    });
    (void)notebook.checkpoint(run);
    return checked;
}

StoredRunId copy_run(Notebook& from, const CheckedRun& run, Notebook& to) {
    const Notebook::OneMoment moment(from); // it may be training
    return copy(from, run, to, std::nullopt).value();
}

StoredRunId copy_run(Notebook& from, StoredRunId run, Notebook& to) {
    const Notebook::OneMoment moment(from);
    return copy(from, {run, from.weight_epochs(run)}, to, std::nullopt).value();
}

std::optional<StoredRunId> replace_run(Notebook& from, const CheckedRun& run, Notebook& to,
                                       StoredRunId old) {
    const Notebook::OneMoment moment(from);
    return copy(from, run, to, old);
}

} // namespace grokscope
