// Every option acts, or is refused by a sentence that names it.
#include "app/options/options.h"
#include "tests/store/scratch_folder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <variant>
#include <vector>

namespace grokscope {
namespace {

using Arguments = std::vector<std::string>;

/// What is said against a command line; empty when it is taken.
std::string refusal_of(const Arguments& arguments) {
    try {
        (void)parse_command_line(arguments);
    } catch (const UsageError& error) {
        return error.what();
    }
    return {};
}

std::string in_words(const Arguments& arguments) {
    std::string text;
    for (const std::string& argument : arguments) {
        text += ' ' + argument;
    }
    return text;
}

TEST(IdleOptions, AreRefusedByName) {
    const std::vector<std::pair<Arguments, std::string>> cases = {
        {{"train", "--until-grok", "--until-stable"}, "--until-stable"},
        {{"sweep", "--until-grok", "--until-stable"}, "--until-stable"},
        {{"--until-grok", "--until-stable"}, "--until-stable"},
        {{"train", "--force"}, "--force"},
        {{"sweep", "--force"}, "--force"},
        {{"bench", "--force"}, "--force"},
        {{"view", "3", "--force"}, "--force"},
        {{"--force"}, "--force"},
        {{"export", "3", "--to", "notebook", "--force"}, "--force"},
        {{"export", "3", "--to", "png", "--rate", "5"}, "--rate"},
        {{"export", "3", "--to", "csv", "--all-epochs"}, "--all-epochs"},
        {{"export", "3", "--to", "npz", "--nearest"}, "--nearest"},
        {{"export", "3", "--to", "png", "--epoch", "5", "--nearest"}, "--nearest"},
        {{"export", "3", "--to", "pt", "--all-epochs", "--epoch", "5"}, "--all-epochs"},
        {{"export", "3", "--to", "pt", "--all-epochs", "--out", "-"}, "--all-epochs"},
        {{"train", "--notebook", "none", "--weights-every", "5"}, "--weights-every"},
        {{"train", "--notebook", "none", "--exact-weights"}, "--exact-weights"},
        {{"train", "--notebook", "none", "--weights-budget", "5"}, "--weights-budget"},
        {{"train", "--probe-width", "32"}, "--probe-width"},
        {{"train", "--probe-lr", "1e-4"}, "--probe-lr"},
        {{"train", "--layers", "2", "--probe-layer", "1"}, "--probe-layer"},
        {{"train", "--stencil-weight", "0.3"}, "--stencil-weight"},
        {{"train", "--muon-lr", "0.1"}, "--muon-lr"},
        {{"train", "--grokfast", "ema", "--muon-decay", "1"}, "--muon-decay"},
        {{"train", "--muon", "--orthogonal-gradient"}, "--orthogonal-gradient"},
        {{"train", "--control", "activation-penalty", "--probe-width", "32"}, "--probe-width"},
        {{"train", "--resume", "3", "--seed", "999"}, "--seed"},
        {{"train", "--resume", "3", "--preset", "nanda"}, "--preset"},
        {{"train", "--resume", "3", "--until-grok"}, "--until-grok"},
        {{"--describe", "last", "--start"}, "--start"},
        {{"--describe", "last", "--seed", "5"}, "--seed"}};
    for (const auto& [arguments, option] : cases) {
        const std::string said = refusal_of(arguments);
        EXPECT_NE(said.find(option), std::string::npos) << in_words(arguments) << ": " << said;
        EXPECT_EQ(said.find('\n'), std::string::npos) << in_words(arguments) << ": " << said;
    }
}

TEST(IdleOptions, AreTakenWhereTheyAct) {
    const std::vector<Arguments> cases = {
        {"train", "--until-stable"},
        {"train", "--muon", "--muon-lr", "0.1", "--muon-decay", "1"},
        {"train", "--force", "--csv", "a.csv"},
        {"train", "--force", "--progress-csv", "a.csv"},
        {"sweep", "--force", "--csv", "a.csv"},
        {"bench", "--force", "--json", "a.json"},
        {"view", "3", "--force", "--ui-log", "a.log"},
        {"--force", "--screenshot", "a.png"},
        {"export", "3", "--to", "mp4", "--rate", "5", "--force"},
        {"train", "--stencil=0", "--probe-width", "32", "--probe-lr", "1e-4"},
        {"train", "--stencil=baseline", "--probe-width", "32"}, // one of a series
        {"train", "--control", "activation-penalty", "--stencil-weight", "0.3"},
        {"train", "--control", "activation-penalty", "--layers", "2", "--probe-layer", "1"},
        {"--stencil-weight", "0.3"}, // of the stencils that buttons add
        {"sweep", "--stencil-weight", "0.3"},
        {"train", "--resume", "3", "--epochs", "25000"},
        {"--describe", "last", "--notebook", "a.db"}};
    for (const Arguments& arguments : cases) {
        EXPECT_EQ(refusal_of(arguments), "") << in_words(arguments);
    }
}

TEST(IdleOptions, TheFileOfANotebookIsViewedAndNoOtherNotebook) {
    const store_test::ScratchFolder folder;
    const std::string file = folder / "shared.db";
    std::ofstream(file) << "a notebook";
    EXPECT_NE(refusal_of({"view", file, "--notebook", "other.db"}).find("--notebook"),
              std::string::npos);
    EXPECT_EQ(refusal_of({"view", file}), "");
}

TEST(IdleOptions, ASweepEndsItsRunsWhereItIsTold) {
    const auto grokked = std::get<SweepOptions>(parse_command_line(Arguments{"sweep"}));
    const auto stable =
        std::get<SweepOptions>(parse_command_line(Arguments{"sweep", "--until-stable"}));
    ASSERT_EQ(grokked.configs.size(), stable.configs.size());
    for (std::size_t i = 0; i < stable.configs.size(); ++i) {
        EXPECT_TRUE(grokked.configs[i].stop_when_grokked);
        EXPECT_FALSE(grokked.configs[i].stop_when_stable);
        EXPECT_TRUE(stable.configs[i].stop_when_stable);
        EXPECT_FALSE(stable.configs[i].stop_when_grokked);
    }
}

} // namespace
} // namespace grokscope
