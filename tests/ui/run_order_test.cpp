// In which order runs are listed, and when that order may change.
#include "ui/core/run_order.h"

#include "tests/ui/fake_engine.h"
#include "ui/core/arrange.h"
#include "ui/core/view_settings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace grokscope::ui {
namespace {

using Order = std::vector<int>;

/// Five runs: 1 a baseline, 2 [-1,+1], 3 [0], 4 a baseline of another seed, 5 [+1] without figures.
struct Listed : testing::Test {
    Channels channels;
    RunBook book;
    ViewState view;

    Listed() {
        add(1, {}, 999, 300, 0.30, 5000);
        add(2, {-1, 1}, 999, 500, 0.90, 2000);
        add(3, {0}, 999, 400, 0.60, 2500);
        add(4, {}, 7, 200, 0.60, 0);
        add(5, {1}, 999, -1, 0, 0);
        (void)book.drain(channels);
        view.selected = RunId{2};
    }

    void add(std::uint32_t id, const std::vector<int>& offsets, std::uint32_t seed, int epoch,
             double accuracy, int grokked) {
        RunConfig config;
        config.stencil = Stencil::of(offsets);
        config.seed = seed;
        EXPECT_TRUE(channels.events.try_push(event::RunAdded{RunId{id}, config, "made up"}));
        if (epoch >= 0) {
            push(id, epoch, accuracy);
        }
        if (grokked > 0) {
            EXPECT_TRUE(
                channels.events.try_push(event::Mark{RunId{id}, MarkKind::kGrokked, grokked}));
        }
    }
    void push(std::uint32_t id, int epoch, double accuracy) {
        MetricSample sample = fake::sample_at(RunId{id}, {}, epoch);
        sample.test_accuracy = accuracy;
        EXPECT_TRUE(channels.metrics.try_push(sample));
    }
    [[nodiscard]] static Order numbers(const std::vector<RunId>& ids) {
        Order result;
        for (const RunId id : ids) {
            result.push_back(static_cast<int>(id));
        }
        return result;
    }
    [[nodiscard]] Order by(RunOrder order, bool reversed = false) {
        view.arrangement.sorting = {order, reversed};
        return numbers(sorted_runs(book, view));
    }
    [[nodiscard]] Order listed() const {
        Order result;
        for (const RunRecord* run : listed_runs(book, view)) {
            result.push_back(static_cast<int>(run->id));
        }
        return result;
    }
};

TEST_F(Listed, EveryFigureOrdersThemBestFirstAndTheOtherWayRound) {
    EXPECT_EQ(by(RunOrder::kMade), (Order{1, 2, 3, 4, 5}));
    EXPECT_EQ(by(RunOrder::kMade, true), (Order{5, 4, 3, 2, 1}));
    EXPECT_EQ(by(RunOrder::kSeed), (Order{4, 1, 2, 3, 5})) << "equal ones as they were made";
    EXPECT_EQ(by(RunOrder::kSeed, true), (Order{1, 2, 3, 5, 4}));
    EXPECT_EQ(by(RunOrder::kEpoch), (Order{2, 3, 1, 4, 5}));
    EXPECT_EQ(by(RunOrder::kTest), (Order{2, 3, 4, 1, 5}));
    EXPECT_EQ(by(RunOrder::kGrok), (Order{2, 3, 1, 4, 5}));
}

TEST_F(Listed, RunsWithoutTheFigureComeLastEitherWay) {
    EXPECT_EQ(by(RunOrder::kGrok, true), (Order{1, 3, 2, 4, 5}));
    EXPECT_EQ(by(RunOrder::kTest, true), (Order{1, 3, 4, 2, 5}));
    EXPECT_EQ(by(RunOrder::kSpeedUp), (Order{2, 3, 1, 4, 5}));
    EXPECT_EQ(by(RunOrder::kSpeedUp, true), (Order{3, 2, 1, 4, 5}));
}

TEST_F(Listed, NamesGoFromTheBaselineToTheLargestStencilAndTheUsersCount) {
    EXPECT_EQ(by(RunOrder::kName), (Order{4, 1, 5, 3, 2}));
    view.arrangement.looks[RunId{3}].name = "[+0]";
    EXPECT_EQ(by(RunOrder::kName), (Order{4, 1, 3, 5, 2}));
}

TEST_F(Listed, TestAccuracyIsThatOfTheCursorsEpochAsTheListShowsIt) {
    push(1, 700, 0.99);
    (void)book.drain(channels);
    EXPECT_EQ(by(RunOrder::kTest), (Order{2, 3, 4, 1, 5})) << "the selected run stands at 500";
    view.selected = RunId{1};
    EXPECT_EQ(by(RunOrder::kTest), (Order{1, 2, 3, 4, 5}));
    view.cursor.hold(350);
    EXPECT_EQ(by(RunOrder::kTest), (Order{4, 1, 2, 3, 5})) << "at 350, runs 2 and 3 have nothing";
}

TEST_F(Listed, FiguresMoveRowsAtMostOnceASecondAndNeverUnderTheMouse) {
    view.arrangement.sorting.by = RunOrder::kEpoch;
    order_runs(book, view, 10);
    EXPECT_EQ(listed(), (Order{2, 3, 1, 4, 5}));
    push(4, 900, 0.7);
    (void)book.drain(channels);
    EXPECT_EQ(order_runs(book, view, 10.5), 11) << "wants to be asked again then";
    EXPECT_EQ(listed(), (Order{2, 3, 1, 4, 5}));
    view.over_run_list = true;
    order_runs(book, view, 12);
    EXPECT_EQ(listed(), (Order{2, 3, 1, 4, 5}));
    view.over_run_list = false;
    EXPECT_EQ(order_runs(book, view, 12.1), kNever);
    EXPECT_EQ(listed(), (Order{4, 2, 3, 1, 5}));
    EXPECT_EQ(order_runs(book, view, 12.2), kNever);
}

TEST_F(Listed, AChoiceAndRunsThatComeOrGoTakeEffectAtOnceUnderTheMouseToo) {
    order_runs(book, view, 10);
    view.over_run_list = true;
    view.arrangement.sorting.by = RunOrder::kGrok;
    order_runs(book, view, 10.01);
    EXPECT_EQ(listed(), (Order{2, 3, 1, 4, 5}));
    add(6, {-1}, 999, 100, 0.1, 1000);
    (void)book.drain(channels);
    EXPECT_EQ(listed().back(), 6) << "not ordered yet, but not missing either";
    order_runs(book, view, 10.02);
    EXPECT_EQ(listed(), (Order{6, 2, 3, 1, 4, 5}));
    book.set_aside(std::vector{RunId{2}});
    EXPECT_EQ(listed(), (Order{6, 3, 1, 4, 5}));
    order_runs(book, view, 10.03);
    EXPECT_EQ(listed(), (Order{6, 3, 1, 4, 5}));
}

TEST(RunSorting, IsUndoneAndKeptInTheSettings) {
    ViewState view;
    view.history.observe(view.arrangement);
    view.arrangement.sorting = {RunOrder::kSpeedUp, true};
    const std::string kept = settings_text(view);
    EXPECT_TRUE(undo(view));
    EXPECT_EQ(view.arrangement.sorting, RunSorting{});
    EXPECT_TRUE(redo(view));
    EXPECT_EQ(view.arrangement.sorting, (RunSorting{RunOrder::kSpeedUp, true}));
    ViewState other;
    take_settings(kept, other);
    EXPECT_EQ(other.arrangement.sorting, (RunSorting{RunOrder::kSpeedUp, true}));
    take_settings(R"({"runs_by": "beauty", "runs_reversed": 3})", other);
    EXPECT_EQ(other.arrangement.sorting, (RunSorting{RunOrder::kSpeedUp, true}))
        << "nonsense changes nothing";
}

} // namespace
} // namespace grokscope::ui
