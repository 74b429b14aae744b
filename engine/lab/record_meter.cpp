#include "engine/lab/record_meter.h"

#include "engine/protocol/alarm.h"
#include "engine/train/alarms.h"

#include <algorithm>
#include <chrono>

namespace grokscope {

namespace {

std::optional<std::int32_t> memorised_epoch_of(const std::vector<StoredMark>& marks) {
    const auto found = std::ranges::find(marks, MarkKind::kMemorised, &StoredMark::kind);
    return found == marks.end() ? std::nullopt : std::optional(found->epoch);
}

} // namespace

RecordMeter::RecordMeter(const RunConfig& config, WorkerPool& pool)
    : config_(config), task_(make_task(config)), pool_(pool) {
}

RecordMeter::Agenda RecordMeter::agenda(Notebook& notebook, StoredRunId run,
                                        const MeasurePlan& plan) const {
    const Notebook::OneMoment moment(notebook);
    Agenda agenda;
    const std::vector<std::int32_t> all = notebook.weight_epochs(run);
    const std::vector<std::int32_t> exact = notebook.exact_weight_epochs(run);
    agenda.newest_weights = all.empty() ? -1 : all.back();
    for (const auto& [name, every] : plan.entries()) {
        const InstrumentSpec* spec = find_instrument(name);
        if (spec == nullptr) {
            continue;
        }
        const std::vector<std::int32_t> read = notebook.read_epochs(run, *spec);
        for (const std::int32_t epoch : all) {
            if (epoch % every != 0 || std::ranges::binary_search(read, epoch)) {
                continue;
            }
            if (spec->needs_exact && !std::ranges::binary_search(exact, epoch)) {
                ++agenda.refused[name];
            } else if (!unusable_.contains({epoch, spec})) {
                agenda.due.push_back({epoch, spec});
            }
        }
    }
    std::ranges::stable_sort(agenda.due, {}, &Due::epoch);
    return agenda;
}

Instrument& RecordMeter::instrument(const std::string& id) {
    std::unique_ptr<Instrument>& made = instruments_[id];
    if (!made) {
        made = make_instrument(id, {config_, task_, pool_});
    }
    return *made;
}

std::optional<Reading> RecordMeter::measure(Notebook& notebook, StoredRunId run, const Due& due) {
    if (weights_epoch_ != due.epoch || weights_run_ != run) {
        weights_ = notebook.usable_weights(run, due.epoch);
        weights_epoch_ = due.epoch;
        weights_run_ = run;
    }
    if (!weights_) {
        unusable_.emplace(due.epoch, due.instrument);
        return std::nullopt;
    }
    const auto began = std::chrono::steady_clock::now();
    Reading reading;
    reading.epoch = due.epoch;
    reading.instrument = due.instrument->id;
    reading.figures = instrument(due.instrument->id).measure({due.epoch, *weights_});
    reading.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    return reading;
}

std::optional<std::vector<StoredMark>> RecordMeter::keep(Notebook& notebook, StoredRunId run,
                                                         const Reading& reading) {
    const InstrumentSpec& spec = *find_instrument(reading.instrument);
    std::optional<std::vector<StoredMark>> alarms;
    notebook.all_or_nothing([&] {
        notebook.add(run, reading, spec);
        if (spec.alarms.empty()) {
            return;
        }
        const std::vector<StoredMark> marks = notebook.marks(run);
        alarms.emplace();
        for (const event::Mark& mark :
             alarms_of(notebook.readings(run), memorised_epoch_of(marks))) {
            alarms->push_back({mark.kind, mark.epoch});
        }
        if (!have_same_alarms(marks, *alarms)) {
            notebook.set_alarms(run, *alarms);
        }
    });
    return alarms;
}

} // namespace grokscope
