#include "app/options/manual_page.h"

#include "app/options/run_options.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <sstream>
#include <string_view>
#include <vector>

namespace grokscope {

namespace {

/// Text that roff prints as it stands.
std::string escaped(std::string_view text) {
    std::string result;
    bool line_begins = true;
    for (const char c : text) {
        if (line_begins && (c == '.' || c == '\'')) {
            result += "\\&";
        }
        if (c == '\\') {
            result += "\\e";
        } else if (c == '-') {
            result += "\\-";
        } else {
            result += c;
        }
        line_begins = c == '\n';
    }
    return result;
}

/// "\fB--seed\fR \fIN\fR", or for a positional word "\fIRUN\fR".
std::string heading(const CLI::Option& option) {
    if (option.get_positional()) {
        return fmt::format("\\fI{}\\fR", escaped(option.get_name(true)));
    }
    std::string names = escaped(option.get_name(false, true));
    for (std::size_t comma = names.find(','); comma != std::string::npos;
         comma = names.find(',', comma + 2)) {
        names.insert(comma + 1, " ");
    }
    const std::string value = option.get_items_expected_max() > 0 ? option.get_type_name() : "";
    return value.empty() ? fmt::format("\\fB{}\\fR", names)
                         : fmt::format("\\fB{}\\fR \\fI{}\\fR", names, escaped(value));
}

void write_options(std::ostream& page, const CLI::App& app, bool settings_of_run) {
    for (const CLI::Option* option : app.get_options()) {
        const std::string& group = option->get_group();
        if (!group.empty() && (group == kRunGroup) == settings_of_run) {
            page << ".TP\n"
                 << heading(*option) << '\n'
                 << escaped(option->get_description()) << '\n';
        }
    }
}

/// The examples and notes that --help closes with, line by line.
void write_footer(std::ostream& page, const CLI::App& app) {
    if (!app.get_footer().empty()) {
        page << ".PP\n.nf\n" << escaped(app.get_footer()) << "\n.fi\n";
    }
}

bool takes_settings(const CLI::App& app) {
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_group() == kRunGroup) {
            return true;
        }
    }
    return false;
}

} // namespace

std::string manual_page(const CLI::App& app, const std::string& version) {
    const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
    std::ostringstream page;
    page << ".TH GROKSCOPE 1 \"\" \"grokscope " << version << "\" \"User Commands\"\n"
         << ".SH NAME\ngrokscope \\- an oscilloscope for grokking\n"
         << ".SH SYNOPSIS\n.B grokscope\n[\\fIOPTIONS\\fR]\n";
    for (const CLI::App* command : commands) {
        page << ".br\n.B grokscope " << command->get_name() << "\n[\\fIOPTIONS\\fR]\n";
    }
    page << ".SH DESCRIPTION\n"
         << escaped(app.get_description()) << '\n'
         << "With no command it opens a window.\n"
         << ".SH OPTIONS\n";
    write_options(page, app, false);
    page << ".SH COMMANDS\n";
    for (const CLI::App* command : commands) {
        page << ".SS " << command->get_name() << '\n'
             << escaped(command->get_description())
             << (takes_settings(*command) ? ". Takes the settings of a run, below." : ".") << '\n';
        write_options(page, *command, false);
        write_footer(page, *command);
    }
    page << ".SH SETTINGS OF A RUN\nTaken by the window and by the commands that say so.\n";
    write_options(page, app, true);
    page << ".SH EXAMPLES AND EXIT STATUS\n";
    write_footer(page, app);
    return page.str();
}

} // namespace grokscope
