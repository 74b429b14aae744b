// What a fork may change, and how it is called.
#include "engine/protocol/fork.h"

#include "engine/protocol/rivals.h"

#include <gtest/gtest.h>

namespace grokscope {
namespace {

TEST(Fork, IsCalledByWhatItChanges) {
    const RunConfig original;
    RunConfig fork = original;
    EXPECT_EQ(changes_in_words(original, fork), "nothing changed");
    fork.epochs = 30000;
    fork.weights_every = 10;
    EXPECT_EQ(changes_in_words(original, fork), "nothing changed") << "no figure depends on it";
    fork.weight_decay = 0;
    EXPECT_EQ(changes_in_words(original, fork), "decay 0");
    fork.train_fraction = 0.25;
    EXPECT_EQ(changes_in_words(original, fork), "fraction 0.25, decay 0");
    fork = original;
    fork.stencil = Stencil::of({-1, 0});
    EXPECT_EQ(changes_in_words(original, fork), "[-1,0]");
    EXPECT_EQ(changes_in_words(fork, original), "no stencil");
    fork = original;
    fork.muon = true;
    EXPECT_EQ(changes_in_words(original, fork), "muon");
    EXPECT_EQ(changes_in_words(fork, original), "no muon");
    fork = original;
    fork.grokfast = Grokfast::kMa;
    fork.temperature = 2;
    fork.without_frequencies = FrequencySet::of({41, 23});
    EXPECT_EQ(changes_in_words(original, fork), "grokfast ma, temperature 2, without 23,41");
    fork = original;
    fork.eval_every = 5;
    EXPECT_EQ(changes_in_words(original, fork), "evaluation interval 5");
    RunConfig without = original;
    without.without_frequencies = FrequencySet::of({23});
    EXPECT_EQ(changes_in_words(without, original), "all frequencies");
    RunConfig warm = original;
    warm.temperature = 2;
    EXPECT_EQ(changes_in_words(warm, original), "temperature 1");
    RunConfig frozen = original;
    frozen.stencil = Stencil::of({0});
    frozen.control = Control::kFrozenProbe;
    fork = frozen;
    fork.control = Control::kNone;
    EXPECT_EQ(changes_in_words(frozen, fork), "no control");
    EXPECT_EQ(changes_in_words(fork, frozen), "control frozen-probe");
}

TEST(Fork, IsNamedByItsOwnEdits) {
    RunConfig original;
    RunConfig fork = original;
    fork.frozen.set("W_U", true);
    fork.frozen.set("W_E", true);
    EXPECT_EQ(changes_in_words(original, fork), "frozen W_E,W_U");
    EXPECT_EQ(changes_in_words(fork, original), "nothing frozen");
    fork = original;
    fork.edits.shuffled = true;
    fork.edits.scaled = {{0, 0.5}, {7, -1}};
    EXPECT_EQ(changes_in_words(original, fork), "embedding shuffled, row 0 x 0.5, row 7 x -1");
    EXPECT_EQ(changes_in_words(fork, original), "nothing changed") << "those are done";
    EXPECT_EQ(changes_in_words(fork, fork), "embedding shuffled, row 0 x 0.5, row 7 x -1")
        << "done again";
    fork.edits = {};
    fork.edits.embedding_from = "0123456789abcdef0123456789abcdef";
    fork.edits.embedding_epoch = 2000;
    EXPECT_EQ(changes_in_words(original, fork), "embedding of 01234567 at 2000");
}

TEST(WeightEdits, AreReadAsTheyAreWritten) {
    std::string mistake;
    const std::string text =
        "from:0123456789abcdef0123456789abcdef@2000,shuffle,scale:0=0.5,scale:3=1e-07";
    const WeightEdits edits = WeightEdits::parse(text, mistake);
    EXPECT_EQ(mistake, "");
    EXPECT_EQ(edits.text(), text);
    EXPECT_EQ(edits.embedding_epoch, 2000);
    EXPECT_EQ(edits.scaled.size(), 2U);
    EXPECT_TRUE(WeightEdits::parse("", mistake).empty());
    EXPECT_EQ(mistake, "");
    for (const char* wrong :
         {"shuffled", "from:12@3", "from:0123456789abcdef0123456789abcdef", "scale:0", "scale:-1=2",
          "scale:0=nan", "scale:0=1001", "scale:0=1,scale:0=2", ",", "scale:=", "from:@"}) {
        mistake.clear();
        EXPECT_TRUE(WeightEdits::parse(wrong, mistake).empty()) << wrong;
        EXPECT_NE(mistake, "") << wrong;
    }
}

TEST(TensorSet, IsReadAsItIsWritten) {
    std::string mistake;
    const TensorSet set = TensorSet::parse("W_U,W_E,W_U", mistake);
    EXPECT_EQ(mistake, "");
    EXPECT_EQ(set.text(), "W_E,W_U");
    EXPECT_TRUE(set.contains("W_E"));
    EXPECT_FALSE(set.contains("W_K"));
    EXPECT_FALSE(set.contains("no tensor"));
    for (const char* wrong : {"", "w_e", "W_E,", "W_E W_U"}) {
        mistake.clear();
        EXPECT_TRUE(TensorSet::parse(wrong, mistake).empty()) << wrong;
        EXPECT_NE(mistake, "") << wrong;
    }
    TensorSet none;
    EXPECT_THROW(none.set("W", true), std::invalid_argument);
}

TEST(TensorSet, IsFrozenWhereThatMakesSense) {
    const auto mistakes = [](auto change) {
        RunConfig config;
        config.frozen.set("W_E", true);
        change(config);
        return config.validate();
    };
    EXPECT_TRUE(mistakes([](RunConfig&) {}).empty());
    EXPECT_EQ(mistakes([](RunConfig& c) { c.norm_clamp = true; }).size(), 1U);
    EXPECT_EQ(mistakes([](RunConfig& c) { c.without_frequencies = FrequencySet::of({3}); }).size(),
              1U);
    EXPECT_EQ(mistakes([](RunConfig& c) {
                  for (const std::string_view name : TensorSet::kNames) {
                      c.frozen.set(name, true);
                  }
              }).size(),
              1U);
    EXPECT_EQ(mistakes([](RunConfig& c) { c.edits.scaled = {{113, 2}}; }).size(), 1U);
    RunConfig config;
    config.frozen.set("W_E", true);
    EXPECT_EQ(config.label(), "frozen W_E");
}

TEST(Fork, KeepsWhatShapesABeginning) {
    const RunConfig original;
    const auto refused = [&](auto change) {
        RunConfig fork = original;
        change(fork);
        return fork_mistakes(original, 100, fork);
    };
    EXPECT_TRUE(refused([](RunConfig& fork) { fork.weight_decay = 0; }).empty());
    EXPECT_EQ(refused([](RunConfig& fork) { fork.seed = 3; }),
              std::vector<std::string>{
                  "the seed shapes how a run begins: a fork keeps that of its original"});
    EXPECT_EQ(refused([](RunConfig& fork) { fork.p = 97; }).size(), 1U);
    EXPECT_EQ(refused([](RunConfig& fork) { fork.operation = Operation::kSubtract; }).size(), 1U);
    EXPECT_EQ(refused([](RunConfig& fork) { fork.d_mlp = 256; }).size(), 1U);
    EXPECT_EQ(refused([](RunConfig& fork) { fork.step = StepKind::kReference; }).size(), 1U);
    EXPECT_EQ(refused([](RunConfig& fork) { fork.epochs = 100; }).size(), 1U);
    EXPECT_TRUE(refused([](RunConfig& fork) { fork.epochs = 101; }).empty());
    EXPECT_EQ(refused([](RunConfig& fork) { fork.learning_rate = 7; }).size(), 1U);
    EXPECT_EQ(fork_mistakes(original, 0, original).size(), 1U);
}

TEST(FrequencySet, IsReadAsItIsWritten) {
    std::string mistake;
    const FrequencySet set = FrequencySet::parse("41,23,41", mistake);
    EXPECT_EQ(mistake, "");
    EXPECT_EQ(set.text(), "23,41");
    EXPECT_TRUE(set.contains(23));
    EXPECT_FALSE(set.contains(24));
    for (const char* wrong : {"", "0", "126", "23,", "a", "2 3", "-4"}) {
        mistake.clear();
        EXPECT_TRUE(FrequencySet::parse(wrong, mistake).empty()) << wrong;
        EXPECT_NE(mistake, "") << wrong;
    }
    EXPECT_THROW((void)FrequencySet::of({0}), std::invalid_argument);
}

TEST(FrequencySet, BelongsToTheOperationsGroup) {
    RunConfig config;
    config.p = 97;
    config.without_frequencies = FrequencySet::of({48});
    EXPECT_TRUE(config.validate().empty());
    EXPECT_TRUE(config.is_rival());
    EXPECT_EQ(config.label(), "without 48");
    config.without_frequencies = FrequencySet::of({49});
    ASSERT_EQ(config.validate().size(), 1U);
    EXPECT_NE(config.validate()[0].find("between 1 and 48 at p = 97, got 49"), std::string::npos);
    RunConfig none = config;
    none.p = 24;
    none.operation = Operation::kMultiply; // no group
    ASSERT_EQ(none.validate().size(), 1U);
    EXPECT_NE(none.validate()[0].find("products modulo a number that is not prime"),
              std::string::npos);
    config.operation = Operation::kMultiply; // 96 elements
    config.without_frequencies = FrequencySet::of({48});
    EXPECT_TRUE(config.validate().empty());
}

TEST(Rivals, AreTakenAwayWithWhatBelongsToThem) {
    RunConfig base;
    base.p = 59;
    base.weight_decay = 1;
    int number = 0;
    for (const RunConfig& rival : rivals_of(base)) {
        EXPECT_EQ(without_rivals(rival), base) << rival.label();
        EXPECT_EQ(rival_number(rival), number) << rival.label();
        ASSERT_NE(rule_of(rival), nullptr);
        EXPECT_NE(rule_of(rival)->rival_meaning, nullptr) << rival.label();
        ++number;
    }
    EXPECT_EQ(rival_number(base), std::nullopt);
    RunConfig slow = base;
    slow.muon = true;
    slow.muon_learning_rate = 0.1;
    slow.weight_decay = 0.3; // given: no rule has dropped it
    RunConfig expected = base;
    expected.weight_decay = 0.3;
    EXPECT_EQ(without_rivals(slow), expected);
}

} // namespace
} // namespace grokscope
