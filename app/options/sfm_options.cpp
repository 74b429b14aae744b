#include "app/options/sfm_options.h"

#include "app/options/idle_options.h"
#include "app/options/run_options.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <type_traits>
#include <variant>
#include <vector>

namespace grokscope {

namespace {

constexpr const char* kSfmExamples = R"(Examples:
  grokscope sfm                                    a small one: it memorises, then collapses
  grokscope sfm --beta 0                           without the gate: no collapse
  grokscope sfm --p 113 --n 3830 --beta 0.0149     the size of the transformer's task
  grokscope sfm --operation div --p 37 --n 700 --csv sfm.csv
The machine is a proxy: it makes hypotheses about grokking, and shows nothing of the transformer
itself. docs/science.md 6.3 has its rules and what its authors say of it that does not hold;
docs/formats.md the columns. The window's theory view (T) has the same with sliders.)";

template <typename Names>
std::vector<std::string> strings_of(const Names& names) {
    return {names.begin(), names.end()};
}

/// "whatever the help says, 5..251 [31]".
std::string help_of(const SfmNumber& number) {
    const SfmSettings defaults;
    return std::visit(
        [&](auto field) {
            return fmt::format("{}, {:.10g}..{:.10g} [{}]", number.help, number.range.low,
                               number.range.high, defaults.*field);
        },
        number.field);
}

void add_number(CLI::App& command, const SfmNumber& number, SfmSettings& settings,
                Mistakes& mistakes) {
    const bool whole = !std::holds_alternative<double SfmSettings::*>(number.field);
    add_text_option(
        command, std::string(number.option), whole ? "N" : "X", help_of(number),
        [&number, &settings, &mistakes](const std::string& text) {
            std::visit(
                [&](auto field) {
                    using Value = std::remove_reference_t<decltype(settings.*field)>;
                    const auto value = parse_number<Value>(number.option, text, mistakes);
                    if (!value) {
                        return;
                    }
                    if (*value < number.range.low || *value > number.range.high) {
                        mistakes.push_back(fmt::format(
                            "{} must lie between {:.10g} and {:.10g}, got "
                            "{}",
                            number.option, number.range.low, number.range.high, *value));
                        return;
                    }
                    settings.*field = *value;
                },
                number.field);
        });
}

} // namespace

void SfmCommand::add_to(CLI::App& app, Mistakes& mistakes) {
    command_ = app.add_subcommand("sfm", "iterate the singular feature machine, the theory beside "
                                         "the transformer")
                   ->allow_extras();
    SfmSettings& settings = options_.settings;
    const auto operations = std::span(kOperationNames).first<kSfmOperations>();
    for (const SfmNumber& number : sfm_numbers()) {
        add_number(*command_, number, settings, mistakes);
    }
    add_text_option(*command_, "--operation", "NAME",
                    fmt::format("what its pairs are combined by, {}; products are in the index of "
                                "their group, without 0, and want a prime p [add]",
                                fmt::join(operations, ", ")),
                    [&, operations](const std::string& text) {
                        if (const auto choice = parse_choice("--operation", text,
                                                             strings_of(operations), mistakes)) {
                            settings.operation = static_cast<Operation>(*choice);
                        }
                    });
    add_text_option(*command_, "--target", "NAME",
                    fmt::format("what it learns, {}: a function of the answer with all frequencies "
                                "equally strong, the answer's index itself, or chance for each "
                                "pair, which has no rule [flat]",
                                fmt::join(kSfmTargetNames, ", ")),
                    [&](const std::string& text) {
                        if (const auto choice = parse_choice(
                                "--target", text, strings_of(kSfmTargetNames), mistakes)) {
                            settings.target = static_cast<SfmTarget>(*choice);
                        }
                    });
    add_path_option(*command_, mistakes, "--csv", options_.csv_path,
                    "write a row for each iteration");
    command_->add_flag("--force", options_.force, "overwrite an existing file");
    command_->add_flag("--json", options_.json, "print JSON, with the free energy over n");
    command_->footer(kSfmExamples);
}

const CLI::App* SfmCommand::parsed() const {
    return command_->parsed() ? command_ : nullptr;
}

SfmOptions SfmCommand::finish(Mistakes& mistakes) {
    std::ranges::move(options_.settings.mistakes(), std::back_inserter(mistakes));
    refuse_idle_force(*command_, {"--csv"}, mistakes);
    if (options_.json && options_.csv_path == "-") {
        mistakes.emplace_back("--json and --csv - both want standard output: give --csv a file");
    }
    return options_;
}

} // namespace grokscope
