#include "engine/inspect/inspector.h"

#include "engine/compute/denormals.h"
#include "engine/compute/thread_priority.h"
#include "engine/compute/worker_pool.h"
#include "engine/inspect/inspect_recorder.h"
#include "engine/inspect/model_inspector.h"
#include "engine/inspect/study.h"
#include "engine/protocol/error_text.h"
#include "engine/protocol/start_thread.h"
#include "engine/store/notebook_error.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <exception>
#include <iterator>
#include <list>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

using Clock = std::chrono::steady_clock;

/// Items the trainer may be ahead; nothing is lost at any size.
constexpr std::size_t kRingSlots = 256;
/// Runs whose tables are kept, so that flipping between two of them is quick. About 20 MB each.
constexpr std::size_t kInspectorsKept = 3;
/// Until it looks again whether the record of a finished run is complete.
constexpr std::chrono::milliseconds kLookAgain{500};

std::string number_of(RunId run) {
    return std::to_string(static_cast<std::uint32_t>(run));
}

} // namespace

class Inspector::Impl {
public:
    Impl(InspectChannels& channels, InspectorOptions options)
        : channels_(channels), wake_front_end_(std::move(options.wake_front_end)),
          archive_(std::move(options.archive)), memory_(options.memory_budget),
          pool_(options.threads), recorder_(ring_, channels.doorbell),
          thread_(
              start_thread("the inspector", [this](const std::stop_token& stop) { work(stop); })) {}

    [[nodiscard]] Recorder& recorder() { return recorder_; }

private:
    /// What is known of a run.
    struct Known {
        RunConfig config;
        std::optional<BranchPoint> branch;
        std::uint32_t life = 0;
        /// Under which it is archived, and at which place of the archive; empty until it was found
        /// there.
        std::optional<std::int64_t> number;
        std::uint64_t place = 0;
        /// Not yet looked up in the archive.
        std::optional<inspect_item::Resumed> resumed;
    };
    /// Weights and how they were come by.
    struct Found {
        RecordedWeights record;
        bool from_archive = false;
    };
    /// Thrown out of the work on a question that another has taken the place of.
    struct Overtaken {};
    struct Prepared {
        RunId run{};
        std::unique_ptr<ModelInspector> inspector;
    };

    void work(const std::stop_token& stop) {
        lower_thread_priority();
        flush_denormals();
        const std::stop_callback wake_up(stop, [this] { channels_.doorbell.ring(); });
        while (!stop.stop_requested()) {
            if (serve() || study(stop)) {
                continue;
            }
            if (finished_.empty()) {
                channels_.doorbell.wait();
            } else if (!channels_.doorbell.wait_until(Clock::now() + kLookAgain)) {
                measure_finished(stop);
            }
        }
    }

    /// Takes what the trainer sent and answers the newest question. False when there was none.
    bool serve() {
        // The question first: the weights of a run that it knows of are in the ring by then.
        const bool asked = channels_.query.refresh();
        drain();
        if (!asked || channels_.query.value().number == 0) {
            return false;
        }
        InspectReply reply = answer(channels_.query.value());
        channels_.reply.publish(reply);
        if (wake_front_end_) {
            wake_front_end_();
        }
        return true;
    }

    /// Goes on with the newest study by one subject. False when there is nothing to do.
    bool study(const std::stop_token& stop) {
        overtaken_ = channels_.study.refresh() || overtaken_;
        if (std::exchange(overtaken_, false)) {
            study_ = StudyReply{channels_.study.value(), {}};
        }
        if (study_.query.number == 0 || study_.complete()) {
            return false;
        }
        const auto between = [&] {
            while (!stop.stop_requested() && serve()) {
            }
            overtaken_ = channels_.study.refresh();
            if (overtaken_ || stop.stop_requested()) {
                throw Overtaken{};
            }
        };
        const Clock::time_point began = Clock::now();
        const StudySubject subject = study_.query.subjects[study_.answers.size()];
        StudyAnswer answer;
        try {
            answer = study_one(study_.query.kind, subject, between);
        } catch (const Overtaken&) {
            return true;
        } catch (const std::exception& error) {
            answer.problem = sentence_of(error);
        }
        answer.subject = subject;
        answer.seconds = std::chrono::duration<double>(Clock::now() - began).count();
        study_.answers.push_back(std::make_shared<const StudyAnswer>(std::move(answer)));
        StudyReply told = study_;
        channels_.study_reply.publish(told);
        if (wake_front_end_) {
            wake_front_end_();
        }
        return true;
    }

    StudyAnswer study_one(StudyKind kind, const StudySubject& subject,
                          const std::function<void()>& between) {
        StudyAnswer answer;
        const auto found = known_.find(subject.run);
        if (found == known_.end()) {
            answer.problem =
                "there is no run " + number_of(subject.run) + "; it may have been removed";
            return answer;
        }
        look_up(found->second);
        Known known = found->second; // which may go while other questions are served
        if (kind == StudyKind::kPath) {
            answer = study_path(
                memory_.epochs(subject.run, subject.epoch),
                [&](std::int32_t epoch) { return record_at(subject.run, known, epoch); }, between);
        } else if (const std::optional<Found> record = find_at(subject.run, subject.epoch, known)) {
            answer = study_weights(kind, known.config, record->record, pool_, between);
        } else {
            answer.problem = no_weights_of(subject.run, subject.epoch);
        }
        answer.life = known.life;
        return answer;
    }

    /// Those of exactly this epoch; they stay where they are. Null when they are not to be had.
    RecordedWeights record_at(RunId run, Known& known, std::int32_t epoch) {
        const std::optional<RecordedWeights> kept = memory_.at(run, epoch);
        if (kept && kept->epoch == epoch && kept->parameters != nullptr) {
            return *kept;
        }
        return fetch(known, epoch).value_or(RecordedWeights{epoch, nullptr});
    }

    static std::string no_weights_of(RunId run, std::int32_t epoch) {
        return "run " + number_of(run) + " has no recorded weights at epoch " +
               std::to_string(epoch) + " or before";
    }

    /// Measures a run that has ended with its final key frequencies, when its record is complete,
    /// and goes on answering meanwhile.
    void measure_finished(const std::stop_token& stop) {
        const RunId run = finished_.front();
        finished_.pop_front();
        const auto known = known_.find(run);
        if (!archive_ || known == known_.end()) {
            return;
        }
        try {
            const std::optional<std::int64_t> number = number_under(known->second);
            const auto go_on = [&] {
                while (!stop.stop_requested() && (serve() || study(stop))) {
                }
                return !stop.stop_requested();
            };
            if (!number || !archive_->measure_finished(*number, pool_, go_on)) {
                finished_.push_back(run); // it is still being written
            }
        } catch (const NotebookError& error) {
            if (error.may_pass()) { // it is being put back, say
                finished_.push_back(run);
            }
        } catch (const std::exception&) {
            return; // the record stays with the live frequencies' measures
        }
    }

    void drain() {
        while (std::optional<InspectItem> item = ring_.try_pop()) {
            std::visit([this](auto& body) { take(body); }, *item);
        }
    }

    void take(inspect_item::Made& made) {
        Known& known = known_[made.run];
        known.config = made.config;
        known.branch = made.branch;
    }

    void take(inspect_item::Resumed& resumed) {
        Known& known = known_[resumed.run];
        known.resumed = resumed;
        look_up(known);
    }

    /// Notes the weights that the archive has of a run that goes on. A program that begins with a
    /// record has no notebook in use yet when it tells of it: then with the next question.
    void look_up(Known& known) {
        if (!known.resumed || !archive_) {
            return;
        }
        try {
            known.place = archive_->place();
            for (const std::int32_t epoch : archive_->epochs(known.resumed->number)) {
                if (epoch <= known.resumed->epoch) { // what comes later is about to come again
                    memory_.note(known.resumed->run, epoch);
                }
            }
            known.number = known.resumed->number;
            known.resumed.reset();
        } catch (const std::exception&) {
            return; // the weights it goes on with are in memory
        }
    }

    void take(inspect_item::Reset& reset) {
        memory_.forget(reset.run);
        known_[reset.run].life = reset.life;
        known_[reset.run].number.reset(); // it gets a new one
        known_[reset.run].resumed.reset();
    }

    void take(inspect_item::Removed& removed) {
        memory_.forget(removed.run);
        known_.erase(removed.run);
        prepared_.remove_if([&](const Prepared& one) { return one.run == removed.run; });
    }

    void take(inspect_item::Finished& finished) { finished_.push_back(finished.run); }

    void take(inspect_item::Weights& weights) {
        memory_.add(weights.run, weights.epoch, std::move(weights.parameters));
    }

    InspectReply answer(const InspectQuery& query) {
        const Clock::time_point began = Clock::now();
        InspectReply reply;
        try {
            reply = inspect(query);
        } catch (const std::exception& error) {
            reply = {};
            reply.problem = sentence_of(error);
        } catch (...) {
            reply = {};
            reply.problem = "the weights could not be inspected for an unknown reason";
        }
        reply.query = query;
        reply.memory = memory_.facts();
        reply.milliseconds =
            std::chrono::duration<double, std::milli>(Clock::now() - began).count();
        return reply;
    }

    InspectReply inspect(const InspectQuery& query) {
        InspectReply reply;
        const auto known = known_.find(query.run);
        if (known == known_.end()) {
            reply.problem =
                "there is no run " + number_of(query.run) + "; it may have been removed";
            return reply;
        }
        const std::optional<Found> found = find_at(query.run, query.epoch, known->second);
        if (!found) {
            reply.problem = no_weights_of(query.run, query.epoch);
            return reply;
        }
        reply =
            inspector_of(query.run, known->second.config).answer(query, found->record.parameters);
        reply.life = known->second.life;
        reply.epoch = found->record.epoch;
        reply.from_notebook = found->from_archive;
        return reply;
    }

    /// The newest weights at the epoch of the question; the archive's where memory was thinned. It
    /// lacks those at which a run merely rested, and those that its byte budget leaves out.
    std::optional<Found> find_at(RunId run, std::int32_t epoch, Known& known) {
        look_up(known);
        const std::optional<RecordedWeights> record = memory_.at(run, epoch);
        std::optional<RecordedWeights> kept = memory_.in_memory_at(run, epoch);
        if (record && record->parameters == nullptr) {
            const std::optional<std::int32_t> newest = newest_archived(known, record->epoch);
            if (newest && (!kept || *newest > kept->epoch)) {
                if (std::optional<RecordedWeights> fetched = fetch(known, *newest)) {
                    memory_.add(run, *newest, fetched->parameters, fetched->exact);
                    return Found{std::move(*fetched), true};
                }
            }
        }
        return kept ? std::optional(Found{std::move(*kept), false}) : std::nullopt;
    }

    /// Of the epochs that the archive has, the newest up to `epoch`.
    std::optional<std::int32_t> newest_archived(Known& known, std::int32_t epoch) {
        if (!archive_) {
            return std::nullopt;
        }
        try {
            if (const std::optional<std::int64_t> number = number_under(known)) {
                const std::vector<std::int32_t> epochs = archive_->epochs(*number);
                const auto after = std::ranges::upper_bound(epochs, epoch);
                return after == epochs.begin() ? std::nullopt : std::optional(*std::prev(after));
            }
        } catch (const std::exception&) {
            return std::nullopt;
        }
        return std::nullopt;
    }

    /// Under which the archive has it now. Throws as the archive does.
    std::optional<std::int64_t> number_under(Known& known) {
        const std::uint64_t place = archive_->place();
        if (!known.number || known.place != place) {
            known.number = archive_->find(known.config, known.branch);
            known.place = place;
        }
        return known.number;
    }

    /// Nothing when there is no archive, or it cannot give them: what memory holds will do.
    std::optional<RecordedWeights> fetch(Known& known, std::int32_t epoch) {
        if (!archive_) {
            return std::nullopt;
        }
        try {
            if (const std::optional<std::int64_t> number = number_under(known)) {
                auto weights =
                    std::make_shared<const Parameters>(archive_->weights(*number, epoch));
                return RecordedWeights{epoch, std::move(weights),
                                       archive_->is_exact(*number, epoch)};
            }
        } catch (const std::exception&) {
            return std::nullopt;
        }
        return std::nullopt;
    }

    ModelInspector& inspector_of(RunId run, const RunConfig& config) {
        const auto found =
            std::ranges::find_if(prepared_, [&](const Prepared& one) { return one.run == run; });
        if (found != prepared_.end()) {
            prepared_.splice(prepared_.begin(), prepared_, found); // the newest first
        } else {
            if (prepared_.size() == kInspectorsKept) {
                prepared_.pop_back();
            }
            prepared_.push_front({run, std::make_unique<ModelInspector>(config, pool_)});
        }
        return *prepared_.front().inspector;
    }

    InspectChannels& channels_;
    std::function<void()> wake_front_end_;
    std::unique_ptr<WeightArchive> archive_;
    WeightMemory memory_;
    std::map<RunId, Known> known_;
    StudyReply study_;           ///< as far as it has come
    bool overtaken_ = false;     ///< a newer one was taken out of the channel
    std::deque<RunId> finished_; ///< runs to be measured with their final key frequencies
    WorkerPool pool_;
    std::list<Prepared> prepared_; // they use the pool
    SpscRing<InspectItem> ring_{kRingSlots};
    InspectRecorder recorder_;
    std::jthread thread_; // last: joined before anything it uses goes
};

Inspector::Inspector(InspectChannels& channels, InspectorOptions options)
    : impl_(std::make_unique<Impl>(channels, std::move(options))) {
}

Inspector::~Inspector() = default;

Recorder& Inspector::recorder() {
    return impl_->recorder();
}

} // namespace grokscope
