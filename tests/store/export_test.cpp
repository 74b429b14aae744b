// What leaves the program: the bytes of the CSV, the content of the JSON.
#include "engine/store/export.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>
#include <limits>
#include <random>
#include <system_error>

namespace grokscope {
namespace {

RunRecord small_record() {
    RunRecord run;
    run.config.stencil = Stencil::of({-1, 0, 1});
    run.step_description = "fake \"step\"";
    run.state = RunState::kFinished;
    run.end_text = "it has trained all 20 epochs planned for it";
    run.epochs_trained = 20;
    for (const int epoch : {0, 10}) {
        MetricSample sample;
        sample.epoch = epoch;
        sample.train_loss = epoch == 0 ? 4.772990943248544 : 1e-7;
        sample.test_loss = 0.1;
        sample.train_accuracy = 1;
        sample.test_accuracy = 1.0 / 3;
        sample.mismatch[offset_slot(0)] = 0.018573680892586708;
        if (epoch > 0) {
            sample.mismatch[offset_slot(-1)] = 0.5;
            sample.mismatch[offset_slot(1)] = 2e-5;
        }
        sample.weight_sum_squares = 1779.084;
        sample.wall_seconds = epoch + 0.5;
        sample.cpu_seconds = epoch == 0 ? std::nan("") : epoch + 1.5;
        if (epoch > 0) {
            sample.mirrored_loss = 0.25;
            sample.new_loss = 12.5;
            sample.mirrored_accuracy = 1;
            sample.new_accuracy = 0.0625;
        }
        run.samples.push_back(sample);
    }
    run.marks.push_back({RunId{1}, MarkKind::kMemorised, 10});
    return run;
}

TEST(Export, CsvHasTheColumnsOfTheReferenceTracesFirst) {
    EXPECT_EQ(to_csv(small_record()),
              "epoch,train_loss,test_loss,train_acc,test_acc,mismatch_m1,mismatch_0,mismatch_p1,"
              "mirrored_loss,new_loss,mirrored_acc,new_acc\n"
              "0,4.772990943248544,0.1,1.0,0.3333333333333333,nan,0.018573680892586708,nan,"
              "nan,nan,nan,nan\n"
              "10,1e-07,0.1,1.0,0.3333333333333333,0.5,0.018573680892586708,2e-05,"
              "0.25,12.5,1.0,0.0625\n");
}

TEST(Export, CsvOfABaselineHasNoMismatch) {
    RunRecord run = small_record();
    run.config.stencil = {};
    run.samples.clear();
    EXPECT_EQ(to_csv(run), "epoch,train_loss,test_loss,train_acc,test_acc,"
                           "mirrored_loss,new_loss,mirrored_acc,new_acc\n");
}

TEST(Export, NumbersReadBackToTheSameBits) {
    std::mt19937_64 generator(1);
    int wrong = 0;
    int checked = 0;
    for (int i = 0; i < 100'000; ++i) {
        const auto value = std::bit_cast<double>(generator());
        if (!std::isfinite(value)) {
            continue;
        }
        const std::string text = shortest_text(value);
        double back = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), back);
        wrong += error != std::errc{} || end != text.data() + text.size() || back != value ? 1 : 0;
        ++checked;
    }
    EXPECT_EQ(wrong, 0);
    EXPECT_GT(checked, 90'000);
}

TEST(Export, NumbersLookAsPythonWritesThem) {
    EXPECT_EQ(shortest_text(0), "0.0");
    EXPECT_EQ(shortest_text(-0.0), "-0.0");
    EXPECT_EQ(shortest_text(1), "1.0");
    EXPECT_EQ(shortest_text(0.1), "0.1");
    EXPECT_EQ(shortest_text(0.0001), "0.0001");
    EXPECT_EQ(shortest_text(1e-5), "1e-05");
    EXPECT_EQ(shortest_text(3.3e-7), "3.3e-07");
    EXPECT_EQ(shortest_text(std::numeric_limits<double>::quiet_NaN()), "nan");
    EXPECT_EQ(shortest_text(-std::numeric_limits<double>::quiet_NaN()), "nan");
    EXPECT_EQ(shortest_text(std::numeric_limits<double>::infinity()), "inf");
}

TEST(Export, JsonHoldsEveryFigure) {
    HostFacts host;
    host.program_version = "1.2.3";
    host.processor = "a processor with a \x80 byte that is no UTF-8";
    host.threads = 2;
    const std::string text = to_json(small_record(), host);
    EXPECT_EQ(text.back(), '\n');
    const nlohmann::json json = nlohmann::json::parse(text);
    EXPECT_EQ(json["program"]["version"], "1.2.3");
    EXPECT_EQ(json["host"]["threads"], 2);
    EXPECT_EQ(json["config"]["seed"], 999);
    EXPECT_EQ(json["config"]["split_seed"], 999);
    EXPECT_EQ(json["config"]["stencil"], (std::vector<int>{-1, 0, 1}));
    EXPECT_EQ(json["config"]["control"], "none");
    EXPECT_EQ(json["config"]["train_pairs"], small_record().config.train_pairs());
    EXPECT_EQ(json["config"]["progress_every"], small_record().config.progress_every);
    EXPECT_EQ(json["run"]["step"], "fake \"step\"");
    EXPECT_EQ(json["run"]["state"], "finished");
    EXPECT_EQ(json["run"]["epochs_trained"], 20);
    ASSERT_EQ(json["marks"].size(), 1U);
    EXPECT_EQ(json["marks"][0]["kind"], "memorised");
    EXPECT_EQ(json["marks"][0]["epoch"], 10);
    const nlohmann::json& metrics = json["metrics"];
    EXPECT_EQ(metrics["epoch"], (std::vector<int>{0, 10}));
    EXPECT_EQ(metrics["train_loss"][0].get<double>(), 4.772990943248544);
    EXPECT_EQ(metrics["test_acc"][1].get<double>(), 1.0 / 3);
    EXPECT_TRUE(metrics["mismatch_m1"][0].is_null()) << "missing, not zero";
    EXPECT_EQ(metrics["mismatch_m1"][1].get<double>(), 0.5);
    EXPECT_EQ(metrics["wall_seconds"][1].get<double>(), 10.5);
    EXPECT_TRUE(metrics["cpu_seconds"][0].is_null());
    EXPECT_EQ(metrics["cpu_seconds"][1].get<double>(), 11.5);
    EXPECT_EQ(metrics["weight_sum_squares"].size(), 2U);
    EXPECT_TRUE(metrics["mirrored_acc"][0].is_null() && metrics["new_loss"][0].is_null());
    EXPECT_EQ(metrics["mirrored_loss"][1].get<double>(), 0.25);
    EXPECT_EQ(metrics["new_loss"][1].get<double>(), 12.5);
    EXPECT_EQ(metrics["mirrored_acc"][1].get<double>(), 1);
    EXPECT_EQ(metrics["new_acc"][1].get<double>(), 0.0625);
    EXPECT_TRUE(json["progress"].is_array());
}

TEST(Export, JsonTellsWhetherAGrokLasts) {
    RunRecord run = small_record();
    run.samples.clear();
    for (std::int32_t epoch = 0; epoch <= 3000; epoch += 10) {
        MetricSample sample;
        sample.epoch = epoch;
        sample.train_accuracy = 1;
        sample.test_accuracy = epoch == 1630 || epoch >= 1950 ? 1 : 0.5;
        run.samples.push_back(sample);
    }
    const nlohmann::json about = nlohmann::json::parse(to_json(run, {}))["run"];
    EXPECT_EQ(about["grok_epoch"], 1630);
    EXPECT_EQ(about["stable_grok"], 1950);
    EXPECT_EQ(about["times_lost"], 1);
    EXPECT_TRUE(nlohmann::json::parse(to_json(small_record(), {}))["run"]["grok_epoch"].is_null());
}

TEST(Export, JsonTellsALateAlarmFromAnEarlyOne) {
    RunRecord run = small_record();
    run.marks = {{RunId{1}, MarkKind::kCommutatorAlarm, 1500},
                 {RunId{1}, MarkKind::kGrokked, 1630},
                 {RunId{1}, MarkKind::kSeparationAlarm, 2400}};
    const nlohmann::json marks = nlohmann::json::parse(to_json(run, {}))["marks"];
    EXPECT_EQ(marks[0]["late"], false);
    EXPECT_FALSE(marks[1].contains("late"));
    EXPECT_EQ(marks[2]["late"], true);
}

} // namespace
} // namespace grokscope
