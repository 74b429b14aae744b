// What is recorded of a run, out of the notebook: a damaged record is left out, and said so.
#include "engine/protocol/shown_text.h"
#include "engine/store/grok_memory.h"
#include "engine/store/notebook.h"
#include "engine/store/notebook_impl.h"
#include "engine/store/record_checks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace grokscope {

namespace {

constexpr std::array kMarks = {MarkKind::kMemorised,       MarkKind::kTransition,
                               MarkKind::kGrokked,         MarkKind::kStable,
                               MarkKind::kLostAgain,       MarkKind::kCircuitFormation,
                               MarkKind::kCleanupDone,     MarkKind::kSeparationAlarm,
                               MarkKind::kCommutatorAlarm, MarkKind::kOrderLearned};

/// The version of the tables from which on there is one of mirrored and new pairs.
constexpr std::int64_t kMirrorSince = 3;
constexpr std::string_view kSamples =
    "SELECT epoch, train_loss, test_loss, train_accuracy, test_accuracy, weight_sum_squares, "
    "wall_seconds, mirrored_loss, new_loss, mirrored_accuracy, new_accuracy, cpu_seconds "
    "FROM metric LEFT JOIN mirror USING (run, epoch) WHERE run = ?1 ORDER BY epoch";
constexpr std::string_view kSamplesOf3 =
    "SELECT epoch, train_loss, test_loss, train_accuracy, test_accuracy, weight_sum_squares, "
    "wall_seconds, mirrored_loss, new_loss, mirrored_accuracy, new_accuracy, NULL "
    "FROM metric LEFT JOIN mirror USING (run, epoch) WHERE run = ?1 ORDER BY epoch";
constexpr std::string_view kSamplesBefore =
    "SELECT epoch, train_loss, test_loss, train_accuracy, test_accuracy, weight_sum_squares, "
    "wall_seconds, NULL, NULL, NULL, NULL, NULL FROM metric WHERE run = ?1 ORDER BY epoch";

std::string_view samples_of(std::int64_t version) {
    return version >= kCpuSecondsSince ? kSamples
           : version >= kMirrorSince   ? kSamplesOf3
                                       : kSamplesBefore;
}

/// More than anyone reads, and few enough to be drawn.
constexpr std::size_t kMostNotes = 5000;
constexpr std::size_t kMostEvents = 100'000;
/// Spectra and measures: one for each epoch that a run may have.
constexpr std::size_t kMostRows = kLastEpochOfAll + 1;

/// A figure; whatever is not a finite number is missing.
double figure(const Statement& row, int column) {
    const double value = row.real(column);
    return std::isfinite(value) ? value : std::numeric_limits<double>::quiet_NaN();
}

/// Missing when it is beyond float32.
float as_float(double value) {
    return std::fabs(value) <= std::numeric_limits<float>::max()
               ? static_cast<float>(value)
               : std::numeric_limits<float>::quiet_NaN();
}

/// Numbers beyond int become one that no check lets through.
int small_integer(const Statement& row, int column) {
    return static_cast<int>(std::clamp<std::int64_t>(row.integer(column), -1, 1 << 30));
}

std::vector<float> floats_of(const Statement& row, int column) {
    const Bytes bytes = row.blob(column);
    if (bytes.size() % sizeof(float) != 0) {
        throw DamagedRecord("a list of numbers has " + std::to_string(bytes.size()) + " bytes");
    }
    std::vector<float> values(bytes.size() / sizeof(float));
    ByteReader(bytes).get(std::span<float>(values));
    return values;
}

MarkKind mark_kind_of(const Statement& row, int column) {
    const std::string name = row.text(column);
    const auto found =
        std::ranges::find_if(kMarks, [&](MarkKind kind) { return name_of(kind) == name; });
    if (found == kMarks.end()) {
        throw DamagedRecord("\"" + shown_line(name.substr(0, 40)) +
                            "\" is no mark that this version knows");
    }
    return *found;
}

Snapshot spectrum_of(const Statement& row, const RecordChecks& checks, int p,
                     const RecordChecks::OnFigure& out) {
    Snapshot snapshot;
    snapshot.epoch = epoch_in_range(row.integer(0));
    snapshot.p = p;
    snapshot.spectrum_mean = as_float(figure(row, 1));
    snapshot.spectrum = floats_of(row, 2);
    snapshot.logit_spectrum = floats_of(row, 3);
    snapshot.weight_sum_squares = figure(row, 4);
    checks.check(snapshot, out);
    return snapshot;
}

ProgressRow measures_of(const Statement& row, const RecordChecks& checks, int order,
                        const RecordChecks::OnFigure& out) {
    ProgressRow measures;
    measures.epoch = epoch_in_range(row.integer(0));
    measures.order = order;
    measures.full_loss = {figure(row, 1), figure(row, 2), figure(row, 3)};
    measures.restricted_loss = {figure(row, 4), figure(row, 5), figure(row, 6)};
    measures.excluded_loss = figure(row, 7);
    measures.fit_r_squared = figure(row, 8);
    measures.fit_loss = figure(row, 9);
    measures.gini_W_E = figure(row, 10);
    measures.gini_W_L = figure(row, 11);
    measures.ipr_W_E = figure(row, 12);
    measures.ipr_W_L = figure(row, 13);
    measures.clustered_neurons = small_integer(row, 14);
    measures.dead_neurons = small_integer(row, 15);
    measures.neurons = small_integer(row, 16);
    measures.total_sum_squares = figure(row, 17);
    measures.compute_seconds = figure(row, 18);
    try {
        read_progress_details(row.text(19), measures);
    } catch (const DamagedRecord& error) {
        throw DamagedRecord("at epoch " + std::to_string(measures.epoch) + ", " + error.what());
    }
    complete_frequencies(measures);
    checks.check(measures, out);
    return measures;
}

} // namespace

std::vector<MetricSample> Notebook::metrics(StoredRunId run) {
    const RunSummary summary = this->run(run);
    const RecordChecks checks(summary.config);
    const auto out = impl_->noting_figures(number(run), RecordKind::kFigure);
    std::vector<MetricSample> all =
        impl_->rows(number(run), RecordKind::kSample,
                    impl_->statement(samples_of(impl_->version())).with(number(run)),
                    [&](const Statement& row) {
                        MetricSample sample;
                        sample.epoch = epoch_in_range(row.integer(0));
                        sample.train_loss = figure(row, 1);
                        sample.test_loss = figure(row, 2);
                        sample.train_accuracy = figure(row, 3);
                        sample.test_accuracy = figure(row, 4);
                        sample.weight_sum_squares = figure(row, 5);
                        sample.wall_seconds = figure(row, 6);
                        sample.mirrored_loss = figure(row, 7);
                        sample.new_loss = figure(row, 8);
                        sample.mirrored_accuracy = figure(row, 9);
                        sample.new_accuracy = figure(row, 10);
                        sample.cpu_seconds = figure(row, 11);
                        return sample;
                    });
    auto sample = all.begin();
    (void)impl_->rows(
        number(run), RecordKind::kMismatch,
        impl_
            ->statement("SELECT epoch, stencil_offset, value FROM mismatch WHERE run = ?1 "
                        "ORDER BY epoch")
            .with(number(run)),
        [&](const Statement& row) {
            const std::int32_t epoch = epoch_in_range(row.integer(0));
            const int k = checks.offset(row.integer(1));
            sample = std::find_if(sample, all.end(),
                                  [&](const MetricSample& one) { return one.epoch >= epoch; });
            if (sample == all.end() || sample->epoch != epoch) {
                throw DamagedRecord("at epoch " + std::to_string(epoch) +
                                    ", it belongs to no figures");
            }
            sample->mismatch[offset_slot(k)] = figure(row, 2);
            return k;
        });
    for (MetricSample& one : all) {
        checks.check(one, out);
    }
    return all;
}

std::vector<Snapshot> Notebook::spectra(StoredRunId run) {
    const RunSummary summary = this->run(run);
    const RecordChecks checks(summary.config);
    const auto out = impl_->noting_figures(number(run), RecordKind::kSpectrumFigure);
    return impl_->rows_by_key(
        number(run), RecordKind::kSpectrum,
        "SELECT epoch FROM spectrum WHERE run = ?1 ORDER BY epoch",
        "SELECT epoch, mean, embedding, logit, weight_sum_squares FROM spectrum "
        "WHERE run = ?1 AND epoch = ?2",
        kMostRows,
        [&](const Statement& row) { return spectrum_of(row, checks, summary.config.p, out); });
}

std::vector<ProgressRow> Notebook::measures(StoredRunId run) {
    const RunSummary summary = this->run(run);
    const RecordChecks checks(summary.config);
    const auto out = impl_->noting_figures(number(run), RecordKind::kMeasureFigure);
    std::vector<ProgressRow> all =
        impl_->rows_by_key(number(run), RecordKind::kMeasures,
                           "SELECT epoch FROM measure WHERE run = ?1 ORDER BY epoch",
                           "SELECT epoch, full_loss, full_loss_train, full_loss_test, "
                           "restricted_loss, restricted_loss_train, restricted_loss_test, "
                           "excluded_loss, fit_r_squared, fit_loss, gini_W_E, gini_W_L, ipr_W_E, "
                           "ipr_W_L, clustered_neurons, dead_neurons, neurons, total_sum_squares, "
                           "compute_seconds, details FROM measure WHERE run = ?1 AND epoch = ?2",
                           kMostRows, [&](const Statement& row) {
                               return measures_of(row, checks, summary.config.order(), out);
                           });
    level_neuron_amplitudes(all);
    return all;
}

std::vector<StoredMark> Notebook::marks(StoredRunId run) {
    std::vector<StoredMark> all = impl_->rows(
        number(run), RecordKind::kMark,
        impl_->statement("SELECT epoch, kind FROM mark WHERE run = ?1 ORDER BY epoch, kind")
            .with(number(run)),
        [](const Statement& row) {
            return StoredMark{mark_kind_of(row, 1), epoch_in_range(row.integer(0))};
        });
    if (all.size() > kMostNotes) {
        impl_->left_out.add(number(run), RecordKind::kMark,
                            "a run has at most " + std::to_string(kMostNotes),
                            static_cast<std::int64_t>(all.size() - kMostNotes));
        all.resize(kMostNotes);
    }
    return all;
}

std::map<StoredRunId, std::int32_t> Notebook::grok_epochs() {
    std::map<StoredRunId, std::int32_t> epochs;
    Statement& rows =
        impl_
            ->statement("SELECT run, min(epoch) FROM mark WHERE kind = ?1 AND epoch >= 0 AND "
                        "epoch <= ?2 GROUP BY run")
            .with(name_of(MarkKind::kGrokked), kLastEpochOfAll);
    while (rows.step()) {
        epochs.emplace(static_cast<StoredRunId>(rows.integer(0)),
                       static_cast<std::int32_t>(rows.integer(1)));
    }
    return epochs;
}

std::map<StoredRunId, LastingGrok> Notebook::lasting_groks() {
    impl_->database->check_stop();
    std::map<StoredRunId, LastingGrok> groks;
    for (const auto& [run, grok] : all_groks(impl_->statements, impl_->version())) {
        groks.emplace(static_cast<StoredRunId>(run), grok);
    }
    return groks;
}

std::vector<StoredEvent> Notebook::events(StoredRunId run) {
    return impl_->rows_by_key(
        number(run), RecordKind::kEvent, "SELECT id FROM event WHERE run = ?1 ORDER BY id",
        "SELECT epoch, state, text, at FROM event WHERE run = ?1 AND id = ?2", kMostEvents,
        [](const Statement& row) {
            return StoredEvent{epoch_in_range(row.integer(0)), shown_line(row.text(1)),
                               shown_line(row.text(2)), shown_line(row.text(3))};
        });
}

std::vector<StoredAnnotation> Notebook::annotations(StoredRunId run) {
    return impl_->rows_by_key(
        number(run), RecordKind::kNote,
        "SELECT id FROM annotation WHERE run = ?1 ORDER BY epoch, id",
        "SELECT id, epoch, text, created_at FROM annotation WHERE run = ?1 AND id = ?2", kMostNotes,
        [&](const Statement& row) {
            return StoredAnnotation{row.integer(0), epoch_in_range(row.integer(1)),
                                    shown_text(row.text(2)), shown_line(row.text(3))};
        });
}

} // namespace grokscope
