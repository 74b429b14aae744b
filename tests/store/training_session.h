// A front end without a window: trains with a notebook what it is asked for.
#pragma once

#include "engine/store/notebook_store.h"
#include "engine/store/process_owner.h"
#include "engine/train/trainer.h"
#include "tests/support/deadline.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::store_test {

class TrainingSession {
public:
    TrainingSession(const std::string& file, EngineParts parts, int threads = 1,
                    bool keeps_states = false)
        : store_(options(file)) {
        trainer_.emplace(channels_, std::move(parts),
                         TrainerOptions{.threads = threads,
                                        .wake_front_end = {},
                                        .recorder = &store_.recorder(),
                                        .keeps_states = keeps_states});
    }

    void ask(CommandBody body) {
        Command command{++number_, std::move(body)};
        ASSERT_TRUE(channels_.commands.try_push(command));
        channels_.ring_doorbell();
    }
    /// The same; false when the run has not come to that state in time.
    [[nodiscard]] bool ask(CommandBody body, RunId run, RunState until = RunState::kFinished) {
        ask(std::move(body));
        return deadline_.wait_for([&] {
            drain();
            return state_.contains(run) && state_[run] == until;
        });
    }
    [[nodiscard]] bool wait_until_epoch(std::int32_t epoch) {
        return deadline_.wait_for([&] {
            drain();
            return !samples.empty() && samples.back().epoch >= epoch;
        });
    }
    [[nodiscard]] bool wait_for_state(RunState state) {
        return deadline_.wait_for([&] {
            drain();
            return last_state == state;
        });
    }
    [[nodiscard]] bool wait_for_states(std::size_t count) {
        return deadline_.wait_for([&] {
            drain();
            return states.size() >= count;
        });
    }
    /// Takes what has come so far.
    void drain() {
        while (auto event = channels_.events.try_pop()) {
            if (const auto* change = std::get_if<event::StateChanged>(&*event)) {
                take(*change);
            } else if (const auto* step = std::get_if<event::Retraced>(&*event)) {
                retraced.push_back(*step);
            } else if (const auto* run = std::get_if<event::RunAdded>(&*event)) {
                added.push_back(*run);
            } else if (std::holds_alternative<event::Mark>(*event)) {
                ++marks;
            }
        }
        while (auto sample = channels_.metrics.try_pop()) {
            samples.push_back(*sample);
        }
        while (channels_.snapshots.try_pop()) {
            ++snapshots;
        }
        while (channels_.progress.try_pop()) {
            ++rows;
        }
    }
    /// Ends as the program does.
    std::string end() {
        trainer_.reset();
        return store_.finish();
    }

    std::optional<RunState> last_state;
    std::vector<RunState> states; ///< of all runs, in order
    std::string last_text;
    std::map<RunId, std::string> text;
    std::vector<event::Retraced> retraced;
    std::vector<event::RunAdded> added;
    std::vector<MetricSample> samples;
    int marks = 0;
    int snapshots = 0;
    int rows = 0;

private:
    static WriterOptions options(const std::string& file) {
        WriterOptions result;
        result.file = file;
        result.owner = new_owner();
        return result;
    }
    void take(const event::StateChanged& change) {
        state_[change.run] = change.state;
        text[change.run] = change.text;
        last_state = change.state;
        states.push_back(change.state);
        last_text = change.text;
    }

    std::map<RunId, RunState> state_;
    test::Deadline deadline_;
    Channels channels_;
    NotebookStore store_;
    std::optional<Trainer> trainer_;
    std::uint64_t number_ = 0;
};

} // namespace grokscope::store_test
