#include "ui/window/key_layout.h"

namespace grokscope::ui {

namespace {

bool is_digit(char32_t letter) {
    return letter >= '0' && letter <= '9';
}

std::optional<Chord> chord_of_ascii(char32_t letter) {
    Chord chord;
    if (letter >= 'a' && letter <= 'z') {
        chord.key = Chord::Key::kLetter;
        chord.letter = static_cast<char>(letter - 'a' + 'A');
    } else if (is_digit(letter)) {
        chord.key = Chord::Key::kDigit;
        chord.number = static_cast<int>(letter - '0');
    } else if (letter == '.') {
        chord.key = Chord::Key::kPeriod;
    } else if (letter == '+' || letter == '=') {
        chord.key = Chord::Key::kPlus;
    } else if (letter == '-') {
        chord.key = Chord::Key::kMinus;
    } else {
        return std::nullopt;
    }
    return chord;
}

/// A key of the row of digits that writes something else: a digit comes with Shift.
std::optional<Chord> chord_of_shifted_digit(const WritingKey& key) {
    if (key.shift && !key.ctrl) {
        return std::nullopt; // the character tells
    }
    auto chord = chord_of_ascii(static_cast<unsigned char>(key.place));
    chord->ctrl = key.ctrl;
    return chord;
}

} // namespace

std::optional<Chord> chord_of_key(const WritingKey& key, bool latin) {
    std::optional<Chord> chord;
    if (!latin && key.place >= 'A' && key.place <= 'Z') {
        chord = chord_of_ascii(static_cast<unsigned char>(key.place - 'A' + 'a'));
    } else if (key.writes.size() == 1) {
        chord = chord_of_ascii(static_cast<unsigned char>(key.writes[0]));
    }
    const bool digit_elsewhere =
        is_digit(static_cast<unsigned char>(key.place)) && (!chord || key.shift) &&
        !(key.writes.size() == 1 && is_digit(static_cast<unsigned char>(key.writes[0])));
    if (digit_elsewhere) {
        return chord_of_shifted_digit(key);
    }
    if (chord) {
        chord->ctrl = key.ctrl;
        chord->shift = key.shift;
    }
    return chord;
}

std::optional<Chord> chord_of_character(char32_t character) {
    return chord_of_ascii(character);
}

} // namespace grokscope::ui
