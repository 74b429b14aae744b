#include "app/options/fork_options.h"

#include "app/options/idle_options.h"
#include "app/options/run_options.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace grokscope {

namespace {

/// Settings that a fork may have otherwise.
bool may_change(const Setting& setting) {
    return !setting.begins && !setting.option.empty();
}

/// Gives the setting what `text` says; a flag is true or false here.
bool read_value(const Setting& setting, const std::string& text, RunConfig& config,
                Mistakes& mistakes) {
    if (auto flag = std::get_if<bool RunConfig::*>(&setting.field.member)) {
        const auto choice =
            parse_choice("--set " + std::string(setting.key), text, {"false", "true"}, mistakes);
        config.** flag = choice == 1U;
        return choice.has_value();
    }
    return read_argument(setting, text, config, mistakes);
}

void add_change(const std::string& text, ForkOptions& fork, Mistakes& mistakes) {
    const std::size_t equals = text.find('=');
    const Setting* const setting = setting_named(std::string_view(text).substr(0, equals));
    if (setting == nullptr || equals == std::string::npos || !may_change(*setting)) {
        std::vector<std::string_view> names;
        for (const Setting& one : kSettings) {
            if (may_change(one)) {
                names.push_back(one.key);
            }
        }
        mistakes.push_back(fmt::format("--set needs SETTING=VALUE with one of {}; the others shape "
                                       "how a run begins; got \"{}\"",
                                       fmt::join(names, ", "), text));
        return;
    }
    if (std::ranges::find(fork.changes, setting, &ForkOptions::Change::setting) !=
        fork.changes.end()) {
        mistakes.push_back(fmt::format("--set {} is given twice", setting->key));
        return;
    }
    ForkOptions::Change change{.setting = setting, .value = {}};
    if (read_value(*setting, text.substr(equals + 1), change.value, mistakes)) {
        fork.changes.push_back(std::move(change));
    }
}

void take_embedding_from(const std::string& text, ForkOptions& fork, Mistakes& mistakes) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    fork.embedding_from = text.substr(0, colon);
    if (fork.embedding_from.empty()) {
        mistakes.emplace_back("--embedding-from needs a run, as 3 or 3:2000");
    }
    if (colon < text.size()) {
        const auto epoch = parse_number<std::int32_t>("the epoch of --embedding-from",
                                                      text.substr(colon + 1), mistakes);
        fork.embedding_epoch = epoch.value_or(0); // what is no epoch is a mistake already
    }
}

void scale_row(const std::string& text, WeightEdits& edits, Mistakes& mistakes) {
    std::string mistake;
    const WeightEdits::Scaled scaled = parse_scaled(text, mistake);
    if (!mistake.empty()) {
        mistakes.push_back("--scale-row " + mistake);
    } else if (std::ranges::find(edits.scaled, scaled.number, &WeightEdits::Scaled::number) !=
               edits.scaled.end()) {
        mistakes.push_back(fmt::format("--scale-row {} is given twice", scaled.number));
    } else if (edits.scaled.size() == WeightEdits::kMostScaled) {
        mistakes.push_back(
            fmt::format("--scale-row may be given {} times at most", WeightEdits::kMostScaled));
    } else {
        edits.scaled.push_back(scaled);
        std::ranges::sort(edits.scaled, {}, &WeightEdits::Scaled::number);
    }
}

/// What is done to the embeddings where it forks.
void add_edits(CLI::App& app, ForkOptions& fork, Mistakes& mistakes) {
    add_text_option(app, "--embedding-from", "RUN[:EPOCH]",
                    "the fork takes over the number embeddings of another run, of its newest "
                    "recorded weights or of those recorded at EPOCH",
                    [&](const std::string& text) { take_embedding_from(text, fork, mistakes); });
    app.add_flag_callback(
        "--shuffle-embedding", [&] { fork.edits.shuffled = true; },
        "the numbers of the fork exchange their embeddings at random: the "
        "control");
    app.add_option_function<std::vector<std::string>>(
           "--scale-row",
           [&](const std::vector<std::string>& texts) {
               for (const std::string& text : texts) {
                   scale_row(text, fork.edits, mistakes);
               }
           },
           "multiply the embedding of number N by S where the fork begins; may be given several "
           "times")
        ->type_name("N=S")
        ->expected(1)
        ->take_all();
}

} // namespace

RunConfig ForkOptions::applied_to(const RunConfig& base) const {
    RunConfig config = base;
    config.stop_when_grokked = false;
    config.stop_when_stable = false;
    config.edits = edits; // those of the original are done
    bool decay_is_given = false;
    bool decay_is_dropped = false;
    for (const Change& change : changes) {
        copy_value(*change.setting, change.value, config);
        decay_is_given |= change.setting->key == "weight_decay";
        decay_is_dropped |= change.setting->drops_decay;
    }
    if (decay_is_dropped && !decay_is_given) {
        drop_unwanted_decay(config);
    }
    return config;
}

std::string ForkOptions::idle_in(const RunConfig& base) const {
    const RunConfig config = applied_to(base);
    for (const Change& change : changes) {
        RunConfig without = config;
        copy_value(*change.setting, base, without);
        if (change.setting->course && course_of(without) == course_of(config)) {
            return fmt::format("--set {} would change nothing: the run has that value already, or "
                               "what it belongs to is off; leave it out",
                               change.setting->key);
        }
    }
    return {};
}

void add_fork_options(CLI::App& app, ForkOptions& fork, Mistakes& mistakes) {
    add_text_option(app, "--branch", "RUN",
                    "fork from a recorded run, a number or `last`: go on with its whole state at "
                    "--at, under other settings (--set)",
                    [&](const std::string& text) {
                        if (text.empty()) {
                            mistakes.emplace_back("--branch needs a value");
                        }
                        fork.original = text;
                    });
    add_text_option(app, "--at", "EPOCH", "where it forks, an epoch of that run from 1 on",
                    [&](const std::string& text) {
                        const auto epoch = parse_number<std::int32_t>("--at", text, mistakes);
                        if (epoch && *epoch < 1) {
                            mistakes.push_back(
                                fmt::format("--at must be an epoch from 1 on, got {}", *epoch));
                        }
                        fork.epoch = epoch.value_or(1); // what is no epoch is a mistake already
                    });
    app.add_option_function<std::vector<std::string>>(
           "--set",
           [&](const std::vector<std::string>& texts) {
               for (const std::string& text : texts) {
                   add_change(text, fork, mistakes);
               }
           },
           "what the fork does otherwise, as weight_decay=0; may be given several times")
        ->type_name("SETTING=VALUE")
        ->expected(1)
        ->take_all();
    add_edits(app, fork, mistakes);
}

void finish_fork(const CLI::App& app, const ForkOptions& fork, bool resumes, bool recorded,
                 Mistakes& mistakes) {
    if (fork.original.empty()) {
        if (fork.epoch || fork.changes_anything()) {
            mistakes.emplace_back("--at, --set, --embedding-from, --shuffle-embedding and "
                                  "--scale-row say how a fork goes on: give --branch RUN, too");
        }
        return;
    }
    if (!fork.epoch) {
        mistakes.emplace_back("--branch needs the epoch at which it forks: --at EPOCH");
    }
    if (const auto given = given_run_options(app); !given.empty()) {
        mistakes.push_back(fmt::format("--branch takes the recorded run's own settings; what the "
                                       "fork does otherwise is given by --set, not {}",
                                       fmt::join(given, ", ")));
    }
    if (resumes) {
        mistakes.emplace_back("--resume goes on with a run, --branch forks from one: give one of "
                              "them");
    }
    if (!recorded) {
        mistakes.emplace_back("--branch needs a notebook, but --notebook is none");
    }
}

} // namespace grokscope
