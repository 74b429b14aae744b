#include "ui/core/run_book.h"

#include "ui/core/plain_spectrum.h"

#include "engine/protocol/alarm.h"
#include "engine/protocol/instrument.h"
#include "ui/core/text.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace grokscope::ui {

namespace {

std::size_t bytes_of(const EmbeddingFrame& frame) {
    return sizeof frame + sizeof(float) * frame.values.size();
}

/// Last element whose epoch is at or before `epoch`, or end().
template <typename Range>
auto newest_at(const Range& range, std::int32_t epoch) {
    const auto above =
        std::upper_bound(range.begin(), range.end(), epoch,
                         [](std::int32_t wanted, const auto& item) { return wanted < item.epoch; });
    return above == range.begin() ? range.end() : std::prev(above);
}

/// Appends a value that older records lack: nothing until it is known for the first time.
void append_known(Series& series, double x, double y) {
    if (std::isfinite(y) || !series.empty()) {
        series.append(x, y);
    }
}

} // namespace

std::uint64_t RunRecord::growth(std::initializer_list<std::string_view> instruments) const {
    std::uint64_t count = 0;
    std::uint64_t rewritten = generation;
    for (const std::string_view instrument : instruments) {
        if (const auto found = readings.find(instrument); found != readings.end()) {
            count += found->second.rows.size();
            rewritten += found->second.rewritten;
        }
    }
    return count + (rewritten << 40U);
}

std::optional<std::int32_t> RunRecord::mark(MarkKind kind) const {
    for (const EpochMark& mark : marks) {
        if (mark.kind == kind) {
            return mark.epoch;
        }
    }
    return std::nullopt;
}

const MetricSample* RunRecord::sample_at(std::int32_t at) const {
    const auto found = newest_at(samples, at);
    return found == samples.end() ? nullptr : &*found;
}

std::optional<std::size_t> RunRecord::spectrum_at(std::int32_t at) const {
    const auto found = newest_at(spectra, at);
    if (found == spectra.end()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - spectra.begin());
}

const EmbeddingFrame* RunRecord::embedding_at(std::int32_t at) const {
    const auto found = newest_at(embeddings, at);
    return found == embeddings.end() ? nullptr : &*found;
}

const ProgressRow* RunRecord::progress_at(std::int32_t at) const {
    const auto found = newest_at(progress, at);
    return found == progress.end() ? nullptr : &*found;
}

const Reading* RunRecord::reading_at(std::string_view instrument, std::int32_t at) const {
    const auto found = readings.find(instrument);
    if (found == readings.end()) {
        return nullptr;
    }
    const auto row = newest_at(found->second.rows, at);
    return row == found->second.rows.end() ? nullptr : &*row;
}

std::optional<double> RunRecord::softmax_collapse(std::int32_t at) const {
    const auto found = readings.find(kCollapseInstrument);
    if (found == readings.end()) {
        return std::nullopt;
    }
    const auto& rows = found->second.rows;
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        if (const double share = row->number(kSoftmaxCollapse);
            row->epoch <= at && !std::isnan(share)) {
            return share;
        }
    }
    return std::nullopt;
}

std::int32_t pictured_epoch(const RunRecord& run, std::int32_t cursor) {
    return run.samples.empty() ? std::numeric_limits<std::int32_t>::max() : cursor;
}

Guessing::Guessing(const RunConfig& config) {
    const Arithmetic arithmetic = config.arithmetic();
    std::vector<int> counts(static_cast<std::size_t>(std::max(config.p, 1)));
    for (int a = 0; a < config.p; ++a) {
        for (int b = 0; b < config.p; ++b) {
            if (arithmetic.defined(a, b)) {
                ++counts[static_cast<std::size_t>(arithmetic.answer(a, b))];
            }
        }
    }
    const auto pairs = static_cast<double>(std::max(arithmetic.pairs(), 1));
    const int most = *std::ranges::max_element(counts);
    accuracy = most / pairs;
    for (const int count : counts) {
        const double share = count / pairs;
        loss -= count > 0 ? share * std::log(share) : 0;
        is_even = is_even && count == most;
    }
}

OrderedRows::OrderedRows(const EmbeddingFrame& frame, const GroupIndex& index) : frame_(&frame) {
    const auto width = static_cast<std::size_t>(std::max(frame.d_model, 0));
    if (frame.p != index.numbers() ||
        frame.values.size() != width * static_cast<std::size_t>(frame.p)) {
        throw std::invalid_argument("the embedding of epoch " + std::to_string(frame.epoch) +
                                    " has " + std::to_string(frame.values.size()) + " values, " +
                                    std::to_string(index.numbers()) + " rows of " +
                                    std::to_string(width) + " are expected");
    }
    if (!index.is_identity()) {
        ordered_ = rows_by_index(frame.values, width, index);
    }
}

RunBook::RunBook(std::size_t embedding_budget) : embedding_budget_(embedding_budget) {
}

bool RunBook::drain(Channels& channels) {
    const std::uint64_t before = version_;
    // Events first: what the trainer published ahead of an event is then visible below.
    while (std::optional<Event> event = channels.events.try_pop()) {
        apply(*event);
        events_.push_back(std::move(*event));
        ++version_;
    }
    take(early_samples_, channels.metrics);
    take(early_snapshots_, channels.snapshots);
    take(early_progress_, channels.progress);
    take(early_recorded_, channels.readings);
    take(early_readings_, channels.laboratory.readings);
    take(early_alarms_, channels.laboratory.alarms); // after the readings that raised them
    keep_within_budget();
    deferred_ = channels.deferred.load(std::memory_order_relaxed); // a statistic
    return version_ != before;
}

template <typename Record, typename Ring>
void RunBook::take(std::vector<Record>& early, Ring& ring) {
    // A record may overtake the event that its run was added: with another ring, it may find room
    // sooner. It waits for its run.
    std::vector<Record> waited = std::exchange(early, {});
    const auto file = [&](Record&& record) {
        if (find_mutable(record.run) == nullptr && !removed_.contains(record.run)) {
            early.push_back(std::move(record));
        } else {
            apply(std::move(record));
            ++version_;
        }
    };
    for (Record& record : waited) {
        file(std::move(record));
    }
    while (std::optional<Record> record = ring.try_pop()) {
        file(std::move(*record));
    }
}

const RunRecord* RunBook::find(RunId id) const {
    const auto found =
        std::find_if(runs_.begin(), runs_.end(), [id](const auto& run) { return run->id == id; });
    return found == runs_.end() ? nullptr : found->get();
}

const RunRecord* RunBook::find_removed_too(RunId id) const {
    return find_mutable(id);
}

RunRecord* RunBook::find_mutable(RunId id) const {
    for (const auto* const list : {&runs_, &aside_}) {
        for (const auto& run : *list) {
            if (run->id == id) {
                return run.get();
            }
        }
    }
    return nullptr;
}

void RunBook::set_aside(std::span<const RunId> removed) {
    const auto is_removed = [&](const std::unique_ptr<RunRecord>& run) {
        return std::find(removed.begin(), removed.end(), run->id) != removed.end();
    };
    const auto move_some = [&](auto& from, auto& to, bool when) {
        bool moved = false;
        for (auto& run : from) {
            if (is_removed(run) == when) {
                to.push_back(std::move(run));
                moved = true;
            }
        }
        std::erase(from, nullptr);
        return moved;
    };
    const bool gone = move_some(runs_, aside_, true);
    const bool back = move_some(aside_, runs_, false);
    if (back) { // to where they stood: numbers grow in the order of adding
        std::sort(runs_.begin(), runs_.end(),
                  [](const auto& one, const auto& other) { return one->id < other->id; });
    }
    version_ += gone || back ? 1 : 0;
}

const RunRecord* RunBook::find_equal(const RunConfig& config) const {
    RunConfig wanted = config;
    const auto found = std::find_if(runs_.begin(), runs_.end(), [&](const auto& run) {
        wanted.measure = run->config.measure;
        return run->config == wanted && !run->branch;
    });
    return found == runs_.end() ? nullptr : found->get();
}

const RunRecord* RunBook::baseline_of(const RunRecord& run) const {
    const auto found = std::find_if(runs_.begin(), runs_.end(), [&](const auto& other) {
        return other->config.is_baseline() && !other->branch && !run.branch &&
               is_paired(other->config, run.config);
    });
    return found == runs_.end() ? nullptr : found->get();
}

std::optional<Bounded> RunBook::speed_up(const RunRecord& run) const {
    const RunRecord* baseline = run.config.is_baseline() ? nullptr : baseline_of(run);
    if (baseline == nullptr) {
        return std::nullopt;
    }
    const std::optional<std::int32_t> slow = baseline->mark(MarkKind::kGrokked);
    const std::optional<std::int32_t> fast = run.mark(MarkKind::kGrokked);
    const bool may_still_grok = !fast && run.state != RunState::kFinished;
    const double own = fast.value_or(run.last_epoch());
    const double other = slow.value_or(baseline->last_epoch());
    if ((!slow && !fast) || may_still_grok || own <= 0 || other <= 0) {
        return std::nullopt;
    }
    return !slow   ? Bounded::above(other / own)
           : !fast ? Bounded{0, other / own}
                   : Bounded::exactly(other / own);
}

std::optional<Bounded> RunBook::lasting_speed_up(const RunRecord& run) const {
    const RunRecord* baseline = run.config.is_baseline() ? nullptr : baseline_of(run);
    const std::optional<std::int32_t> own = run.lasting.stable_grok();
    if (baseline == nullptr || !own || *own <= 0 || baseline->lasting.epoch().low <= 0) {
        return std::nullopt;
    }
    const Bounded other = baseline->lasting.epoch();
    return Bounded{other.low / *own, other.high / *own};
}

std::vector<Event> RunBook::take_events() {
    return std::exchange(events_, {});
}

void RunBook::tell_apart(RunRecord& added) const {
    std::vector<CurveShape> shapes;
    std::set<int> numbers;
    for (const auto* const list : {&runs_, &aside_}) {
        for (const auto& run : *list) {
            shapes.push_back(run->shape.value_or(shape_of(run->config)));
            if (text::plain_name(*run, true) == text::plain_name(added, true)) {
                numbers.insert(run->namesake);
            }
        }
    }
    while (numbers.contains(added.namesake)) {
        ++added.namesake;
    }
    const CurveShape own = shape_of(added.config);
    if (const CurveShape shape = free_shape(own, shapes); shape != own) {
        added.shape = shape;
    }
}

void RunBook::apply(const Event& event) {
    if (const auto* added = std::get_if<event::RunAdded>(&event)) {
        if (find_mutable(added->run) == nullptr) {
            auto run = std::make_unique<RunRecord>();
            run->id = added->run;
            run->config = added->config;
            run->preset = added->preset;
            run->task = TaskFacts(run->config);
            run->step_description = added->step_description;
            run->recorded = added->recorded;
            run->taken_up = added->recorded;
            run->branch = added->branch;
            run->other_instruments = added->other_instruments;
            tell_apart(*run);
            runs_.push_back(std::move(run));
        }
    } else if (const auto* changed = std::get_if<event::StateChanged>(&event)) {
        if (changed->state == RunState::kRemoved) {
            removed_.insert(changed->run);
            if (const RunRecord* run = find_mutable(changed->run)) {
                for (const EmbeddingFrame& frame : run->embeddings) {
                    embedding_bytes_ -= bytes_of(frame);
                }
            }
            for (auto* const list : {&runs_, &aside_}) {
                std::erase_if(*list, [&](const auto& run) { return run->id == changed->run; });
            }
        } else if (RunRecord* run = find_mutable(changed->run)) {
            run->state = changed->state;
            if (changed->state == RunState::kFailed || changed->state == RunState::kIdle) {
                run->retraced.reset();
            }
            run->recorded = run->recorded && changed->state != RunState::kRunning;
            run->epoch = changed->epoch;
            run->state_text = changed->text;
        }
    } else if (const auto* reset = std::get_if<event::RunReset>(&event)) {
        if (RunRecord* run = find_mutable(reset->run)) {
            (void)belongs(*run, reset->life);
        }
    } else if (const auto* mark = std::get_if<event::Mark>(&event)) {
        if (RunRecord* run = find_mutable(mark->run)) {
            run->marks.push_back({mark->kind, mark->epoch});
        }
    } else if (const auto* retraced = std::get_if<event::Retraced>(&event)) {
        if (RunRecord* run = find_mutable(retraced->run)) {
            run->retraced =
                retraced->epoch < retraced->until ? std::optional(*retraced) : std::nullopt;
        }
    } else if (const auto* set = std::get_if<event::MeasuresSet>(&event)) {
        if (RunRecord* run = find_mutable(set->run)) {
            run->config.measure = set->plan;
        }
    }
}

void RunBook::apply(const MetricSample& sample) {
    RunRecord* run = find_mutable(sample.run);
    if (run == nullptr || !belongs(*run, sample.life)) {
        return; // removed or reset meanwhile
    }
    if (!run->samples.empty() && sample.epoch <= run->last_epoch()) {
        ++misplaced_;
        return;
    }
    run->samples.push_back(sample);
    run->lasting.observe(sample);
    run->epoch = std::max(run->epoch, sample.epoch + 1);
    const double x = sample.epoch;
    run->curves.train_loss.append(x, sample.train_loss);
    run->curves.test_loss.append(x, sample.test_loss);
    run->curves.train_accuracy.append(x, sample.train_accuracy);
    run->curves.test_accuracy.append(x, sample.test_accuracy);
    append_known(run->curves.mirrored_loss, x, sample.mirrored_loss);
    append_known(run->curves.new_loss, x, sample.new_loss);
    append_known(run->curves.mirrored_accuracy, x, sample.mirrored_accuracy);
    append_known(run->curves.new_accuracy, x, sample.new_accuracy);
    for (const int offset : run->config.stencil.offsets()) {
        const std::size_t slot = offset_slot(offset);
        run->curves.mismatch[slot].append(x, sample.mismatch[slot]);
    }
    if (!run->first_nan_epoch &&
        (!std::isfinite(sample.train_loss) || !std::isfinite(sample.test_loss))) {
        run->first_nan_epoch = sample.epoch;
    }
}

void RunBook::apply(Snapshot&& snapshot) {
    RunRecord* run = find_mutable(snapshot.run);
    if (run == nullptr || !belongs(*run, snapshot.life)) {
        return;
    }
    if (!run->spectra.empty() && snapshot.epoch <= run->spectra.back().epoch) {
        ++misplaced_;
        return;
    }
    for (const float amplitude : snapshot.spectrum) {
        if (std::isfinite(amplitude)) {
            run->largest_amplitude = std::max(run->largest_amplitude, amplitude);
        }
    }
    run->spectra.push_back({snapshot.epoch, std::move(snapshot.spectrum),
                            std::move(snapshot.logit_spectrum), snapshot.spectrum_mean});
    if (snapshot.embedding.empty()) {
        return; // of a recorded run, whose embeddings are kept less often
    }
    EmbeddingFrame frame{snapshot.epoch, snapshot.p, snapshot.d_model,
                         std::move(snapshot.embedding)};
    embedding_bytes_ += bytes_of(frame);
    if (!run->task.group.is_identity()) {
        run->plain_spectra.push_back(
            {.epoch = frame.epoch,
             .amplitude = plain_amplitudes(frame.values, frame.p, frame.d_model),
             .logit_amplitude = {}});
    }
    run->embeddings.push_back(std::move(frame));
}

void RunBook::apply(ProgressRow&& row) {
    RunRecord* run = find_mutable(row.run);
    if (run == nullptr || !belongs(*run, row.life)) {
        return;
    }
    if (!run->progress.empty() && row.epoch <= run->progress.back().epoch) {
        ++misplaced_;
        return;
    }
    const double x = row.epoch;
    run->curves.full_loss.append(x, row.full_loss.all);
    // A finished record is drawn with the key frequencies it ended with, from its first epoch on,
    // wherever weights are recorded; else with those of the moment.
    const ProgressRow& first = run->progress.empty() ? row : run->progress.front();
    if (!run->recorded || !first.final_measures) {
        run->curves.restricted_loss.append(x, row.restricted_loss.all);
        run->curves.excluded_loss.append(x, row.excluded_loss);
    } else if (row.final_measures) {
        run->curves.restricted_loss.append(x, row.final_measures->restricted_loss.all);
        run->curves.excluded_loss.append(x, row.final_measures->excluded_loss);
    }
    run->curves.gini_W_E.append(x, row.gini_W_E);
    run->curves.gini_W_L.append(x, row.gini_W_L);
    run->curves.sum_squares.append(x, row.total_sum_squares);
    run->progress.push_back(std::move(row));
}

void RunBook::apply(Reading&& reading) {
    RunRecord* run = find_mutable(reading.run);
    if (run == nullptr || !belongs(*run, reading.life)) {
        return;
    }
    InstrumentReadings& readings = run->readings[reading.instrument];
    std::vector<Reading>& rows = readings.rows;
    const auto place = std::ranges::lower_bound(rows, reading.epoch, {}, &Reading::epoch);
    if (place == rows.end()) {
        rows.push_back(std::move(reading));
        return;
    }
    ++readings.rewritten;
    if (place->epoch == reading.epoch) {
        *place = std::move(reading);
    } else {
        rows.insert(place, std::move(reading));
    }
}

void RunBook::apply(const RunAlarms& alarms) {
    RunRecord* run = find_mutable(alarms.run);
    if (run == nullptr || !belongs(*run, alarms.life)) {
        return;
    }
    replace_alarms(run->marks, alarms.marks, [](const event::Mark& mark) {
        return EpochMark{mark.kind, mark.epoch};
    });
}

bool RunBook::belongs(RunRecord& run, std::uint32_t life) {
    if (life > run.life) {
        start_anew(run, life);
    }
    return life == run.life;
}

void RunBook::start_anew(RunRecord& run, std::uint32_t life) {
    for (const EmbeddingFrame& frame : run.embeddings) {
        embedding_bytes_ -= bytes_of(frame);
    }
    run.life = life;
    run.epoch = 0;
    run.samples.clear();
    run.lasting = {};
    run.curves = {};
    run.marks.clear();
    run.spectra.clear();
    run.plain_spectra.clear();
    run.embeddings.clear();
    run.progress.clear();
    run.readings.clear();
    run.largest_amplitude = 0;
    run.first_nan_epoch.reset();
    ++run.generation;
}

void RunBook::keep_within_budget() {
    while (embedding_bytes_ > embedding_budget_) {
        // Thin the run that holds most: every second frame goes, first and newest stay.
        RunRecord* largest = nullptr;
        for (const auto* const list : {&runs_, &aside_}) {
            for (const auto& run : *list) {
                if (largest == nullptr || run->embeddings.size() > largest->embeddings.size()) {
                    largest = run.get();
                }
            }
        }
        if (largest == nullptr || largest->embeddings.size() < 3) {
            return; // nothing left to thin; a budget this small holds two frames per run
        }
        std::vector<EmbeddingFrame>& frames = largest->embeddings;
        std::vector<EmbeddingFrame> kept;
        kept.reserve(frames.size() / 2 + 2);
        for (std::size_t i = 0; i < frames.size(); ++i) {
            if (i % 2 == 0 || i + 1 == frames.size()) {
                kept.push_back(std::move(frames[i]));
            } else {
                embedding_bytes_ -= bytes_of(frames[i]);
            }
        }
        frames = std::move(kept);
        ++thinnings_;
    }
}

} // namespace grokscope::ui
