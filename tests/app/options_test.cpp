// The command line: what it means, and every mistake named.
#include "app/options/presets.h"
#include "tests/app/parsed_options.h"
#include "tests/store/scratch_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

namespace grokscope {
namespace {

TEST(Options, NoArgumentsOpenTheWindowWithOneIdleBaseline) {
    const auto window = parse<WindowOptions>({});
    EXPECT_EQ(window.runs, std::vector<RunConfig>{RunConfig{}});
    EXPECT_FALSE(window.start);
    EXPECT_TRUE(window.screenshot_path.empty());
}

TEST(Options, SimdNamesTheBestInstructionSetToUse) {
    using fused::SimdLevel;
    EXPECT_EQ(parse<TrainOptions>({"train"}).simd, std::nullopt);
    EXPECT_EQ(parse<TrainOptions>({"train", "--simd", "auto"}).simd, std::nullopt);
    EXPECT_TRUE(mentions(mistakes_in({"train", "--simd", "mmx"}), "mmx"));
#if defined(__x86_64__)
    EXPECT_EQ(parse<TrainOptions>({"train", "--simd", "portable"}).simd, SimdLevel::kPortable);
    EXPECT_EQ(parse<BenchOptions>({"bench", "--simd=portable"}).simd, SimdLevel::kPortable);
    const auto mistakes = mistakes_in({"bench", "--simd", "neon"});
    EXPECT_EQ(mistakes.size(), 1U);
    EXPECT_TRUE(mentions(mistakes, "this processor has no NEON; it has portable"));
#endif
}

TEST(Options, BenchMeasuresThePartsThatAreNamed) {
    EXPECT_TRUE(parse<BenchOptions>({"bench"}).only.empty());
    EXPECT_EQ(parse<BenchOptions>({"bench", "--only", "step,window"}).only,
              (std::vector{BenchPart::kStep, BenchPart::kWindow}));
    EXPECT_EQ(parse<BenchOptions>({"bench", "--only", "window, step,window"}).only,
              (std::vector{BenchPart::kWindow, BenchPart::kStep}));
    for (std::size_t i = 0; i < kBenchPartNames.size(); ++i) {
        EXPECT_EQ(parse<BenchOptions>({"bench", "--only", std::string(kBenchPartNames[i])}).only,
                  std::vector{static_cast<BenchPart>(i)});
    }
    for (const char* const wrong : {"rivals,speed", "rivals,", ""}) {
        const auto mistakes = mistakes_in({"bench", "--only", wrong});
        ASSERT_EQ(mistakes.size(), 1U) << wrong;
        EXPECT_TRUE(mentions(mistakes, "--only must be one of step, phases"));
    }
}

TEST(Options, TrainWithoutOptionsIsTheDefaultRun) {
    const auto train = parse<TrainOptions>({"train"});
    EXPECT_EQ(train.config, RunConfig{});
    EXPECT_EQ(train.threads, 0);
    EXPECT_FALSE(train.quiet);
}

TEST(Options, EverySettingOfARunHasItsOption) {
    const auto train = parse<TrainOptions>({"train",
                                            "--preset",
                                            "transformerlens",
                                            "--p",
                                            "97",
                                            "--frac",
                                            "0.5",
                                            "--seed",
                                            "4294967295",
                                            "--split-seed",
                                            "7",
                                            "--lr",
                                            "2e-3",
                                            "--warmup",
                                            "5",
                                            "--weight-decay",
                                            "0.5",
                                            "--beta1",
                                            "0.8",
                                            "--beta2",
                                            "0.99",
                                            "--init-scale",
                                            "2",
                                            "--d-model",
                                            "64",
                                            "--heads",
                                            "8",
                                            "--d-mlp",
                                            "256",
                                            "--epochs",
                                            "123",
                                            "--eval-every",
                                            "3",
                                            "--snapshot-every",
                                            "4",
                                            "--progress-every",
                                            "6",
                                            "--progress-csv",
                                            "p.csv",
                                            "--weights-every",
                                            "25",
                                            "--exact-weights",
                                            "--stencil",
                                            "-1,0,1",
                                            "--stencil-weight",
                                            "0.2",
                                            "--probe-width",
                                            "32",
                                            "--probe-lr",
                                            "1e-4",
                                            "--engine",
                                            "reference",
                                            "--until-stable",
                                            "--threads",
                                            "3",
                                            "--csv",
                                            "a.csv",
                                            "--json",
                                            "a.json",
                                            "--force",
                                            "--quiet"});
    RunConfig expected = RunConfig::of(Preset::kTransformerLens);
    expected.p = 97;
    expected.train_fraction = 0.5;
    expected.seed = 4294967295U;
    expected.split_seed = 7;
    expected.learning_rate = 2e-3;
    expected.warmup_epochs = 5;
    expected.weight_decay = 0.5;
    expected.beta1 = 0.8;
    expected.beta2 = 0.99;
    expected.init_scale = 2;
    expected.d_model = 64;
    expected.heads = 8;
    expected.d_mlp = 256;
    expected.epochs = 123;
    expected.eval_every = 3;
    expected.snapshot_every = 4;
    expected.progress_every = 6;
    expected.weights_every = 25;
    expected.exact_weights = true;
    expected.stencil = Stencil::of({-1, 0, 1});
    expected.stencil_weight = 0.2;
    expected.probe_width = 32;
    expected.probe_learning_rate = 1e-4;
    expected.step = StepKind::kReference;
    expected.stop_when_stable = true;
    EXPECT_EQ(train.config, expected);
    EXPECT_EQ(train.threads, 3);
    EXPECT_EQ(train.csv_path, "a.csv");
    EXPECT_EQ(train.json_path, "a.json");
    EXPECT_EQ(train.progress_csv_path, "p.csv");
    EXPECT_TRUE(train.force);
    EXPECT_TRUE(train.quiet);
}

TEST(Options, PresetComesFirstWhereverItStands) {
    const auto train =
        parse<TrainOptions>({"train", "--warmup", "20", "--preset", "transformerlens"});
    EXPECT_EQ(train.config.warmup_epochs, 20);
    EXPECT_FALSE(train.config.train_biases);
}

TEST(Options, EveryBuiltInPresetIsSoundAndHasASentence) {
    const std::vector<RunPreset> presets = built_in_presets();
    ASSERT_GE(presets.size(), 9U);
    EXPECT_EQ(presets.front().name, "nanda");
    EXPECT_EQ(presets.front().config, RunConfig{});
    std::set<std::string> names;
    for (const RunPreset& preset : presets) {
        EXPECT_TRUE(names.insert(preset.name).second) << preset.name;
        EXPECT_FALSE(preset.title.empty()) << preset.name;
        EXPECT_TRUE(preset.sentence.ends_with('.')) << preset.name;
        EXPECT_EQ(parse<TrainOptions>({"train", "--preset", preset.name}).config, preset.config);
        EXPECT_NE(parse<PrintText>({"presets"}).text.find(preset.sentence), std::string::npos);
    }
    EXPECT_EQ(parse<TrainOptions>({"train", "--preset", "transformerlens"}).config,
              RunConfig::of(Preset::kTransformerLens));
}

TEST(Options, ConfigurationFilesAreReadAndOtherOptionsGoOnTop) {
    const store_test::ScratchFolder folder;
    const std::string file = (folder / "lesson.toml");
    std::ofstream(file) << "[run]\np = 59\nstencil = [0]\nepochs = 500\n";
    const auto train = parse<TrainOptions>({"train", "--epochs", "300", "--config", file});
    EXPECT_EQ(train.config.p, 59);
    EXPECT_EQ(train.config.epochs, 300);
    EXPECT_EQ(train.config.stencil, Stencil::of({0}));
    EXPECT_TRUE(parse<TrainOptions>({"train", "--config", file, "--stencil=baseline"})
                    .config.stencil.empty());
    EXPECT_TRUE(mentions(mistakes_in({"train", "--config", std::filesystem::temp_directory_path()}),
                         "this is a folder"));
    EXPECT_TRUE(mentions(mistakes_in({"train", "--seed", "99999999999"}), "0 to 4294967295"));
    EXPECT_TRUE(mentions(mistakes_in({"train", "--config", file, "--preset", "nanda"}),
                         "--preset and --config both say what to start from"));
    std::ofstream(file) << "[run]\np = 59\nseeds = 4\n";
    EXPECT_TRUE(mentions(mistakes_in({"train", "--config", file}),
                         "lesson.toml, line 3: unknown field \"seeds\""));
    EXPECT_TRUE(mentions(mistakes_in({"train", "--preset", "nandu"}), "nanda, thirty-seconds"));
}

TEST(Options, ControlsAreChosenByName) {
    const auto train =
        parse<TrainOptions>({"train", "--stencil=-1,0,1", "--control", "frozen-probe"});
    EXPECT_EQ(train.config.control, Control::kFrozenProbe);
    EXPECT_EQ(train.config.label(), "[-1,0,+1] frozen");
    EXPECT_EQ(parse<TrainOptions>({"train", "--control", "activation-penalty"}).config.label(),
              "penalty 0.1");
    EXPECT_TRUE(mentions(mistakes_in({"train", "--control", "input-side"}), "give --stencil"));
    EXPECT_TRUE(
        mentions(mistakes_in({"train", "--control", "frozen"}), "--control must be one of"));
}

TEST(Options, StencilIsReadInEveryFormItIsWritten) {
    const Stencil full = Stencil::of({-1, 0, 1});
    for (const Arguments& form : {Arguments{"--stencil=-1,0,1"},
                                  {"--stencil", "-1,0,1"},
                                  {"--stencil=[-1,0,+1]"},
                                  {"--stencil", "1, 0, -1"},
                                  {"--stencil=-1,0,1,1"}}) {
        Arguments arguments{"train"};
        arguments.insert(arguments.end(), form.begin(), form.end());
        EXPECT_EQ(parse<TrainOptions>(arguments).config.stencil, full) << form.front();
    }
    for (const char* baseline : {"--stencil=baseline", "--stencil=none", "--stencil="}) {
        EXPECT_TRUE(parse<TrainOptions>({"train", baseline}).config.stencil.empty()) << baseline;
    }
}

TEST(Options, WindowMakesOneRunPerStencil) {
    const auto window =
        parse<WindowOptions>({"--seed", "5", "--stencil=baseline", "--stencil=-1,0,1", "--start"});
    ASSERT_EQ(window.runs.size(), 2U);
    EXPECT_TRUE(window.runs[0].stencil.empty());
    EXPECT_EQ(window.runs[1].stencil.label(), "[-1,0,+1]");
    EXPECT_EQ(window.runs[0].seed, 5U);
    EXPECT_EQ(window.runs[1].seed, 5U);
    EXPECT_TRUE(window.start);
}

TEST(Options, ScreenshotTrainsAtOnce) {
    const auto window =
        parse<WindowOptions>({"--screenshot", "a.png", "--after-epoch", "300", "--size", "1280x720",
                              "--theme", "light", "--scale", "2", "--ui-log", "log.jsonl"});
    EXPECT_EQ(window.screenshot_path, "a.png");
    EXPECT_EQ(window.after_epoch, 300);
    EXPECT_TRUE(window.start);
    ASSERT_TRUE(window.size.has_value());
    EXPECT_EQ(window.size->width, 1280);
    EXPECT_EQ(window.size->height, 720);
    EXPECT_EQ(window.theme, ThemeChoice::kLight);
    EXPECT_EQ(window.scale, 2);
    EXPECT_EQ(window.ui_log_path, "log.jsonl");
}

TEST(Options, NamesEveryMistakeAtOnce) {
    const auto mistakes =
        mistakes_in({"train",          "--p",    "4",  "--lr",         "abc",     "--frac",
                     "--stencil=9,x",  "--foo",  "3",  "--threads",    "0",       "--engine",
                     "fast",           "--seed", "-1", "--epochs=1e3", "--heads", "99999999999",
                     "--weight-decay", "11"});
    for (const char* option : {"--p", "--lr", "--frac", "--stencil", "--foo", "--threads",
                               "--engine", "--seed", "--epochs", "--heads", "--weight-decay"}) {
        EXPECT_TRUE(mentions(mistakes, option)) << option;
    }
    EXPECT_EQ(mistakes.size(), 12U) << "two of them in the stencil";
}

TEST(Options, AMistakeIsSaidOnceForTwoRuns) {
    EXPECT_EQ(mistakes_in({"--p", "4", "--stencil=0", "--stencil=1"}).size(), 1U);
}

TEST(Options, RefusesWhatCannotBeMeant) {
    EXPECT_TRUE(mentions(mistakes_in({"trian"}), "trian"));
    EXPECT_TRUE(mentions(mistakes_in({"train", "5000"}), "5000"));
    EXPECT_TRUE(mentions(mistakes_in({"--p", "97", "train"}), "after the word train"));
    EXPECT_TRUE(mentions(mistakes_in({"--after-epoch", "5"}), "--screenshot"));
    EXPECT_TRUE(mentions(mistakes_in({"--shaders", "no-such-folder"}), "no-such-folder"));
    EXPECT_TRUE(
        mentions(mistakes_in({"--screenshot", "a.png", "--after-epoch", "500", "--epochs", "100"}),
                 "never reached"));
    EXPECT_TRUE(mentions(mistakes_in({"--size", "big"}), "WIDTHxHEIGHT"));
    EXPECT_TRUE(mentions(mistakes_in({"--size", "100x100"}), "--size"));
    EXPECT_TRUE(mentions(mistakes_in({"train", "--stencil=0", "--stencil=1"}), "once"));
    EXPECT_TRUE(mentions(mistakes_in({"train", "--csv", "x", "--json", "x"}), "same file"));
    EXPECT_TRUE(mentions(mistakes_in({"train", "--csv", "x", "--progress-csv", "x"}), "same file"));
    EXPECT_TRUE(
        mentions(mistakes_in({"train", "--json", "x", "--progress-csv", "x"}), "same file"));
    EXPECT_TRUE(mentions(mistakes_in({"train", "--progress-csv", "x", "--progress-every", "0"}),
                         "--progress-every"));
    EXPECT_TRUE(mentions(mistakes_in({"train", "--csv"}), "--csv needs a value"));
    EXPECT_TRUE(mentions(mistakes_in({"--screenshot"}), "--screenshot needs a value"));
}

TEST(Options, LastOfSeveralValuesCounts) {
    EXPECT_EQ(parse<TrainOptions>({"train", "--p", "97", "--p", "59"}).config.p, 59);
}

TEST(Options, HelpShowsExamplesAndEveryOption) {
    const std::string help = parse<PrintText>({"--help"}).text;
    EXPECT_NE(help.find("Examples:"), std::string::npos);
    EXPECT_NE(help.find("train"), std::string::npos);
    const std::string train = parse<PrintText>({"train", "--help"}).text;
    for (const char* option :
         {"--preset", "--stencil", "--until-grok", "--csv", "--force", "Examples:"}) {
        EXPECT_NE(train.find(option), std::string::npos) << option;
    }
}

TEST(Options, VersionIsOneLine) {
    const std::string version = parse<PrintText>({"--version"}).text;
    EXPECT_TRUE(version.starts_with("grokscope "));
    EXPECT_EQ(std::ranges::count(version, '\n'), 1);
}

TEST(Options, SweepTakesANumberOfSeedsOrTheSeedsThemselves) {
    const auto seeds = [](const Arguments& more) {
        Arguments arguments = {"sweep", "--stencils", "0"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        std::vector<std::uint32_t> found;
        for (const RunConfig& config : parse<SweepOptions>(arguments).configs) {
            if (config.is_baseline()) {
                found.push_back(config.seed);
            }
        }
        return found;
    };
    using Seeds = std::vector<std::uint32_t>;
    EXPECT_EQ(seeds({"--seeds", "3"}), (Seeds{999, 0, 1}));
    EXPECT_EQ(seeds({"--seeds", "7,999,4294967295"}), (Seeds{7, 999, 4294967295}));
    EXPECT_EQ(seeds({"--seeds", "12,"}), Seeds{12});
    EXPECT_TRUE(mentions(mistakes_in({"sweep", "--seeds", "1,2,1"}), "the seed 1 twice"));
    EXPECT_TRUE(mentions(mistakes_in({"sweep", "--seeds", "1,x"}), "--seeds"));
    EXPECT_TRUE(
        mentions(mistakes_in({"sweep", "--seeds", "1,2", "--seed", "3"}), "leave --seed out"));
}

TEST(Options, SweepGoesThroughSettings) {
    const auto sweep = parse<SweepOptions>({"sweep", "--vary", "frac=0.2,0.4", "--vary", "p=23,29",
                                            "--seeds", "2", "--grid", "plane.csv"});
    ASSERT_EQ(sweep.configs.size(), 8U) << "baselines alone";
    EXPECT_EQ(sweep.varied.size(), 2U);
    EXPECT_EQ(sweep.grid_path, "plane.csv");
    EXPECT_EQ(sweep.configs[1].train_fraction, 0.2);
    EXPECT_EQ(sweep.configs[1].p, 29);
    EXPECT_EQ(sweep.configs[7].seed, 0U);
    const auto with_stencils = parse<SweepOptions>(
        {"sweep", "--vary", "operation=add,mul", "--stencils", "-1,0,1", "--seeds", "7,8"});
    EXPECT_EQ(with_stencils.configs.size(), 8U);
    EXPECT_TRUE(mentions(mistakes_in({"sweep", "--grid", "x.csv"}), "--vary"));
    EXPECT_TRUE(mentions(mistakes_in({"sweep", "--frac", "0.5", "--vary", "frac=0.2,0.4"}),
                         "goes through the values of train_fraction: leave --frac out"));
    EXPECT_TRUE(
        mentions(mistakes_in({"sweep", "--op", "mul", "--vary", "op=add,mul"}), "leave --op out"));
    EXPECT_TRUE(
        mentions(mistakes_in({"sweep", "--vary", "p=23", "--vary", "p=29"}), "names p twice"));
    EXPECT_TRUE(mentions(
        mistakes_in({"sweep", "--vary", "p=23", "--vary", "frac=0.3", "--vary", "lr=0.001"}),
        "at most 2 settings"));
    EXPECT_TRUE(mentions(mistakes_in({"sweep", "--op", "div", "--vary", "p=23,24"}), "got 24"));
    EXPECT_TRUE(mentions(mistakes_in({"sweep", "--vary", "frac=0.1:0.9:100", "--vary",
                                      "weight_decay=0.1:3:100", "--seeds", "100"}),
                         "at most 50000 runs"));
}

TEST(Options, InspectTakesAModelApart) {
    const auto plain = parse<InspectOptions>({"inspect", "last"});
    EXPECT_EQ(plain.run, "last");
    EXPECT_FALSE(plain.epoch);
    EXPECT_TRUE(plain.ablation.empty());

    const auto full = parse<InspectOptions>({"inspect",
                                             "3",
                                             "--epoch",
                                             "5000",
                                             "--keep-frequency",
                                             "14,35",
                                             "--in-embedding",
                                             "--zero-head",
                                             "0,2",
                                             "--mean-head",
                                             "1",
                                             "--mean-mlp",
                                             "--no-attention-skip",
                                             "--zero-mlp-skip",
                                             "--pair",
                                             "7,13",
                                             "--clock",
                                             "14",
                                             "--json",
                                             "--grid"});
    EXPECT_EQ(full.epoch, 5000);
    EXPECT_EQ(full.ablation.frequencies, (std::vector{14, 35}));
    EXPECT_TRUE(full.ablation.keep_only);
    EXPECT_EQ(full.ablation.place, FrequencyPlace::kEmbedding);
    EXPECT_EQ(full.zero_heads, (std::vector{0, 2}));
    EXPECT_EQ(full.mean_heads, std::vector{1});
    EXPECT_EQ(full.ablation.mlp, Replacement::kMean);
    EXPECT_FALSE(full.ablation.attention_skip);
    EXPECT_EQ(full.ablation.mlp_skip, Replacement::kZero);
    EXPECT_EQ(full.pair, (NumberPair{7, 13}));
    EXPECT_EQ(full.clock_frequencies, std::vector{14});
    EXPECT_TRUE(full.json && full.grids);
}

TEST(Options, EveryMistakeOfInspectIsNamed) {
    const auto mistakes = mistakes_in({"inspect", "--epoch", "-1", "--ablate-frequency", "3",
                                       "--keep-frequency", "4", "--zero-head", "1", "--mean-head",
                                       "1", "--pair", "7", "--grid", "--zero-mlp", "--mean-mlp"});
    EXPECT_TRUE(mentions(mistakes, "`inspect` needs the number of a run"));
    EXPECT_TRUE(mentions(mistakes, "--epoch must be 0 or more, got -1"));
    EXPECT_TRUE(mentions(mistakes, "--ablate-frequency and --keep-frequency exclude each other"));
    EXPECT_TRUE(mentions(mistakes, "head 1 cannot become both 0 and its mean"));
    EXPECT_TRUE(mentions(mistakes, "--pair needs two numbers, such as 7,13; got \"7\""));
    EXPECT_TRUE(mentions(mistakes, "--grid needs --json"));
    EXPECT_TRUE(mentions(mistakes, "--zero-mlp and --mean-mlp exclude each other"));
    EXPECT_EQ(mistakes.size(), 7U);
}

} // namespace
} // namespace grokscope
