#include "app/options/notebook_options.h"

#include "app/options/idle_options.h"
#include "app/options/run_options.h"
#include "engine/protocol/shown_text.h"
#include "engine/store/home_folder.h"
#include "engine/store/output_target.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

namespace grokscope {

namespace {

constexpr std::array kFormats = {
    ExportFormat::kCsv,       ExportFormat::kProgressCsv, ExportFormat::kJson,
    ExportFormat::kToml,      ExportFormat::kNpz,         ExportFormat::kPt,
    ExportFormat::kStructure, ExportFormat::kSpectra,     ExportFormat::kNotebook};

constexpr const char* kExportExamples = R"(Examples:
  grokscope export 3 --to csv                      the figures of run 3, as run-3.csv
  grokscope export last --to pt --transformerlens  weights for TransformerLens
  grokscope export last --to csv --out - | head    to standard output
  grokscope export 3 --to npz --epoch 2000 --out w.npz
  grokscope export 3 --to npz --epoch 1234 --nearest
  grokscope export 3 --to npz --all-epochs         run-3-000000.npz, run-3-000100.npz and so on
  grokscope export 3 --to structure --epoch 2000   rings, attention, neurons of that epoch's weights
  grokscope export 3 --to spectra                  amplitudes of every frequency at all epochs
  grokscope export 3 --to notebook --out share.db  the whole run, to be imported elsewhere
  grokscope export 3 --to png --panel circle --magnify 3 --epoch 2000
  grokscope export 3 --to png --panel accuracy --no-controls --transparent
  grokscope export 3 --to mp4 --size 1280x720      the replay as a film, with ffmpeg)";

constexpr const char* kListExamples = R"(Examples:
  grokscope list                                   the runs of the default notebook
  grokscope list --notebook share.db
  grokscope list --json | jq '.runs[].stable_grok'
State, epochs, first touch of 99 % ("grokked"), the epoch from which it lasts, times lost,
softmax collapse by the newest reading of `collapse` (--measure), CPU seconds.)";

constexpr const char* kShowExamples = R"(Examples:
  grokscope show last                              what it did, what is recorded of it, its settings
  grokscope show 3 --json                          the same for programs; docs/formats.md has the schema)";

constexpr const char* kRenameExamples = R"(Examples:
  grokscope rename 3 "best of the night"
  grokscope rename 3 ""                            takes the name away)";

constexpr const char* kTagExamples = R"(Examples:
  grokscope tag 3 paper seed-study                 adds two tags
  grokscope tag 3                                  lists those it has
  grokscope tag 3 --remove paper)";

constexpr const char* kWarningsExamples = R"(Examples:
  grokscope warnings                               over the runs of the notebook
  grokscope warnings --notebook sweep.db --csv warnings.csv
It judges finished runs, those that never grokked, too: leads, late and false alarms of ILDR and the
commutator defect (as far as measured, see `grokscope measure`), of Gini, entropy, weight norm and
restricted loss, and of two trivial rivals. docs/science.md 6.5 has the rules.)";

constexpr const char* kCollapseExamples = R"(Examples:
  grokscope collapse last
  grokscope collapse all --notebook sweep.db --csv collapse.csv
Each figure goes from its value when the run memorised (0) to its last (1): the table has the epoch at
which it first passes one half, linearly between readings, and by how many epochs that leads the grok
epoch. Runs that differ by their seed alone are summed up. Figures that nobody measured are missing:
`grokscope measure` makes them, `train --progress-every N` those of the progress measures.)";

constexpr const char* kPathExamples = R"(Examples:
  grokscope path last                              the path of the newest run's weights
  grokscope path 3 --csv path.csv                  with the speed of every tensor
Principal components of all weights that are recorded of the run, rounded ones as they are. They are
directions of this run alone: those of two runs have nothing in common.)";

constexpr const char* kDeleteExamples = R"(Examples:
  grokscope delete 3                               asks first
  grokscope delete last --yes                      for scripts
A run that another process trains is not deleted.)";

constexpr const char* kViewExamples = R"(Examples:
  grokscope view last                              the newest run, with everything recorded of it
  grokscope view all                               every run side by side, 64 at most
  grokscope view share.db                          somebody else's notebook, read and not written)";

constexpr const char* kImportExamples = R"(Examples:
  grokscope import share.db                        its runs beside those of the default notebook
  grokscope import part-3.db --notebook all.db     one part of a sweep after the other
What is there already, by its identity, stays as it is unless the other has come further.)";

void add_run(CLI::App& app, std::string& run) {
    app.add_option("RUN", run, "number of the run, or `last`");
}

/// What is shown in lists is one line that shows as it stands.
void check_words(const char* what, const std::string& words, Mistakes& mistakes) {
    constexpr std::size_t kLongest = 200;
    if (words.size() > kLongest || shown_line(words) != words) {
        mistakes.push_back(std::string(what) +
                           " must be one line of at most 200 bytes, without "
                           "controls and what is not seen; got \"" +
                           words.substr(0, kLongest) + "\"");
    }
}

/// Tags are printed between commas.
void check_tag(const std::string& tag, Mistakes& mistakes) {
    if (tag.empty() || tag.find_first_of(", ") != std::string::npos) {
        mistakes.push_back("a tag is one word without commas and spaces, got \"" + tag + "\"");
    }
    check_words("a tag", tag, mistakes);
}

} // namespace

void add_notebook_option(CLI::App& app, Mistakes& mistakes, std::string& file) {
    add_path_option(app, mistakes, "--notebook", file,
                    "notebook to use; `none` keeps nothing [in the user's data folder]");
}

void NotebookCommands::add_to(CLI::App& app, Mistakes& mistakes) {
    list_ = app.add_subcommand("list", "list the recorded runs")->allow_extras();
    add_notebook_option(*list_, mistakes, list_options_.notebook);

    list_->add_flag("--json", list_options_.json, "as JSON");
    list_->footer(kListExamples);

    show_ = app.add_subcommand("show", "describe a recorded run in words")->allow_extras();
    add_run(*show_, show_options_.run);
    add_notebook_option(*show_, mistakes, show_options_.notebook);

    show_->add_flag("--json", show_options_.json, "as JSON");
    show_->footer(kShowExamples);

    add_editing(app, mistakes);

    view_ = app.add_subcommand("view", "open the window on a recorded run")->allow_extras();
    view_->add_option("RUN", view_options_.recorded,
                      "number of the run, `last`, `all`, or the file of a notebook to share");
    add_notebook_option(*view_, mistakes, view_options_.notebook);
    add_look_options(*view_, view_options_, mistakes);
    view_->footer(kViewExamples);

    export_ = app.add_subcommand("export", "write a recorded run to a file")->allow_extras();
    add_run(*export_, export_options_.run);
    add_notebook_option(*export_, mistakes, export_options_.notebook);
    add_text_option(
        *export_, "--to", "FORMAT",
        "csv, progress-csv or json (figures), toml (settings), npz or pt (weights), structure "
        "(rings, attention and neurons, as NPZ), spectra (of all epochs, as NPZ), notebook "
        "(everything), png or mp4 (the window)",
        [&](const std::string& text) {
            format_ = text;
            const auto choice = parse_choice("--to", text,
                                             {"csv", "progress-csv", "json", "toml", "npz", "pt",
                                              "structure", "spectra", "notebook", "png", "mp4"},
                                             mistakes);
            if (choice && *choice < kFormats.size()) {
                export_options_.format = kFormats[*choice];
            }
        });
    add_text_option(*export_, "--epoch", "N",
                    "recorded weights of this epoch, or where the picture's cursor stands [newest]",
                    [&](const std::string& text) {
                        export_options_.epoch = parse_number<int>("--epoch", text, mistakes);
                    });
    export_->add_flag("--nearest", export_options_.nearest,
                      "weights of the recorded epoch nearest to that of --epoch");
    export_->add_flag("--all-epochs", export_options_.all_epochs,
                      "weights of all recorded epochs, one file each, numbered by the epoch");
    pictures_.add_to(*export_, mistakes);
    add_path_option(*export_, mistakes, "--out", export_options_.path,
                    "file to write, `-` for standard output [run-RUN.FORMAT]");
    export_->add_flag(
        "--transformerlens", export_options_.transformer_lens,
        "names and shapes as TransformerLens has them, its configuration beside them as JSON");
    export_->add_flag("--force", export_options_.force, "overwrite an existing file");
    export_->footer(kExportExamples);

    import_ =
        app.add_subcommand("import", "take over the runs of another notebook")->allow_extras();
    import_->add_option("FILE", import_options_.file, "the other notebook");
    add_notebook_option(*import_, mistakes, import_options_.notebook);
    import_->footer(kImportExamples);
}

void NotebookCommands::add_editing(CLI::App& app, Mistakes& mistakes) {
    rename_ = app.add_subcommand("rename", "give a recorded run a name")->allow_extras();
    add_run(*rename_, rename_options_.run);
    rename_
        ->add_option_function<std::string>(
            "NAME",
            [this, &mistakes](const std::string& name) {
                named_ = true;
                rename_options_.name = name;
                check_words("the name of a run", name, mistakes);
            },
            "the new name; \"\" takes it away")
        ->take_last();
    add_notebook_option(*rename_, mistakes, rename_options_.notebook);
    rename_->footer(kRenameExamples);

    tag_ = app.add_subcommand("tag", "give a recorded run tags, or list them")->allow_extras();
    add_run(*tag_, tag_options_.run);
    tag_->add_option_function<std::vector<std::string>>(
        "TAG",
        [this, &mistakes](const std::vector<std::string>& tags) {
            tag_options_.tags = tags;
            for (const std::string& tag : tags) {
                check_tag(tag, mistakes);
            }
        },
        "tags to add");
    add_text_option(*tag_, "--remove", "TAG", "a tag to take away; may be given several times",
                    [this](const std::string& tag) { tag_options_.removed.push_back(tag); });
    add_notebook_option(*tag_, mistakes, tag_options_.notebook);
    tag_->footer(kTagExamples);

    delete_ = app.add_subcommand("delete", "delete a recorded run for good")->allow_extras();
    add_run(*delete_, delete_options_.run);
    delete_->add_flag("--yes", delete_options_.without_question, "without asking first");
    add_notebook_option(*delete_, mistakes, delete_options_.notebook);
    delete_->footer(kDeleteExamples);

    warnings_ = app.add_subcommand("warnings", "how well early warnings warned, over recorded runs")
                    ->allow_extras();
    add_notebook_option(*warnings_, mistakes, warnings_options_.notebook);
    add_path_option(*warnings_, mistakes, "--csv", warnings_options_.csv_path,
                    "write what each warning did in each run");
    warnings_->add_flag("--force", warnings_options_.force, "overwrite an existing file");
    warnings_->footer(kWarningsExamples);

    collapse_ = app.add_subcommand("collapse", "which figures of a run lead its jump, which lag")
                    ->allow_extras();
    collapse_->add_option("RUN", collapse_options_.run, "number of the run, `last`, or `all`");
    add_notebook_option(*collapse_, mistakes, collapse_options_.notebook);
    add_path_option(*collapse_, mistakes, "--csv", collapse_options_.csv_path,
                    "write every figure of every run");
    collapse_->add_flag("--force", collapse_options_.force, "overwrite an existing file");
    collapse_->footer(kCollapseExamples);

    path_ = app.add_subcommand("path", "the path of a run's weights in its principal components")
                ->allow_extras();
    add_run(*path_, path_options_.run);
    add_notebook_option(*path_, mistakes, path_options_.notebook);
    add_path_option(*path_, mistakes, "--csv", path_options_.csv_path,
                    "write coordinates and the speed of each tensor");
    path_->add_flag("--force", path_options_.force, "overwrite an existing file");
    path_->footer(kPathExamples);
}

CLI::App* NotebookCommands::parsed() const {
    for (CLI::App* command : {list_, show_, rename_, tag_, delete_, warnings_, collapse_, path_,
                              view_, export_, import_}) {
        if (command->parsed()) {
            return command;
        }
    }
    return nullptr;
}

Invocation NotebookCommands::finish(Mistakes& mistakes) {
    if (list_->parsed()) {
        return list_options_;
    }
    if (show_->parsed()) {
        if (show_options_.run.empty()) {
            mistakes.emplace_back("`show` needs the number of a run, or `last`");
        }
        return show_options_;
    }
    if (rename_->parsed()) {
        if (rename_options_.run.empty() || !named_) {
            mistakes.emplace_back(
                "`rename` needs the number of a run, or `last`, and its new name");
        }
        return rename_options_;
    }
    if (tag_->parsed()) {
        if (tag_options_.run.empty()) {
            mistakes.emplace_back("`tag` needs the number of a run, or `last`");
        }
        return tag_options_;
    }
    if (warnings_->parsed()) {
        refuse_idle_force(*warnings_, {"--csv"}, mistakes);
        return warnings_options_;
    }
    if (collapse_->parsed()) {
        if (collapse_options_.run.empty()) {
            mistakes.emplace_back("`collapse` needs the number of a run, `last`, or `all`");
        }
        refuse_idle_force(*collapse_, {"--csv"}, mistakes);
        return collapse_options_;
    }
    if (path_->parsed()) {
        if (path_options_.run.empty()) {
            mistakes.emplace_back("`path` needs the number of a run, or `last`");
        }
        refuse_idle_force(*path_, {"--csv"}, mistakes);
        return path_options_;
    }
    if (delete_->parsed()) {
        if (delete_options_.run.empty()) {
            mistakes.emplace_back("`delete` needs the number of a run, or `last`");
        }
        return delete_options_;
    }
    if (view_->parsed()) {
        view_options_.recorded = with_home(view_options_.recorded);
        if (view_options_.recorded.empty()) {
            mistakes.emplace_back("`view` needs the number of a run, `last`, `all`, or a file");
        }
        view_options_.runs.clear();
        std::error_code ignored;
        refuse_idle_force(*view_, {"--ui-log"}, mistakes);
        if (std::filesystem::is_regular_file(view_options_.recorded, ignored)) {
            if (!view_options_.notebook.empty()) {
                mistakes.emplace_back("`view FILE` shows that notebook: leave --notebook out");
            }
            view_options_.notebook = view_options_.recorded;
            view_options_.recorded = "last";
        }
        return view_options_;
    }
    if (import_->parsed()) {
        import_options_.file = with_home(import_options_.file);
        if (import_options_.file.empty()) {
            mistakes.emplace_back("`import` needs the file of the other notebook");
        }
        return import_options_;
    }
    return finish_export(mistakes);
}

Invocation NotebookCommands::finish_export(Mistakes& mistakes) {
    ExportOptions& options = export_options_;
    if (options.run.empty()) {
        mistakes.emplace_back("`export` needs the number of a run, or `last`");
    }
    if (format_.empty()) {
        mistakes.emplace_back(
            "`export` needs --to csv, progress-csv, json, toml, npz, pt, structure, spectra, "
            "notebook, png or mp4");
    }
    const bool picture = format_ == "png" || format_ == "mp4";
    if (!picture && pictures_.given()) {
        mistakes.emplace_back(
            "--panel, --magnify, --size, --theme, --no-controls, --transparent and --rate belong "
            "to --to png and --to mp4");
    }
    if (format_ == "mp4" && pictures_.transparent()) {
        mistakes.emplace_back("--transparent belongs to --to png: a film has a background");
    }
    if (format_ == "png" && export_->count("--rate") > 0) {
        mistakes.emplace_back("--rate is that of a film and belongs to --to mp4");
    }
    if (options.format == ExportFormat::kNotebook && options.force) {
        mistakes.emplace_back("a notebook is never overwritten: leave --force out, and name a file "
                              "that does not exist with --out");
    }
    if (options.format == ExportFormat::kNotebook && options.path == kStandardOutput) {
        mistakes.emplace_back("a notebook cannot go to standard output: name a file with --out");
    }
    const bool weights = is_of_weights(options.format);
    if ((!weights || options.format == ExportFormat::kStructure) && options.transformer_lens) {
        mistakes.emplace_back("--transformerlens belongs to --to npz and --to pt");
    }
    if (!weights && (options.nearest || options.all_epochs)) {
        mistakes.emplace_back(
            "--nearest and --all-epochs belong to --to npz, --to pt and --to structure");
    }
    if (options.nearest && !options.epoch) {
        mistakes.emplace_back("--nearest needs --epoch N: the epoch to be near to");
    }
    if (options.all_epochs && options.epoch) {
        mistakes.emplace_back("--all-epochs writes every recorded epoch: leave --epoch out");
    }
    if (options.all_epochs && options.path == kStandardOutput) {
        mistakes.emplace_back("--all-epochs writes many files: name them with --out, as in "
                              "weights.npz for weights-000100.npz and the others");
    }
    if (!weights && format_ != "png" && options.epoch) {
        mistakes.emplace_back("--epoch belongs to --to npz, --to pt, --to structure and --to png");
    }
    if (options.epoch && *options.epoch < 0) {
        mistakes.push_back("--epoch must be 0 or more, got " + std::to_string(*options.epoch));
    }
    if (options.path.empty()) {
        const std::string ending = options.format == ExportFormat::kNotebook      ? "db"
                                   : options.format == ExportFormat::kProgressCsv ? "progress.csv"
                                   : options.format == ExportFormat::kStructure   ? "structure.npz"
                                   : options.format == ExportFormat::kSpectra     ? "spectra.npz"
                                                                                  : format_;
        options.path = "run-" + options.run + "." + ending;
    }
    return picture ? Invocation(pictures_.window_of(options, format_ == "mp4"))
                   : Invocation(options);
}

} // namespace grokscope
