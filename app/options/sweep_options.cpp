#include "app/options/sweep_options.h"

#include "app/options/idle_options.h"
#include "app/options/notebook_options.h"
#include "app/options/picture_options.h"
#include "engine/protocol/rivals.h"
#include "engine/store/config_json.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace grokscope {

namespace {

constexpr const char* kSweepExamples = R"(Examples:
  grokscope sweep --stencils all --seeds 5 --csv sweep.csv
  grokscope sweep --stencils "0;-1,0,1" --seeds 3 --epochs 12000
  grokscope sweep --stencils "0" --seeds 7,999,12 --json sweep.json
  grokscope sweep --stencils "-1,0,1" --controls all --seeds 5 --csv controls.csv --png pairs.png
  grokscope sweep --stencils baseline --rivals all --seeds 5 --csv rivals.csv
  grokscope sweep --stencils all --seeds 5 --shard 0/4 --notebook part0.db
  grokscope sweep --p 59 --vary frac=0.2:0.6:5 --vary weight_decay=0.1:3:4:log --seeds 3 --grid plane.csv --png plane.png
A run ends at its grok epoch, with --until-stable once it has lasted for 1,000 epochs. The seeds are the one of --seed (999), then 0, 1, 2 and so on. Stop it at
any time: the same command goes on. Shards write notebooks of their own; `import` them into one, then
the same command without --shard prints the table. Speed-ups are geometric means; their 95 % interval,
by Student's t, needs 4 pairs.)";

/// Of one sweep; each is a record in the notebook.
constexpr std::size_t kMostRuns = 50000;

/// Every stencil of science.md section 2, the baseline first.
std::vector<Stencil> all_stencils() {
    std::vector<Stencil> all;
    for (const std::vector<int>& offsets :
         {std::vector<int>{}, {-1}, {0}, {1}, {-1, 0}, {0, 1}, {-1, 1}, {-1, 0, 1}}) {
        all.push_back(Stencil::of(offsets));
    }
    return all;
}

/// "all", or stencils between semicolons; the baseline is added in front when it is missing.
std::vector<Stencil> parse_stencils(const std::string& text, Mistakes& mistakes) {
    if (text == "all") {
        return all_stencils();
    }
    std::vector<Stencil> stencils = {Stencil()};
    for (const std::string& part : split_text(text, ';')) {
        const auto stencil = parse_stencil("--stencils", part, mistakes);
        if (stencil && std::ranges::find(stencils, *stencil) == stencils.end()) {
            stencils.push_back(*stencil);
        }
    }
    return stencils;
}

/// "all", or names of controls between semicolons.
std::vector<Control> parse_controls(const std::string& text, Mistakes& mistakes) {
    std::vector<std::string> names;
    std::vector<Control> all;
    for (const ControlText& control : kControls) {
        if (control.control != Control::kNone) {
            names.emplace_back(control.name);
            all.push_back(control.control);
        }
    }
    if (text == "all") {
        return all;
    }
    std::vector<Control> controls;
    for (const std::string& part : split_text(text, ';')) {
        const auto choice = parse_choice("--controls", part, names, mistakes);
        if (choice && std::ranges::find(controls, all[*choice]) == controls.end()) {
            controls.push_back(all[*choice]);
        }
    }
    return controls;
}

/// "i/n" with 0 <= i < n <= 10000.
void parse_shard(const std::string& text, SweepOptions& options, Mistakes& mistakes) {
    const std::size_t slash = text.find('/');
    Mistakes ignored;
    const auto part = parse_number<int>("", std::string_view(text).substr(0, slash), ignored);
    const auto parts =
        slash == std::string::npos
            ? std::nullopt
            : parse_number<int>("", std::string_view(text).substr(slash + 1), ignored);
    if (!part || !parts || *part < 0 || *parts > 10000 || *part >= *parts) {
        mistakes.push_back(
            "--shard needs PART/PARTS, such as 0/4, with 0 <= PART < PARTS <= 10000; "
            "got \"" +
            text + "\"");
        return;
    }
    options.shard = *part;
    options.shards = *parts;
}

} // namespace

void SweepCommand::add_to(CLI::App& app, Mistakes& mistakes) {
    command_ = app.add_subcommand("sweep", "train stencils over seeds and compare them in pairs")
                   ->allow_extras();
    stencils_ = all_stencils();
    add_text_option(*command_, "--stencils", "LIST",
                    "`all`, or stencils between semicolons, \"0;-1,0,1\" [all]",
                    [&](const std::string& text) {
                        stencils_ = parse_stencils(text, mistakes);
                        stencils_given_ = true;
                    });
    add_text_option(*command_, "--controls", "LIST",
                    "`all`, or controls between semicolons, on the largest stencil [none]",
                    [&](const std::string& text) { controls_ = parse_controls(text, mistakes); });
    add_text_option(*command_, "--rivals", "LIST",
                    "`all`, or rivals between semicolons, \"muon;grokfast ema\", on the baseline "
                    "[none]",
                    [&](const std::string& text) {
                        if (text.empty()) {
                            mistakes.emplace_back("--rivals needs a value");
                        }
                        rivals_ = text;
                    });
    add_text_option(*command_, "--seeds", "N|LIST",
                    "number of seeds, 1..1000, or the seeds themselves between commas [5]",
                    [&](const std::string& text) { parse_seeds(text, mistakes); });
    command_
        ->add_option_function<std::vector<std::string>>(
            "--vary",
            [&](const std::vector<std::string>& texts) {
                for (const std::string& text : texts) {
                    VariedSetting varied = parse_varied(text, mistakes);
                    if (varied.setting != nullptr) {
                        options_.varied.push_back(std::move(varied));
                    }
                }
            },
            "a setting and its values: A,B,C or LOW:HIGH:COUNT, with :log by equal factors; once "
            "or "
            "twice, and with baselines alone unless --stencils names others [none]")
        ->type_name("SETTING=VALUES")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    add_path_option(*command_, mistakes, "--grid", options_.grid_path,
                    "write the cells of --vary as CSV");
    add_path_option(*command_, mistakes, "--png", png_,
                    "draw the cells of --vary as a picture, by stable groks with --until-stable; "
                    "without --vary the pairs");
    add_text_option(*command_, "--size", "WxH", "size of the window drawn [1600x1000]",
                    [&](const std::string& text) { size_ = parse_size(text, mistakes); });
    add_text_option(
        *command_, "--theme", "NAME", "dark or light, of that picture [dark]",
        [&](const std::string& text) {
            if (const auto choice = parse_choice("--theme", text, {"dark", "light"}, mistakes)) {
                theme_ = *choice == 0 ? ThemeChoice::kDark : ThemeChoice::kLight;
            }
        });
    add_text_option(*command_, "--shard", "PART/PARTS",
                    "train only every PARTS-th run, from PART on",
                    [&](const std::string& text) { parse_shard(text, options_, mistakes); });
    add_path_option(*command_, mistakes, "--csv", options_.csv_path, "write every run as CSV");
    add_path_option(*command_, mistakes, "--json", options_.json_path,
                    "write every run and every variant as JSON");
    command_->add_flag("--force", options_.force, "overwrite an existing file");
    add_text_option(*command_, "--threads", "N", "worker threads, 1..256 [by the number of cores]",
                    [&](const std::string& text) {
                        const auto value = parse_number<int>("--threads", text, mistakes);
                        if (value && (*value < 1 || *value > 256)) {
                            mistakes.push_back(fmt::format(
                                "--threads must lie between 1 and 256, got {}", *value));
                        }
                        options_.threads = value.value_or(0);
                    });
    add_notebook_option(*command_, mistakes, options_.notebook);
    run_.add_to(*command_, mistakes);
    command_->footer(kSweepExamples);
}

void SweepCommand::parse_seeds(const std::string& text, Mistakes& mistakes) {
    listed_seeds_.clear();
    if (text.find(',') == std::string::npos) {
        const auto value = parse_number<int>("--seeds", text, mistakes);
        if (value && (*value < 1 || *value > 1000)) {
            mistakes.push_back(fmt::format("--seeds must lie between 1 and 1000, got {}", *value));
        }
        seeds_ = value.value_or(1);
        return;
    }
    std::string_view rest = text;
    while (!rest.empty()) { // a comma at the end makes a list of a single seed
        const std::size_t comma = rest.find(',');
        const auto seed = parse_number<std::uint32_t>("--seeds", rest.substr(0, comma), mistakes);
        if (seed && std::ranges::find(listed_seeds_, *seed) != listed_seeds_.end()) {
            mistakes.push_back(fmt::format("--seeds lists the seed {} twice", *seed));
        } else if (seed) {
            listed_seeds_.push_back(*seed);
        }
        rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
    if (listed_seeds_.size() > 1000) {
        mistakes.push_back(
            fmt::format("--seeds lists at most 1000 seeds, got {}", listed_seeds_.size()));
    }
}

const CLI::App* SweepCommand::parsed() const {
    return command_ != nullptr && command_->parsed() ? command_ : nullptr;
}

std::vector<RunConfig> SweepCommand::control_runs(const RunConfig& base) const {
    const Stencil largest = *std::ranges::max_element(stencils_, {}, &Stencil::size);
    std::vector<RunConfig> runs;
    for (const Control control : controls_) {
        RunConfig config = base;
        config.control = control;
        if (control != Control::kActivationPenalty) {
            config.stencil = largest;
            runs.push_back(config);
            continue;
        }
        runs.push_back(config);
        if (largest.size() > 1) { // as much in total as that stencil's offsets weigh together
            config.stencil_weight = base.stencil_weight * largest.size();
            runs.push_back(config);
        }
    }
    return runs;
}

std::vector<RunConfig> SweepCommand::rival_runs(const RunConfig& base, Mistakes& mistakes) const {
    const std::vector<RunConfig> all = rivals_of(base);
    if (rivals_.empty() || rivals_ == "all") {
        return rivals_.empty() ? std::vector<RunConfig>{} : all;
    }
    std::vector<std::string> names;
    for (const RunConfig& rival : all) {
        names.push_back(rival.label());
    }
    std::vector<RunConfig> chosen;
    for (const std::string& name : split_text(rivals_, ';')) {
        const auto choice = parse_choice("--rivals", name, names, mistakes);
        if (choice && std::ranges::find(chosen, all[*choice]) == chosen.end()) {
            chosen.push_back(all[*choice]);
        }
    }
    return chosen;
}

SweepOptions SweepCommand::finish(Mistakes& mistakes) {
    const std::vector<RunConfig> given = run_.configurations();
    if (given.size() > 1 || !given.front().is_baseline()) {
        mistakes.emplace_back("`sweep` takes stencils, controls and rivals from --stencils, "
                              "--controls and --rivals, not from --stencil, --control, the option "
                              "of a rival or a preset that has one");
    }
    RunConfig base = given.front();
    options_.preset = run_.preset();
    if (base.stop_when_grokked && base.stop_when_stable) {
        mistakes.emplace_back(kBothEnds);
    }
    refuse_idle_force(*command_, {"--csv", "--json", "--grid", "--png"}, mistakes);
    base.stop_when_grokked = !base.stop_when_stable;
    if (options_.varied.size() > kMostVaried) {
        mistakes.push_back(fmt::format("--vary goes through at most {} settings, got {}",
                                       kMostVaried, options_.varied.size()));
    }
    if (options_.varied.size() > 1 && options_.varied[0].setting == options_.varied[1].setting) {
        mistakes.push_back(fmt::format("--vary names {} twice: give all its values once",
                                       options_.varied[0].setting->key));
    }
    for (const VariedSetting& varied : options_.varied) {
        const std::string option(varied.setting->option);
        const CLI::Option* told = option.empty() ? nullptr : command_->get_option_no_throw(option);
        if (told != nullptr && told->count() > 0) {
            mistakes.push_back(fmt::format("--vary goes through the values of {}: leave {} out",
                                           varied.setting->key, option));
        }
    }
    if (options_.varied.empty() && !options_.grid_path.empty()) {
        mistakes.emplace_back("--grid writes the cells of --vary: say which settings to vary");
    }
    if (png_.empty() && (size_ || theme_ != ThemeChoice::kDefault)) {
        mistakes.emplace_back("--size and --theme are those of a picture: name it with --png");
    }
    if (!png_.empty()) {
        WindowOptions picture;
        picture.runs.clear();
        picture.size = size_.value_or(WindowSize{});
        picture.theme = theme_;
        picture.scale = 1;
        picture.picture.emplace();
        picture.picture->path = png_;
        picture.picture->overwrite = options_.force;
        picture.picture->panel = options_.varied.empty() ? "seeds" : "plane";
        options_.picture = std::move(picture);
    }
    if (!options_.varied.empty() && !stencils_given_) {
        stencils_ = {Stencil()};
    }
    const std::vector<RunConfig> cells = varied_configs(base, options_.varied, mistakes);
    if (!listed_seeds_.empty() && command_->count("--seed") > 0) {
        mistakes.emplace_back(
            "--seeds lists all seeds: leave --seed out, or give a number of seeds");
    }
    std::vector<std::uint32_t> seeds = listed_seeds_;
    if (seeds.empty()) {
        seeds.push_back(base.seed);
    }
    for (std::uint32_t seed = 0; listed_seeds_.empty() && static_cast<int>(seeds.size()) < seeds_;
         ++seed) {
        if (seed != base.seed) {
            seeds.push_back(seed);
        }
    }
    const std::size_t most = seeds.size() * cells.size() * stencils_.size();
    if (most > kMostRuns) {
        mistakes.push_back(fmt::format("a sweep has at most {} runs, but these settings, seeds and "
                                       "stencils make {}: fewer values in --vary",
                                       kMostRuns, most));
        return options_;
    }
    (void)rival_runs(base, mistakes); // names that are none, once and not for every cell
    Mistakes known;
    std::set<std::string>
        courses; // a setting that changes nothing of a variant makes no second run
    const auto add = [&](RunConfig config, std::uint32_t seed) {
        config.seed = seed;
        if (courses.insert(config_to_json(course_of(config))).second) {
            options_.configs.push_back(config);
        }
    };
    for (const std::uint32_t seed : seeds) {
        for (const RunConfig& cell : cells) {
            for (const Stencil& stencil : stencils_) {
                RunConfig config = cell;
                config.stencil = stencil;
                add(config, seed);
            }
            for (const RunConfig& config : control_runs(cell)) {
                add(config, seed);
            }
            for (const RunConfig& config : rival_runs(cell, known)) {
                add(config, seed);
            }
        }
    }
    if (!controls_.empty() && std::ranges::all_of(stencils_, &Stencil::empty)) {
        mistakes.emplace_back("--controls changes a stencil: name one in --stencils");
    }
    return options_;
}

} // namespace grokscope
