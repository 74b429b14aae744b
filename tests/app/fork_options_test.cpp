// The command line of runs that go on from recorded ones, and of operations from a table.
#include "tests/app/parsed_options.h"
#include "tests/store/scratch_folder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace grokscope {
namespace {

TEST(ResumeOptions, TakeTheLimitThatIsGivenAlsoWhenItIsTheDefault) {
    EXPECT_EQ(parse<TrainOptions>({"train", "--resume", "last"}).resume_epochs, std::nullopt);
    EXPECT_EQ(parse<TrainOptions>({"train", "--resume", "3", "--epochs", "25000"}).resume_epochs,
              25000);
    EXPECT_EQ(parse<TrainOptions>({"train", "--resume", "3", "--epochs", "700"}).resume_epochs,
              700);
}

TEST(ResumeOptions, RefuseSettingsOfTheRecordedRun) {
    const std::vector<std::string> lines =
        mistakes_in({"train", "--resume", "3", "--seed", "5", "--notebook", "none"});
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_NE(lines[0].find("own settings"), std::string::npos) << lines[0];
    EXPECT_NE(lines[1].find("notebook"), std::string::npos) << lines[1];
}

TEST(ForkOptions, SayWhereAndWhatIsChanged) {
    const auto train =
        parse<TrainOptions>({"train", "--branch", "3", "--at", "4000", "--set", "weight_decay=0",
                             "--set", "grokfast=ema", "--set", "without-frequencies=41,23", "--set",
                             "muon=true", "--set", "stencil=-1,0"});
    EXPECT_EQ(train.fork.original, "3");
    EXPECT_EQ(train.fork.epoch, 4000);
    RunConfig original;
    original.p = 59;
    original.stop_when_grokked = true;
    RunConfig expected;
    expected.p = 59;
    expected.weight_decay = 0;
    expected.grokfast = Grokfast::kEma;
    expected.without_frequencies = FrequencySet::of({23, 41});
    expected.muon = true;
    expected.stencil = Stencil::of({-1, 0});
    EXPECT_EQ(train.fork.applied_to(original), expected) << "it may have grokked before";
    EXPECT_TRUE(parse<TrainOptions>({"train"}).fork.original.empty());
}

TEST(ForkOptions, SayWhatIsDoneToTheEmbeddings) {
    const auto train = parse<TrainOptions>(
        {"train", "--branch", "3", "--at", "4000", "--shuffle-embedding", "--scale-row", "7=-2",
         "--scale-row", "0=0.5", "--embedding-from", "last:2000", "--set", "frozen_tensors=W_E"});
    EXPECT_EQ(train.fork.embedding_from, "last");
    EXPECT_EQ(train.fork.embedding_epoch, 2000);
    RunConfig original;
    original.edits.scaled = {{1, 2}}; // they are done
    const RunConfig fork = train.fork.applied_to(original);
    EXPECT_EQ(fork.edits.text(), "shuffle,scale:0=0.5,scale:7=-2");
    EXPECT_EQ(fork.frozen.text(), "W_E");
}

TEST(Options, ATableDecidesOperationAndP) {
    const store_test::ScratchFolder folder;
    const std::string file = folder / "largest.csv";
    std::ofstream(file) << "0,1,2,3,4\n1,1,2,3,4\n2,2,2,3,4\n3,3,3,3,4\n4,4,4,4,4\n";
    const RunConfig config = parse<TrainOptions>({"train", "--table", file.c_str()}).config;
    EXPECT_EQ(config.operation, Operation::kTable);
    EXPECT_EQ(config.p, 5);
    EXPECT_EQ(config.table.name(), "largest");
    EXPECT_TRUE(config.arithmetic().is_commutative());
    EXPECT_EQ(
        parse<TrainOptions>({"train", "--p", "5", "--table", file.c_str(), "--op", "table"}).config,
        config);
    EXPECT_TRUE(mentions(mistakes_in({"train", "--table", file.c_str(), "--p", "7"}),
                         "largest has 5 rows, which is its p: leave --p out, got 7"));
    EXPECT_TRUE(mentions(mistakes_in({"train", "--table", (folder / "absent.csv").c_str()}),
                         "absent.csv: the file cannot be read"));
    std::ofstream(file) << "0,1,2,3,4\n1,1,2,3,x\n";
    EXPECT_TRUE(mentions(mistakes_in({"train", "--table", file.c_str()}),
                         "--table " + file + ", line 2, column 5: \"x\" is no class"));
}

TEST(ForkOptions, ARuleDropsTheDecayUnlessItIsGiven) {
    const auto changed = [](std::initializer_list<const char*> options) {
        std::vector<std::string> all{"train", "--branch", "3", "--at", "10"};
        all.insert(all.end(), options.begin(), options.end());
        return parse<TrainOptions>(all).fork.applied_to(RunConfig{}).weight_decay;
    };
    EXPECT_EQ(changed({"--set", "norm_clamp=true"}), 0);
    EXPECT_EQ(changed({"--set", "norm_clamp=true", "--set", "weight_decay=0.2"}), 0.2);
    EXPECT_EQ(changed({"--set", "temperature=2"}), 1);
}

TEST(ForkOptions, AChangeThatChangesNothingIsNamed) {
    const auto idle = [](const char* change, const RunConfig& original) {
        return parse<TrainOptions>({"train", "--branch", "3", "--at", "10", "--set", change})
            .fork.idle_in(original);
    };
    RunConfig original;
    EXPECT_NE(idle("probe_width=32", original).find("--set probe_width would change nothing"),
              std::string::npos);
    EXPECT_NE(idle("weight_decay=1", original).find("--set weight_decay"), std::string::npos);
    EXPECT_NE(idle("muon_learning_rate=0.1", original), "");
    EXPECT_EQ(idle("weight_decay=0.5", original), "");
    EXPECT_EQ(idle("norm_clamp=true", original), "");
    EXPECT_EQ(idle("epochs=30000", original), "") << "how long it trains is no figure";
    original.stencil = Stencil::of({0});
    EXPECT_EQ(idle("probe_width=32", original), "");
}

TEST(ForkOptions, NameEveryMistake) {
    const auto mistake = [](std::initializer_list<const char*> options) {
        std::vector<std::string> all{"train"};
        all.insert(all.end(), options.begin(), options.end());
        const Mistakes mistakes = mistakes_in(all);
        return mistakes.size() == 1 ? mistakes[0] : std::to_string(mistakes.size()) + " mistakes";
    };
    EXPECT_EQ(mistake({"--branch", "3"}), "--branch needs the epoch at which it forks: --at EPOCH");
    EXPECT_EQ(mistake({"--at", "30"}),
              "--at, --set, --embedding-from, --shuffle-embedding and --scale-row say how a fork "
              "goes on: give --branch RUN, too");
    EXPECT_EQ(mistake({"--shuffle-embedding"}), mistake({"--at", "30"}));
    EXPECT_EQ(mistake({"--branch", "3", "--at", "30", "--scale-row", "0"}),
              "--scale-row must be a number and the factor of its embedding, -1000 to 1000, as "
              "0=0.5, got \"0\"");
    EXPECT_EQ(mistake({"--branch", "3", "--at", "30", "--scale-row", "0=1", "--scale-row", "0=2"}),
              "--scale-row 0 is given twice");
    EXPECT_EQ(mistake({"--branch", "3", "--at", "30", "--embedding-from", ":7"}),
              "--embedding-from needs a run, as 3 or 3:2000");
    EXPECT_EQ(mistake({"--branch", "3", "--at", "0"}), "--at must be an epoch from 1 on, got 0");
    EXPECT_EQ(mistake({"--branch", "3", "--at", "30", "--p", "59"}),
              "--branch takes the recorded run's own settings; what the fork does otherwise is "
              "given by --set, not --p");
    EXPECT_EQ(mistake({"--branch", "3", "--at", "30", "--notebook", "none"}),
              "--branch needs a notebook, but --notebook is none");
    EXPECT_EQ(mistake({"--branch", "3", "--at", "30", "--resume", "2"}),
              "--resume goes on with a run, --branch forks from one: give one of them");
    EXPECT_EQ(mistake({"--branch", "3", "--at", "30", "--set", "muon=yes"}),
              "--set muon must be one of false, true; got \"yes\"");
    EXPECT_EQ(mistake({"--branch", "3", "--at", "30", "--set", "temperature=2", "--set",
                       "temperature=3"}),
              "--set temperature is given twice");
    for (const char* const wrong : {"seed=3", "p=97", "nothing=3", "muon", "d_model=64"}) {
        EXPECT_NE(mistake({"--branch", "3", "--at", "30", "--set", wrong})
                      .find("--set needs SETTING=VALUE with one of train_fraction"),
                  std::string::npos)
            << wrong;
    }
}

} // namespace
} // namespace grokscope
