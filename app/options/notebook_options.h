// The commands on the notebook: list, show, rename, tag, delete, view, export, import.
#pragma once

#include "app/options/argument_text.h"
#include "app/options/options.h"
#include "app/options/picture_options.h"

#include <memory>
#include <string>

namespace CLI {
class App;
} // namespace CLI

namespace grokscope {

/// Adds --notebook to a command; `file` stays empty when it is not given.
void add_notebook_option(CLI::App& app, Mistakes& mistakes, std::string& file);

/// Adds the ten commands to the program's and says afterwards which one it is.
class NotebookCommands {
public:
    /// Both outlive parsing.
    void add_to(CLI::App& app, Mistakes& mistakes);

    /// The command that was parsed, null when it was none of these.
    [[nodiscard]] CLI::App* parsed() const;
    /// Its options; mistakes go to `mistakes`. To be called when parsed() is not null.
    [[nodiscard]] Invocation finish(Mistakes& mistakes);

private:
    void add_editing(CLI::App& app, Mistakes& mistakes);
    [[nodiscard]] Invocation finish_export(Mistakes& mistakes);

    CLI::App* list_ = nullptr;
    CLI::App* show_ = nullptr;
    CLI::App* rename_ = nullptr;
    CLI::App* tag_ = nullptr;
    CLI::App* delete_ = nullptr;
    CLI::App* warnings_ = nullptr;
    CLI::App* collapse_ = nullptr;
    CLI::App* path_ = nullptr;
    CLI::App* view_ = nullptr;
    CLI::App* export_ = nullptr;
    CLI::App* import_ = nullptr;
    ListOptions list_options_;
    ShowOptions show_options_;
    RenameOptions rename_options_;
    TagOptions tag_options_;
    DeleteOptions delete_options_;
    WarningsOptions warnings_options_;
    CollapseOptions collapse_options_;
    PathOptions path_options_;
    WindowOptions view_options_;
    ExportOptions export_options_;
    ImportOptions import_options_;
    PictureArguments pictures_;
    std::string format_;
    bool named_ = false; ///< `rename` was given a name, be it an empty one
};

} // namespace grokscope
