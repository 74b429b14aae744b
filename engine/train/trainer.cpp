#include "engine/train/trainer.h"

#include "engine/compute/denormals.h"
#include "engine/compute/thread_priority.h"
#include "engine/compute/worker_pool.h"
#include "engine/protocol/error_text.h"
#include "engine/protocol/start_thread.h"
#include "engine/train/engine_parts.h"
#include "engine/train/hosted_run.h"
#include "engine/train/outbox.h"
#include "engine/train/recorder.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <set>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace grokscope {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double kSlowest = 0.01; // epochs per second
constexpr double kFastest = 1e6;

std::string unknown(RunId id) {
    std::string text = "there is no run ";
    text += std::to_string(static_cast<std::uint32_t>(id));
    return text + "; it may have been removed";
}

} // namespace

class Trainer::Impl {
public:
    Impl(Channels& channels, EngineParts parts, TrainerOptions options)
        : channels_(channels), parts_(std::move(parts)), pool_(options.threads),
          outbox_(channels, std::move(options.wake_front_end)), recorder_(options.recorder),
          here_(std::move(options.here)), keeps_states_(options.keeps_states),
          thread_(
              start_thread("the trainer", [this](const std::stop_token& stop) { work(stop); })) {}

private:
    void work(const std::stop_token& stop) {
        lower_thread_priority();
        flush_denormals();
        const std::stop_callback wake_up(stop, [this] { channels_.ring_doorbell(); });
        while (!stop.stop_requested()) {
            while (std::optional<Command> command = channels_.commands.try_pop()) {
                obey(*command);
            }
            const Clock::time_point now = Clock::now();
            if (HostedRun* run = recorder_is_behind() ? nullptr : next_in_turn(now)) {
                // What is computed again is no training to be watched: it goes as fast as it can.
                run->due = run->retraces() ? now : std::max(run->due + period_, now);
                run->train_one_epoch();
                outbox_.flush(Clock::now());
                flush_recorder();
            } else {
                outbox_.flush(now);
                rest(now);
            }
        }
        for (const auto& run : runs_) {
            run->leave_state();
        }
    }

    /// True when the recorder has passed on everything.
    bool flush_recorder() { return recorder_ == nullptr || recorder_->flush(); }

    bool recorder_is_behind() { return recorder_ != nullptr && recorder_->behind(); }

    /// Sleeps until a command comes, a run is due under the speed limit, or the outbox must be
    /// looked after; for ever when there is nothing to do.
    void rest(Clock::time_point now) {
        std::optional<Clock::time_point> until = outbox_.next_flush(now);
        const bool behind = recorder_is_behind();
        if (!flush_recorder() || behind) { // its reader tells nobody that it has made room
            until =
                std::min(until.value_or(now + Outbox::kWakeInterval), now + Outbox::kWakeInterval);
        }
        for (const auto& run : runs_) {
            if (run->is_running() && !behind) {
                until = until ? std::min(*until, run->due) : run->due;
            }
        }
        if (until) {
            channels_.doorbell.wait_until(*until);
        } else {
            channels_.doorbell.wait();
        }
    }

    /// The next run that may train an epoch now, in turn, so that all advance alike.
    HostedRun* next_in_turn(Clock::time_point now) {
        for (std::size_t tried = 0; tried < runs_.size(); ++tried) {
            turn_ = (turn_ + 1) % runs_.size();
            HostedRun& run = *runs_[turn_];
            if (run.is_running() && run.due <= now) {
                return &run;
            }
        }
        return nullptr;
    }

    void obey(const Command& command) {
        Refusal refusal;
        try {
            refusal =
                std::visit([this](const auto& body) { return carry_out(body); }, command.body);
        } catch (const std::exception& error) {
            refusal = sentence_of(error);
        }
        Acknowledgement answer{command.number, !refusal.has_value(), refusal.value_or("")};
        outbox_.send(std::move(answer));
    }

    Refusal carry_out(const command::AddRun& add) {
        if (Refusal refusal = refuse_used(add.run)) {
            return refusal;
        }
        std::string mistakes;
        for (const std::string& mistake : add.config.validate()) {
            mistakes += (mistakes.empty() ? "" : "; ") + mistake;
        }
        if (!mistakes.empty()) {
            return mistakes;
        }
        return host(add.run, add, add.start);
    }

    Refusal carry_out(const command::ResumeRun& resume) {
        if (Refusal refusal = refuse_used(resume.run)) {
            return refusal;
        }
        if (!resume.stored) {
            return "there is no recorded run to go on with";
        }
        return host(resume.run, *resume.stored, resume.start);
    }

    Refusal carry_out(const command::BranchRun& branch) {
        if (Refusal refusal = refuse_used(branch.run)) {
            return refusal;
        }
        if (!branch.from) {
            return "there are no recorded weights to branch from";
        }
        const HostedRun* original = branch.original ? find(*branch.original) : nullptr;
        return host(branch.run,
                    original == nullptr ? branch.from : on_the_way(*original, *branch.from),
                    branch.start);
    }

    /// The same fork, beginning with the nearest state of the original that is at hand.
    static std::shared_ptr<const BranchStart> on_the_way(const HostedRun& original,
                                                         const BranchStart& from) {
        auto nearer = std::make_shared<BranchStart>(from);
        const auto& legs = from.legs;
        const bool is_it =
            !legs.empty() && course_of(original.config()) == course_of(legs.back().config);
        auto state =
            is_it ? original.state_until(legs.back().until, from.config.stencil.depth()) : nullptr;
        const bool is_nearer = state != nullptr && (legs.size() != 1 || from.state == nullptr ||
                                                    from.state->epoch < state->epoch);
        if (is_nearer) {
            nearer->legs = {legs.back()};
            nearer->state = std::move(state);
        }
        return nearer;
    }

    Refusal refuse_used(RunId id) const {
        if (used_ids_.contains(id)) {
            return "a run " + std::to_string(static_cast<std::uint32_t>(id)) +
                   " exists already, or has existed; choose a new number";
        }
        return std::nullopt;
    }

    /// Makes a run of a configuration, of a recorded run or of recorded weights.
    template <typename Origin>
    Refusal host(RunId id, const Origin& origin, bool start) {
        used_ids_.insert(id);
        runs_.push_back(std::make_unique<HostedRun>(
            id, origin,
            HostedRun::Context{parts_, pool_, outbox_, recorder_, here_, keeps_states_}));
        if (start && runs_.back()->can_start()) {
            return runs_.back()->start();
        }
        return std::nullopt;
    }

    Refusal carry_out(const command::Start& start) {
        HostedRun* run = find(start.run);
        return run ? run->start() : Refusal(unknown(start.run));
    }

    Refusal carry_out(const command::Pause& pause) {
        HostedRun* run = find(pause.run);
        return run ? run->pause() : Refusal(unknown(pause.run));
    }

    Refusal carry_out(const command::StepEpochs& step) {
        HostedRun* run = find(step.run);
        return run ? run->step(step.epochs) : Refusal(unknown(step.run));
    }

    Refusal carry_out(const command::Reset& reset) {
        HostedRun* run = find(reset.run);
        if (!run) {
            return unknown(reset.run);
        }
        return run->reset();
    }

    Refusal carry_out(const command::SetMeasures& measures) {
        HostedRun* run = find(measures.run);
        if (!run) {
            return unknown(measures.run);
        }
        run->set_measures(measures.plan);
        return std::nullopt;
    }

    Refusal carry_out(const command::Remove& remove) {
        HostedRun* run = find(remove.run);
        if (!run) {
            return unknown(remove.run);
        }
        run->remove();
        std::erase_if(runs_, [&](const auto& hosted) { return hosted.get() == run; });
        return std::nullopt;
    }

    Refusal carry_out(const command::StartAll&) {
        bool any_running = false;
        for (const auto& run : runs_) {
            if (run->can_start()) {
                (void)run->start();
            }
            any_running = any_running || run->is_running();
        }
        return any_running ? std::nullopt
                           : Refusal("there is no run to start; add one, or reset one that ended");
    }

    Refusal carry_out(const command::PauseAll&) {
        for (const auto& run : runs_) {
            if (run->is_running()) {
                (void)run->pause();
            }
        }
        return std::nullopt;
    }

    Refusal carry_out(const command::SetSpeed& speed) {
        const double limit = speed.epochs_per_second;
        if (limit != 0 && !(limit >= kSlowest && limit <= kFastest)) {
            return "the speed limit must be 0 (none) or lie between 0.01 and 1000000 epochs per "
                   "second, got " +
                   config_detail::in_words(limit);
        }
        period_ = limit == 0 ? Clock::duration::zero()
                             : std::chrono::duration_cast<Clock::duration>(
                                   std::chrono::duration<double>(1 / limit));
        for (const auto& run : runs_) {
            run->due = {}; // an old, slower limit must not delay the next epoch
        }
        return std::nullopt;
    }

    Refusal carry_out(const command::SetWorkers& workers) {
        const int available = pool_.threads();
        if (workers.count < 0 || workers.count > available) {
            return "the number of training threads must lie between 1 and " +
                   std::to_string(available) + ", or be 0 for all of them, got " +
                   std::to_string(workers.count);
        }
        pool_.set_working(workers.count == 0 ? available : workers.count);
        outbox_.send(event::WorkersSet{pool_.working(), available});
        return std::nullopt;
    }

    HostedRun* find(RunId id) {
        const auto found =
            std::ranges::find_if(runs_, [&](const auto& run) { return run->id() == id; });
        return found == runs_.end() ? nullptr : found->get();
    }

    Channels& channels_;
    const EngineParts parts_;
    WorkerPool pool_;
    Outbox outbox_;
    Recorder* const recorder_;
    const Workplace here_;
    const bool keeps_states_;
    std::set<RunId> used_ids_;
    std::vector<std::unique_ptr<HostedRun>> runs_; // they refer to the members above
    std::size_t turn_ = 0;                         // who trained last
    Clock::duration period_{};                     // between two epochs of a run
    std::jthread thread_;                          // last: joined before anything it uses goes
};

Trainer::Trainer(Channels& channels, EngineParts parts, TrainerOptions options)
    : impl_(std::make_unique<Impl>(channels, std::move(parts), std::move(options))) {
}

Trainer::~Trainer() = default;

} // namespace grokscope
