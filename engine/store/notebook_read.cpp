// The reading half of the notebook: whatever a file says, what comes out is in range.
#include "engine/store/checkpoint.h"
#include "engine/store/config_json.h"
#include "engine/store/notebook.h"
#include "engine/store/notebook_impl.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

namespace grokscope {

namespace {

constexpr std::array kStates = {RunState::kIdle,     RunState::kRunning, RunState::kPaused,
                                RunState::kFinished, RunState::kFailed,  RunState::kRemoved};
constexpr std::array kMarks = {
    MarkKind::kMemorised,   MarkKind::kTransition,      MarkKind::kGrokked,
    MarkKind::kStable,      MarkKind::kLostAgain,       MarkKind::kCircuitFormation,
    MarkKind::kCleanupDone, MarkKind::kSeparationAlarm, MarkKind::kCommutatorAlarm};

std::int64_t number(StoredRunId run) {
    return static_cast<std::int64_t>(run);
}

/// Longer texts are cut.
constexpr std::size_t kLongestText = 16384;

/// How many bytes of a text are one letter that may be shown: UTF-8, and nothing that steers a
/// terminal. 0 when the first is none.
std::size_t letter_at(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    if (first < 0x80) {
        return (first >= 0x20 && first != 0x7f) || first == '\n' || first == '\t' ? 1 : 0;
    }
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || length > text.size()) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0U) != 0x80) {
            return 0;
        }
    }
    const unsigned second = byte(1);
    const bool control = first == 0xc2 && second < 0xa0;
    const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
    const bool no_letter = (first == 0xed && second >= 0xa0) || (first == 0xf4 && second >= 0x90);
    return control || overlong || no_letter ? 0 : length;
}

/// A text of a file, fit for terminals and for JSON.
std::string shown(std::string_view text) {
    std::string clean;
    while (!text.empty()) {
        const std::size_t letter = letter_at(text);
        if (clean.size() + std::max<std::size_t>(letter, 1) > kLongestText) {
            break;
        }
        if (letter == 0) {
            clean += '?';
        } else {
            clean += text.substr(0, letter);
        }
        text.remove_prefix(std::max<std::size_t>(letter, 1));
    }
    return clean;
}

NotebookError damaged(const std::string& file, const std::string& what) {
    return {NotebookProblem::kCorrupt, "the notebook \"" + file + "\" is damaged: " + shown(what)};
}

std::int32_t epoch_of(const Statement& row, int column, const std::string& file) {
    constexpr std::int64_t kLastEpoch = 1 << 30;
    const std::int64_t epoch = row.integer(column);
    if (epoch < 0 || epoch > kLastEpoch) {
        throw damaged(file, "an epoch is " + std::to_string(epoch));
    }
    return static_cast<std::int32_t>(epoch);
}

/// A figure; whatever is not a finite number is missing.
double figure(const Statement& row, int column) {
    const double value = row.real(column);
    return std::isfinite(value) ? value : std::numeric_limits<double>::quiet_NaN();
}

int small_integer(const Statement& row, int column) {
    return static_cast<int>(std::clamp<std::int64_t>(row.integer(column), 0, 1 << 30));
}

std::vector<float> floats_of(const Bytes& bytes, std::size_t most, const std::string& file) {
    if (bytes.size() % sizeof(float) != 0 || bytes.size() / sizeof(float) > most) {
        throw damaged(file, "a spectrum has " + std::to_string(bytes.size()) + " bytes");
    }
    std::vector<float> values(bytes.size() / sizeof(float));
    ByteReader(bytes).get(std::span<float>(values));
    for (float& value : values) {
        value = std::isfinite(value) ? value : std::numeric_limits<float>::quiet_NaN();
    }
    return values;
}

template <typename Choices>
auto named(const Choices& choices, std::string_view name, const std::string& file) {
    const auto found =
        std::ranges::find_if(choices, [&](auto choice) { return name_of(choice) == name; });
    if (found == choices.end()) {
        throw damaged(file, "\"" + std::string(name.substr(0, 40)) + "\" is no state and no mark");
    }
    return *found;
}

RunSummary summary_of(const Statement& row, const std::string& file) {
    RunSummary run;
    run.id = static_cast<StoredRunId>(row.integer(0));
    run.uuid = shown(row.text(1));
    run.name = shown(row.text(2));
    run.created_at = shown(row.text(3));
    try {
        run.config = config_from_json(row.text(4));
    } catch (const ConfigTextError& error) {
        throw damaged(file, "the configuration of run " + std::to_string(row.integer(0)) +
                                " cannot be used: " + error.what());
    }
    run.state = named(kStates, row.text(5), file);
    run.state_text = shown(row.text(6));
    run.epoch = epoch_of(row, 7, file);
    run.wall_seconds = row.real(8);
    run.provenance = {.step = shown(row.text(9)),
                      .program_version = shown(row.text(10)),
                      .host = shown(row.text(11)),
                      .threads = small_integer(row, 12),
                      .split_hash = shown(row.text(13)),
                      .parent = shown(row.text(16)),
                      .parent_epoch = epoch_of(row, 17, file)};
    run.owner = row.text(14);
    run.heartbeat = row.integer(15);
    return run;
}

/// What `read` makes of each row.
template <typename Read>
auto all_rows(Statement& rows, Read read) {
    std::vector<decltype(read(rows))> all;
    while (rows.step()) {
        all.push_back(read(rows));
    }
    return all;
}

constexpr std::string_view kRuns =
    "SELECT id, uuid, name, created_at, config, state, state_text, epoch, wall_seconds, step, "
    "program_version, host, threads, split_hash, owner, heartbeat, parent, parent_epoch FROM run "
    "ORDER BY id";
constexpr std::string_view kOneRun =
    "SELECT id, uuid, name, created_at, config, state, state_text, epoch, wall_seconds, step, "
    "program_version, host, threads, split_hash, owner, heartbeat, parent, parent_epoch FROM run "
    "WHERE id = ?1";

} // namespace

std::vector<RunSummary> Notebook::runs() {
    return all_rows(impl_->statement(kRuns),
                    [&](const Statement& row) { return summary_of(row, impl_->file); });
}

RunSummary Notebook::run(StoredRunId run) {
    Statement& row = impl_->statement(kOneRun).with(number(run));
    if (!row.step()) {
        throw NotebookError(NotebookProblem::kUnusable,
                            "there is no run " + std::to_string(number(run)) +
                                " in the notebook \"" + impl_->file +
                                "\"; \"grokscope list\" names those there are");
    }
    RunSummary summary = summary_of(row, impl_->file);
    row.reset();
    return summary;
}

std::optional<StoredRunId> Notebook::find(const std::string& uuid) {
    Statement& row = impl_->statement("SELECT id FROM run WHERE uuid = ?1").with(uuid);
    if (!row.step()) {
        return std::nullopt;
    }
    const auto id = static_cast<StoredRunId>(row.integer(0));
    row.reset();
    return id;
}

std::vector<MetricSample> Notebook::metrics(StoredRunId run) {
    std::vector<MetricSample> all;
    Statement& rows =
        impl_
            ->statement(
                "SELECT epoch, train_loss, test_loss, train_accuracy, test_accuracy, "
                "weight_sum_squares, wall_seconds FROM metric WHERE run = ?1 ORDER BY epoch")
            .with(number(run));
    while (rows.step()) {
        MetricSample& sample = all.emplace_back();
        sample.epoch = epoch_of(rows, 0, impl_->file);
        sample.train_loss = figure(rows, 1);
        sample.test_loss = figure(rows, 2);
        sample.train_accuracy = figure(rows, 3);
        sample.test_accuracy = figure(rows, 4);
        sample.weight_sum_squares = figure(rows, 5);
        sample.wall_seconds = figure(rows, 6);
    }
    Statement& mismatches = impl_
                                ->statement("SELECT epoch, stencil_offset, value FROM mismatch "
                                            "WHERE run = ?1 ORDER BY epoch")
                                .with(number(run));
    auto sample = all.begin();
    while (mismatches.step()) {
        const std::int32_t epoch = epoch_of(mismatches, 0, impl_->file);
        const std::int64_t k = mismatches.integer(1);
        sample = std::find_if(sample, all.end(),
                              [&](const MetricSample& one) { return one.epoch >= epoch; });
        if (sample == all.end() || sample->epoch != epoch || k < -kMaxOffset || k > kMaxOffset) {
            throw damaged(impl_->file, "a mismatch belongs to no figure");
        }
        sample->mismatch[offset_slot(static_cast<int>(k))] = figure(mismatches, 2);
    }
    return all;
}

std::vector<Snapshot> Notebook::spectra(StoredRunId run) {
    const int p = this->run(run).config.p;
    const auto most = static_cast<std::size_t>(p / 2);
    std::vector<Snapshot> all;
    Statement& rows = impl_
                          ->statement("SELECT epoch, mean, embedding, logit, weight_sum_squares "
                                      "FROM spectrum WHERE run = ?1 ORDER BY epoch")
                          .with(number(run));
    while (rows.step()) {
        Snapshot& snapshot = all.emplace_back();
        snapshot.epoch = epoch_of(rows, 0, impl_->file);
        snapshot.p = p;
        snapshot.spectrum_mean = static_cast<float>(figure(rows, 1));
        snapshot.spectrum = floats_of(rows.blob(2), most, impl_->file);
        snapshot.logit_spectrum = floats_of(rows.blob(3), most, impl_->file);
        snapshot.weight_sum_squares = figure(rows, 4);
    }
    return all;
}

std::vector<ProgressRow> Notebook::measures(StoredRunId run) {
    const int p = this->run(run).config.p;
    std::vector<ProgressRow> all;
    Statement& rows =
        impl_
            ->statement("SELECT epoch, full_loss, full_loss_train, full_loss_test, "
                        "restricted_loss, restricted_loss_train, restricted_loss_test, "
                        "excluded_loss, fit_r_squared, fit_loss, gini_W_E, gini_W_L, ipr_W_E, "
                        "ipr_W_L, clustered_neurons, dead_neurons, neurons, total_sum_squares, "
                        "compute_seconds, details FROM measure WHERE run = ?1 ORDER BY epoch")
            .with(number(run));
    while (rows.step()) {
        ProgressRow& row = all.emplace_back();
        row.epoch = epoch_of(rows, 0, impl_->file);
        row.p = p;
        row.full_loss = {figure(rows, 1), figure(rows, 2), figure(rows, 3)};
        row.restricted_loss = {figure(rows, 4), figure(rows, 5), figure(rows, 6)};
        row.excluded_loss = figure(rows, 7);
        row.fit_r_squared = figure(rows, 8);
        row.fit_loss = figure(rows, 9);
        row.gini_W_E = figure(rows, 10);
        row.gini_W_L = figure(rows, 11);
        row.ipr_W_E = figure(rows, 12);
        row.ipr_W_L = figure(rows, 13);
        row.clustered_neurons = small_integer(rows, 14);
        row.dead_neurons = small_integer(rows, 15);
        row.neurons = small_integer(rows, 16);
        row.total_sum_squares = figure(rows, 17);
        row.compute_seconds = figure(rows, 18);
        try {
            read_progress_details(rows.text(19), row);
            complete_frequencies(row);
        } catch (const std::runtime_error& error) {
            throw damaged(impl_->file, error.what());
        }
    }
    return all;
}

std::vector<StoredMark> Notebook::marks(StoredRunId run) {
    return all_rows(
        impl_->statement("SELECT epoch, kind FROM mark WHERE run = ?1 ORDER BY epoch, kind")
            .with(number(run)),
        [&](const Statement& row) {
            return StoredMark{named(kMarks, row.text(1), impl_->file),
                              epoch_of(row, 0, impl_->file)};
        });
}

std::map<StoredRunId, std::int32_t> Notebook::grok_epochs() {
    std::map<StoredRunId, std::int32_t> epochs;
    Statement& rows =
        impl_->statement("SELECT run, min(epoch) FROM mark WHERE kind = ?1 GROUP BY run")
            .with(name_of(MarkKind::kGrokked));
    while (rows.step()) {
        epochs.emplace(static_cast<StoredRunId>(rows.integer(0)), epoch_of(rows, 1, impl_->file));
    }
    return epochs;
}

std::vector<StoredEvent> Notebook::events(StoredRunId run) {
    return all_rows(
        impl_->statement("SELECT epoch, state, text, at FROM event WHERE run = ?1 ORDER BY id")
            .with(number(run)),
        [&](const Statement& row) {
            return StoredEvent{epoch_of(row, 0, impl_->file), shown(row.text(1)),
                               shown(row.text(2)), shown(row.text(3))};
        });
}

std::vector<StoredAnnotation> Notebook::annotations(StoredRunId run) {
    return all_rows(impl_
                        ->statement("SELECT id, epoch, text, created_at FROM annotation "
                                    "WHERE run = ?1 ORDER BY epoch, id")
                        .with(number(run)),
                    [&](const Statement& row) {
                        return StoredAnnotation{row.integer(0), epoch_of(row, 1, impl_->file),
                                                shown(row.text(2)), shown(row.text(3))};
                    });
}

std::vector<std::int32_t> Notebook::weight_epochs(StoredRunId run) {
    return all_rows(impl_->statement("SELECT epoch FROM weights WHERE run = ?1 ORDER BY epoch")
                        .with(number(run)),
                    [&](const Statement& row) { return epoch_of(row, 0, impl_->file); });
}

std::vector<std::int32_t> Notebook::exact_weight_epochs(StoredRunId run) {
    return all_rows(
        impl_
            ->statement("SELECT epoch FROM weights WHERE run = ?1 AND encoding <= 2 ORDER BY epoch")
            .with(number(run)),
        [&](const Statement& row) { return epoch_of(row, 0, impl_->file); });
}

StoredWeights Notebook::packed_weights(StoredRunId run, std::int32_t epoch) {
    Statement& row = impl_
                         ->statement("SELECT encoding, base_epoch, data FROM weights "
                                     "WHERE run = ?1 AND epoch = ?2")
                         .with(number(run), epoch);
    if (!row.step()) {
        throw NotebookError(NotebookProblem::kUnusable,
                            "no weights of epoch " + std::to_string(epoch) + " of run " +
                                std::to_string(number(run)) + " are in the notebook \"" +
                                impl_->file + "\"");
    }
    const std::int64_t encoding = row.integer(0);
    StoredWeights weights{epoch, static_cast<WeightEncoding>(encoding),
                          epoch_of(row, 1, impl_->file), row.blob(2)};
    row.reset();
    if (encoding < static_cast<int>(WeightEncoding::kPlain) ||
        encoding > static_cast<int>(WeightEncoding::kRoundedPredicted)) {
        throw damaged(impl_->file,
                      "recorded weights have the unknown encoding " + std::to_string(encoding));
    }
    return weights;
}

Parameters Notebook::weights(StoredRunId run, std::int32_t epoch) {
    const ModelShape shape = ModelShape::of(this->run(run).config);
    const StoredWeights packed = packed_weights(run, epoch);
    try {
        if (!is_exact(packed.encoding)) {
            return rounded_weights(run, shape, packed)->weights.parameters();
        }
        if (packed.encoding == WeightEncoding::kPlain) {
            return decode_weights(packed.data, shape);
        }
        // One step, never a chain: a record that refers to itself cannot go round.
        const StoredWeights base = packed_weights(run, packed.base_epoch);
        if (base.encoding != WeightEncoding::kPlain) {
            throw WeightDataError("recorded weights refer to others that refer further");
        }
        const Parameters before = decode_weights(base.data, shape);
        return decode_weights(packed.data, shape, &before);
    } catch (const WeightDataError& error) {
        throw damaged(impl_->file, error.what());
    }
}

std::shared_ptr<const Notebook::RoundedRecord>
Notebook::rounded_weights(StoredRunId run, const ModelShape& shape, const StoredWeights& packed) {
    // Back to a record that is known or stands on its own, then forwards again.
    std::vector<StoredWeights> chain = {packed};
    auto known = impl_->decoded.find({run, packed.epoch});
    while (known == impl_->decoded.end() &&
           chain.back().encoding == WeightEncoding::kRoundedPredicted) {
        const std::int32_t before = chain.back().base_epoch;
        if (before >= chain.back().epoch || chain.size() >= kLongestWeightChain) {
            throw WeightDataError("recorded weights refer to others without end");
        }
        known = impl_->decoded.find({run, before});
        if (known == impl_->decoded.end()) {
            chain.push_back(packed_weights(run, before));
            if (is_exact(chain.back().encoding)) {
                throw WeightDataError("rounded weights refer to others that are not");
            }
        }
    }
    std::shared_ptr<const RoundedRecord> record;
    if (known != impl_->decoded.end()) {
        record = known->second;
        if (known->first.second == packed.epoch) {
            return record;
        }
    } else {
        impl_->decoded.clear();
    }
    for (auto link = chain.rbegin(); link != chain.rend(); ++link) {
        const RoundedWeights* before = record ? &record->weights : nullptr;
        const RoundedWeights* before_that =
            record && record->before ? &record->before->weights : nullptr;
        // What lies further back is needed no more: only two are held.
        record = std::make_shared<const RoundedRecord>(
            RoundedWeights::decode(link->data, shape, before, before_that), record);
        impl_->decoded[{run, link->epoch}] = record;
    }
    return record;
}

std::optional<StoredCheckpoint> Notebook::checkpoint(StoredRunId run) {
    const RunConfig config = this->run(run).config;
    Statement& row =
        impl_->statement("SELECT epoch, wall_seconds, data FROM checkpoint WHERE run = ?1")
            .with(number(run));
    if (!row.step()) {
        return std::nullopt;
    }
    const std::int32_t epoch = epoch_of(row, 0, impl_->file);
    const double wall_seconds = figure(row, 1);
    const Bytes bytes = row.blob(2);
    row.reset();
    try {
        StoredCheckpoint checkpoint{epoch, wall_seconds, decode_state(bytes, config)};
        if (checkpoint.state.epoch != epoch || !(wall_seconds >= 0)) {
            throw CheckpointError("the checkpoint is damaged: its epoch is not the one noted");
        }
        return checkpoint;
    } catch (const CheckpointError& error) {
        throw damaged(impl_->file, error.what());
    }
}

} // namespace grokscope
