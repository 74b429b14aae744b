#include "engine/lab/laboratory.h"

#include "engine/compute/denormals.h"
#include "engine/compute/thread_priority.h"
#include "engine/compute/worker_pool.h"
#include "engine/lab/lab_recorder.h"
#include "engine/lab/record_meter.h"
#include "engine/protocol/error_text.h"
#include "engine/protocol/start_thread.h"
#include "engine/store/notebook_follower.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <map>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

using Clock = std::chrono::steady_clock;

/// Items the trainer may be ahead; nothing is lost at any size.
constexpr std::size_t kRingSlots = 1024;
/// Until it looks again for weights that are about to be written, or after a failure.
constexpr std::chrono::milliseconds kLookAgain{500};
/// Until it tries again to hand over what found a ring full.
constexpr std::chrono::milliseconds kRoomAgain{16};

} // namespace

class Laboratory::Impl {
public:
    Impl(LaboratoryChannels& channels, LaboratoryOptions options)
        : channels_(channels), wake_front_end_(std::move(options.wake_front_end)),
          notebook_(std::move(options.in_use), std::move(options.owner)), pool_(options.threads),
          recorder_(ring_, channels.doorbell),
          thread_(start_thread("the laboratory",
                               [this](const std::stop_token& stop) { work(stop); })) {}

    [[nodiscard]] Recorder& recorder() { return recorder_; }

private:
    /// What is known of a run.
    struct Known {
        RunConfig config;
        std::optional<BranchPoint> branch;
        std::uint32_t life = 0;
        std::string uuid; ///< empty until it is known under which the run is recorded
        /// Of the newest weights that are due, in this process; -1 before it trains here.
        std::int32_t trained = -1;
        std::map<std::string, InstrumentStanding> standings;
        std::unique_ptr<RecordMeter> meter;
    };
    /// A whole record that is being measured.
    struct Whole {
        RunId run{};
        MeasurePlan plan;
        std::int64_t done = 0;
    };

    void work(const std::stop_token& stop) {
        lower_thread_priority_most();
        flush_denormals();
        const std::stop_callback wake_up(stop, [this] { channels_.doorbell.ring(); });
        while (!stop.stop_requested()) {
            drain();
            bool measured = false;
            bool wait_for_weights = false;
            try {
                measured = measure_one(stop, wait_for_weights);
                problem_.clear();
            } catch (const std::exception& error) {
                problem_ = sentence_of(error);
                wait_for_weights = true;
            }
            publish();
            if (measured) {
                continue;
            }
            if (wait_for_weights) {
                channels_.doorbell.wait_until(Clock::now() + kLookAgain);
            } else {
                channels_.doorbell.wait();
            }
        }
    }

    // ------------------------------------------------------------------------ what comes in

    void drain() {
        while (std::optional<LabItem> item = ring_.try_pop()) {
            std::visit([this](auto& body) { take(body); }, *item);
        }
        while (std::optional<LabRequest> request = channels_.requests.try_pop()) {
            std::visit([this](auto& body) { take(body); }, *request);
        }
    }

    void take(lab_item::Made& made) {
        Known& known = known_[made.run];
        known.config = std::move(made.config);
        known.branch = made.branch;
    }
    void take(lab_item::Resumed& resumed) { known_[resumed.run].uuid = std::move(resumed.uuid); }
    void take(lab_item::Reset& reset) {
        Known& known = known_[reset.run];
        known.life = reset.life;
        known.uuid.clear(); // it gets a new one
        known.trained = -1;
        known.standings.clear();
        known.meter.reset();
    }
    void take(lab_item::Removed& removed) {
        known_.erase(removed.run);
        if (whole_ && whole_->run == removed.run) {
            whole_.reset();
        }
    }
    void take(lab_item::Plan& plan) { known_[plan.run].config.measure = std::move(plan.plan); }
    void take(const lab_item::Trained& trained) { known_[trained.run].trained = trained.epoch; }
    void take(lab_request::MeasureRecord& request) {
        whole_ = Whole{request.run, std::move(request.plan)};
    }
    void take(const lab_request::StopMeasuring&) { whole_.reset(); }

    // ---------------------------------------------------------------------------- measuring

    /// The recorded run; nothing while the notebook does not have it yet.
    std::optional<StoredRunId> number_of(Known& known) {
        if (known.uuid.empty()) {
            const std::optional<StoredRunId> found = notebook_.find(known.config, known.branch);
            if (!found) {
                return std::nullopt;
            }
            known.uuid = notebook_.reading().run(*found).uuid;
        }
        return notebook_.reading().find(known.uuid);
    }

    /// Makes the earliest reading that is due of any run, else one of a record that is asked for.
    /// False when there is none; `wait` then tells that weights are about to be recorded.
    bool measure_one(const std::stop_token& stop, bool& wait) {
        Known* first = nullptr;
        RunId first_run{};
        RecordMeter::Due due;
        for (auto& [run, known] : known_) {
            if (known.trained < 0 || known.config.measure.empty()) {
                continue;
            }
            const std::optional<StoredRunId> number = number_of(known);
            if (!number) {
                wait = true;
                continue;
            }
            const RecordMeter::Agenda agenda =
                meter_of(known).agenda(notebook_.reading(), *number, known.config.measure);
            note(run, known, agenda);
            wait = wait || agenda.newest_weights < known.trained;
            if (!agenda.due.empty() && (first == nullptr || agenda.due.front().epoch < due.epoch)) {
                first = &known;
                first_run = run;
                due = agenda.due.front();
            }
        }
        if (first == nullptr) {
            return measure_whole(stop);
        }
        make(first_run, *first, due, stop);
        return true;
    }

    /// One reading of the record that is asked for.
    bool measure_whole(const std::stop_token& stop) {
        const auto known = whole_ ? known_.find(whole_->run) : known_.end();
        if (known == known_.end()) {
            whole_.reset();
            return false;
        }
        const std::optional<StoredRunId> number = number_of(known->second);
        const RecordMeter::Agenda agenda =
            number ? meter_of(known->second).agenda(notebook_.reading(), *number, whole_->plan)
                   : RecordMeter::Agenda();
        whole_left_ = static_cast<std::int64_t>(agenda.due.size());
        if (agenda.due.empty()) {
            whole_.reset();
            return false;
        }
        make(known->first, known->second, agenda.due.front(), stop);
        ++whole_->done;
        --whole_left_;
        return true;
    }

    RecordMeter& meter_of(Known& known) {
        if (!known.meter) {
            known.meter = std::make_unique<RecordMeter>(known.config, pool_);
        }
        return *known.meter;
    }

    void make(RunId run, Known& known, const RecordMeter::Due& due, const std::stop_token& stop) {
        const StoredRunId number = number_of(known).value();
        std::optional<Reading> reading = meter_of(known).measure(notebook_.reading(), number, due);
        if (!reading) {
            return;
        }
        Notebook writing = notebook_.opened_for_writing();
        const auto alarms = RecordMeter::keep(writing, number, *reading);
        reading->run = run;
        reading->life = known.life;
        InstrumentStanding& standing = known.standings[reading->instrument];
        ++standing.made;
        standing.seconds += reading->seconds;
        standing.newest = std::max(standing.newest, reading->epoch);
        hand_over(channels_.readings, std::move(*reading), stop);
        if (alarms) {
            RunAlarms all{run, {}, known.life};
            for (const StoredMark& alarm : *alarms) {
                all.marks.push_back({run, alarm.kind, alarm.epoch});
            }
            hand_over(channels_.alarms, std::move(all), stop);
        }
    }

    /// Waits for room, which only this thread suffers from.
    template <typename Value>
    void hand_over(SpscRing<Value>& ring, Value value, const std::stop_token& stop) {
        while (!ring.try_push(value) && !stop.stop_requested()) {
            if (wake_front_end_) {
                wake_front_end_();
            }
            std::this_thread::sleep_for(kRoomAgain); // the reader tells nobody that it made room
        }
    }

    /// How far behind each instrument of the plan is.
    static void note(RunId run, Known& known, const RecordMeter::Agenda& agenda) {
        for (auto& [name, standing] : known.standings) {
            standing.waiting = 0;
            standing.refused = 0;
        }
        for (const auto& [name, every] : known.config.measure.entries()) {
            InstrumentStanding& standing = known.standings[name];
            standing.run = run;
            standing.instrument = name;
            standing.waiting = std::ranges::count_if(agenda.due, [&](const RecordMeter::Due& due) {
                return due.instrument->id == name;
            });
            const std::int32_t unwritten = known.trained - agenda.newest_weights;
            standing.waiting += unwritten > 0 ? (unwritten + every - 1) / every : 0;
            const auto refused = agenda.refused.find(name);
            standing.refused = refused == agenda.refused.end() ? 0 : refused->second;
        }
    }

    void publish() {
        LaboratoryStatus status;
        for (auto& [run, known] : known_) {
            for (auto& [name, standing] : known.standings) {
                standing.run = run;
                standing.instrument = name;
                status.standings.push_back(standing);
            }
        }
        status.problem = problem_;
        if (whole_) {
            status.whole_run = whole_->run;
            status.whole_done = whole_->done;
            status.whole_of = whole_->done + whole_left_;
        }
        channels_.status.publish(status);
        if (wake_front_end_) {
            wake_front_end_();
        }
    }

    LaboratoryChannels& channels_;
    std::function<void()> wake_front_end_;
    NotebookFollower notebook_;
    WorkerPool pool_;
    std::map<RunId, Known> known_; // their meters use the pool
    std::optional<Whole> whole_;
    std::int64_t whole_left_ = 0;
    std::string problem_;
    SpscRing<LabItem> ring_{kRingSlots};
    LabRecorder recorder_;
    std::jthread thread_; // last: joined before anything it uses goes
};

Laboratory::Laboratory(LaboratoryChannels& channels, LaboratoryOptions options)
    : impl_(std::make_unique<Impl>(channels, std::move(options))) {
}

Laboratory::~Laboratory() = default;

Recorder& Laboratory::recorder() {
    return impl_->recorder();
}

} // namespace grokscope
