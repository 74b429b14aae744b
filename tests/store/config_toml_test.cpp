#include "engine/store/config_toml.h"
#include "engine/store/notebook.h"
#include "tests/store/scratch_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <string>

namespace grokscope {
namespace {

std::string refusal(const std::string& text) {
    try {
        (void)preset_from_toml(text, "a/lesson.toml");
    } catch (const ConfigFileError& error) {
        return error.what();
    }
    ADD_FAILURE() << "accepted: " << text;
    return {};
}

bool mentions(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(ConfigToml, ReadsATitleASentenceAndTheFieldsOfARun) {
    const RunPreset preset = preset_from_toml(R"(
title = "Quick"
sentence = "For a lesson."
[run]
preset = "transformerlens" # decides what is left out
p = 59
train_fraction = 0.5
stencil = [-1, 0, 1]
control = "frozen-probe"
split_seed = 7
stop_when_grokked = true
)",
                                              "a/lesson.toml");
    EXPECT_EQ(preset.name, "lesson");
    EXPECT_EQ(preset.title, "Quick");
    EXPECT_EQ(preset.sentence, "For a lesson.");
    RunConfig expected = RunConfig::of(Preset::kTransformerLens);
    expected.p = 59;
    expected.train_fraction = 0.5;
    expected.stencil = Stencil::of({-1, 0, 1});
    expected.control = Control::kFrozenProbe;
    expected.split_seed = 7;
    expected.stop_when_grokked = true;
    EXPECT_EQ(preset.config, expected);
}

TEST(ConfigToml, ARuleDropsTheDecayThatNobodyGives) {
    const auto decay_of = [](const std::string& fields) {
        return preset_from_toml("title = \"a\"\nsentence = \"b\"\n[run]\n" + fields, "a.toml")
            .config.weight_decay;
    };
    EXPECT_EQ(decay_of("norm_clamp = true\n"), 0);
    EXPECT_EQ(decay_of("norm_clamp = true\nweight_decay = 0.5\n"), 0.5);
    EXPECT_EQ(decay_of("stablemax = true\n"), 1);
}

TEST(ConfigToml, WritesWhatItReads) {
    RunConfig config = RunConfig::of(Preset::kTransformerLens);
    config.p = 59;
    config.split_seed = 4'000'000'000U;
    config.learning_rate = 0.01 + 0.02; // digits that must all come back
    config.beta2 = 0.98;
    config.warmup_epochs = 3;
    config.stencil = Stencil::of({-8, 0, 3});
    config.control = Control::kFrozenProbe;
    config.stop_when_grokked = true;
    const RunPreset read = preset_from_toml(config_to_toml(config), "written.toml");
    EXPECT_EQ(read.config, config);
    config.split_seed.reset();
    EXPECT_EQ(config_to_toml(config).find("split_seed"), std::string::npos);
    EXPECT_EQ(preset_from_toml(config_to_toml(config), "written.toml").config, config);
}

TEST(ConfigToml, TakesThePresetFirstWhereverItStands) {
    const RunPreset preset =
        preset_from_toml("[run]\nwarmup_epochs = 20\npreset = \"transformerlens\"\n", "x.toml");
    EXPECT_EQ(preset.config.warmup_epochs, 20);
    EXPECT_FALSE(preset.config.train_biases);
    EXPECT_EQ(preset_from_toml("", "x.toml").config, RunConfig{});
}

TEST(ConfigToml, NamesFileLineAndKeyOfEveryMistake) {
    const std::string text = refusal("titel = \"x\"\n"
                                     "sentence = 3\n"
                                     "[run]\n"
                                     "p = 300\n"
                                     "seeds = 1\n"
                                     "heads = \"four\"\n"
                                     "stencil = [9]\n");
    EXPECT_TRUE(mentions(text, "a/lesson.toml, line 1: there is no key \"titel\"")) << text;
    EXPECT_TRUE(mentions(text, "line 2: \"sentence\" must be a text, got 3")) << text;
    EXPECT_TRUE(mentions(text, "line 4: the modulus (--p) must lie between 5 and")) << text;
    EXPECT_TRUE(mentions(text, "line 5: unknown field \"seeds\"")) << text;
    EXPECT_TRUE(mentions(text, "line 6: \"heads\" must be an integer")) << text;
    EXPECT_TRUE(mentions(text, "line 7: \"stencil\" must be a list of offsets")) << text;
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5);
}

TEST(ConfigToml, JudgesValuesThatBelongTogetherTogether) {
    // Five heads do not divide 128, but they divide the width that comes after them.
    const RunPreset preset = preset_from_toml("[run]\nheads = 5\nd_model = 60\n", "x.toml");
    EXPECT_EQ(preset.config.heads, 5);
    const std::string text = refusal("[run]\nseed = 1\nheads = 5\n");
    EXPECT_TRUE(mentions(text, "line 3: the number of heads (--heads) must divide")) << text;
    EXPECT_FALSE(mentions(text, "line 2")) << text;
}

TEST(ConfigToml, RefusesWhatIsNoToml) {
    EXPECT_TRUE(mentions(refusal("[run]\np = \n"), "line 2: this is not TOML"));
    EXPECT_TRUE(mentions(refusal("[run]\np = 5\np = 7\n"), "line 3: this is not TOML"));
    EXPECT_TRUE(mentions(refusal("run = 3\n"), "\"run\" must be a table"));
    EXPECT_TRUE(mentions(refusal("\xff\xfe"), "not TOML"));
    EXPECT_TRUE(mentions(refusal("[run]\nlearning_rate = nan\n"), "the learning rate"));
    EXPECT_TRUE(mentions(refusal("[run]\np = 113.0\n"), "\"p\" must be an integer"));
    EXPECT_TRUE(mentions(refusal("[run]\np = 1979-05-27\n"), "\"p\" must be an integer"));
    EXPECT_TRUE(mentions(refusal("a = " + std::string(60000, '[')), "not TOML"));
    EXPECT_TRUE(mentions(refusal(std::string(700000, '#')), "at most 589824"));
}

TEST(ConfigToml, SaysWhenAFileCannotBeRead) {
    const store_test::ScratchFolder folder;
    const std::string absent = (folder / "absent.toml");
    try {
        (void)load_preset(absent);
        FAIL();
    } catch (const ConfigFileError& error) {
        EXPECT_TRUE(mentions(error.what(), absent + ": the file cannot be read")) << error.what();
    }
    std::ofstream((folder / "sound.toml")) << "[run]\nseed = 4\n";
    EXPECT_EQ(load_preset((folder / "sound.toml")).config.seed, 4U);
    EXPECT_EQ(load_preset((folder / "sound.toml")).name, "sound");
}

TEST(ConfigToml, WritesWhatEarlierVersionsWroteAndNewSettingsBehind) {
    RunConfig config = RunConfig::of(Preset::kTransformerLens);
    config.stencil = Stencil::of({-1, 0, 1});
    config.learning_rate = 1e-5;
    config.step = StepKind::kFused;
    EXPECT_EQ(config_to_toml(config), R"([run]
preset = "transformerlens"
operation = "add"
p = 113
train_fraction = 0.3
seed = 999
learning_rate = 1e-05
warmup_epochs = 0
weight_decay = 1.0
beta1 = 0.9
beta2 = 0.98
init_scale = 1.0
d_model = 128
heads = 4
d_mlp = 512
train_biases = false
epochs = 25000
eval_every = 10
snapshot_every = 20
progress_every = 50
measure = ""
weights_every = 100
exact_weights = false
stop_when_stable = false
stop_when_grokked = false
stencil = [-1,0,1]
stencil_weight = 0.1
probe_width = 64
probe_learning_rate = 0.001
step = "fused"
control = "none"
grokfast = "none"
stablemax = false
orthogonal_gradient = false
muon = false
muon_learning_rate = 0.02
muon_decay = 0.05
norm_clamp = false
temperature = 1.0
without_frequencies = []
layers = 1
norm = "none"
activation = "relu"
sequence = "pair"
batch = 0
clip = 0.0
schedule = "constant"
learning_rate_min = 1e-05
table = ""
frozen_tensors = ""
edited_weights = ""
probe_layer = 0
device = "cpu"
weights_budget = 4000
)");
    EXPECT_EQ(preset_from_toml(config_to_toml(config), "x.toml").config, config);
}

TEST(ConfigToml, HoldsATableLineByLine) {
    const char* const text = R"(
[run]
train_fraction = 0.5
table = """
# smallest
0,0,0,0,0
0,1,1,1,1
0,1,2,2,2
0,1,2,3,
0,1,2,3,4
"""
)";
    const RunConfig config = preset_from_toml(text, "x.toml").config;
    EXPECT_EQ(config.operation, Operation::kTable);
    EXPECT_EQ(config.p, 5);
    EXPECT_EQ(config.table.name(), "smallest");
    EXPECT_EQ(config.table.at(3, 4), OperationTable::kUndefined);
    const std::string written = config_to_toml(config);
    EXPECT_TRUE(mentions(written, "table = \"\"\"\n# smallest\n0,0,0,0,0\n")) << written;
    EXPECT_EQ(preset_from_toml(written, "x.toml").config, config);
    EXPECT_TRUE(mentions(refusal("[run]\np = 7\ntable = \"\"\"\n0,0,0,0,0\n0,1,1,1,1\n0,1,2,2,2\n"
                                 "0,1,2,3,3\n0,1,2,3,4\n\"\"\"\n"),
                         "the table (--table) unnamed has 5 rows, which is its p"));
}

TEST(ConfigToml, RefusesANotebookWithoutOpeningIt) {
    const store_test::ScratchFolder folder;
    const Notebook notebook(folder / "notes.db", Notebook::Access::kReadWrite);
    try {
        (void)load_preset(folder / "notes.db");
        ADD_FAILURE() << "read";
    } catch (const ConfigFileError& error) {
        EXPECT_TRUE(mentions(error.what(), "this is a notebook")) << error.what();
    }
}

TEST(ConfigToml, SurvivesRandomDamage) {
    const std::string sound = "title = \"A\"\n[run]\np = 59\nstencil = [-1, 0, 1]\n"
                              "train_fraction = 0.5\nstop_when_stable = true\n";
    std::mt19937 generator(5);
    int refused = 0;
    for (int i = 0; i < 3000; ++i) {
        std::string text = sound;
        for (unsigned n = 0; n <= generator() % 3; ++n) {
            text[generator() % text.size()] = static_cast<char>(generator() % 256);
        }
        try {
            EXPECT_TRUE(preset_from_toml(text, "x.toml").config.validate().empty());
        } catch (const ConfigFileError& error) {
            ++refused;
            EXPECT_TRUE(mentions(error.what(), "x.toml, line ")) << error.what();
        }
    }
    EXPECT_GT(refused, 1500);
}

} // namespace
} // namespace grokscope
