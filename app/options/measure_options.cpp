#include "app/options/measure_options.h"

#include "app/options/notebook_options.h"
#include "app/options/run_options.h"
#include "engine/protocol/instrument.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <optional>

namespace grokscope {

namespace {

constexpr const char* kMeasureExamples = R"(Examples:
  grokscope measure last                           every instrument, at its usual interval
  grokscope measure 3 --instruments ildr --every 10
  grokscope measure all --instruments ildr,commutator --every 500
  grokscope measure --list                         the instruments, what they tell and what they need
It measures recorded weights that were not measured yet and keeps what it reads in the notebook, beside
what was read while the run trained: it is the same. Ctrl-C keeps what is done; the same command goes
on. An instrument that needs exact weights measures no rounded ones: train with --measure NAME:EVERY
or --exact-weights. The curves are in the window's third plot, the figures in `export --to
progress-csv`.)";

/// Names between commas, each of an instrument that there is.
std::vector<std::string> names_in(const std::string& text, Mistakes& mistakes) {
    std::string mistake;
    const MeasurePlan plan = MeasurePlan::parse(text, mistake, [](std::string_view) { return 1; });
    const bool bare = text.find(':') == std::string::npos;
    if (!mistake.empty() || text.empty() || !bare) {
        mistakes.push_back(
            "--instruments takes names between commas, like ildr,commutator, got \"" + text + "\"");
        return {};
    }
    std::vector<std::string> names;
    for (const auto& [name, every] : plan.entries()) {
        names.push_back(name);
    }
    for (const std::string& unknown : mistakes_of(plan)) {
        mistakes.push_back("--instruments: " + unknown);
    }
    return names;
}

} // namespace

void MeasureCommand::add_to(CLI::App& app, Mistakes& mistakes) {
    command_ = app.add_subcommand("measure", "measure recorded weights with the instruments of the "
                                             "laboratory")
                   ->allow_extras();
    command_->add_option("RUN", options_.run, "number of the run, `last`, or `all`");
    add_text_option(*command_, "--instruments", "LIST", "which ones [all]",
                    [&](const std::string& text) {
                        instruments_ = text;
                        options_.instruments = names_in(text, mistakes);
                    });
    add_text_option(*command_, "--every", "N",
                    "epochs between readings, 1..10000; 1 takes all recorded weights [as the run "
                    "has it, else the instrument's usual interval]",
                    [&](const std::string& text) {
                        const auto every = parse_number<int>("--every", text, mistakes);
                        options_.every = every.value_or(0);
                        if (every &&
                            (*every < MeasurePlan::kLeast || *every > MeasurePlan::kMost)) {
                            mistakes.push_back("--every must lie between 1 and 10000, got " +
                                               std::to_string(*every));
                        }
                    });
    add_text_option(*command_, "--threads", "N",
                    "worker threads, 1..256; figures do not depend on it [by the number of cores]",
                    [&](const std::string& text) {
                        const auto threads = parse_number<int>("--threads", text, mistakes);
                        options_.threads = threads.value_or(0);
                        if (threads && (*threads < 1 || *threads > 256)) {
                            mistakes.push_back("--threads must lie between 1 and 256, got " +
                                               std::to_string(*threads));
                        }
                    });
    command_->add_flag("--list", options_.list, "list the instruments and end");
    command_->add_flag("--quiet", options_.quiet, "print nothing but errors");
    add_notebook_option(*command_, mistakes, options_.notebook);
    command_->footer(kMeasureExamples);
}

const CLI::App* MeasureCommand::parsed() const {
    return command_->parsed() ? command_ : nullptr;
}

MeasureOptions MeasureCommand::finish(Mistakes& mistakes) {
    if (options_.run.empty() && !options_.list) {
        mistakes.emplace_back("`measure` needs the number of a run, `last`, or `all`");
    }
    if (options_.list && (!options_.run.empty() || !instruments_.empty() || options_.every != 0)) {
        mistakes.emplace_back("--list lists the instruments and measures nothing: give it alone");
    }
    return options_;
}

} // namespace grokscope
