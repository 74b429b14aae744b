#include "tests/ui/courses.h"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <utility>

namespace grokscope::ui::testing {

namespace {

/// One of tests/train/series.
std::vector<MetricSample> recorded(const std::string& name) {
    std::ifstream file(std::string(GROKSCOPE_SERIES) + "/" + name + ".csv");
    std::vector<MetricSample> samples;
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        std::istringstream cells(line);
        MetricSample sample;
        char comma = 0;
        cells >> sample.epoch >> comma >> sample.train_accuracy >> comma >> sample.test_accuracy >>
            comma >> sample.test_loss;
        samples.push_back(sample);
    }
    EXPECT_GE(samples.size(), 100U) << name;
    return samples;
}

/// The same with both parts of the unseen sums: those whose mirror was trained on are right from
/// `order` on, the others from `sums` on.
std::vector<MetricSample> in_parts(std::vector<MetricSample> samples, std::int32_t order,
                                   std::int32_t sums) {
    for (MetricSample& sample : samples) {
        sample.mirrored_accuracy = sample.epoch < order ? .3 : 1;
        sample.new_accuracy = sample.epoch < sums ? .01 : 1;
    }
    return samples;
}

/// The same without those figures up to `epoch`, as a record that an older version began has them.
std::vector<MetricSample> whole_until(std::int32_t epoch, std::vector<MetricSample> samples) {
    for (MetricSample& sample : samples) {
        if (sample.epoch <= epoch) {
            sample.mirrored_accuracy = std::numeric_limits<double>::quiet_NaN();
            sample.new_accuracy = std::numeric_limits<double>::quiet_NaN();
        }
    }
    return samples;
}

} // namespace

RunConfig settings(int p, double fraction, const Stencil& stencil) {
    RunConfig config;
    config.p = p;
    config.train_fraction = fraction;
    config.stencil = stencil;
    return config;
}

std::vector<MetricSample> lines(const std::vector<Key>& keys) {
    std::vector<MetricSample> samples;
    for (std::size_t i = 0; i + 1 < keys.size(); ++i) {
        const Key& from = keys[i];
        const Key& to = keys[i + 1];
        for (std::int32_t epoch = from.epoch; epoch < to.epoch || i + 2 == keys.size();
             epoch += 10) {
            const double share = static_cast<double>(epoch - from.epoch) / (to.epoch - from.epoch);
            if (share > 1) {
                break;
            }
            MetricSample sample;
            sample.epoch = epoch;
            sample.train_accuracy = from.train + share * (to.train - from.train);
            sample.test_accuracy = from.test + share * (to.test - from.test);
            sample.test_loss = from.test_loss + share * (to.test_loss - from.test_loss);
            samples.push_back(sample);
        }
    }
    return samples;
}

std::vector<MetricSample> lost_and_regained() {
    return lines({{0, .017, .017, 4},
                  {120, 1, .43, 6},
                  {480, 1, .5, 3},
                  {900, 1, .99, .1},
                  {1240, 1, 1, .01},
                  {1250, 1, .866, .8},
                  {1270, 1, .95, .3},
                  {1280, 1, 1, .02},
                  {3000, 1, 1, .001}});
}

std::vector<Course> courses() {
    const Stencil full = Stencil::of({-1, 0, 1});
    RunConfig frozen = settings(113, .3, full);
    frozen.control = Control::kFrozenProbe;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<MetricSample> half_first = lines({{0, .017, .017, 4},
                                                        {120, 1, .43, 6},
                                                        {700, 1, .5, 5},
                                                        {900, 1, .995, .1},
                                                        {1200, 1, 1, .01}});
    return {
        {"slow", settings(113, .3),
         lines({{0, .008, .008, 4.7},
                {50, .08, .005, 5.4},
                {150, 1, .04, 12},
                {2000, 1, .05, 20},
                {4000, 1, .08, 9},
                {4600, 1, .45, 4},
                {5130, 1, .99, .05},
                {7000, 1, 1, .001}}),
         RunState::kFinished},
        {"lost and regained", settings(59, .5, full), lost_and_regained(), RunState::kPaused},
        {"half of it at once", settings(59, .5),
         lines({{0, .017, .017, 4}, {120, 1, .43, 6}, {600, 1, .5, 5}}), RunState::kRunning},
        {"control that never groks", frozen,
         lines({{0, .008, .008, 4.7}, {150, 1, .03, 12}, {3000, 1, .06, 20}}), RunState::kFinished},
        {"fails while memorising", settings(113, .3),
         lines({{0, .008, .008, 4.7}, {100, .5, .02, 8}}), RunState::kFailed},
        {"fails before its first figures", settings(113, .3), {}, RunState::kFailed},
        {"guesses for ever", settings(113, .3),
         lines({{0, .008, .008, 4.7}, {400, .009, .009, 4.7}}), RunState::kFinished},
        {"small p", settings(11, .4),
         lines({{0, .09, .09, 2.4}, {60, 1, .2, 4}, {300, 1, .3, 4}, {400, 1, 1, .01}}),
         RunState::kPaused},
        {"forgets what it had memorised", settings(113, .3),
         lines({{0, .01, .01, 5}, {150, 1, .03, 12}, {300, .7, .03, 12}, {500, 1, .04, 12}}),
         RunState::kPaused},
        {"loses all of it", settings(59, .5),
         lines({{0, .017, .017, 4},
                {300, 1, .99, .1},
                {400, 1, 1, .1},
                {500, 1, .2, 5},
                {900, 1, .1, 6}}),
         RunState::kFinished},
        {"loses all of it and may go on", settings(59, .5, full),
         lines({{0, .017, .017, 4}, {300, 1, .99, .1}, {400, 1, 1, .1}, {500, 1, .2, 5}}),
         RunState::kPaused},
        {"most of it comes back", settings(59, .5),
         lines({{0, .017, .017, 4},
                {300, 1, 1, .1},
                {400, 1, .6, 1},
                {500, 1, .95, .3},
                {900, 1, .96, .3}}),
         RunState::kFinished},
        {"wavers", settings(59, .5),
         lines({{0, .017, .017, 4},
                {300, 1, 1, .1},
                {400, 1, .95, .3},
                {450, .97, 1, .1},
                {500, 1, 1, .1}}),
         RunState::kPaused},
        {"learns both at once", settings(59, .8),
         lines({{0, .017, .017, 4}, {300, .98, .9, .5}, {400, 1, 1, .01}}), RunState::kPaused},
        {"figures that are none", settings(59, .5),
         lines({{0, .017, .017, 4},
                {50, nan, .1, 4},
                {100, nan, nan, 4},
                {200, .5, .5, 3},
                {210, .5, .5, 3}}),
         RunState::kPaused},
        {"order before sums", settings(59, .5), in_parts(half_first, 130, 800), RunState::kPaused},
        {"order while little is right", settings(113, .3),
         in_parts(lines({{0, .008, .008, 4.7}, {150, 1, .03, 12}, {900, 1, .09, 5}}), 300, 2000),
         RunState::kRunning},
        {"order with sums", settings(59, .5), in_parts(half_first, 800, 800), RunState::kPaused},
        {"order learnt unseen", settings(59, .5), whole_until(500, in_parts(half_first, 130, 800)),
         RunState::kPaused},
        {"branch", settings(113, .3),
         lines({{0, 1, .995, .05}, {1200, 1, 1, .01}, {1210, 1, 1, .01}}), RunState::kPaused, true},
        {"fork", settings(113, .3), lines({{300, 1, .1, 5}, {1200, 1, 1, .01}}), RunState::kPaused,
         true, true},
        {"fork, retracing", settings(113, .3), lines({{300, 1, .1, 5}, {900, 1, .1, 5}}),
         RunState::kPaused, true, true, true},
        {"recorded baseline", settings(113, .3), recorded("seed999_baseline"), RunState::kFinished},
        {"recorded stencil", settings(113, .3, full), recorded("seed999_full"), RunState::kPaused},
    };
}

Stage::Stage(const Course& course) : course_(course) {
    push(event::RunAdded{
        kRun, course.config, "made up", false,
        course.branch ? std::optional(BranchPoint{"another", 300, course.fork ? "decay 0" : ""})
                      : std::nullopt});
    if (course.retraced) {
        push(event::Retraced{kRun, 25, 300});
    }
    view.selected = kRun;
}

void Stage::set(RunState state) {
    push(event::StateChanged{kRun, state, 0, {}});
}

void Stage::add(const MetricSample& sample) {
    MetricSample own = sample;
    own.run = kRun;
    for (const event::Mark& mark : milestones_.observe(own)) {
        push(mark);
    }
    EXPECT_TRUE(channels_.metrics.try_push(own));
    (void)book.drain(channels_);
}

void Stage::add_all() {
    for (const MetricSample& sample : course_.samples) {
        add(sample);
    }
    set(course_.end);
}

void Stage::push(Event event) {
    EXPECT_TRUE(channels_.events.try_push(std::move(event)));
    (void)book.drain(channels_);
}

} // namespace grokscope::ui::testing
