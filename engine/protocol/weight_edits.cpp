#include "engine/protocol/weight_edits.h"

#include "engine/protocol/number_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace grokscope {

namespace {

constexpr std::string_view kFrom = "from:";
constexpr std::string_view kShuffle = "shuffle";
constexpr std::string_view kScale = "scale:";
/// Hexadecimal digits of a uuid, and those that words show of it.
constexpr std::size_t kUuid = 32;
constexpr std::size_t kShownOfUuid = 8;

std::string shortest(double value) {
    char buffer[32];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

bool is_uuid(std::string_view text) {
    return text.size() == kUuid && std::ranges::all_of(text, [](char digit) {
               return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
           });
}

bool read_from(std::string_view text, WeightEdits& edits) {
    const std::size_t at = text.find('@');
    Mistakes mistakes;
    if (at == std::string_view::npos || !is_uuid(text.substr(0, at))) {
        return false;
    }
    const auto epoch = parse_number<std::int32_t>("", text.substr(at + 1), mistakes);
    edits.embedding_from = std::string(text.substr(0, at));
    edits.embedding_epoch = epoch.value_or(-1);
    return edits.embedding_epoch >= 0;
}

bool read_part(std::string_view part, WeightEdits& edits) {
    if (part.starts_with(kFrom)) {
        return read_from(part.substr(kFrom.size()), edits);
    }
    if (part.starts_with(kScale)) {
        std::string mistake;
        edits.scaled.push_back(parse_scaled(part.substr(kScale.size()), mistake));
        return mistake.empty();
    }
    edits.shuffled = part == kShuffle;
    return edits.shuffled;
}

} // namespace

WeightEdits::Scaled parse_scaled(std::string_view text, std::string& mistake) {
    const std::size_t equals = std::min(text.find('='), text.size());
    Mistakes mistakes;
    const auto number = parse_number<int>("", text.substr(0, equals), mistakes);
    const auto factor =
        parse_number<double>("", text.substr(std::min(equals + 1, text.size())), mistakes);
    if (!mistakes.empty() || *number < 0 || !(std::abs(*factor) <= WeightEdits::kLargestFactor)) {
        mistake = "must be a number and the factor of its embedding, -1000 to 1000, as 0=0.5, "
                  "got \"" +
                  std::string(text) + "\"";
        return {};
    }
    return {*number, *factor};
}

WeightEdits WeightEdits::parse(std::string_view text, std::string& mistake) {
    WeightEdits edits;
    for (std::size_t begin = 0; begin <= text.size() && !text.empty();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        if (!read_part(text.substr(begin, end - begin), edits)) {
            mistake = "must be edits like \"from:UUID@2000,shuffle,scale:0=0.5\", got \"" +
                      std::string(text.substr(0, 80)) + "\"";
            return {};
        }
        begin = end + 1;
    }
    std::ranges::sort(edits.scaled, {}, &Scaled::number);
    const bool twice =
        std::ranges::adjacent_find(edits.scaled, {}, &Scaled::number) != edits.scaled.end();
    if (twice || edits.scaled.size() > kMostScaled) {
        mistake = twice ? "must name each number that is scaled once"
                        : "must scale " + std::to_string(kMostScaled) + " numbers at most";
        return {};
    }
    return edits;
}

std::string WeightEdits::text() const {
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ",") + part; };
    if (!embedding_from.empty()) {
        add(std::string(kFrom) + embedding_from + "@" + std::to_string(embedding_epoch));
    }
    if (shuffled) {
        add(std::string(kShuffle));
    }
    for (const Scaled& one : scaled) {
        add(std::string(kScale) + std::to_string(one.number) + "=" + shortest(one.factor));
    }
    return text;
}

std::string WeightEdits::words() const {
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
    if (!embedding_from.empty()) {
        add("embedding of " + embedding_from.substr(0, kShownOfUuid) + " at " +
            std::to_string(embedding_epoch));
    }
    if (shuffled) {
        add("embedding shuffled");
    }
    for (const Scaled& one : scaled) {
        add("row " + std::to_string(one.number) + " x " + shortest(one.factor));
    }
    return text;
}

} // namespace grokscope
