#include "engine/store/config_json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>

namespace grokscope {
namespace {

std::string refusal(const std::string& text) {
    try {
        (void)config_from_json(text);
    } catch (const ConfigTextError& error) {
        return error.what();
    }
    ADD_FAILURE() << "accepted: " << text;
    return {};
}

bool mentions(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(ConfigJson, GivesBackTheDefaultsOfBothPresets) {
    for (const Preset preset : {Preset::kNanda, Preset::kTransformerLens}) {
        const RunConfig config = RunConfig::of(preset);
        EXPECT_EQ(config_from_json(config_to_json(config)), config);
    }
}

TEST(ConfigJson, GivesBackEveryFieldWhenNoneIsTheDefault) {
    RunConfig config = RunConfig::of(Preset::kTransformerLens);
    config.p = 97;
    config.train_fraction = std::nextafter(0.4, 1.0);
    config.seed = 4294967295U;
    config.split_seed = 0;
    config.learning_rate = 0.1 / 3;
    config.warmup_epochs = 1;
    config.weight_decay = 1.0 / 3;
    config.beta1 = 0.123456789012345678;
    config.beta2 = 0.7;
    config.init_scale = 2.5;
    config.d_model = 64;
    config.heads = 2;
    config.d_mlp = 100;
    config.train_biases = !config.train_biases;
    config.epochs = 17;
    config.eval_every = 3;
    config.snapshot_every = 4;
    config.progress_every = 7;
    config.measure.set("ildr", 14);
    config.measure.set("commutator", 21);
    config.weights_every = 9;
    config.exact_weights = true;
    config.stop_when_stable = true;
    config.stop_when_grokked = true;
    config.stencil = Stencil::of({-8, 0, 8});
    config.stencil_weight = 0.3;
    config.probe_width = 5;
    config.probe_learning_rate = 1.1e-5;
    config.step = StepKind::kReference;
    config.control = Control::kPermutedTargets;
    config.grokfast = Grokfast::kMa;
    config.stablemax = true;
    config.muon = true;
    config.muon_learning_rate = 0.1 / 7;
    config.muon_decay = 0.3;
    config.norm_clamp = true;
    config.temperature = 1.5;
    config.frozen.set("W_pos", true);
    config.norm_clamp = false; // they do not go together
    config.without_frequencies = FrequencySet::of({3, 41});
    config.edits.shuffled = true;
    config.edits.scaled = {{0, 0.1}, {96, -2}};
    config.activation = Activation::kGelu;
    config.clip = 0.1 / 3;
    config.schedule = Schedule::kCosine;
    config.learning_rate_min = 1e-4 / 3;
    ASSERT_TRUE(config.validate().empty());
    EXPECT_EQ(config_from_json(config_to_json(config)), config);
    config.device = Device::kAuto;
    ASSERT_TRUE(config.validate().empty());
    EXPECT_EQ(config_from_json(config_to_json(config)), config);
    RunConfig probed; // the same of a stencil beside a layer of many
    probed.layers = 4;
    probed.stencil = Stencil::of({0});
    probed.probe_layer = 2;
    EXPECT_EQ(config_from_json(config_to_json(probed)), probed);
    RunConfig deep; // what a stencil and this preset exclude
    deep.layers = 48;
    deep.norm = Norm::kPre;
    deep.sequence = Sequence::kWithOperation;
    deep.batch = 512;
    ASSERT_TRUE(deep.validate().empty());
    EXPECT_EQ(config_from_json(config_to_json(deep)), deep);
}

TEST(ConfigJson, HoldsTheWholeTable) {
    RunConfig config;
    std::vector<std::int16_t> classes(251 * 251, 250); // the longest text there is
    classes[7] = OperationTable::kUndefined;
    config.table = OperationTable("large", 251, classes);
    fit_to_table(config, false, false);
    const RunConfig read = config_from_json(config_to_json(config));
    EXPECT_EQ(read, config);
    EXPECT_EQ(read.table.name(), "large");
    EXPECT_EQ(read.table.at(0, 7), OperationTable::kUndefined);
    EXPECT_TRUE(mentions(refusal(R"({"table":"0,1\n1,0"})"), R"("table" line 1 has 2 cells)"));
    EXPECT_TRUE(mentions(refusal(R"({"table":[[0]]})"), R"("table" must be the text of a table)"));
    EXPECT_TRUE(mentions(refusal(R"({"operation":"table"})"), "needs the table"));
    EXPECT_TRUE(
        mentions(refusal(R"({"frozen_tensors":"W"})"), "\"frozen_tensors\" must be tensors"));
    EXPECT_TRUE(mentions(refusal(R"({"edited_weights":"x"})"), "\"edited_weights\" must be edits"));
}

TEST(ConfigJson, WritesNamesAndOffsetsThatAPersonCanRead) {
    RunConfig config;
    config.stencil = Stencil::of({-1, 0, 1});
    const std::string text = config_to_json(config);
    EXPECT_TRUE(mentions(text, R"("preset":"nanda","operation":"add","p":113)")) << text;
    EXPECT_TRUE(mentions(text, R"("stencil":[-1,0,1])")) << text;
    EXPECT_TRUE(mentions(text, R"("split_seed":null)")) << text;
    EXPECT_TRUE(mentions(text, R"("train_fraction":0.3,)")) << text;
}

TEST(ConfigJson, WritesWhatNotebooksOfEarlierVersionsHave) {
    const std::string first =
        R"({"preset":"nanda","operation":"add","p":24,"train_fraction":0.4,"seed":3,"split_seed":9,)"
        R"("learning_rate":0.0005,"warmup_epochs":3,"weight_decay":0.5,"beta1":0.8,"beta2":0.95,)"
        R"("init_scale":0.7,"d_model":32,"heads":2,"d_mlp":64,"train_biases":true,"epochs":20,)"
        R"("eval_every":3,"snapshot_every":7,"progress_every":5,)"
        R"("measure":"commutator:15,ildr:10","weights_every":11,"exact_weights":true,"stop_when_stable":true,)"
        R"("stop_when_grokked":false,"stencil":[-1,0,1],"stencil_weight":0.25,"probe_width":7,)"
        R"("probe_learning_rate":0.002,"step":"reference","control":"frozen-probe"})";
    const std::string second =
        R"({"preset":"transformerlens","operation":"add","p":23,"train_fraction":0.3,"seed":999,)"
        R"("split_seed":null,"learning_rate":1e-05,"warmup_epochs":0,"weight_decay":1.0,)"
        R"("beta1":0.9,"beta2":0.98,"init_scale":1.0,"d_model":32,"heads":4,"d_mlp":64,)"
        R"("train_biases":false,"epochs":15,"eval_every":10,"snapshot_every":20,)"
        R"("progress_every":50,"measure":"","weights_every":100,)"
        R"("exact_weights":false,"stop_when_stable":false,"stop_when_grokked":true,"stencil":[],)"
        R"("stencil_weight":1e-05,"probe_width":64,"probe_learning_rate":0.001,"step":"auto",)"
        R"("control":"activation-penalty"})";
    const std::string since =
        R"(,"grokfast":"none","stablemax":false,"orthogonal_gradient":false,"muon":false,)"
        R"("muon_learning_rate":0.02,"muon_decay":0.05,"norm_clamp":false,"temperature":1.0,"without_frequencies":[],)"
        R"("layers":1,"norm":"none","activation":"relu","sequence":"pair","batch":0,"clip":0.0,)"
        R"("schedule":"constant","learning_rate_min":1e-05,"table":"","frozen_tensors":"","edited_weights":"","probe_layer":0,"device":"cpu","weights_budget":4000})";
    for (const std::string& text : {first, second}) {
        EXPECT_EQ(config_to_json(config_from_json(text)), text.substr(0, text.size() - 1) + since);
    }
}

TEST(ConfigJson, ReadsTheIntervalsThatEarlierVersionsHad) {
    const RunConfig config =
        config_from_json(R"({"ildr_every": 10, "commutator_every": 15, "progress_every": 5})");
    EXPECT_EQ(config.measure.text(), "commutator:15,ildr:10");
    EXPECT_EQ(config_from_json(R"({"ildr_every": 0, "commutator_every": 0})"), RunConfig{});
    for (const char* const wrong : {R"({"ildr_every": -1})", R"({"commutator_every": 10001})",
                                    R"({"ildr_every": "10"})", R"({"ildr_every": 1.5})"}) {
        EXPECT_THROW((void)config_from_json(wrong), ConfigTextError) << wrong;
    }
}

TEST(ConfigJson, KeepsAPlanWithInstrumentsOfALaterVersion) {
    const RunConfig config = config_from_json(R"({"measure": "ildr:100,of_tomorrow:7"})");
    EXPECT_EQ(config.measure.every("of_tomorrow"), 7);
    EXPECT_THROW((void)config_from_json(R"({"measure": "ildr:0"})"), ConfigTextError);
    EXPECT_THROW((void)config_from_json(R"({"measure": 100})"), ConfigTextError);
}

TEST(ConfigJson, TakesWhatIsLeftOutFromThePreset) {
    EXPECT_EQ(config_from_json("{}"), RunConfig{});
    const RunConfig config = config_from_json(R"({"seed": 5, "preset": "transformerlens"})");
    EXPECT_EQ(config.warmup_epochs, 0);
    EXPECT_FALSE(config.train_biases);
    EXPECT_EQ(config.seed, 5U);
}

TEST(ConfigJson, ARuleDropsTheDecayThatNobodyGives) {
    EXPECT_EQ(config_from_json(R"({"norm_clamp": true})").weight_decay, 0);
    EXPECT_EQ(config_from_json(R"({"orthogonal_gradient": true})").weight_decay, 0);
    EXPECT_EQ(config_from_json(R"({"weight_decay": 1, "norm_clamp": true})").weight_decay, 1);
    EXPECT_EQ(config_from_json(R"({"muon": true})").weight_decay, 1);
}

TEST(ConfigJson, KnowsEveryControlByItsName) {
    for (const ControlText& control : kControls) {
        RunConfig config;
        config.control = control.control;
        if (control.control != Control::kNone && control.control != Control::kActivationPenalty) {
            config.stencil.insert(0);
        }
        const std::string text = config_to_json(config);
        EXPECT_TRUE(mentions(text, "\"control\":\"" + std::string(control.name) + "\"")) << text;
        EXPECT_EQ(config_from_json(text), config);
    }
    EXPECT_TRUE(mentions(refusal(R"({"control": "frozen-probe"})"), "give --stencil"));
    EXPECT_TRUE(mentions(refusal(R"({"control": "activation-penalty", "stencil": [0]})"),
                         "leave --stencil out, got [0]"));
}

TEST(ConfigJson, NamesEveryMistakeAtOnce) {
    const std::string text =
        refusal(R"({"p": 300, "epoch": 5, "heads": "four", "stencil": [9], "step": "cuda"})");
    EXPECT_TRUE(mentions(text, "the modulus (--p) must lie between 5 and")) << text;
    EXPECT_TRUE(mentions(text, R"(unknown field "epoch")")) << text;
    EXPECT_TRUE(mentions(text, R"("heads" must be an integer)")) << text;
    EXPECT_TRUE(mentions(text, R"("stencil" must be a list of offsets in -8..8, got [9])")) << text;
    EXPECT_TRUE(mentions(
        text, R"("step" must be one of "auto", "reference", "fused", "layers", got "cuda")"))
        << text;
}

TEST(ConfigJson, RefusesNumbersOfTheWrongKind) {
    EXPECT_TRUE(mentions(refusal(R"({"p": 113.5})"), "\"p\" must be an integer"));
    EXPECT_TRUE(mentions(refusal(R"({"p": 4294967409})"), "\"p\" must be an integer")); // 2^32+113
    EXPECT_TRUE(mentions(refusal(R"({"p": -18446744073709551503})"), "\"p\""));
    EXPECT_TRUE(mentions(refusal(R"({"seed": -1})"), "between 0 and 4294967295, got -1"));
    EXPECT_TRUE(mentions(refusal(R"({"seed": 4294967296})"), "\"seed\""));
    EXPECT_TRUE(mentions(refusal(R"({"train_biases": 1})"), "must be true or false"));
    EXPECT_TRUE(mentions(refusal(R"({"learning_rate": "1e-3"})"), "must be a number"));
    EXPECT_FALSE(refusal(R"({"learning_rate": 1e999})").empty());
    EXPECT_FALSE(refusal(R"({"learning_rate": NaN})").empty());
    EXPECT_TRUE(mentions(refusal(R"({"stencil": [0.5]})"), "\"stencil\""));
    EXPECT_TRUE(mentions(refusal(R"({"stencil": 0})"), "\"stencil\""));
    EXPECT_TRUE(mentions(refusal(R"({"preset": 0})"), "\"preset\""));
}

TEST(ConfigJson, RefusesWhatIsNoObject) {
    EXPECT_TRUE(mentions(refusal(""), "not JSON"));
    EXPECT_TRUE(mentions(refusal("{"), "not JSON"));
    EXPECT_TRUE(mentions(refusal("{} x"), "not JSON"));
    EXPECT_TRUE(mentions(refusal("[]"), "must be a JSON object"));
    EXPECT_TRUE(mentions(refusal("\xff\xfe"), "not JSON"));
    EXPECT_TRUE(mentions(refusal("{\"\xff\": 1}"), "not JSON"));
    EXPECT_TRUE(mentions(refusal(std::string(1 << 20, '[')), "characters"));
    EXPECT_TRUE(mentions(refusal(std::string(1 << 15, '[')), "not JSON"));
}

TEST(ConfigJson, SurvivesRandomDamage) {
    const std::string sound = config_to_json(RunConfig{});
    std::mt19937 generator(3);
    int refused = 0;
    for (int i = 0; i < 3000; ++i) {
        std::string text = sound;
        for (unsigned n = 0; n <= generator() % 3; ++n) {
            text[generator() % text.size()] = static_cast<char>(generator() % 256);
        }
        try {
            EXPECT_TRUE(config_from_json(text).validate().empty());
        } catch (const ConfigTextError& error) {
            ++refused;
            EXPECT_NE(std::string(error.what()), "");
        }
    }
    EXPECT_GT(refused, 1500);
}

} // namespace
} // namespace grokscope
