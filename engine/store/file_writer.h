// Puts what the trainer hands over in order and writes it into a notebook, transaction by
// transaction. Nothing is dropped before it is committed. A run that another process has taken is
// left to it: what is trained here goes on as a run of its own. Threads: one at a time, the
// writer's.
#pragma once

#include "engine/protocol/store_status.h"
#include "engine/store/notebook.h"
#include "engine/store/owner_lock.h"
#include "engine/store/rounded_weights.h"
#include "engine/store/store_item.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grokscope {

class FileWriter {
public:
    using Clock = std::chrono::steady_clock;

    /// `provenance` is that of this program, the step left empty; `owner` names this process.
    /// `reuse` gets the memory of checkpoints that are written or outdated; may be empty.
    FileWriter(Provenance provenance, std::string owner,
               std::function<void(std::unique_ptr<TrainingState>)> reuse = {});

    /// Takes over an item. A run appears in the notebook once it trains: what comes before is held
    /// back, and dropped with a run that never began. A run that is reset becomes a new one. A
    /// recorded run that goes on is untouched until it trains.
    void accept(StoreItem item);

    /// Records that wait to be written.
    [[nodiscard]] std::size_t waiting() const { return queue_.size(); }
    /// Epoch of the first figures that wait; nothing while none do, or those of several runs.
    [[nodiscard]] std::optional<std::int32_t> first_waiting() const;
    /// True when something waits that should not wait long: a checkpoint or a change of state.
    [[nodiscard]] bool urgent() const { return urgent_; }

    /// The runs that are in the notebook, by the trainer's numbers.
    [[nodiscard]] std::vector<StoredNumber> numbers() const;

    /// Which run was found to be another's last, and what became of its record, one sentence; empty
    /// while none was.
    [[nodiscard]] const std::string& notice() const { return notice_; }

    /// Writes waiting records in one transaction, at least one, and no more once `until` is past.
    /// When it throws, nothing is written and everything still waits.
    void write(Notebook& notebook, Clock::time_point until);

    /// To be called when another notebook, or the same one anew, is to be written: runs that it
    /// does not hold are begun there anew. Takes this owner's lock beside it.
    void use(Notebook& notebook);

    /// Tells the notebook that nobody trains the runs any more, and gives the lock back.
    void release(Notebook& notebook);

private:
    /// One run of the trainer, from its making or its reset to the next.
    using Key = std::uint64_t;
    struct Queued {
        Key key = 0;
        StoreItem item;
        /// Of words on a recorded run that does not go on: they join its record, nothing else does.
        std::optional<item::Resumed> recorded = std::nullopt;
    };
    struct Header {
        RunConfig config;
        std::string step;
        std::optional<BranchPoint> branch;
        std::string preset;
        RunState state = RunState::kIdle; ///< as last written
        /// Of which run this is the rest, since another process took that one.
        std::optional<BranchPoint> apart = std::nullopt;
    };
    /// A run that may have begun.
    struct Track {
        Key key = 0;
        bool begun = false;
        std::vector<StoreItem> held_back;
    };
    /// What is committed of a run.
    struct Filed {
        StoredRunId number{};
        std::string uuid;
        /// The last two rounded records: the next is predicted from those of its chain.
        std::shared_ptr<const RoundedWeights> rounded;
        std::shared_ptr<const RoundedWeights> rounded_before;
        std::int32_t rounded_epoch = 0;
        int chain = 0;                ///< length of the present one
        std::int32_t state_epoch = 0; ///< of the checkpoint
        bool taken = false;           ///< it does not train yet
        bool lost = false;            ///< another process has taken it
    };

    void hold_back(Track& track, StoreItem item);
    void reuse(item::Checkpoint& checkpoint);
    void begin(Track& track);
    void enqueue(Key key, StoreItem item);
    [[nodiscard]] Filed& filed(Notebook& notebook, Key key);
    /// Tells the notebook that nobody trains the run, unless it is another's meanwhile.
    void give_up(Notebook& notebook, StoredRunId run) const;
    void enter_owner(Notebook& notebook, const Filed& filed);
    /// Looks which runs are another's by now, within the transaction that will write.
    void find_lost(Notebook& notebook);
    /// What comes from now on is recorded as a new run, which begins at `from`.
    void go_apart(Notebook& notebook, Key key, const BranchPoint& from, const std::string& why);
    /// True when that was all: the run is another's and the item is none that would be lost.
    static bool apply_to_lost(Notebook& notebook, const Filed& filed, const StoreItem& item);
    void apply(Notebook& notebook, Key key, const StoreItem& item);
    void apply(Notebook& notebook, Key key, const item::Resumed& resumed);
    void apply(Notebook& notebook, Key key, const item::Weights& weights);
    static void apply(Notebook& notebook, StoredRunId run, const store_request::Words& words);
    [[nodiscard]] static StoredWeights rounded_record(Filed& filed, const item::Weights& weights);

    Provenance provenance_;
    std::string owner_;
    std::optional<OwnerLock> lock_; ///< beside the notebook in use
    std::string notice_;
    std::function<void(std::unique_ptr<TrainingState>)> reuse_;
    std::map<RunId, Track> tracks_;
    std::map<Key, Header> headers_;
    std::map<Key, Filed> filed_;
    std::deque<Queued> queue_;
    Key next_key_ = 0;
    bool urgent_ = false;
};

} // namespace grokscope
