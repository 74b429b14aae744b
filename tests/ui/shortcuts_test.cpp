// The one table of keys, and what controls say of themselves.
#include "ui/core/shortcuts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace grokscope::ui {
namespace {

TEST(Shortcuts, NoKeyIsBoundTwice) {
    const auto rows = shortcuts();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = i + 1; j < rows.size(); ++j) {
            EXPECT_FALSE(rows[i].chord == rows[j].chord) << rows[i].keys << ", " << rows[j].keys;
            EXPECT_NE(rows[i].action, rows[j].action) << rows[i].keys;
        }
    }
}

TEST(Shortcuts, APressMeansTheRowOfItsChordAndRepeatsOnlyWhereToldTo) {
    for (const Shortcut& row : shortcuts()) {
        EXPECT_EQ(action_of({row.chord, false}), row.action) << row.keys;
        EXPECT_EQ(action_of({row.chord, true}), row.repeats ? row.action : Action::kNone);
    }
    Chord unknown;
    unknown.key = Chord::Key::kLetter;
    unknown.letter = 'Z';
    EXPECT_EQ(action_of({unknown, false}), Action::kNone);
    Chord plus;
    plus.key = Chord::Key::kPlus;
    plus.ctrl = true;
    plus.shift = true;
    EXPECT_EQ(action_of({plus, false}), Action::kScaleUp);
}

TEST(Shortcuts, EveryRowSaysWhatItDoes) {
    for (const Shortcut& row : shortcuts()) {
        EXPECT_GT(std::string(row.keys).size(), 0U);
        EXPECT_GT(std::string(row.what).size(), 3U) << row.keys;
        EXPECT_EQ(keys_of(row.action), row.keys);
    }
    EXPECT_EQ(keys_of(Action::kStartPause), "Space");
    EXPECT_EQ(keys_of(Action::kNone), "");
}

TEST(Shortcuts, TheReadmePrintsThisVerySheet) {
    std::ifstream file(GROKSCOPE_README);
    std::ostringstream readme;
    readme << file.rdbuf();
    ASSERT_GT(readme.str().size(), 1000U) << GROKSCOPE_README;
    const std::vector<SheetLine> lines = sheet_lines();
    EXPECT_FALSE(lines.front().group.empty()) << "no key stands outside a group of the sheet";
    EXPECT_EQ(std::count_if(lines.begin(), lines.end(),
                            [](const SheetLine& line) { return !line.group.empty(); }),
              6);
    const std::size_t half = (lines.size() + 1) / 2;
    std::string table = "|---|---|---|---|\n";
    for (std::size_t i = 0; i < half; ++i) {
        table += "| " + std::string(lines[i].keys) + " | " + std::string(lines[i].what) + " | ";
        if (i + half < lines.size()) {
            const SheetLine& right = lines[i + half];
            table += std::string(right.keys) + " | " + std::string(right.what) + " |\n";
        } else {
            table += "| |\n";
        }
    }
    EXPECT_NE(readme.str().find(table), std::string::npos)
        << "the table of keys in README.md should read\n"
        << table;
}

TEST(Shortcuts, EveryControlHasOneEntryWithATooltip) {
    std::set<std::string_view> names;
    for (const ControlInfo& info : controls()) {
        EXPECT_TRUE(names.insert(info.name).second) << info.name;
        EXPECT_GT(std::string(info.tooltip).size(), 8U) << info.name;
    }
    EXPECT_THROW((void)control("no such control"), std::logic_error);
    EXPECT_EQ(control("start").action, Action::kStartPause);
}

} // namespace
} // namespace grokscope::ui
