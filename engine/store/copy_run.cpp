// A whole run from one notebook into another.
#include "engine/store/checkpoint.h"
#include "engine/store/notebook.h"

#include <optional>

namespace grokscope {

namespace {

void copy_records(Notebook& from, StoredRunId source, Notebook& to, StoredRunId target) {
    for (const MetricSample& sample : from.metrics(source)) {
        to.add(target, sample);
    }
    for (const Snapshot& snapshot : from.spectra(source)) {
        to.add(target, snapshot);
    }
    for (const ProgressRow& row : from.measures(source)) {
        to.add(target, row);
    }
    for (const StoredMark& mark : from.marks(source)) {
        to.add(target, mark);
    }
    for (const StoredEvent& event : from.events(source)) {
        to.add(target, event);
    }
    for (const StoredAnnotation& annotation : from.annotations(source)) {
        to.add(target, annotation);
    }
    for (const std::int32_t epoch : from.weight_epochs(source)) {
        to.add(target, from.packed_weights(source, epoch));
    }
    if (const auto checkpoint = from.checkpoint(source)) {
        to.set_checkpoint(target, checkpoint->epoch, checkpoint->wall_seconds,
                          encode_state(checkpoint->state));
    }
}

StoredRunId copy(Notebook& from, StoredRunId run, Notebook& to, std::optional<StoredRunId> old) {
    const Notebook::OneMoment moment(from); // it may be training
    const RunSummary summary = from.run(run);
    StoredRunId target{};
    to.all_or_nothing([&] {
        if (old) {
            to.remove_run(*old);
        }
        target = to.add_run(summary.config, summary.provenance, summary.uuid, summary.name,
                            summary.created_at);
        to.set_state(target,
                     summary.state == RunState::kRunning ? RunState::kPaused : summary.state,
                     summary.state_text);
        to.set_progress(target, summary.epoch, summary.wall_seconds);
        copy_records(from, run, to, target);
    });
    return target;
}

} // namespace

void check_run(Notebook& notebook, StoredRunId run) {
    (void)notebook.metrics(run);
    (void)notebook.spectra(run);
    (void)notebook.measures(run);
    (void)notebook.marks(run);
    (void)notebook.events(run);
    (void)notebook.annotations(run);
    for (const std::int32_t epoch : notebook.weight_epochs(run)) {
        (void)notebook.weights(run, epoch);
    }
    (void)notebook.checkpoint(run);
}

StoredRunId copy_run(Notebook& from, StoredRunId run, Notebook& to) {
    return copy(from, run, to, std::nullopt);
}

StoredRunId replace_run(Notebook& from, StoredRunId run, Notebook& to, StoredRunId old) {
    return copy(from, run, to, old);
}

} // namespace grokscope
