// Runs, weights and states out of the notebook: whatever a file says, what comes out is in range.
#include "engine/protocol/shown_text.h"
#include "engine/protocol/weight_record.h"
#include "engine/store/checkpoint.h"
#include "engine/store/config_json.h"
#include "engine/store/grok_memory.h"
#include "engine/store/notebook.h"
#include "engine/store/notebook_impl.h"
#include "engine/store/owner_lock.h"
#include "engine/store/record_checks.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>

namespace grokscope {

namespace {

constexpr std::array kStates = {RunState::kIdle,     RunState::kRunning, RunState::kPaused,
                                RunState::kFinished, RunState::kFailed,  RunState::kRemoved};

NotebookError damaged(const std::string& file, const std::string& what) {
    return {NotebookProblem::kCorrupt, "the notebook \"" + file + "\" is damaged: " + what};
}

std::int32_t epoch_of(const Statement& row, int column) {
    return epoch_in_range(row.integer(column));
}

/// Seconds of training; 0 for what are none.
double seconds_of(const Statement& row, int column) {
    constexpr double kLongest = 1e10;
    const double seconds = row.real(column);
    return seconds >= 0 && seconds <= kLongest ? seconds : 0;
}

/// The same, NaN for what are none.
double seconds_or_missing(const Statement& row, int column) {
    return row.real(column) >= 0 ? seconds_of(row, column)
                                 : std::numeric_limits<double>::quiet_NaN();
}

std::string line_of(const Statement& row, int column) {
    return shown_line(row.text(column));
}

/// The run's identity, by which it is known in every notebook.
std::string uuid_of(const Statement& row, int column) {
    std::string uuid = row.text(column);
    if (uuid.size() != 32 || uuid.find_first_not_of("0123456789abcdef") != std::string::npos) {
        throw DamagedRecord("its identity is not 32 hexadecimal digits");
    }
    return uuid;
}

RunConfig config_of(const Statement& row, int column, const std::string& program_version) {
    try {
        const std::string text = row.text(column);
        RunConfig config = config_from_json(text);
        if (text.find("\"weights_budget\"") == std::string::npos) {
            config.weights_budget =
                kMostWeightsBudget; // it was recorded without one, and goes on so
        }
        return config;
    } catch (const ConfigTextError& error) {
        throw DamagedRecord(std::string("its configuration cannot be used: ") + error.what() +
                            " (written by version " + program_version + ")");
    }
}

RunState state_of(const Statement& row, int column) {
    const std::string name = row.text(column);
    const auto found =
        std::ranges::find_if(kStates, [&](RunState state) { return name_of(state) == name; });
    if (found == kStates.end()) {
        throw DamagedRecord("\"" + shown_line(name.substr(0, 40)) +
                            "\" is no state that this version knows");
    }
    return *found;
}

HostFacts machine_of(const Statement& row, const Provenance& provenance) {
    return {.program_version = provenance.program_version,
            .compiler = line_of(row, 18),
            .system = line_of(row, 19),
            .processor = line_of(row, 20),
            .logical_cores =
                static_cast<unsigned>(std::clamp<std::int64_t>(row.integer(21), 0, 65536)),
            .threads = provenance.threads,
            .blas = line_of(row, 22)};
}

/// Throws DamagedRecord.
RunSummary summary_of(const Statement& row, const std::string& file) {
    RunSummary run;
    run.id = static_cast<StoredRunId>(row.integer(0));
    run.uuid = uuid_of(row, 1);
    run.name = line_of(row, 2);
    run.created_at = line_of(row, 3);
    run.config = config_of(row, 4, line_of(row, 10));
    run.state = state_of(row, 5);
    run.state_text = line_of(row, 6);
    run.epoch = epoch_of(row, 7);
    run.wall_seconds = seconds_of(row, 8);
    run.cpu_seconds = seconds_or_missing(row, 23);
    run.provenance = {.step = line_of(row, 9),
                      .program_version = line_of(row, 10),
                      .host = line_of(row, 11),
                      .threads =
                          static_cast<int>(std::clamp<std::int64_t>(row.integer(12), 0, 4096)),
                      .split_hash = line_of(row, 13),
                      .parent = line_of(row, 16),
                      .parent_epoch = epoch_of(row, 17),
                      .fork = line_of(row, 25),
                      .preset = line_of(row, 24)};
    run.provenance.machine = machine_of(row, run.provenance);
    run.owner = line_of(row, 14);
    run.heartbeat = std::clamp<std::int64_t>(row.integer(15), 0, std::int64_t{1} << 40U);
    if (!run.owner.empty()) {
        run.lock_file = lock_file_of(file);
    }
    return run;
}

/// Selects a run; what its version of the tables lacks is NULL.
std::string one_run(const char* of_machine, const char* preset, const char* fork,
                    const char* tables) {
    return std::string("SELECT id, uuid, name, created_at, config, state, state_text, epoch, "
                       "wall_seconds, step, program_version, host, threads, split_hash, owner, "
                       "heartbeat, parent, parent_epoch, ") +
           of_machine + ", " + preset + ", " + fork + " FROM " + tables + " WHERE id = ?1";
}

constexpr const char* kOfMachine = "compiler, system, processor, logical_cores, blas, cpu_seconds";
constexpr const char* kWithMachine = "run LEFT JOIN machine ON machine.run = run.id";
/// The version of the tables from which on there are tags, machines and CPU seconds.
constexpr std::int64_t kTagsSince = kCpuSecondsSince;
/// The same of presets.
constexpr std::int64_t kPresetSince = kGrokMemorySince;
/// The same of forks.
constexpr std::int64_t kForkSince = 7;

std::string_view one_run_of(std::int64_t version) {
    static const std::string now = one_run(kOfMachine, "preset", "fork", kWithMachine);
    static const std::string of_5 = one_run(kOfMachine, "preset", "NULL", kWithMachine);
    static const std::string of_4 = one_run(kOfMachine, "NULL", "NULL", kWithMachine);
    static const std::string before =
        one_run("NULL, NULL, NULL, NULL, NULL, NULL", "NULL", "NULL", "run");
    return version >= kForkSince     ? now
           : version >= kPresetSince ? of_5
           : version >= kTagsSince   ? of_4
                                     : before;
}

} // namespace

const LeftOut& Notebook::left_out() const {
    return impl_->left_out;
}

std::optional<RunSummary> Notebook::usable_run(StoredRunId run) {
    impl_->left_out.forget(number(run), RecordKind::kRun);
    return impl_->readable(number(run), RecordKind::kRun, [&] {
        Statement& row = impl_->statement(one_run_of(impl_->version())).with(number(run));
        const ResetAtEnd reset(row);
        if (!row.step()) {
            throw DamagedRecord("it was removed meanwhile");
        }
        return summary_of(row, impl_->file);
    });
}

std::vector<StoredRunId> Notebook::run_numbers() {
    std::vector<StoredRunId> numbers;
    for (const std::int64_t id :
         Impl::integers(impl_->statement("SELECT id FROM run ORDER BY id"))) {
        numbers.push_back(static_cast<StoredRunId>(id));
    }
    return numbers;
}

std::vector<RunSummary> Notebook::runs() {
    std::vector<RunSummary> all;
    for (const StoredRunId run : run_numbers()) {
        if (std::optional<RunSummary> summary = usable_run(run)) {
            all.push_back(std::move(*summary));
        }
    }
    return all;
}

std::optional<RunSummary> Notebook::last_run() {
    const std::vector<StoredRunId> numbers = run_numbers();
    for (auto run = numbers.rbegin(); run != numbers.rend(); ++run) {
        if (std::optional<RunSummary> summary = usable_run(*run)) {
            return summary;
        }
    }
    return std::nullopt;
}

RunSummary Notebook::run(StoredRunId run) {
    Statement& row = impl_->statement(one_run_of(impl_->version())).with(number(run));
    const ResetAtEnd reset(row);
    if (!row.step()) {
        throw NotebookError(NotebookProblem::kUnusable,
                            "there is no run " + std::to_string(number(run)) +
                                " in the notebook \"" + impl_->file +
                                "\"; \"grokscope list\" names those there are");
    }
    try {
        return summary_of(row, impl_->file);
    } catch (const DamagedRecord& error) {
        throw NotebookError(NotebookProblem::kCorrupt, "run " + std::to_string(number(run)) +
                                                           " of the notebook \"" + impl_->file +
                                                           "\" cannot be read: " + error.what());
    }
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

std::vector<std::string> Notebook::tags(StoredRunId run) {
    std::vector<std::string> all;
    if (impl_->version() < kTagsSince) {
        return all;
    }
    Statement& rows = impl_->statement("SELECT tag FROM tag WHERE run = ?1 ORDER BY tag LIMIT 1000")
                          .with(number(run));
    const ResetAtEnd reset(rows);
    while (rows.step()) {
        all.push_back(line_of(rows, 0));
    }
    return all;
}

std::optional<std::string> Notebook::owner(StoredRunId run) {
    Statement& row = impl_->statement("SELECT owner FROM run WHERE id = ?1").with(number(run));
    const ResetAtEnd reset(row);
    return row.step() ? std::optional(row.text(0)) : std::nullopt;
}

std::vector<std::int32_t> Notebook::weight_epochs(StoredRunId run) {
    return impl_->rows(number(run), RecordKind::kWeightEpoch,
                       impl_->statement("SELECT epoch FROM weights WHERE run = ?1 ORDER BY epoch")
                           .with(number(run)),
                       [](const Statement& row) { return epoch_of(row, 0); });
}

std::vector<std::int32_t> Notebook::exact_weight_epochs(StoredRunId run) {
    return impl_->rows(
        number(run), RecordKind::kWeightEpoch,
        impl_
            ->statement("SELECT epoch FROM weights WHERE run = ?1 AND encoding <= 2 ORDER BY epoch")
            .with(number(run)),
        [](const Statement& row) { return epoch_of(row, 0); });
}

StoredWeights Notebook::packed_weights(StoredRunId run, std::int32_t epoch) {
    Statement& row = impl_
                         ->statement("SELECT encoding, base_epoch, data FROM weights "
                                     "WHERE run = ?1 AND epoch = ?2")
                         .with(number(run), epoch);
    const ResetAtEnd reset(row);
    if (!row.step()) {
        throw NotebookError(NotebookProblem::kUnusable,
                            "no weights of epoch " + std::to_string(epoch) + " of run " +
                                std::to_string(number(run)) + " are in the notebook \"" +
                                impl_->file + "\"");
    }
    const std::int64_t encoding = row.integer(0);
    if (encoding < static_cast<int>(WeightEncoding::kPlain) ||
        encoding > static_cast<int>(WeightEncoding::kRoundedPredicted)) {
        throw damaged(impl_->file,
                      "recorded weights have the unknown encoding " + std::to_string(encoding));
    }
    const std::int64_t base_epoch = row.integer(1);
    if (base_epoch < 0 || base_epoch > kLastEpochOfAll) {
        throw damaged(impl_->file,
                      "recorded weights refer to the epoch " + std::to_string(base_epoch));
    }
    return {epoch, static_cast<WeightEncoding>(encoding), static_cast<std::int32_t>(base_epoch),
            row.blob(2)};
}

Parameters Notebook::decoded_weights(StoredRunId run, std::int32_t epoch) {
    const ModelShape shape = ModelShape::of(this->run(run).config);
    const StoredWeights packed = packed_weights(run, epoch);
    if (!is_exact(packed.encoding)) {
        return rounded_chain(run, shape, packed)->weights.parameters();
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
}

Parameters Notebook::weights(StoredRunId run, std::int32_t epoch) {
    try {
        return decoded_weights(run, epoch);
    } catch (const WeightDataError& error) {
        throw damaged(impl_->file, error.what());
    }
}

std::shared_ptr<const RoundedWeights> Notebook::rounded_weights(StoredRunId run,
                                                                std::int32_t epoch) {
    const StoredWeights packed = packed_weights(run, epoch);
    if (is_exact(packed.encoding)) {
        return nullptr;
    }
    try {
        const ModelShape shape = ModelShape::of(this->run(run).config);
        // A copy: the record would keep all that it was predicted from.
        return std::make_shared<const RoundedWeights>(rounded_chain(run, shape, packed)->weights);
    } catch (const WeightDataError& error) {
        throw damaged(impl_->file, error.what());
    }
}

std::optional<Parameters> Notebook::usable_weights(StoredRunId run, std::int32_t epoch) {
    const std::string at = "at epoch " + std::to_string(epoch) + ", ";
    std::string why;
    try {
        return decoded_weights(run, epoch);
    } catch (const WeightDataError& error) {
        why = at + error.what();
    } catch (const NotebookError& error) {
        if (error.may_pass()) {
            throw;
        }
        why = at + error.what();
    }
    if (impl_->unusable_weights.emplace(run, epoch).second) {
        impl_->left_out.add(number(run), RecordKind::kWeights, why);
    }
    return std::nullopt;
}

std::shared_ptr<const Notebook::RoundedRecord>
Notebook::rounded_chain(StoredRunId run, const ModelShape& shape, const StoredWeights& packed) {
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

std::optional<std::int32_t> Notebook::checkpoint_epoch(StoredRunId run) {
    Statement& row =
        impl_->statement("SELECT epoch FROM checkpoint WHERE run = ?1").with(number(run));
    const ResetAtEnd reset(row);
    return row.step() ? std::optional(static_cast<std::int32_t>(row.integer(0))) : std::nullopt;
}

Bytes Notebook::Impl::whole_state(std::int64_t run, Bytes first) {
    if (version() < kPartsSince) {
        return first;
    }
    Statement& parts =
        statement("SELECT data FROM checkpoint_part WHERE run = ?1 ORDER BY part").with(run);
    const ResetAtEnd reset(parts);
    while (parts.step()) {
        const Bytes next = parts.blob(0);
        first.insert(first.end(), next.begin(), next.end());
    }
    return first;
}

std::optional<StoredCheckpoint> Notebook::checkpoint(StoredRunId run) {
    const RunConfig config = this->run(run).config;
    const bool has_cpu = impl_->version() >= kCpuSecondsSince;
    Statement& row =
        impl_
            ->statement(has_cpu ? "SELECT epoch, wall_seconds, data, cpu_seconds FROM checkpoint "
                                  "WHERE run = ?1"
                                : "SELECT epoch, wall_seconds, data, NULL FROM checkpoint "
                                  "WHERE run = ?1")
            .with(number(run));
    const ResetAtEnd reset(row);
    if (!row.step()) {
        return std::nullopt;
    }
    try {
        StoredCheckpoint checkpoint{
            epoch_of(row, 0),
            {seconds_of(row, 1), seconds_or_missing(row, 3)},
            decode_state(impl_->whole_state(number(run), row.blob(2)), config)};
        if (checkpoint.state.epoch != checkpoint.epoch || !(row.real(1) >= 0)) {
            throw CheckpointError("the checkpoint is damaged: its epoch is not the one noted");
        }
        return checkpoint;
    } catch (const CheckpointError& error) {
        throw damaged(impl_->file, error.what());
    } catch (const DamagedRecord& error) {
        throw damaged(impl_->file, std::string("of the checkpoint, ") + error.what());
    }
}

std::optional<StoredCheckpoint> Notebook::usable_checkpoint(StoredRunId run) {
    impl_->left_out.forget(number(run), RecordKind::kState);
    return impl_->readable(number(run), RecordKind::kState, [&] { return checkpoint(run); })
        .value_or(std::nullopt);
}

} // namespace grokscope
