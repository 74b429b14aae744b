#include "app/options/argument_text.h"

#include "engine/protocol/instrument.h"

#include <algorithm>

namespace grokscope {

std::vector<std::string> split_text(std::string_view text, char between) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(between, begin), text.size());
        parts.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

std::vector<int> parse_numbers(std::string_view option, std::string_view text, Mistakes& mistakes) {
    std::vector<int> numbers;
    for (const std::string& part : split_text(text, ',')) {
        const std::string_view item =
            std::string_view(part).substr(std::min(part.find_first_not_of(' '), part.size()));
        if (const auto number = parse_number<int>(option, item, mistakes)) {
            numbers.push_back(*number);
        }
    }
    return numbers;
}

std::optional<Stencil> parse_stencil(std::string_view option, std::string_view text,
                                     Mistakes& mistakes) {
    Stencil stencil;
    if (text.empty() || text == "baseline" || text == "none") {
        return stencil;
    }
    if (text.size() >= 2 && text.front() == '[' && text.back() == ']') {
        text = text.substr(1, text.size() - 2);
    }
    const std::size_t before = mistakes.size();
    for (const int offset : parse_numbers(option, text, mistakes)) {
        if (offset < -kMaxOffset || offset > kMaxOffset) {
            mistakes.push_back("the offsets of a stencil (" + std::string(option) +
                               ") must lie between -8 and 8, got " + std::to_string(offset));
        } else {
            stencil.insert(offset);
        }
    }
    return mistakes.size() == before ? std::optional(stencil) : std::nullopt;
}

std::optional<MeasurePlan> parse_plan(std::string_view option, std::string_view text,
                                      Mistakes& mistakes) {
    if (text == "none") {
        return MeasurePlan();
    }
    std::string mistake;
    MeasurePlan plan = MeasurePlan::parse(text, mistake, [](std::string_view name) {
        const InstrumentSpec* instrument = find_instrument(name);
        return instrument == nullptr ? MeasurePlan::kLeast : instrument->default_every;
    });
    if (!mistake.empty()) {
        mistakes.push_back(std::string(option) + " " + mistake);
        return std::nullopt;
    }
    const std::vector<std::string> unknown = mistakes_of(plan);
    for (const std::string& sentence : unknown) {
        mistakes.push_back(std::string(option) + ": " + sentence);
    }
    return unknown.empty() ? std::optional(plan) : std::nullopt;
}

std::optional<std::size_t> parse_choice(std::string_view option, std::string_view word,
                                        const std::vector<std::string>& words, Mistakes& mistakes) {
    const auto found = std::ranges::find(words, word);
    if (found != words.end()) {
        return static_cast<std::size_t>(found - words.begin());
    }
    std::string sentence(option);
    sentence += " must be one of";
    for (const std::string& choice : words) {
        sentence += choice == words.front() ? " " : ", ";
        sentence += choice;
    }
    mistakes.push_back(sentence + "; got \"" + std::string(word) + "\"");
    return std::nullopt;
}

} // namespace grokscope
