#include "engine/protocol/fork.h"

#include <string_view>
#include <type_traits>

namespace grokscope {

namespace {

using config_detail::in_words;

/// What the setting is called where its value follows.
std::string word_of(const Setting& setting) {
    if (!setting.word.empty()) {
        return std::string(setting.word);
    }
    constexpr std::string_view kArticle = "the ";
    const std::string_view thing = setting.thing;
    return std::string(thing.starts_with(kArticle) ? thing.substr(kArticle.size()) : thing);
}

/// "decay 0", "[-1,0,+1]", "no muon"
std::string change_in_words(const Setting& setting, const RunConfig& fork) {
    const bool off = have_equal_value(setting, fork, RunConfig{});
    if (!setting.rival.empty() && !off) {
        return rule_label(setting, fork);
    }
    const std::string word(setting.rival.empty() ? word_of(setting) : std::string(setting.rival));
    return visit_value(setting, fork, [&]<typename Value>(const Value& value) -> std::string {
        if constexpr (std::is_same_v<Value, Stencil>) {
            return value.empty() ? "no stencil" : value.label();
        } else if constexpr (std::is_same_v<Value, FrequencySet>) {
            return "all frequencies"; // it had left some out
        } else if constexpr (std::is_same_v<Value, TensorSet>) {
            return "nothing frozen"; // some had been
        } else if constexpr (std::is_same_v<Value, WeightEdits>) {
            return value.words();
        } else if constexpr (std::is_same_v<Value, bool>) {
            return (value ? "" : "no ") + word;
        } else if constexpr (std::is_enum_v<Value>) {
            return off ? "no " + word
                       : word + " " + std::string(setting.choices[static_cast<std::size_t>(value)]);
        } else if constexpr (std::is_arithmetic_v<Value>) {
            return word + " " + in_words(value);
        } else {
            return word;
        }
    });
}

} // namespace

std::vector<std::string> fork_mistakes(const RunConfig& original, std::int32_t epoch,
                                       const RunConfig& fork) {
    std::vector<std::string> mistakes = fork.validate();
    for (const Setting& setting : kSettings) {
        if (setting.begins && !have_equal_value(setting, original, fork)) {
            mistakes.push_back(std::string(setting.thing) +
                               " shapes how a run begins: a fork keeps that of its original");
        }
    }
    if (epoch < 1) {
        mistakes.push_back("a fork begins at epoch 1 or later, got " + std::to_string(epoch));
    } else if (fork.epochs <= epoch) {
        mistakes.push_back("the number of epochs (--epochs) must be above the epoch of the fork, " +
                           std::to_string(epoch) + ", got " + std::to_string(fork.epochs) +
                           ": give it more (--set epochs=N)");
    }
    return mistakes;
}

std::string changes_in_words(const RunConfig& original, const RunConfig& fork) {
    const RunConfig one = course_of(original);
    const RunConfig other = course_of(fork);
    std::string words;
    for (const Setting& setting : kSettings) {
        const bool edits = std::holds_alternative<WeightEdits RunConfig::*>(setting.field.member);
        // Edits are of the fork itself: those of its original are done.
        if (edits ? !fork.edits.empty() : !have_equal_value(setting, one, other)) {
            words += (words.empty() ? "" : ", ") + change_in_words(setting, other);
        }
    }
    return words.empty() ? "nothing changed" : words;
}

} // namespace grokscope
