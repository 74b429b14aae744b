// What keys mean on keyboards of several countries, and which screen a window belongs to.
#include "ui/window/key_layout.h"
#include "ui/window/monitors.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace grokscope::ui {
namespace {

/// What a key writes without and with Shift.
struct Written {
    std::string plain;
    std::string shifted;
};

/// A keyboard: keys by what the American layout writes on them.
class Keyboard {
public:
    Keyboard(const char* places, std::vector<Written> written) {
        for (std::size_t i = 0; i < written.size(); ++i) {
            keys_[places[i]] = written[i];
        }
    }
    /// What pressing the key at that place does, the window's way: by the key, else by what it
    /// writes.
    [[nodiscard]] Action press(char place, bool ctrl = false, bool shift = false) const {
        const Written& key = keys_.at(place);
        const bool named = (place >= 'A' && place <= 'Z') || (place >= '0' && place <= '9');
        std::optional<Chord> chord = chord_of_key(
            {.place = named ? place : '\0', .writes = key.plain, .ctrl = ctrl, .shift = shift},
            latin());
        const std::string& text = shift ? key.shifted : key.plain;
        if (!chord && !ctrl && text.size() == 1) {
            chord = chord_of_character(static_cast<unsigned char>(text[0]));
        }
        return chord ? action_of({*chord, false}) : Action::kNone;
    }

private:
    [[nodiscard]] bool latin() const {
        for (const auto& [place, key] : keys_) {
            if (place >= 'A' && place <= 'Z' && key.plain.size() == 1 && key.plain[0] >= 'a' &&
                key.plain[0] <= 'z') {
                return true;
            }
        }
        return false;
    }
    std::map<char, Written> keys_;
};

const Keyboard& american() {
    static const Keyboard keyboard("QFPSIA16.-;=", {{"q", "Q"},
                                                    {"f", "F"},
                                                    {"p", "P"},
                                                    {"s", "S"},
                                                    {"i", "I"},
                                                    {"a", "A"},
                                                    {"1", "!"},
                                                    {"6", "^"},
                                                    {".", ">"},
                                                    {"-", "_"},
                                                    {";", ":"},
                                                    {"=", "+"}});
    return keyboard;
}
/// AZERTY: digits and the full stop take Shift, minus stands on the 6, A and Q changed places.
const Keyboard& french() {
    static const Keyboard keyboard("QFPSIA16,-=", {{"a", "A"},
                                                   {"f", "F"},
                                                   {"p", "P"},
                                                   {"s", "S"},
                                                   {"i", "I"},
                                                   {"q", "Q"},
                                                   {"&", "1"},
                                                   {"-", "6"},
                                                   {";", "."},
                                                   {")", "\xC2\xB0"},
                                                   {"=", "+"}});
    return keyboard;
}
const Keyboard& russian() {
    static const Keyboard keyboard("QFPSIA16/-=", {{"\xD0\xB9", "\xD0\x99"},
                                                   {"\xD0\xB0", "\xD0\x90"},
                                                   {"\xD0\xB7", "\xD0\x97"},
                                                   {"\xD1\x8B", "\xD0\xAB"},
                                                   {"\xD1\x88", "\xD0\xA8"},
                                                   {"\xD1\x84", "\xD0\xA4"},
                                                   {"1", "!"},
                                                   {"6", ":"},
                                                   {".", ","},
                                                   {"-", "_"},
                                                   {"=", "+"}});
    return keyboard;
}
/// Q writes a question mark's semicolon, which is ASCII.
const Keyboard& greek() {
    static const Keyboard keyboard("QFPSIA16.-=", {{";", ":"},
                                                   {"\xCF\x86", "\xCE\xA6"},
                                                   {"\xCF\x80", "\xCE\xA0"},
                                                   {"\xCF\x83", "\xCE\xA3"},
                                                   {"\xCE\xB9", "\xCE\x99"},
                                                   {"\xCE\xB1", "\xCE\x91"},
                                                   {"1", "!"},
                                                   {"6", "^"},
                                                   {".", ">"},
                                                   {"-", "_"},
                                                   {"=", "+"}});
    return keyboard;
}

TEST(KeyLayout, LettersCountByWhatTheLayoutWritesAndByPlaceWhereThatIsNotLatin) {
    for (const Keyboard& keyboard : {american(), french(), russian(), greek()}) {
        EXPECT_EQ(keyboard.press('F'), Action::kFit);
        EXPECT_EQ(keyboard.press('P'), Action::kReplay);
        EXPECT_EQ(keyboard.press('S'), Action::kSeeds);
        EXPECT_EQ(keyboard.press('I'), Action::kInsideTab);
        EXPECT_EQ(keyboard.press('S', true, true), Action::kPicture);
    }
    for (const Keyboard& keyboard : {american(), russian(), greek()}) {
        EXPECT_EQ(keyboard.press('A'), Action::kNote);
        EXPECT_EQ(keyboard.press('Q', true), Action::kQuit);
    }
    EXPECT_EQ(french().press('Q'), Action::kNote) << "where A is written";
    EXPECT_EQ(french().press('A', true), Action::kQuit);
}

TEST(KeyLayout, TypingADigitIsASpeedWhereverItStands) {
    for (const Keyboard& keyboard : {american(), russian(), greek()}) {
        EXPECT_EQ(keyboard.press('1'), Action::kSpeed1);
        EXPECT_EQ(keyboard.press('1', false, true), Action::kAddStencil1);
        EXPECT_EQ(keyboard.press('1', true), Action::kSelectRun1);
        EXPECT_EQ(keyboard.press('6', true), Action::kSelectRun6);
    }
    EXPECT_EQ(french().press('1', false, true), Action::kSpeed1) << "it writes 1";
    EXPECT_EQ(french().press('1'), Action::kSpeed1);
    EXPECT_EQ(french().press('1', true), Action::kSelectRun1);
    EXPECT_EQ(french().press('6', true, true), Action::kSelectRun6);
}

TEST(KeyLayout, SignsCountByWhatIsWritten) {
    EXPECT_EQ(american().press('.'), Action::kStepEpoch);
    EXPECT_EQ(american().press('.', false, true), Action::kStepEvaluation);
    EXPECT_EQ(french().press(',', false, true), Action::kStepEpoch) << "its full stop takes Shift";
    EXPECT_EQ(french().press(','), Action::kNone);
    EXPECT_EQ(russian().press('/'), Action::kStepEpoch);
    EXPECT_EQ(greek().press('.'), Action::kStepEpoch);
    for (const auto& [keyboard, minus] :
         {std::pair{american(), '-'}, {french(), '6'}, {russian(), '-'}, {greek(), '-'}}) {
        EXPECT_EQ(keyboard.press(minus, true), Action::kScaleDown);
        EXPECT_EQ(keyboard.press('=', true), Action::kScaleUp);
        EXPECT_EQ(keyboard.press('=', true, true), Action::kScaleUp);
    }
}

TEST(KeyLayout, ACharacterThatNoShortcutUsesIsNone) {
    for (const char32_t character : {U'?', U' ', U'\u0444', U'\U0001F600'}) {
        EXPECT_FALSE(chord_of_character(character).has_value());
    }
    EXPECT_FALSE(chord_of_key({.place = 0, .writes = ""}, true).has_value());
    EXPECT_FALSE(chord_of_key({.place = 'Q', .writes = ","}, true).has_value());
}

TEST(Monitors, AWindowBelongsToTheScreenThatHoldsItsMiddle) {
    const std::array screens{Rect{0, 0, 1920, 1080}, Rect{1920, 0, 1280, 720}};
    EXPECT_EQ(screen_of({100, 100, 1600, 900}, screens), 0U);
    EXPECT_EQ(screen_of({1900, 0, 1000, 700}, screens), 1U) << "its corner is on the first";
    EXPECT_EQ(screen_of({1119, 0, 1600, 700}, screens), 0U) << "middle at 1,919";
    EXPECT_EQ(screen_of({1120, 0, 1600, 700}, screens), 1U);
    EXPECT_EQ(screen_of({-3000, 0, 800, 600}, screens), 0U) << "the nearest";
    EXPECT_EQ(screen_of({2600, 800, 800, 600}, screens), 1U);
    EXPECT_EQ(screen_of({0, 0, 800, 600}, {}), 0U);
}

TEST(Monitors, AWindowWhoseScreenIsGoneIsPutOnOneThatIsThere) {
    const std::array screens{Rect{0, 0, 1280, 720}};
    const Rect stays{700, 60, 800, 600};
    EXPECT_EQ(place_on_screens({400, 60, 800, 600}, screens), (Rect{400, 60, 800, 600}));
    EXPECT_EQ(place_on_screens(stays, screens), stays) << "partly outside, as it was put";
    EXPECT_EQ(place_on_screens({1400, 60, 800, 600}, screens), (Rect{480, 60, 800, 600}));
    EXPECT_EQ(place_on_screens({14784, 21884, 1024, 768}, screens), (Rect{256, 0, 1024, 720}));
    EXPECT_EQ(place_on_screens({-5000, -5000, 800, 600}, screens), (Rect{0, 0, 800, 600}));
    EXPECT_EQ(place_on_screens(stays, {}), stays);
}

} // namespace
} // namespace grokscope::ui
