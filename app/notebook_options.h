// The commands on the notebook: list, show, view, export, import.
#pragma once

#include "app/argument_text.h"
#include "app/options.h"
#include "app/picture_options.h"

#include <memory>
#include <string>

namespace CLI {
class App;
} // namespace CLI

namespace grokscope {

/// Adds --notebook to a command; `file` stays empty when it is not given.
void add_notebook_option(CLI::App& app, Mistakes& mistakes, std::string& file);

/// Adds the five commands to the program's and says afterwards which one it is.
class NotebookCommands {
public:
    /// Both outlive parsing.
    void add_to(CLI::App& app, Mistakes& mistakes);

    /// The command that was parsed, null when it was none of these.
    [[nodiscard]] CLI::App* parsed() const;
    /// Its options; mistakes go to `mistakes`. To be called when parsed() is not null.
    [[nodiscard]] Invocation finish(Mistakes& mistakes);

private:
    CLI::App* list_ = nullptr;
    CLI::App* show_ = nullptr;
    CLI::App* view_ = nullptr;
    CLI::App* export_ = nullptr;
    CLI::App* import_ = nullptr;
    ListOptions list_options_;
    ShowOptions show_options_;
    WindowOptions view_options_;
    ExportOptions export_options_;
    ImportOptions import_options_;
    PictureArguments pictures_;
    std::string format_;
};

} // namespace grokscope
