// The notebook: one SQLite file in which every run is kept with all that is needed to show, resume
// and repeat it.
// Threads: a notebook belongs to one thread at a time; several may have the same file open, in one
// program or in several.
#pragma once

#include "engine/model/training_state.h"
#include "engine/protocol/config.h"
#include "engine/protocol/event.h"
#include "engine/protocol/instrument.h"
#include "engine/protocol/lasting_grok.h"
#include "engine/protocol/metrics.h"
#include "engine/protocol/records.h"
#include "engine/protocol/run_record.h"
#include "engine/store/bytes.h"
#include "engine/store/file_identity.h"
#include "engine/store/left_out.h"
#include "engine/store/notebook_error.h"
#include "engine/store/weight_codec.h"
#include "engine/train/training_time.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace grokscope {

class RoundedWeights;

/// A run's number inside one notebook, from 1; never given twice.
enum class StoredRunId : std::int64_t {};
[[nodiscard]] constexpr std::int64_t number(StoredRunId run) {
    return static_cast<std::int64_t>(run);
}

/// How and by what a run is computed; part of its record, without influence on it.
struct Provenance {
    std::string step;            ///< implementation with its device or SIMD target
    std::string program_version; ///< of the program that began the run
    std::string host;            ///< name of the machine
    int threads = 0;             ///< workers inside an epoch
    std::string split_hash;      ///< 16 hexadecimal digits over the training pairs in order
    std::string parent;          ///< uuid of the run it branched from; empty when it began anew
    std::int32_t parent_epoch = 0;
    /// Of a fork (protocol/fork.h): what it does otherwise than its parent, in words. Empty of a
    /// run that began with its parent's weights alone, or went on with what another process had
    /// taken.
    std::string fork = {};
    /// The --preset that the configuration began with; empty when it began with none.
    std::string preset = {};
    /// Compiler, system, processor, cores and BLAS, empty or 0 in records of older versions.
    HostFacts machine = {};
};

/// One line of the list of runs.
struct RunSummary {
    StoredRunId id{};
    std::string uuid; ///< 32 hexadecimal digits, the same in every notebook that holds the run
    std::string name; ///< the user's, may be empty
    std::string created_at; ///< UTC, ISO 8601
    RunConfig config;
    RunState state = RunState::kIdle;
    std::string state_text;
    std::int32_t epoch = 0; ///< the next to train, as far as recorded
    double wall_seconds = 0;
    double cpu_seconds = 0; ///< NaN in records of older versions, and of what went on from one
    Provenance provenance;
    std::string owner;          ///< process that trains it; empty when none does
    std::int64_t heartbeat = 0; ///< seconds since 1970 when that process last wrote
    std::string lock_file;      ///< where it holds its lock (owner_lock.h)
};

struct StoredMark {
    MarkKind kind = MarkKind::kMemorised;
    std::int32_t epoch = 0;
};

struct StoredEvent {
    std::int32_t epoch = 0;
    std::string state;
    std::string text;
    std::string at; ///< UTC, ISO 8601
};

struct StoredAnnotation {
    std::int64_t id = 0;
    std::int32_t epoch = 0;
    std::string text;
    std::string created_at;
};

struct StoredCheckpoint {
    std::int32_t epoch = 0;
    TrainingTime time;
    TrainingState state;
};

/// Bytes of a state that stand in one value: well below what SQLite takes.
inline constexpr std::size_t kLargestPart = 500'000'000;

/// Rounded records that follow from each other, at most: what reading one of them may cost.
inline constexpr int kLongestWeightChain = 16;

/// One recorded set of weights as it lies in the file.
struct StoredWeights {
    std::int32_t epoch = 0;
    WeightEncoding encoding = WeightEncoding::kPlain;
    /// Of the record that this one refers to: for kDelta a kPlain one, for kRoundedPredicted the
    /// rounded one before it.
    std::int32_t base_epoch = 0;
    Bytes data;
};

/// An open notebook. Every function may throw NotebookError; a failed write changes nothing.
/// Safety: write-ahead log with synchronous=NORMAL. A killed program loses no committed
/// transaction; a machine that loses power may lose the last ones, never the file.
class Notebook {
public:
    enum class Access : std::uint8_t {
        kReadOnly,
        kReadWrite,
        kExisting ///< to write, too, but only what is there already
    };

    /// Opens `file`; with kReadWrite makes it (and its folder) when it is not there. ":memory:" is
    /// a notebook that vanishes. A file that is no notebook, or of a newer version, is refused
    /// before anything is written. An older version is brought up to date when it may be written.
    Notebook(const std::string& file, Access access);
    ~Notebook();
    Notebook(Notebook&&) noexcept;
    Notebook& operator=(Notebook&&) noexcept;

    [[nodiscard]] const std::string& file() const;
    /// Of the file that is open, whatever lies at its name; empty for one in memory.
    [[nodiscard]] const std::optional<FileIdentity>& identity() const;

    /// Asked often, on this thread, while the notebook is used: once it says true, whatever is
    /// under way throws NotebookError kStopped, and all that follows. Must not throw.
    void stop_when(std::function<bool()> stop);

    /// All writes between the two calls are kept together or not at all. Not nested. Throws
    /// kCannotOpen, and place() says so from then on, when others wrote this notebook anew.
    void begin();
    void commit();
    void roll_back() noexcept;
    /// What `write` writes is kept together, or, when it throws, not at all. Passes on what it
    /// throws. Not nested.
    void all_or_nothing(const std::function<void()>& write);

    // -------------------------------------------------------------------------------- writing

    /// A new run in state `idle`. `uuid` empty: a new one is drawn.
    StoredRunId add_run(const RunConfig& config, const Provenance& provenance,
                        const std::string& uuid = {}, const std::string& name = {},
                        const std::string& created_at = {});
    void set_config(StoredRunId run, const RunConfig& config);
    void set_name(StoredRunId run, const std::string& name);
    /// A word by which the user finds runs again; adding one twice changes nothing. True when it
    /// was not there, or was.
    bool add_tag(StoredRunId run, const std::string& tag);
    bool remove_tag(StoredRunId run, const std::string& tag);
    void set_state(StoredRunId run, RunState state, const std::string& text);
    /// How far the run has come; shown in lists.
    void set_progress(StoredRunId run, std::int32_t epoch, const TrainingTime& time);
    /// Who trains the run; an empty owner: nobody.
    void set_owner(StoredRunId run, const std::string& owner, std::int64_t heartbeat);

    void add(StoredRunId run, const MetricSample& sample);
    void add(StoredRunId run,
             const Snapshot& snapshot); ///< its spectra; the embedding is in weights
    void add(StoredRunId run, const ProgressRow& row);
    /// With the description of the instrument, which the notebook keeps. Figures that stand there
    /// already stay as they are: they were read of the same weights.
    void add(StoredRunId run, const Reading& reading, const InstrumentSpec& instrument);
    /// Takes the place of all alarms of the run.
    void set_alarms(StoredRunId run, const std::vector<StoredMark>& alarms);
    void add(StoredRunId run, const StoredMark& mark);
    void add(StoredRunId run, const StoredEvent& event); ///< empty `at`: now
    void add(StoredRunId run, const StoredWeights& weights);
    std::int64_t add(StoredRunId run, const StoredAnnotation& annotation); ///< empty time: now
    void remove_annotation(std::int64_t id);
    /// Takes the place of the run's checkpoint. `bytes` from encode_state, kept in parts of `part`
    /// bytes at most.
    void set_checkpoint(StoredRunId run, std::int32_t epoch, const TrainingTime& time,
                        std::span<const std::byte> bytes, std::size_t part = kLargestPart);

    /// Forgets figures of epochs >= `epoch`, spectra, measures and weights of epochs > `epoch`, and
    /// all marks: what training on from a checkpoint will bring again. And the spectrum and measure
    /// of an earlier end, which an uninterrupted run would not have.
    void forget_after(StoredRunId run, std::int32_t epoch);
    /// Removes the run and all that belongs to it.
    void remove_run(StoredRunId run);

    // -------------------------------------------------------------------------------- reading

    // What comes out is in range and fits together, whatever the file says (record_checks.h). A
    // damaged record is left out of its list, and left_out() tells of it; only when SQLite cannot
    // read on does a list throw.

    /// What was read so far and could not be used; a list that is read again is judged anew.
    [[nodiscard]] const LeftOut& left_out() const;

    /// All that can be read, by their numbers.
    [[nodiscard]] std::vector<RunSummary> runs();
    /// The newest that can be read.
    [[nodiscard]] std::optional<RunSummary> last_run();
    /// Throws when there is none of that number, or it cannot be read.
    [[nodiscard]] RunSummary run(StoredRunId run);
    [[nodiscard]] std::optional<StoredRunId> find(const std::string& uuid);
    /// In alphabetical order.
    [[nodiscard]] std::vector<std::string> tags(StoredRunId run);
    /// Who trains the run, empty for nobody; nothing when there is no such run.
    [[nodiscard]] std::optional<std::string> owner(StoredRunId run);
    [[nodiscard]] std::vector<MetricSample> metrics(StoredRunId run);
    /// Whether the grok of each run lasts; nothing of runs without evaluated epochs. Reads what is
    /// remembered of them (grok_memory.h), in notebooks of older versions all evaluated epochs.
    [[nodiscard]] std::map<StoredRunId, LastingGrok> lasting_groks();
    /// The newest reading of a figure that has one value, of each run with a reading that is a
    /// number.
    [[nodiscard]] std::map<StoredRunId, double> newest_readings(std::string_view figure);
    /// Spectra only: `embedding` is empty, d_model 0.
    [[nodiscard]] std::vector<Snapshot> spectra(StoredRunId run);
    /// All with as many amplitudes of neurons as the first that has any.
    [[nodiscard]] std::vector<ProgressRow> measures(StoredRunId run);
    /// By epoch and, within one, by instrument. Of notebooks before version 6 what they kept with
    /// the measures.
    [[nodiscard]] std::vector<Reading> readings(StoredRunId run);
    /// Epochs at which all figures of the instrument are read, increasing.
    [[nodiscard]] std::vector<std::int32_t> read_epochs(StoredRunId run,
                                                        const InstrumentSpec& instrument);
    /// As the notebook describes those that filled it.
    [[nodiscard]] std::vector<InstrumentSpec> described_instruments();
    [[nodiscard]] std::vector<StoredMark> marks(StoredRunId run);
    /// Of every run that has grokked.
    [[nodiscard]] std::map<StoredRunId, std::int32_t> grok_epochs();
    [[nodiscard]] std::vector<StoredEvent> events(StoredRunId run);
    [[nodiscard]] std::vector<StoredAnnotation> annotations(StoredRunId run);
    /// Epochs of recorded weights, increasing.
    [[nodiscard]] std::vector<std::int32_t> weight_epochs(StoredRunId run);
    /// Those of them at which every bit was kept; the others are rounded (rounded_weights.h).
    [[nodiscard]] std::vector<std::int32_t> exact_weight_epochs(StoredRunId run);
    /// The record of exactly this epoch, packed.
    [[nodiscard]] StoredWeights packed_weights(StoredRunId run, std::int32_t epoch);
    /// The weights recorded at exactly this epoch. A rounded record costs the decoding of those it
    /// follows from; the last ones read are remembered.
    [[nodiscard]] Parameters weights(StoredRunId run, std::int32_t epoch);
    /// The same; nothing when they are damaged, which left_out() then tells.
    [[nodiscard]] std::optional<Parameters> usable_weights(StoredRunId run, std::int32_t epoch);
    /// As they lie in the file, with the steps they are rounded to; null when every bit was kept.
    [[nodiscard]] std::shared_ptr<const RoundedWeights> rounded_weights(StoredRunId run,
                                                                        std::int32_t epoch);
    /// Nothing when there is none.
    [[nodiscard]] std::optional<StoredCheckpoint> checkpoint(StoredRunId run);
    /// The same; nothing, too, when it is damaged, which left_out() then tells.
    [[nodiscard]] std::optional<StoredCheckpoint> usable_checkpoint(StoredRunId run);
    /// Its epoch alone.
    [[nodiscard]] std::optional<std::int32_t> checkpoint_epoch(StoredRunId run);

    /// Throws kCorrupt unless SQLite finds the whole file sound. Reads all of it.
    void check_integrity();
    enum class Place : std::uint8_t {
        kKept,       ///< the file lies where it was opened
        kGone,       ///< deleted or renamed; nothing lies there
        kReplaced,   ///< another file lies there
        kOverwritten ///< the same file with content that is not ours
    };
    /// Whether writing on would reach anybody. What was written can still be read from here, unless
    /// it was overwritten. Opens nothing; a few microseconds.
    [[nodiscard]] Place place();
    /// After another answer than kKept: takes the log away that would be applied to whatever lies
    /// there now, and completes the file wherever it lies. Of kGone all that have it open are told:
    /// nothing is written there any more.
    /// All that is left to do with this notebook is to copy and to close it: it is never kept
    /// again.
    void leave_place(Place place);
    /// Whether `other`, which has its place, is this one, written anew by another process after it
    /// was deleted: then it holds all that was ever written here.
    [[nodiscard]] bool was_put_back_in(Notebook& other);
    /// Moves all of the log into the file, so that what is copied or replaced while nothing happens
    /// is complete. False when somebody reads or writes it just now; waits for nobody.
    bool fold_log();
    enum class Copy : std::uint8_t {
        kAny,
        kSound ///< throws kCorrupt when SQLite does not find the copy sound, and there is none then
    };
    /// A whole copy in a new file, which the same people may read and write. Throws kExists when
    /// something has the name; that stays as it is.
    void copy_to(const std::string& file, Copy copy = Copy::kAny);

    /// While it lives, all that is read of the notebook is of one moment, whoever writes to the
    /// file meanwhile; nothing is to be written through this notebook. Within another one, or
    /// between begin() and commit(), it changes nothing.
    class OneMoment {
    public:
        explicit OneMoment(Notebook& notebook);
        ~OneMoment();
        OneMoment(const OneMoment&) = delete;
        OneMoment& operator=(const OneMoment&) = delete;

    private:
        Notebook* notebook_; ///< null within another one
    };

private:
    class Impl;
    struct RoundedRecord;

    [[nodiscard]] bool has_shrunk();
    [[nodiscard]] bool was_put_back();
    [[nodiscard]] std::vector<StoredRunId> run_numbers();
    [[nodiscard]] std::optional<RunSummary> usable_run(StoredRunId run);
    [[nodiscard]] Parameters decoded_weights(StoredRunId run, std::int32_t epoch);
    [[nodiscard]] std::shared_ptr<const RoundedRecord>
    rounded_chain(StoredRunId run, const ModelShape& shape, const StoredWeights& packed);

    std::unique_ptr<Impl> impl_;
};

/// A run all of whose records were read, as one does before taking over a stranger's.
struct CheckedRun {
    StoredRunId run{};
    /// Epochs of recorded weights that decode.
    std::vector<std::int32_t> weight_epochs;
};

/// Decodes every value of a run; what is left out of it, the notebook's left_out() tells. Throws
/// NotebookError when the run cannot be read, its checkpoint among it.
[[nodiscard]] CheckedRun check_run(Notebook& notebook, StoredRunId run);

/// What can be used of one run from one notebook into another, under the same uuid. Returns its
/// number there. One transaction: all or nothing. Recorded weights are copied as they are: what
/// comes from a stranger goes through check_run() first.
StoredRunId copy_run(Notebook& from, const CheckedRun& run, Notebook& to);
/// A run of our own, with all its recorded weights.
StoredRunId copy_run(Notebook& from, StoredRunId run, Notebook& to);

/// The first of these, in place of the run `old` of the target, which is removed. Nothing happens,
/// and nothing is returned, when a process trains that one.
std::optional<StoredRunId> replace_run(Notebook& from, const CheckedRun& run, Notebook& to,
                                       StoredRunId old);

} // namespace grokscope
