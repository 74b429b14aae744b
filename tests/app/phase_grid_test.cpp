// A sweep over settings: what --vary takes, and the plane of its runs.
#include "app/commands/phase_grid.h"
#include "app/options/vary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace grokscope {
namespace {

std::vector<std::string> texts_of(const VariedSetting& varied) {
    std::vector<std::string> texts;
    for (const RunConfig& config : varied.values) {
        texts.push_back(value_text(*varied.setting, config));
    }
    return texts;
}

VariedSetting varied(const std::string& text) {
    Mistakes mistakes;
    VariedSetting result = parse_varied(text, mistakes);
    EXPECT_TRUE(mistakes.empty()) << mistakes.front();
    return result;
}

std::string refused(const std::string& text) {
    Mistakes mistakes;
    (void)parse_varied(text, mistakes);
    return mistakes.empty() ? "" : mistakes.front();
}

TEST(Vary, TakesListsAndRangesByItsNameOrItsOption) {
    EXPECT_EQ(texts_of(varied("train_fraction=0.2:0.6:5")),
              (std::vector<std::string>{"0.2", "0.3", "0.4", "0.5", "0.6"}));
    EXPECT_EQ(varied("frac=0.2:0.6:5").setting, varied("train_fraction=0.3").setting);
    EXPECT_EQ(texts_of(varied("weight_decay=0.1:10:3:log")),
              (std::vector<std::string>{"0.1", "1.0", "10.0"}));
    EXPECT_EQ(texts_of(varied("p=29,59,97")), (std::vector<std::string>{"29", "59", "97"}));
    EXPECT_EQ(texts_of(varied("d-mlp=64:512:4:log")),
              (std::vector<std::string>{"64", "128", "256", "512"}));
    EXPECT_EQ(texts_of(varied("operation=add,mul")), (std::vector<std::string>{"add", "mul"}));
}

TEST(Vary, SaysWhatItCannotTake) {
    EXPECT_NE(refused("nothing=1").find("one of operation, p, train_fraction"), std::string::npos);
    EXPECT_NE(refused("seed=1,2").find("SETTING=VALUES"), std::string::npos); // --seeds has it
    EXPECT_NE(refused("stencil_weight=0.1,1").find("SETTING=VALUES"), std::string::npos);
    EXPECT_NE(refused("step=fused,reference").find("SETTING=VALUES"), std::string::npos);
    EXPECT_NE(refused("epochs=1,2").find("SETTING=VALUES"), std::string::npos); // changes nothing
    EXPECT_NE(refused("frac").find("got \"frac\""), std::string::npos);
    EXPECT_NE(refused("frac=").find("--frac needs a value"), std::string::npos);
    EXPECT_NE(refused("frac=0.2,x").find("\"x\""), std::string::npos);
    EXPECT_NE(refused("frac=0.2,0.20").find("the value 0.20 twice"), std::string::npos);
    for (const char* range : {"frac=0.6:0.2:5", "frac=0.2:0.6", "frac=0.2:0.6:1",
                              "frac=0.2:0.6:5:ln", "frac=0:0.6:5:log", "frac=0.2:0.6:101"}) {
        EXPECT_NE(refused(range).find("LOW:HIGH:COUNT"), std::string::npos) << range;
    }
    EXPECT_NE(refused("operation=add,pow").find("add, sub, mul, div"), std::string::npos);
}

TEST(Vary, MakesEveryCombinationAndSaysWhatIsWrongWithOne) {
    Mistakes mistakes;
    RunConfig base;
    base.seed = 7;
    const auto configs =
        varied_configs(base, {varied("operation=add,div"), varied("p=23,29,31")}, mistakes);
    EXPECT_TRUE(mistakes.empty());
    ASSERT_EQ(configs.size(), 6U);
    EXPECT_EQ(configs[1].operation, Operation::kAdd);
    EXPECT_EQ(configs[1].p, 29);
    EXPECT_EQ(configs[3].operation, Operation::kDivide);
    EXPECT_EQ(configs[3].p, 23);
    EXPECT_EQ(configs[3].seed, 7U);
    (void)varied_configs(base, {varied("operation=add,div"), varied("p=23,24")}, mistakes);
    ASSERT_EQ(mistakes.size(), 1U);
    EXPECT_NE(
        mistakes[0].find(
            "needs a prime modulus (--p), where every number but 0 can be divided by; got 24"),
        std::string::npos);
}

SweepRun run_at(double fraction, double decay, std::uint32_t seed,
                std::optional<std::int32_t> memorised, std::optional<std::int32_t> grokked,
                std::int32_t last = 3000) {
    SweepRun run;
    run.config.train_fraction = fraction;
    run.config.weight_decay = decay;
    run.config.seed = seed;
    run.memorised_epoch = memorised;
    run.grok_epoch = grokked;
    run.last_epoch = grokked.value_or(last);
    return run;
}

TEST(PhaseGrid, HasMediansWithBoundsAndTheCommonestRegion) {
    const std::vector<SweepRun> runs = {
        run_at(0.2, 0, 0, 100, std::nullopt), run_at(0.2, 0, 1, 100, std::nullopt),
        run_at(0.2, 0, 2, 120, 2900),         run_at(0.2, 1, 0, 100, 2000),
        run_at(0.2, 1, 1, 100, 2400),         run_at(0.2, 1, 2, 100, 500),
        run_at(0.5, 0, 0, 90, 400),           run_at(0.5, 0, 1, 90, 1500)};
    const std::vector<VariedSetting> axes{varied("frac=0.2,0.5"), varied("weight_decay=0,1")};
    const std::vector<PhaseGrid> grids = phase_grids(runs, axes);
    ASSERT_EQ(grids.size(), 1U);
    EXPECT_EQ(grids[0].variant, "baseline");
    const std::vector<PhaseCell>& cells = grids[0].cells;
    ASSERT_EQ(cells.size(), 4U);
    EXPECT_EQ(cells[0].grokked, 1);
    EXPECT_TRUE(cells[0].median_epoch.is_above());
    EXPECT_EQ(cells[0].regions, std::vector{PhaseRegion::kMemorisation});
    EXPECT_EQ(cells[1].median_epoch, Bounded::exactly(2000));
    EXPECT_EQ(cells[1].regions, std::vector{PhaseRegion::kGrokking});
    EXPECT_EQ(cells[2].regions, (std::vector{PhaseRegion::kComprehension, PhaseRegion::kGrokking}));
    EXPECT_EQ(cells[3].runs, 0);
    EXPECT_TRUE(std::isnan(cells[3].median_epoch.low));

    const std::string table = phase_table(grids);
    EXPECT_NE(table.find("baseline: train_fraction down, weight_decay across"), std::string::npos);
    EXPECT_NE(table.find("> 3000 M 1/3  2000 G 3/3"), std::string::npos) << table;
    EXPECT_NE(table.find("950 C/G 2/2"), std::string::npos) << table;
    EXPECT_EQ(phase_csv(grids),
              "variant,train_fraction,weight_decay,runs,grokked,median_epoch,median_epoch_low,"
              "region,stable,median_stable,median_stable_low,stable_region\n"
              "\"baseline\",0.2,0.0,3,1,nan,3000,memorisation,0,nan,0,memorisation\n"
              "\"baseline\",0.2,1.0,3,3,2000,2000,grokking,0,nan,0,memorisation\n"
              "\"baseline\",0.5,0.0,2,2,950,950,comprehension grokking,0,nan,0,memorisation\n"
              "\"baseline\",0.5,1.0,0,0,nan,nan,none,0,nan,nan,none\n");
}

TEST(PhaseGrid, LeavesFailedRunsOutAndHasAGridForEachVariant) {
    std::vector<SweepRun> runs = {run_at(0.2, 1, 0, 100, 2000), run_at(0.2, 1, 1, 100, 2000)};
    runs[1].failed = true;
    runs.push_back(run_at(0.2, 1, 0, 100, 900));
    runs.back().config.stencil = Stencil::of({-1, 0, 1});
    const auto grids = phase_grids(runs, {varied("frac=0.2,0.3")});
    ASSERT_EQ(grids.size(), 2U);
    EXPECT_EQ(grids[0].cells[0].runs, 1);
    EXPECT_EQ(grids[1].variant, "[-1,0,+1]");
    EXPECT_EQ(grids[1].cells[0].median_epoch, Bounded::exactly(900));
    EXPECT_EQ(grids[1].cells[1].runs, 0);
}

} // namespace
} // namespace grokscope
