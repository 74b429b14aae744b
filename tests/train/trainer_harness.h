// The front end's side of a trainer, for tests: asks, drains, waits for what it expects.
// Threads: the test's only.
#pragma once

#include "engine/train/engine_parts.h"
#include "engine/train/trainer.h"
#include "tests/support/deadline.h"
#include "tests/train/fake_parts.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace grokscope::test {

/// Channels, a trainer behind them, and all that came through.
class TrainerHarness {
public:
    explicit TrainerHarness(EngineParts parts = fake_parts(), const ChannelSizes& sizes = {},
                            std::function<void()> wake = {}, int threads = 1, Workplace here = {})
        : channels_(sizes) {
        trainer_.emplace(channels_, std::move(parts),
                         TrainerOptions{.threads = threads,
                                        .wake_front_end = std::move(wake),
                                        .here = std::move(here)});
    }

    /// Sends a command without waiting; its number.
    std::uint64_t send(CommandBody body) {
        Command command{++last_number_, std::move(body)};
        EXPECT_TRUE(deadline_.wait_for([&] { return channels_.commands.try_push(command); }));
        channels_.ring_doorbell();
        return last_number_;
    }

    /// Sends a command and waits for its acknowledgement.
    Acknowledgement ask(CommandBody body) {
        const std::uint64_t number = send(std::move(body));
        EXPECT_TRUE(wait_for([&] { return answers.contains(number); }))
            << "command " << number << " was not acknowledged";
        return answers[number];
    }

    /// Drains the channels until the condition holds.
    template <typename Condition>
    [[nodiscard]] bool wait_for(Condition condition) {
        return deadline_.wait_for([&] {
            drain();
            return condition();
        });
    }

    [[nodiscard]] bool wait_for_state(RunId run, RunState state) {
        return wait_for([&] { return state_of(run) == state; });
    }

    /// The last state the run was said to have.
    [[nodiscard]] std::optional<RunState> state_of(RunId run) const {
        for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
            if (change->run == run) {
                return change->state;
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] std::vector<MetricSample> samples_of(RunId run) const {
        std::vector<MetricSample> result;
        for (const MetricSample& sample : samples) {
            if (sample.run == run) {
                result.push_back(sample);
            }
        }
        return result;
    }

    void drain() {
        while (std::optional<Event> event = channels_.events.try_pop()) {
            if (const auto* answer = std::get_if<Acknowledgement>(&*event)) {
                answers[answer->number] = *answer;
                answered.push_back(answer->number);
            } else if (auto* change = std::get_if<event::StateChanged>(&*event)) {
                changes.push_back(*change);
            } else if (auto* run = std::get_if<event::RunAdded>(&*event)) {
                added.push_back(*run);
            } else if (auto* mark = std::get_if<event::Mark>(&*event)) {
                marks.push_back(*mark);
            } else if (auto* reset = std::get_if<event::RunReset>(&*event)) {
                resets.push_back(reset->run);
            } else if (auto* moved = std::get_if<event::WorkplaceChanged>(&*event)) {
                moves.push_back(*moved);
            } else if (auto* workers = std::get_if<event::WorkersSet>(&*event)) {
                workers_set.push_back(*workers);
            }
        }
        while (std::optional<MetricSample> sample = channels_.metrics.try_pop()) {
            samples.push_back(*sample);
        }
        while (std::optional<Snapshot> snapshot = channels_.snapshots.try_pop()) {
            snapshots.push_back(std::move(*snapshot));
        }
        while (std::optional<ProgressRow> row = channels_.progress.try_pop()) {
            progress.push_back(std::move(*row));
        }
    }

    /// Ends the trainer's thread.
    void destroy_trainer() { trainer_.reset(); }

    [[nodiscard]] Channels& channels() { return channels_; }
    [[nodiscard]] const Deadline& deadline() const { return deadline_; }

    std::map<std::uint64_t, Acknowledgement> answers;
    std::vector<std::uint64_t> answered; ///< numbers in the order they came
    std::vector<event::StateChanged> changes;
    std::vector<event::RunAdded> added;
    std::vector<event::Mark> marks;
    std::vector<RunId> resets;
    std::vector<event::WorkplaceChanged> moves;
    std::vector<event::WorkersSet> workers_set;
    std::vector<MetricSample> samples;
    std::vector<Snapshot> snapshots;
    std::vector<ProgressRow> progress;

private:
    Deadline deadline_{std::chrono::seconds(60)};
    Channels channels_;
    std::uint64_t last_number_ = 0;
    std::optional<Trainer> trainer_; // last: gone before the channels
};

} // namespace grokscope::test
