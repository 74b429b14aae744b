#include "app/run_options.h"

#include "app/presets.h"
#include "engine/store/config_toml.h"
#include "engine/store/home_folder.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <sstream>
#include <string>
#include <type_traits>
#include <utility>

namespace grokscope {

CLI::Option* add_text_option(CLI::App& app, const std::string& name, const std::string& value_name,
                             const std::string& help, std::function<void(const std::string&)> use) {
    return app.add_option_function<std::string>(name, std::move(use), help)
        ->type_name(value_name)
        ->expected(0, 1) // a missing value is our mistake to report, beside all others
        ->take_last()
        ->trigger_on_parse();
}

void add_path_option(CLI::App& app, Mistakes& mistakes, const std::string& name, std::string& path,
                     const std::string& help) {
    add_text_option(app, name, "FILE", help, [&mistakes, &path, name](const std::string& text) {
        if (text.empty()) {
            mistakes.push_back(name + " needs a value");
        }
        path = with_home(text);
    });
}

template <typename Number>
void RunOptions::add_number(CLI::App& app, Mistakes& mistakes, const std::string& name,
                            Number RunConfig::*field, const std::string& help) {
    const auto use = [this, &mistakes, name, field](const std::string& text) {
        if (const auto value = parse_number<Number>(name, text, mistakes)) {
            edits_.push_back(
                [field, number = *value](RunConfig& config) { config.*field = number; });
        }
    };
    add_text_option(app, name, std::is_floating_point_v<Number> ? "X" : "N",
                    fmt::format("{} [{}]", help, RunConfig{}.*field), use)
        ->group(kRunGroup);
}

void RunOptions::add_flag(CLI::App& app, const std::string& name, bool RunConfig::*field,
                          const std::string& help) {
    app.add_flag_callback(
           name,
           [this, field] {
               edits_.push_back([field](RunConfig& config) { config.*field = true; });
           },
           help)
        ->group(kRunGroup);
}

void RunOptions::add_to(CLI::App& app, Mistakes& mistakes) {
    add_text_option(app, "--preset", "NAME",
                    "configuration to start from; `grokscope presets` lists them [nanda]",
                    [this, &mistakes](const std::string& text) {
                        const std::vector<RunPreset> presets = built_in_presets();
                        std::vector<std::string> names;
                        for (const RunPreset& preset : presets) {
                            names.push_back(preset.name);
                        }
                        if (const auto choice = parse_choice("--preset", text, names, mistakes)) {
                            start_from("--preset", presets[*choice].config, mistakes);
                        }
                    })
        ->group(kRunGroup);
    add_text_option(app, "--config", "FILE",
                    "configuration to start from, a TOML file like those of assets/presets; `-` is "
                    "standard input",
                    [this, &mistakes](const std::string& text) {
                        try {
                            start_from(
                                "--config",
                                load_preset(text == "-" ? "/dev/stdin" : with_home(text)).config,
                                mistakes);
                        } catch (const ConfigFileError& error) {
                            std::istringstream sentences(error.what());
                            for (std::string one; std::getline(sentences, one);) {
                                mistakes.push_back(one);
                            }
                        }
                    })
        ->group(kRunGroup);
    add_number(app, mistakes, "--p", &RunConfig::p, "modulus, 5..251, prime or not");
    add_number(app, mistakes, "--frac", &RunConfig::train_fraction,
               "share of all pairs that trains, 0.05..0.95");
    add_number(app, mistakes, "--seed", &RunConfig::seed,
               "seed of weights, split and probes, 0..4294967295");
    add_text_option(
        app, "--split-seed", "N", "seed of the split alone [the run's seed]",
        [this, &mistakes](const std::string& text) {
            if (const auto seed = parse_number<std::uint32_t>("--split-seed", text, mistakes)) {
                edits_.push_back([value = *seed](RunConfig& config) { config.split_seed = value; });
            }
        })
        ->group(kRunGroup);
    add_text_option(app, "--stencil", "OFFSETS",
                    "probe offsets in -8..8, e.g. -1,0,1; `baseline` is none [baseline]",
                    [this, &mistakes](const std::string& text) {
                        if (const auto stencil = parse_stencil("--stencil", text, mistakes)) {
                            stencils_.push_back(*stencil);
                        }
                    })
        ->group(kRunGroup);
    add_text_option(app, "--control", "NAME",
                    "what a control run changes of its stencil: none, frozen-probe, "
                    "permuted-targets, input-side, target-side; or activation-penalty, without a "
                    "stencil [none]",
                    [this, &mistakes](const std::string& text) {
                        std::vector<std::string> names;
                        for (const ControlText& control : kControls) {
                            names.emplace_back(control.name);
                        }
                        if (const auto choice = parse_choice("--control", text, names, mistakes)) {
                            edits_.push_back([choice = *choice](RunConfig& config) {
                                config.control = kControls.at(choice).control;
                            });
                        }
                    })
        ->group(kRunGroup);
    add_number(app, mistakes, "--stencil-weight", &RunConfig::stencil_weight,
               "weight of the mismatches in the loss, 0..10");
    add_number(app, mistakes, "--probe-width", &RunConfig::probe_width,
               "hidden units of a probe, 1..512");
    add_number(app, mistakes, "--probe-lr", &RunConfig::probe_learning_rate,
               "rate of the probes' Adam, 1e-5..0.1");
    add_number(app, mistakes, "--lr", &RunConfig::learning_rate, "rate of AdamW, 1e-5..0.1");
    add_number(app, mistakes, "--warmup", &RunConfig::warmup_epochs,
               "epochs of linear warm-up, 0..1000");
    add_number(app, mistakes, "--weight-decay", &RunConfig::weight_decay,
               "decoupled weight decay, 0..10");
    add_number(app, mistakes, "--beta1", &RunConfig::beta1, "first-moment decay, 0..0.999");
    add_number(app, mistakes, "--beta2", &RunConfig::beta2, "second-moment decay, 0..0.9999");
    add_number(app, mistakes, "--init-scale", &RunConfig::init_scale,
               "factor on the initial weights, 0.1..4");
    add_number(app, mistakes, "--d-model", &RunConfig::d_model, "model width, 32..512");
    add_number(app, mistakes, "--heads", &RunConfig::heads,
               "attention heads, a divisor of the model width");
    add_number(app, mistakes, "--d-mlp", &RunConfig::d_mlp, "hidden units of the MLP, 64..2048");
    add_number(app, mistakes, "--epochs", &RunConfig::epochs, "epochs to train, 1..1000000");
    add_number(app, mistakes, "--eval-every", &RunConfig::eval_every,
               "epochs between evaluations, 1..1000");
    add_number(app, mistakes, "--snapshot-every", &RunConfig::snapshot_every,
               "epochs between recorded embeddings, 1..10000");
    add_number(app, mistakes, "--progress-every", &RunConfig::progress_every,
               "epochs between rows of progress measures, 0..10000; 0 computes none");
    add_number(app, mistakes, "--ildr-every", &RunConfig::ildr_every,
               "epochs between figures of class separation, an early warning, 0..10000; 0: none");
    add_number(app, mistakes, "--commutator-every", &RunConfig::commutator_every,
               "epochs between commutator defects, each as dear as several epochs; 0: none");
    add_number(app, mistakes, "--weights-every", &RunConfig::weights_every,
               "epochs between recorded weights, 1..10000; those of the start and of marks beside "
               "them");
    add_flag(app, "--exact-weights", &RunConfig::exact_weights,
             "record all weights bit for bit, in five times the room; else only those of the start "
             "and of marks are exact");
    add_flag(app, "--until-grok", &RunConfig::stop_when_grokked, "end at the grok epoch");
    add_flag(app, "--until-stable", &RunConfig::stop_when_stable,
             "end once both accuracies have stayed at 99 % for 1,000 epochs");
    add_text_option(
        app, "--engine", "NAME", "implementation of the step: auto, reference or fused [auto]",
        [this, &mistakes](const std::string& text) {
            if (const auto choice =
                    parse_choice("--engine", text, {"auto", "reference", "fused"}, mistakes)) {
                edits_.push_back([kind = static_cast<StepKind>(*choice)](RunConfig& config) {
                    config.step = kind;
                });
            }
        })
        ->group(kRunGroup);
}

void RunOptions::start_from(const char* option, const RunConfig& config, Mistakes& mistakes) {
    if (!base_option_.empty() && base_option_ != option) {
        mistakes.emplace_back("--preset and --config both say what to start from; give one");
    }
    base_option_ = option;
    base_ = config;
}

std::vector<RunConfig> RunOptions::configurations() const {
    RunConfig config = base_;
    for (const auto& edit : edits_) {
        edit(config);
    }
    std::vector<RunConfig> result;
    for (const Stencil& stencil : stencils_) {
        result.push_back(config);
        result.back().stencil = stencil;
    }
    if (result.empty()) {
        result.push_back(config);
    }
    return result;
}

} // namespace grokscope
