// A context whose trainer is the test: events go in, commands come out.
#pragma once

#include "tests/ui/fake_engine.h"
#include "ui/core/action_context.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace grokscope::ui {

class ActionTest : public testing::Test {
protected:
    RunId add(const RunConfig& config, RunState state = RunState::kIdle, int samples = 0) {
        const RunId id = commands.new_run_id();
        push(event::RunAdded{id, config, "made up"});
        for (int i = 0; i < samples; ++i) {
            EXPECT_TRUE(
                channels.metrics.try_push(fake::sample_at(id, config, i * config.eval_every)));
        }
        EXPECT_TRUE(book.drain(channels));
        push(event::StateChanged{id, state, samples * config.eval_every, {}});
        EXPECT_TRUE(book.drain(channels));
        if (!view.selected) {
            view.selected = id;
        }
        return id;
    }
    /// A recording of so many evaluations.
    RunId add_recorded(const RunConfig& config, int samples) {
        const RunId id = commands.new_run_id();
        event::RunAdded added{id, config, "made up"};
        added.recorded = true;
        push(added);
        for (int i = 0; i < samples; ++i) {
            EXPECT_TRUE(
                channels.metrics.try_push(fake::sample_at(id, config, i * config.eval_every)));
        }
        push(event::StateChanged{id, RunState::kPaused, samples * config.eval_every, {}});
        EXPECT_TRUE(book.drain(channels));
        return id;
    }
    void push(Event event) { EXPECT_TRUE(channels.events.try_push(std::move(event))); }
    void mark(RunId id, MarkKind kind, int epoch) {
        push(event::Mark{id, kind, epoch});
        EXPECT_TRUE(book.drain(channels));
    }
    /// Bodies of the commands sent since the last call.
    std::vector<CommandBody> sent() {
        std::vector<CommandBody> bodies;
        for (Command& command : commands.take_sent()) {
            bodies.push_back(std::move(command.body));
        }
        return bodies;
    }
    [[nodiscard]] ActionContext context() { return {book, view, commands}; }

    Channels channels;
    RunBook book;
    ViewState view;
    CommandSink commands;
};

} // namespace grokscope::ui
