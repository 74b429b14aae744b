#include "app/options/inspect_options.h"

#include "app/options/notebook_options.h"
#include "app/options/run_options.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace grokscope {

namespace {

constexpr const char* kInspectExamples = R"(Examples:
  grokscope inspect last                                  how well its newest weights do
  grokscope inspect 3 --epoch 5000 --pair 7,13            one question, and the clock behind it
  grokscope inspect 3 --ablate-frequency 14,35            without two frequencies
  grokscope inspect 3 --keep-frequency 14,35,41,42,52     with nothing but these
  grokscope inspect 3 --mean-head 0,1 --zero-mlp --json   as JSON, for a script
  grokscope inspect 3 --scale-rows a=0                    what it says when a is blanked
  grokscope inspect 3 --valley                            how the loss rises around the weights
Frequencies are removed in the logits (L - sum of P_k L) and in the embedding (W_E, then the whole
forward pass); both are printed, and --pair and --grid show the one that --in-embedding chooses.
The run that is asked about is not touched.)";

/// One of two flags, or neither.
Replacement replacement_of(bool zero, bool mean, const char* names, Mistakes& mistakes) {
    if (zero && mean) {
        mistakes.push_back(std::string(names) + " exclude each other");
    }
    return zero ? Replacement::kZero : mean ? Replacement::kMean : Replacement::kNone;
}

} // namespace

void InspectCommand::add_to(CLI::App& app, Mistakes& mistakes) {
    command_ = app.add_subcommand("inspect", "question recorded weights and take the model apart")
                   ->allow_extras();
    command_->add_option("RUN", options_.run, "number of the run, or `last`");
    add_notebook_option(*command_, mistakes, options_.notebook);
    add_text_option(*command_, "--epoch", "N",
                    "the newest recorded weights of this epoch or before [the newest state]",
                    [&](const std::string& text) {
                        options_.epoch = parse_number<int>("--epoch", text, mistakes);
                    });
    add_ablations(mistakes);
    add_text_option(*command_, "--pair", "A,B", "one pair: its logits and its clock",
                    [&](const std::string& text) {
                        const std::size_t before = mistakes.size();
                        const std::vector<int> pair = parse_numbers("--pair", text, mistakes);
                        if (pair.size() == 2) {
                            options_.pair = NumberPair{pair[0], pair[1]};
                        } else if (mistakes.size() == before) {
                            mistakes.push_back("--pair needs two numbers, such as 7,13; got \"" +
                                               text + "\"");
                        }
                    });
    add_text_option(*command_, "--clock", "K,...", "frequencies of the clock [the key frequencies]",
                    [&](const std::string& text) {
                        options_.clock_frequencies = parse_numbers("--clock", text, mistakes);
                    });
    command_->add_flag("--json", options_.json, "print JSON");
    command_->add_flag("--grid", options_.grids,
                       "with --json: also answers, confidence and attention of every pair");
    command_->add_flag("--valley", options_.valley,
                       "instead: the loss on lines away from the weights, at three epochs or one");
    command_->footer(kInspectExamples);
}

void InspectCommand::add_ablations(Mistakes& mistakes) {
    const auto add_numbers = [&](const char* name, const char* unit, std::vector<int>& numbers,
                                 const char* help) {
        add_text_option(*command_, name, unit, help,
                        [&mistakes, &numbers, name](const std::string& text) {
                            numbers = parse_numbers(name, text, mistakes);
                        });
    };
    add_text_option(*command_, "--ablate-frequency", "K,...", "without these frequencies",
                    [&](const std::string& text) {
                        ablate_ = text;
                        options_.ablation.frequencies =
                            parse_numbers("--ablate-frequency", text, mistakes);
                    });
    add_text_option(*command_, "--keep-frequency", "K,...", "with nothing but these and the mean",
                    [&](const std::string& text) {
                        keep_ = text;
                        options_.ablation.keep_only = true;
                        options_.ablation.frequencies =
                            parse_numbers("--keep-frequency", text, mistakes);
                    });
    command_->add_flag("--in-embedding", in_embedding_,
                       "show the model without them in the embedding, not in the logits");
    add_text_option(*command_, "--layer", "N",
                    "layer whose attention is shown and whose heads, MLP and skip connections the "
                    "next options are of, from 0 [0]",
                    [&](const std::string& text) {
                        options_.ablation.layer =
                            parse_number<int>("--layer", text, mistakes).value_or(0);
                    });
    add_numbers("--zero-head", "H,...", options_.zero_heads, "heads whose output becomes 0");
    add_numbers("--mean-head", "H,...", options_.mean_heads,
                "heads whose output becomes its mean over all pairs");
    command_->add_flag("--zero-mlp", zero_mlp_, "the MLP's output becomes 0");
    command_->add_flag("--mean-mlp", mean_mlp_, "the MLP's output becomes its mean");
    command_->add_flag("--no-attention-skip", no_attention_skip_,
                       "no skip connection around attention");
    add_text_option(*command_, "--scale-rows", "WHICH=S",
                    "scale embeddings by S, 0..1, before their position is added: of the number "
                    "`zero`, of operand `a` or `b` alone, or of `both`; as a=0",
                    [&](const std::string& text) { scale_rows(text, mistakes); });
    command_->add_flag("--zero-mlp-skip", zero_mlp_skip_, "no skip connection around the MLP");
    command_->add_flag("--mean-mlp-skip", mean_mlp_skip_, "it carries its mean over all pairs");
}

void InspectCommand::scale_rows(const std::string& text, Mistakes& mistakes) {
    const std::size_t equals = std::min(text.find('='), text.size());
    const std::vector<std::string> names(kScaledRowsNames.begin(), kScaledRowsNames.end());
    const auto which = parse_choice("--scale-rows", text.substr(0, equals), names, mistakes);
    const auto factor = parse_number<double>(
        "--scale-rows", text.substr(std::min(equals + 1, text.size())), mistakes);
    if (factor && !(*factor >= 0 && *factor <= 1)) {
        mistakes.push_back("--scale-rows scales by 0 to 1, got \"" + text + "\"");
    }
    if (which && factor) {
        options_.ablation.scaled = static_cast<ScaledRows>(*which);
        options_.ablation.row_scale = *factor;
    }
}

const CLI::App* InspectCommand::parsed() const {
    return command_->parsed() ? command_ : nullptr;
}

InspectOptions InspectCommand::finish(Mistakes& mistakes) {
    if (options_.run.empty()) {
        mistakes.emplace_back("`inspect` needs the number of a run, or `last`");
    }
    if (options_.epoch && *options_.epoch < 0) {
        mistakes.push_back("--epoch must be 0 or more, got " + std::to_string(*options_.epoch));
    }
    if (!ablate_.empty() && !keep_.empty()) {
        mistakes.emplace_back("--ablate-frequency and --keep-frequency exclude each other");
    }
    if (in_embedding_ && ablate_.empty() && keep_.empty()) {
        mistakes.emplace_back("--in-embedding needs --ablate-frequency or --keep-frequency");
    }
    if (options_.grids && !options_.json) {
        mistakes.emplace_back("--grid needs --json");
    }
    if (!options_.clock_frequencies.empty() && !options_.pair) {
        mistakes.emplace_back("--clock needs --pair A,B");
    }
    for (const int head : options_.zero_heads) {
        if (std::ranges::find(options_.mean_heads, head) != options_.mean_heads.end()) {
            mistakes.push_back("head " + std::to_string(head) +
                               " cannot become both 0 and its mean");
        }
    }
    Ablation& ablation = options_.ablation;
    ablation.place = in_embedding_ ? FrequencyPlace::kEmbedding : FrequencyPlace::kLogits;
    ablation.mlp = replacement_of(zero_mlp_, mean_mlp_, "--zero-mlp and --mean-mlp", mistakes);
    ablation.attention_skip = !no_attention_skip_;
    ablation.mlp_skip = replacement_of(zero_mlp_skip_, mean_mlp_skip_,
                                       "--zero-mlp-skip and --mean-mlp-skip", mistakes);
    if (options_.valley && (options_.pair || options_.grids || !ablate_.empty() || !keep_.empty() ||
                            ablation.changes_parts() || !options_.zero_heads.empty() ||
                            !options_.mean_heads.empty())) {
        mistakes.emplace_back(
            "--valley is of the whole model: it takes no part of it away and no pair");
    }
    return options_;
}

} // namespace grokscope
