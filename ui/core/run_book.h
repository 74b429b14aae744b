// The window's own record of every run: drained from the channels, append-only, read by all panels.
// Threads: main thread only; the channels are the only contact with the trainer.
#pragma once

#include "engine/protocol/bounded.h"
#include "engine/protocol/channels.h"
#include "engine/protocol/group_index.h"
#include "engine/protocol/instrument.h"
#include "engine/protocol/lasting_grok.h"
#include "ui/core/curve_shape.h"
#include "ui/core/series.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope::ui {

/// One row of the wavetable. All rows of a run are kept.
struct SpectrumRow {
    std::int32_t epoch = 0;
    /// A_k(W_E), k = 1.. at index k-1 (science.md 3.2).
    std::vector<float> amplitude;
    /// A_k(W_L), same indexing.
    std::vector<float> logit_amplitude;
    /// A_0(W_E).
    float mean = 0;
};

/// W_E of one epoch. Thinned by two when all runs together exceed the budget.
struct EmbeddingFrame {
    std::int32_t epoch = 0;
    int p = 0;
    int d_model = 0;
    /// [p, d_model] row-major.
    std::vector<float> values;
};

struct EpochMark {
    MarkKind kind = MarkKind::kMemorised;
    std::int32_t epoch = 0;
};

/// What one instrument of the laboratory read of a run.
struct InstrumentReadings {
    /// By epoch, none twice.
    std::vector<Reading> rows;
    /// Goes up whenever one took the place of another or came before the last: what was made of
    /// them begins anew. Else they only grew at the end.
    std::uint32_t rewritten = 0;
};

/// Curves of a run, x in epochs.
struct RunCurves {
    Series train_loss;
    Series test_loss;
    Series train_accuracy;
    Series test_accuracy;
    /// The test curves in two parts (metrics.h); empty while nothing is known of a part.
    Series mirrored_loss;
    Series new_loss;
    Series mirrored_accuracy;
    Series new_accuracy;
    /// Indexed by offset_slot(k); empty where the stencil lacks the offset.
    std::array<Series, kOffsetSlots> mismatch;
    /// Progress measures (science.md section 4), at their own cadence.
    Series full_loss;       ///< over all pairs
    Series restricted_loss; ///< over all pairs
    Series excluded_loss;   ///< over the training pairs
    Series gini_W_E;
    Series gini_W_L;
    Series sum_squares; ///< of all weights
};

/// An embedding with its rows in the order of an index, those of its elements alone.
class OrderedRows {
public:
    /// The frame outlives this. Throws std::invalid_argument when it has no row for each number.
    OrderedRows(const EmbeddingFrame& frame, const GroupIndex& index);
    [[nodiscard]] std::span<const float> values() const {
        return ordered_.empty() ? frame_->values : std::span<const float>(ordered_);
    }

private:
    const EmbeddingFrame* frame_;
    std::vector<float> ordered_; ///< empty: as they are
};

/// What somebody reaches who knows how frequent each answer is, and nothing of a pair.
struct Guessing {
    explicit Guessing(const RunConfig& config);

    double accuracy = 0; ///< with the commonest answer always, 0..1
    double loss = 0;     ///< with the answers' frequencies as probabilities: their entropy, nats
    bool is_even = true; ///< all answers are equally frequent: 1/p and ln p
};

/// What pictures and sentences ask of a run's task again and again.
struct TaskFacts {
    explicit TaskFacts(const RunConfig& config)
        : group(config.operation, config.p), plain(Operation::kAdd, config.p),
          pairs(config.all_pairs()), guessing(config) {}

    /// In which the operation is an addition; empty where there is no group.
    GroupIndex group;
    /// The numbers as they are.
    GroupIndex plain;
    int pairs = 0; ///< for which the operation is defined
    Guessing guessing;

    /// The index of Fourier pictures: the group's, unless there is none or `in_plain_order`.
    [[nodiscard]] const GroupIndex& index(bool in_plain_order) const {
        return in_plain_order || group.empty() ? plain : group;
    }
    /// Whether the numbers' own order is another one than the group's, so that there is a choice.
    [[nodiscard]] bool has_two_orders() const { return !group.empty() && !group.is_identity(); }
};

/// Everything known of one run.
struct RunRecord {
    RunId id{};
    RunConfig config;
    /// The built-in configuration that it began as; empty when it began as none.
    std::string preset;
    /// What follows of `config`, whenever that is set.
    TaskFacts task{config};
    std::string step_description;
    RunState state = RunState::kIdle;
    /// Next epoch to train, as last told by a state change or implied by a sample.
    std::int32_t epoch = 0;
    /// Why it failed or finished.
    std::string state_text;
    /// A recording to look at: taken up from a record and not trained since.
    bool recorded = false;
    /// It began as a recording, perhaps of another machine, whose times say nothing of this one.
    bool taken_up = false;
    /// Where its first weights come from, when not from its seed.
    std::optional<BranchPoint> branch;
    /// How far a fork has computed its original's epochs anew; nothing once that is done.
    std::optional<event::Retraced> retraced;
    /// Dash and marker when an earlier run has those of its stencil, or nothing: the stencil's own.
    std::optional<CurveShape> shape;
    /// How many runs of the same name there were before it, counted from 1; 0: it is the first.
    int namesake = 0;

    std::vector<MetricSample> samples;
    RunCurves curves;
    std::vector<EpochMark> marks;
    std::vector<SpectrumRow> spectra;
    std::vector<EmbeddingFrame> embeddings;
    /// Spectra of W_E with the numbers in their own order, of each embedding that came; only where
    /// the group has another one, or there is none.
    std::vector<SpectrumRow> plain_spectra;
    std::vector<ProgressRow> progress;
    std::map<std::string, InstrumentReadings, std::less<>> readings;
    /// Instruments of its record that this version does not have; may be null.
    std::shared_ptr<const std::vector<InstrumentSpec>> other_instruments;
    /// Largest amplitude of any spectrum row so far; 0 without rows.
    float largest_amplitude = 0;
    /// Whether its grok lasts, by the samples so far.
    LastingGrok lasting;
    /// First epoch with a loss that is not a number.
    std::optional<std::int32_t> first_nan_epoch;
    /// Goes up by one whenever the record was voided by a reset: cached pictures start anew.
    std::uint32_t generation = 0;
    /// Resets of the run so far, as the trainer counts them.
    std::uint32_t life = 0;

    /// Goes up with every reading of these instruments, and more where some took the place of
    /// others or the record was voided: what is made of them is made anew then.
    [[nodiscard]] std::uint64_t growth(std::initializer_list<std::string_view> instruments) const;
    /// Newest evaluated epoch; -1 without samples.
    [[nodiscard]] std::int32_t last_epoch() const {
        return samples.empty() ? -1 : samples.back().epoch;
    }
    /// Epochs that its times count: those of a fork are its own alone.
    [[nodiscard]] std::int32_t timed_epochs() const {
        const bool forked = branch && branch->is_fork();
        return last_epoch() + 1 - (forked ? branch->epoch : 0);
    }
    /// True of what held already when a branch began: no event of this run.
    [[nodiscard]] bool held_before(const EpochMark& mark) const {
        return branch && !samples.empty() && mark.epoch <= samples.front().epoch;
    }
    /// Epoch of the first mark of that kind.
    [[nodiscard]] std::optional<std::int32_t> mark(MarkKind kind) const;
    /// Newest sample at or before `epoch`; null when there is none.
    [[nodiscard]] const MetricSample* sample_at(std::int32_t epoch) const;
    /// Newest row of progress measures at or before `epoch`; null when there is none.
    [[nodiscard]] const ProgressRow* progress_at(std::int32_t epoch) const;
    /// Newest reading of an instrument at or before `epoch`; null when there is none.
    [[nodiscard]] const Reading* reading_at(std::string_view instrument, std::int32_t epoch) const;
    /// Share of training pairs whose float32 loss is exactly 0, by the newest reading up to
    /// `epoch`.
    [[nodiscard]] std::optional<double>
    softmax_collapse(std::int32_t epoch = std::numeric_limits<std::int32_t>::max()) const;
    /// Index in `spectra` of the newest row at or before `epoch`.
    [[nodiscard]] std::optional<std::size_t> spectrum_at(std::int32_t epoch) const;
    /// Newest embedding at or before `epoch`; null when there is none.
    [[nodiscard]] const EmbeddingFrame* embedding_at(std::int32_t epoch) const;
};

/// The epoch that pictures of a run are of, `cursor` being the epoch that is shown everywhere: that
/// one, so that no picture is of a later epoch than the figures beside it; without figures, the
/// end.
[[nodiscard]] std::int32_t pictured_epoch(const RunRecord& run, std::int32_t cursor);

/// Owner of all records.
class RunBook {
public:
    /// Default budget of the embeddings of all runs, in bytes.
    static constexpr std::size_t kEmbeddingBudget = std::size_t{256} << 20;

    explicit RunBook(std::size_t embedding_budget = kEmbeddingBudget);

    /// Takes everything out of the channels. Never blocks. True when something arrived.
    bool drain(Channels& channels);

    /// Runs in the order in which they were added; pointers stay valid until the run is removed.
    [[nodiscard]] std::span<const std::unique_ptr<RunRecord>> runs() const { return runs_; }
    [[nodiscard]] const RunRecord* find(RunId id) const;
    /// The same, also among those that are set aside.
    [[nodiscard]] const RunRecord* find_removed_too(RunId id) const;
    /// First run with this configuration, whatever measures it, branches excepted; null when there
    /// is none.
    [[nodiscard]] const RunRecord* find_equal(const RunConfig& config) const;
    /// The baseline that `run` is paired with (config.h is_paired); null when there is none.
    /// Branches have no pair.
    [[nodiscard]] const RunRecord* baseline_of(const RunRecord& run) const;
    /// Grok epoch of the paired baseline / grok epoch of the run, by bounds where one of them has
    /// not grokked so far: larger than that when it is the baseline, smaller when it is a run that
    /// has ended. Nothing before, and nothing for a baseline.
    [[nodiscard]] std::optional<Bounded> speed_up(const RunRecord& run) const;
    /// The same by stable groks; nothing until that of the run is known.
    [[nodiscard]] std::optional<Bounded> lasting_speed_up(const RunRecord& run) const;

    /// Takes the removed runs out of runs(), find() and find_equal(), and puts back those that are
    /// removed no longer. They keep all that arrives.
    void set_aside(std::span<const RunId> removed);

    /// Events since the last call, in order, oldest first: for the log and pending commands.
    [[nodiscard]] std::vector<Event> take_events();

    /// Bytes held by embeddings.
    [[nodiscard]] std::size_t embedding_bytes() const { return embedding_bytes_; }
    [[nodiscard]] std::size_t embedding_budget() const { return embedding_budget_; }
    /// Times a run's embeddings had to be thinned by two. Not 0 is said in the status bar.
    [[nodiscard]] int thinnings() const { return thinnings_; }
    /// Values that found a ring full and had to wait, as of the last drain.
    [[nodiscard]] std::uint64_t deferred() const { return deferred_; }
    /// Figures, spectra and measures that were left out since their epoch does not come after that
    /// of the one before: a record that contradicts itself. Not 0 is said in the figures of the
    /// window.
    [[nodiscard]] std::uint64_t misplaced() const { return misplaced_; }
    /// Goes up whenever something changed.
    [[nodiscard]] std::uint64_t version() const { return version_; }

private:
    /// Files what is in the ring, after those that came before their run and wait in `early`.
    template <typename Record, typename Ring>
    void take(std::vector<Record>& early, Ring& ring);
    /// Gives a run that was added a look and a name that no other has.
    void tell_apart(RunRecord& added) const;
    void apply(const Event& event);
    void apply(const MetricSample& sample);
    void apply(Snapshot&& snapshot);
    void apply(ProgressRow&& row);
    void apply(Reading&& reading);
    void apply(const RunAlarms& alarms);
    void start_anew(RunRecord& run, std::uint32_t life);
    /// False when a record is left over from before a reset. One from after a reset whose event is
    /// still on its way starts the run anew.
    [[nodiscard]] bool belongs(RunRecord& run, std::uint32_t life);
    void keep_within_budget();
    [[nodiscard]] RunRecord* find_mutable(RunId id) const;

    std::size_t embedding_budget_;
    std::size_t embedding_bytes_ = 0;
    int thinnings_ = 0;
    std::uint64_t deferred_ = 0;
    std::uint64_t misplaced_ = 0;
    std::uint64_t version_ = 0;
    std::vector<std::unique_ptr<RunRecord>> runs_;
    std::vector<std::unique_ptr<RunRecord>> aside_;
    std::vector<Event> events_;
    std::set<RunId> removed_; ///< numbers are never given twice
    std::vector<MetricSample> early_samples_;
    std::vector<Snapshot> early_snapshots_;
    std::vector<ProgressRow> early_progress_;
    std::vector<Reading> early_recorded_;
    std::vector<Reading> early_readings_;
    std::vector<RunAlarms> early_alarms_;
};

} // namespace grokscope::ui
