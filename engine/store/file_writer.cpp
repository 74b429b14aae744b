#include "engine/store/file_writer.h"

#include "engine/protocol/shown_text.h"
#include "engine/store/checkpoint.h"
#include "engine/store/process_owner.h"
#include "engine/store/run_origin.h"
#include "engine/store/run_owner.h"
#include "engine/store/sqlite.h"
#include "engine/store/workplaces.h"
#include "engine/task/task.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <tuple>
#include <utility>

namespace grokscope {

namespace {

template <typename Wanted>
bool holds(const StoreItem& item) {
    return std::holds_alternative<Wanted>(item);
}

RunId run_of(const StoreItem& item) {
    return std::visit([](const auto& body) { return body.run; }, item);
}

/// FNV-1a over the training pairs in order: which split it was.
std::string split_hash_of(const RunConfig& config) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const Pair& pair : make_task(config).train.pairs) {
        hash = (hash ^ (std::uint64_t{pair.a} << 16U | pair.b)) * 0x100000001b3ULL;
    }
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
    return text;
}

using SharedWeights = std::shared_ptr<const RoundedWeights>;

/// The run's last two rounded records, newest first: the steps of the next one depend on them, and
/// are to be those of a run that was never interrupted. Null where there is none.
std::pair<SharedWeights, SharedWeights> last_rounded(Notebook& notebook, StoredRunId run) try {
    const std::vector<std::int32_t> all = notebook.weight_epochs(run);
    const std::vector<std::int32_t> exact = notebook.exact_weight_epochs(run);
    std::vector<std::int32_t> rounded;
    std::ranges::set_difference(all, exact, std::back_inserter(rounded));
    std::array<SharedWeights, 2> last;
    for (std::size_t i = 0; i < std::min(last.size(), rounded.size()); ++i) {
        last.at(i) = notebook.rounded_weights(run, rounded[rounded.size() - 1 - i]);
    }
    return {last[0], last[1]};
} catch (const NotebookError&) {
    return {}; // a record that cannot be read must not keep the run from going on
}

std::vector<store_request::Words::Note> as_shown(std::vector<store_request::Words::Note> notes) {
    for (store_request::Words::Note& note : notes) {
        note.text = shown_text(note.text);
    }
    return notes;
}

} // namespace

FileWriter::FileWriter(Provenance provenance, std::string owner,
                       std::function<void(std::unique_ptr<TrainingState>)> reuse)
    : provenance_(std::move(provenance)), owner_(std::move(owner)), reuse_(std::move(reuse)) {
}

// ---------------------------------------------------------------------------------- accepting

void FileWriter::accept(StoreItem item) {
    const RunId run = run_of(item);
    Track& track = tracks_[run];
    if (holds<event::RunReset>(item)) {
        // What was recorded stays as it is; a run that begins anew has a record of its own.
        Header header = headers_[track.key];
        header.apart.reset();
        if (track.begun) {
            enqueue(track.key, event::StateChanged{run, RunState::kRemoved, -1, {}});
        }
        track = Track{.key = ++next_key_, .begun = false, .held_back = {}};
        headers_[track.key] = header;
        return;
    }
    if (holds<item::Resumed>(item)) { // begins when it trains: to look at it changes nothing
        std::vector<StoreItem> words = std::move(track.held_back); // they came by a shorter way
        track = Track{.key = ++next_key_, .begun = false, .held_back = {}};
        track.held_back.push_back(std::move(item));
        std::ranges::for_each(words, [this](StoreItem& early) { accept(std::move(early)); });
        return;
    }
    if (holds<store_request::Words>(item) && !track.begun && !track.held_back.empty()) {
        if (const auto* recorded = std::get_if<item::Resumed>(&track.held_back.front())) {
            queue_.push_back({0, std::move(item), *recorded});
            return;
        }
    }
    if (const auto* added = std::get_if<event::RunAdded>(&item)) {
        if (track.key == 0) {
            track.key = ++next_key_;
        }
        headers_[track.key] = {.config = added->config,
                               .step = added->step_description,
                               .branch = added->branch,
                               .preset = added->preset};
        if (!track.held_back.empty()) { // resumed, perhaps with more epochs than before
            track.held_back.push_back(std::move(item));
        }
        return;
    }
    if (const auto* measures = std::get_if<event::MeasuresSet>(&item)) {
        headers_[track.key].config.measure = measures->plan; // of a run that begins later
    }
    const auto* change = std::get_if<event::StateChanged>(&item);
    const bool removed = change != nullptr && change->state == RunState::kRemoved;
    if (!track.begun && change != nullptr && change->state == RunState::kRunning) {
        begin(track);
    }
    if (track.begun) {
        enqueue(track.key, std::move(item));
    } else if (!removed) {
        hold_back(track, std::move(item));
    }
    if (removed) {
        tracks_.erase(run);
    }
}

void FileWriter::hold_back(Track& track, StoreItem item) {
    if (holds<item::Checkpoint>(item)) {
        // That of a run only looked at is in the notebook already; of others the newest counts.
        const bool recorded =
            !track.held_back.empty() && holds<item::Resumed>(track.held_back.front());
        const auto older = std::ranges::find_if(track.held_back, holds<item::Checkpoint>);
        if (recorded) {
            reuse(std::get<item::Checkpoint>(item));
            return;
        }
        if (older != track.held_back.end()) {
            reuse(std::get<item::Checkpoint>(*older));
            track.held_back.erase(older);
        }
    }
    track.held_back.push_back(std::move(item));
}

void FileWriter::reuse(item::Checkpoint& checkpoint) {
    if (reuse_) {
        reuse_(std::move(checkpoint.state));
    }
}

void FileWriter::begin(Track& track) {
    track.begun = true;
    for (StoreItem& item : track.held_back) {
        enqueue(track.key, std::move(item));
    }
    track.held_back.clear();
}

void FileWriter::enqueue(Key key, StoreItem item) {
    if (holds<item::Checkpoint>(item)) {
        // Only the newest counts, and it counts where it stands: after the figures before it.
        const auto older = std::ranges::find_if(queue_, [&](const Queued& queued) {
            return queued.key == key && holds<item::Checkpoint>(queued.item);
        });
        if (older != queue_.end()) {
            reuse(std::get<item::Checkpoint>(older->item));
            queue_.erase(older);
        }
    }
    urgent_ = urgent_ || holds<item::Checkpoint>(item) || holds<event::StateChanged>(item);
    queue_.push_back({key, std::move(item)});
}

// ------------------------------------------------------------------------------------ writing

void FileWriter::write(Notebook& notebook, Clock::time_point until) {
    if (queue_.empty()) {
        return;
    }
    const std::map<Key, Filed> before = filed_;
    const std::string notice_before = notice_;
    std::size_t written = 0;
    try {
        notebook.begin();
        find_lost(notebook);
        std::vector<Key> touched;
        do {
            const Queued& queued = queue_[written];
            if (queued.recorded) {
                // One that had to begin anew elsewhere may be without the run.
                if (const auto run = notebook.find(queued.recorded->uuid)) {
                    apply(notebook, *run, std::get<store_request::Words>(queued.item));
                }
            } else {
                apply(notebook, queued.key, queued.item);
                if (std::ranges::find(touched, queued.key) == touched.end()) {
                    touched.push_back(queued.key);
                }
            }
            ++written;
        } while (written < queue_.size() && Clock::now() < until);
        for (const auto& [run, track] : tracks_) {
            const auto filed = filed_.find(track.key);
            if (filed != filed_.end() && !filed->second.lost &&
                std::ranges::find(touched, track.key) != touched.end()) {
                enter_owner(notebook, filed->second);
            }
        }
        notebook.commit();
    } catch (...) {
        notebook.roll_back();
        filed_ = before;
        notice_ = notice_before;
        throw;
    }
    for (std::size_t i = 0; i < written; ++i) {
        if (auto* checkpoint = std::get_if<item::Checkpoint>(&queue_.front().item)) {
            reuse(*checkpoint);
        }
        if (const auto* change = std::get_if<event::StateChanged>(&queue_.front().item);
            change != nullptr && change->state == RunState::kRemoved) {
            filed_.erase(queue_.front().key); // given up: from now on it may be another's
            headers_.erase(queue_.front().key);
        }
        queue_.pop_front();
    }
    urgent_ = urgent_ && !queue_.empty();
}

FileWriter::Filed& FileWriter::filed(Notebook& notebook, Key key) {
    const auto found = filed_.find(key);
    if (found != filed_.end()) {
        return found->second;
    }
    const Header& header = headers_[key];
    Provenance provenance = provenance_;
    provenance.step = header.step;
    provenance.split_hash = split_hash_of(header.config);
    provenance.preset = header.preset;
    std::string name;
    if (const auto& branch = header.apart ? header.apart : header.branch) {
        provenance.parent = branch->parent;
        provenance.parent_epoch = branch->epoch;
        provenance.fork = branch->fork;
        name = branch->is_fork() ? std::string() // its label says it
                                 : (header.apart ? "apart from epoch " : "branch from epoch ") +
                                       std::to_string(branch->epoch);
    }
    Filed filed;
    filed.number = notebook.add_run(header.config, provenance, {}, name);
    filed.uuid = notebook.run(filed.number).uuid;
    enter_owner(notebook, filed);
    if (header.apart) {
        add_apart(notebook, filed.number, header.apart->epoch);
    }
    if (header.state != RunState::kIdle) { // what was said of it is in the record that it left
        notebook.set_state(filed.number, header.state, "");
    }
    return filed_.emplace(key, std::move(filed)).first->second;
}

void FileWriter::apply(Notebook& notebook, Key key, const StoreItem& item) {
    if (const auto* resumed = std::get_if<item::Resumed>(&item)) {
        apply(notebook, key, *resumed);
        return;
    }
    if (const auto known = filed_.find(key); known != filed_.end() && known->second.lost) {
        if (apply_to_lost(notebook, known->second, item)) {
            return;
        }
        go_apart(notebook, key, {known->second.uuid, known->second.state_epoch},
                 "was taken over by another process while it trained here");
    }
    if (const auto* weights = std::get_if<item::Weights>(&item)) {
        apply(notebook, key, *weights);
        return;
    }
    const StoredRunId run = filed(notebook, key).number;
    if (const auto* added = std::get_if<event::RunAdded>(&item)) {
        notebook.set_config(run, added->config);
    } else if (const auto* change = std::get_if<event::StateChanged>(&item)) {
        if (change->state == RunState::kRemoved) { // from the window, not from the notebook
            give_up(notebook, run);
            return;
        }
        notebook.set_state(run, change->state, change->text);
        headers_[key].state = change->state;
        filed_.at(key).taken &= change->state != RunState::kRunning;
        notebook.add(
            run, StoredEvent{change->epoch, std::string(name_of(change->state)), change->text, ""});
    } else if (const auto* moved = std::get_if<event::WorkplaceChanged>(&item)) {
        add_workplace(notebook, run, *moved);
    } else if (const auto* measures = std::get_if<event::MeasuresSet>(&item)) {
        RunConfig config = notebook.run(run).config;
        config.measure = measures->plan;
        notebook.set_config(run, config);
    } else if (const auto* mark = std::get_if<event::Mark>(&item)) {
        notebook.add(run, StoredMark{mark->kind, mark->epoch});
    } else if (const auto* sample = std::get_if<MetricSample>(&item)) {
        notebook.add(run, *sample);
    } else if (const auto* snapshot = std::get_if<Snapshot>(&item)) {
        notebook.add(run, *snapshot);
    } else if (const auto* row = std::get_if<ProgressRow>(&item)) {
        notebook.add(run, *row);
    } else if (const auto* words = std::get_if<store_request::Words>(&item)) {
        apply(notebook, run, *words);
    } else if (const auto* checkpoint = std::get_if<item::Checkpoint>(&item)) {
        const TrainingState& state = *checkpoint->state;
        notebook.set_checkpoint(run, state.epoch, checkpoint->time, encode_state(state));
        notebook.set_progress(run, state.epoch, checkpoint->time);
        filed_.at(key).state_epoch = state.epoch;
    }
}

void FileWriter::apply(Notebook& notebook, Key key, const item::Resumed& resumed) {
    const std::optional<StoredRunId> stored = notebook.find(resumed.uuid);
    if (!stored) { // its notebook had to be left behind: what comes now is begun anew
        return;
    }
    if (const auto why = why_not_taken(notebook, *stored, owner_, resumed.epoch); !why.empty()) {
        go_apart(notebook, key, {resumed.uuid, resumed.epoch}, "cannot go on: " + why);
        return;
    }
    Filed filed;
    filed.number = *stored;
    filed.uuid = resumed.uuid;
    filed.state_epoch = resumed.epoch;
    filed.taken = true;
    enter_owner(notebook, filed);
    notebook.forget_after(*stored, resumed.epoch);
    std::tie(filed.rounded, filed.rounded_before) = last_rounded(notebook, *stored);
    filed_[key] = filed;
    notebook.add(*stored, StoredEvent{resumed.epoch, "resumed", "", ""});
}

bool FileWriter::apply_to_lost(Notebook& notebook, const Filed& filed, const StoreItem& item) {
    if (const auto* words = std::get_if<store_request::Words>(&item)) {
        if (const auto run = notebook.find(filed.uuid)) { // whoever trains it
            apply(notebook, *run, *words);
        }
        return true;
    }
    // What a run leaves behind when it rests is in the record already, unless it has trained since.
    if (const auto* weights = std::get_if<item::Weights>(&item)) {
        return weights->epoch <= filed.state_epoch;
    }
    if (const auto* checkpoint = std::get_if<item::Checkpoint>(&item)) {
        return checkpoint->state->epoch <= filed.state_epoch;
    }
    const auto* change = std::get_if<event::StateChanged>(&item);
    return change != nullptr && change->state == RunState::kRemoved;
}

void FileWriter::go_apart(Notebook& notebook, Key key, const BranchPoint& from,
                          const std::string& why) {
    const auto named = [](StoredRunId run) {
        return "run " + std::to_string(static_cast<std::int64_t>(run));
    };
    const std::optional<StoredRunId> taken = notebook.find(from.parent);
    filed_.erase(key);
    headers_[key].apart = from;
    const StoredRunId rest = filed(notebook, key).number;
    notice_ = (taken ? named(*taken) : "a run that is gone from the notebook") + " " + why +
              "; its record is left alone, and what is trained here from epoch " +
              std::to_string(from.epoch) + " on is recorded as " + named(rest);
}

void FileWriter::apply(Notebook& notebook, StoredRunId run, const store_request::Words& words) {
    if (words.name && notebook.run(run).name != shown_line(*words.name)) {
        notebook.set_name(run, shown_line(*words.name));
    }
    // As they will be read again, so that those that stand there are found.
    std::vector<store_request::Words::Note> missing = as_shown(words.notes);
    const std::vector<store_request::Words::Note> gone = as_shown(words.gone);
    for (const StoredAnnotation& there : notebook.annotations(run)) {
        const store_request::Words::Note note{there.epoch, there.text};
        if (std::ranges::find(gone, note) != gone.end()) {
            notebook.remove_annotation(there.id);
        }
        std::erase(missing, note);
    }
    for (const store_request::Words::Note& note : missing) {
        notebook.add(run, StoredAnnotation{0, note.epoch, note.text, ""});
    }
}

void FileWriter::apply(Notebook& notebook, Key key, const item::Weights& weights) {
    Filed& filed = this->filed(notebook, key);
    // Weights that are not finite have no grid; kept bit for bit they tell what happened.
    const bool exact =
        weights.exact || !std::ranges::all_of(weights.parameters->flat(),
                                              [](float value) { return std::isfinite(value); });
    notebook.add(filed.number, exact ? StoredWeights{weights.epoch, WeightEncoding::kPlain, 0,
                                                     encode_weights(*weights.parameters)}
                                     : rounded_record(filed, weights));
}

StoredWeights FileWriter::rounded_record(Filed& filed, const item::Weights& weights) {
    const RoundedWeights* const before = filed.rounded.get();
    const RoundedWeights* const before_that = filed.rounded_before.get();
    auto rounded = std::make_shared<const RoundedWeights>(*weights.parameters, before, before_that);
    StoredWeights record{weights.epoch, WeightEncoding::kRounded, 0, {}};
    if (filed.chain > 0 && filed.chain < kLongestWeightChain) {
        record.encoding = WeightEncoding::kRoundedPredicted;
        record.base_epoch = filed.rounded_epoch;
        record.data = rounded->encode(before, filed.chain > 1 ? before_that : nullptr);
        ++filed.chain;
    } else {
        record.data = rounded->encode(nullptr, nullptr);
        filed.chain = 1;
    }
    filed.rounded_before = std::exchange(filed.rounded, std::move(rounded));
    filed.rounded_epoch = weights.epoch;
    return record;
}

std::optional<std::int32_t> FileWriter::first_waiting() const {
    const auto is_sample = [](const Queued& queued) { return holds<MetricSample>(queued.item); };
    const auto first = std::ranges::find_if(queue_, is_sample);
    const bool others = std::ranges::any_of(queue_, [&](const Queued& queued) {
        return is_sample(queued) && queued.key != first->key;
    });
    return first == queue_.end() || others
               ? std::nullopt
               : std::optional(std::get<MetricSample>(first->item).epoch);
}

std::vector<StoredNumber> FileWriter::numbers() const {
    std::vector<StoredNumber> numbers;
    for (const auto& [run, track] : tracks_) {
        const auto found = filed_.find(track.key);
        if (found != filed_.end()) {
            numbers.push_back({run, static_cast<std::int64_t>(found->second.number)});
        }
    }
    return numbers;
}

void FileWriter::use(Notebook& notebook) {
    const std::string lock_file = lock_file_of(notebook.file());
    const std::optional<std::int64_t> byte = lock_byte_of(owner_);
    if (lock_file.empty() || !byte) {
        lock_.reset();
    } else if (!lock_ || lock_->file() != lock_file) {
        lock_.emplace(lock_file, *byte);
    }
    (void)(lock_ &&
           lock_->hold()); // from now on, so that a run taken meanwhile is ours with a lock
    for (auto entry = filed_.begin(); entry != filed_.end();) {
        const auto number = notebook.find(entry->second.uuid);
        if (number) {
            entry->second.number = *number;
            ++entry;
        } else {
            entry = filed_.erase(entry);
        }
    }
}

void FileWriter::release(Notebook& notebook) {
    notebook.all_or_nothing([&] {
        for (const auto& [key, filed] : filed_) {
            give_up(notebook, filed.number);
        }
    });
    lock_.reset();
}

void FileWriter::enter_owner(Notebook& notebook, const Filed& filed) {
    const OwnerMarks marks{.locked = lock_ && lock_->hold(), .taken = filed.taken};
    notebook.set_owner(filed.number, entered(owner_, marks), seconds_since_1970());
}

void FileWriter::find_lost(Notebook& notebook) {
    for (auto& [key, filed] : filed_) {
        const std::optional<std::string> owner = notebook.owner(filed.number);
        filed.lost = filed.lost || !owner || !is_same_owner(*owner, owner_);
    }
}

void FileWriter::give_up(Notebook& notebook, StoredRunId run) const {
    const std::optional<std::string> owner = notebook.owner(run);
    if (!owner || !is_same_owner(*owner, owner_)) {
        return; // another process has taken it up since
    }
    notebook.set_owner(run, "", 0);
    if (notebook.run(run).state == RunState::kRunning) {
        notebook.set_state(run, RunState::kPaused, "");
    }
}

} // namespace grokscope
