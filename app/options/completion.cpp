#include "app/options/completion.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <vector>

namespace grokscope {

namespace {

bool takes_value(const CLI::Option& option) {
    return option.get_items_expected_max() > 0;
}

bool takes_file(const CLI::Option& option) {
    const std::string type = option.get_type_name();
    return takes_value(option) && (type == "FILE" || type == "FOLDER");
}

/// "--csv", or "-h" and "--help" of one that has two names; nothing of a positional word.
std::vector<std::string> names_of(const CLI::Option& option) {
    std::vector<std::string> names;
    for (const std::string& name : option.get_snames()) {
        names.push_back("-" + name);
    }
    for (const std::string& name : option.get_lnames()) {
        names.push_back("--" + name);
    }
    return names;
}

/// The names of all options that `wanted` accepts, between blanks.
template <typename Wanted>
std::string joined_names(const CLI::App& app, Wanted wanted) {
    std::vector<std::string> all;
    for (const CLI::Option* option : app.get_options()) {
        if (!option->get_positional() && wanted(*option)) {
            const std::vector<std::string> names = names_of(*option);
            all.insert(all.end(), names.begin(), names.end());
        }
    }
    return fmt::format("{}", fmt::join(all, " "));
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App*) { return true; });
}

/// One branch of bash's `case` over the commands.
std::string bash_case(const CLI::App& app, const std::string& name) {
    const auto any = [](const CLI::Option&) { return true; };
    const auto file = [](const CLI::Option& option) { return takes_file(option); };
    const auto other = [](const CLI::Option& option) {
        return takes_value(option) && !takes_file(option);
    };
    return fmt::format("        {})\n"
                       "            options=\"{}\"\n"
                       "            files=\"{}\"\n"
                       "            values=\"{}\" ;;\n",
                       name, joined_names(app, any), joined_names(app, file),
                       joined_names(app, other));
}

/// What stands between brackets, or single quotes, of a specification of zsh's _arguments.
std::string zsh_text(std::string_view text) {
    std::string escaped;
    for (const char letter : text) {
        if (letter == '\'') {
            escaped += "'\\''";
        } else if (letter == '[' || letter == ']' || letter == ':' || letter == '\\') {
            escaped += std::string("\\") + letter;
        } else {
            escaped += letter;
        }
    }
    return escaped;
}

std::string zsh_options(const CLI::App& app) {
    std::string text;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : names_of(*option)) {
            const std::string value = takes_file(*option)    ? ":file:_files"
                                      : takes_value(*option) ? ":value: "
                                                             : "";
            text += fmt::format(" \\\n                '{}[{}]{}'", name,
                                zsh_text(option->get_description()), value);
        }
    }
    return text;
}

} // namespace

std::string bash_completion(const CLI::App& app) {
    std::vector<std::string> names;
    std::string cases;
    for (const CLI::App* command : commands_of(app)) {
        names.push_back(command->get_name());
        cases += bash_case(*command, command->get_name());
    }
    return fmt::format(R"(# bash completion of grokscope, written by `grokscope --completion bash`
_grokscope() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}}
    local commands="{}"
    local command= options files values i
    if [[ $word == = ]]; then # --csv=
        word=
    elif [[ $before == = ]]; then # --csv=na
        before=${{COMP_WORDS[COMP_CWORD - 2]}}
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        if [[ " $commands " == *" ${{COMP_WORDS[i]}} "* ]]; then
            command=${{COMP_WORDS[i]}}
            break
        fi
    done
    case "$command" in
{}{}    esac
    if [[ " $files " == *" $before "* ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    elif [[ " $values " == *" $before "* ]]; then
        COMPREPLY=()
    elif [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    elif [[ -z $command ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$word")
    else
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -W last -- "$word"; compgen -f -- "$word")
    fi
}}
complete -F _grokscope grokscope
)",
                       fmt::join(names, " "), cases, bash_case(app, "*"));
}

std::string zsh_completion(const CLI::App& app) {
    std::string commands;
    std::string cases;
    for (const CLI::App* command : commands_of(app)) {
        commands += fmt::format("                '{}:{}'\n", command->get_name(),
                                zsh_text(command->get_description()));
        cases += fmt::format("        {})\n            _arguments{} \\\n                "
                             "'*:run or file:_files' ;;\n",
                             command->get_name(), zsh_options(*command));
    }
    return fmt::format(R"(#compdef grokscope
# zsh completion of grokscope, written by `grokscope --completion zsh`
_grokscope() {{
    local curcontext=$curcontext state line
    _arguments -C{} \
                '1:command:->command' '*::argument:->argument' && return
    case $state in
        command)
            local -a commands=(
{}            )
            _describe command commands
            return ;;
    esac
    case $line[1] in
{}    esac
}}
_grokscope "$@"
)",
                       zsh_options(app), commands, cases);
}

} // namespace grokscope
