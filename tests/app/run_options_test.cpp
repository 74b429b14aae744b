// The options of a run: each setting's, with what help says of it, from the one table.
#include "app/options/options.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <variant>
#include <vector>

namespace grokscope {
namespace {

std::string text_of(const std::vector<std::string>& arguments) {
    const Invocation invocation = parse_command_line(arguments);
    return std::get<PrintText>(invocation).text;
}

/// The line of help about an option.
std::string line_about(std::string_view option, const std::string& help) {
    std::istringstream lines(help);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string first;
        words >> first;
        if (first == option) {
            return line;
        }
    }
    return {};
}

bool contains(const std::string& line, const std::string& text) {
    return line.find(text) != std::string::npos;
}

TEST(RunOptions, HelpOfEveryCommandSaysRangeAndDefaultOfEverySetting) {
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"--help"}, {"train", "--help"}, {"sweep", "--help"}}) {
        const std::string help = text_of(command);
        for (const Setting& setting : kSettings) {
            if (setting.option.empty()) {
                continue;
            }
            const std::string line = line_about(setting.option, help);
            ASSERT_NE(line, "") << setting.option;
            EXPECT_TRUE(contains(line, range_text(setting))) << line;
            const bool flag = std::holds_alternative<bool RunConfig::*>(setting.field.member);
            EXPECT_NE(line.ends_with(']'), flag) << line;
            EXPECT_FALSE(contains(line, "{}")) << line;
        }
    }
}

TEST(RunOptions, HelpSaysWhatItAlwaysSaid) {
    const std::string help = text_of({"train", "--help"});
    for (const char* const words : {
             "modulus, 5..251, prime or not [113]",
             "share of all pairs that trains, 0.05..0.95 [0.3]",
             "seed of weights, split and probes, 0..4294967295 [999]",
             "seed of the split alone, 0..4294967295 [the run's seed]",
             "probe offsets in -8..8, e.g. -1,0,1; `baseline` is none [baseline]",
             "rate of the probes' Adam, 1e-5..0.1 [0.001]",
             "second-moment decay, 0..0.9999 [0.98]",
             "decoupled weight decay, 0..10 [1]",
             "epochs to train, 1..1000000 [25000]",
             "epochs between rows of progress measures, 0..10000; 0 computes none [50]",
             "implementation of the step: auto, reference, fused or layers [auto]",
             "layer beside whose MLP the probes sit, 0..48; 0 is the last [0]",
             "what the reference step computes on: cpu, cuda or auto, which is CUDA where there is "
             "a "
             "device; own steps know the processor alone [cpu]",
         }) {
        EXPECT_TRUE(contains(help, words)) << words;
    }
}

TEST(RunOptions, ManualPageAndCompletionNameEverySetting) {
    const std::string manual = text_of({"--man-page"});
    const std::string completion = text_of({"--completion", "bash"});
    for (const Setting& setting : kSettings) {
        if (!setting.option.empty()) {
            std::string escaped;
            for (const char letter : setting.option) {
                escaped += letter == '-' ? "\\-" : std::string(1, letter);
            }
            EXPECT_TRUE(contains(manual, "\\fB" + escaped + "\\fR")) << setting.option;
            const std::string option(setting.option);
            EXPECT_TRUE(contains(completion, option + " ") || contains(completion, option + "\""))
                << option;
        }
    }
}

/// The one run that `train` would train.
RunConfig trained(const std::vector<std::string>& options) {
    std::vector<std::string> arguments = {"train"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Invocation invocation = parse_command_line(arguments);
    return std::get<TrainOptions>(invocation).config;
}

TEST(RunOptions, EveryNumberOfTheTableReachesItsOwnField) {
    for (const Setting& setting : kSettings) {
        const RunConfig plain;
        RunConfig expected;
        const bool number = visit_value(setting, expected, [&]<typename Value>(Value& value) {
            if constexpr (std::is_arithmetic_v<Value> && !std::is_same_v<Value, bool>) {
                value = static_cast<Value>(setting.range.high);
                return true;
            }
            return false;
        });
        if (!number || setting.probes || !setting.needs.empty() || !expected.validate().empty()) {
            continue; // those mean nothing alone
        }
        std::ostringstream value;
        value.precision(12);
        value << setting.range.high;
        const RunConfig given = trained({std::string(setting.option), value.str()});
        EXPECT_EQ(given, expected) << setting.key;
        EXPECT_NE(given, plain) << setting.key;
    }
}

TEST(RunOptions, ARuleDropsTheDecayThatNobodyGives) {
    for (const char* const rule : {"--norm-clamp", "--orthogonal-gradient"}) {
        EXPECT_EQ(trained({rule}).weight_decay, 0) << rule;
        EXPECT_EQ(trained({rule, "--weight-decay", "0.5"}).weight_decay, 0.5) << rule;
        EXPECT_EQ(trained({"--weight-decay", "1", rule}).weight_decay, 1) << rule;
    }
    EXPECT_EQ(trained({"--muon"}).weight_decay, 1);
    EXPECT_EQ(trained({"--muon", "--muon-lr", "0.01"}).muon_learning_rate, 0.01);
    EXPECT_EQ(trained({"--grokfast", "ma"}).grokfast, Grokfast::kMa);
}

} // namespace
} // namespace grokscope
