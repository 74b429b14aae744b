#include "app/commands/sfm_command.h"

#include "app/commands/notebook_commands.h"
#include "app/terminal.h"
#include "engine/compute/denormals.h"
#include "engine/store/output_file.h"
#include "engine/theory/theorist.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <iostream>
#include <memory>

namespace grokscope {

namespace {

/// Where the rule's features lie, in the plane of (k, l).
std::string line_of(const SfmSettings& settings) {
    const bool index = spec_of(settings.operation).group == GroupKind::kMultiplicative;
    return std::string(spec_of(settings.operation).inverts_second ? "l = -k" : "l = k") +
           (index ? ", in the index of the products" : "");
}

std::string laws_in_words(const SfmAnswer& answer) {
    const SfmSettings& settings = answer.question.settings;
    const SfmLaws& laws = answer.laws;
    std::string text = fmt::format(
        "gate tau {:.5g}; behind the first one {:.1f} features off the rule are expected, with a "
        "step of 1 {:.1f}\n",
        laws.tau, laws.expected, laws.expected_unit_step);
    text += fmt::format("free energy n L + 2 beta lambda ln n at this n: rule {:.1f} (L = epsilon "
                        "= {:g}), memory {:.1f} (L = 0)",
                        laws.rule_energy, settings.epsilon, laws.memory_energy);
    text += laws.crossing
                ? fmt::format("; n* {:.1f}, above which memory costs less\n", *laws.crossing)
                : std::string("; they never cross: memory costs less at every n\n");
    return text;
}

} // namespace

std::string sfm_csv(const SfmAnswer& answer) {
    std::string text =
        "iteration,support,on_rule,survivors,lambda,complexity,train_error,test_error\n";
    for (const SfmIteration& one : answer.iterations) {
        text +=
            fmt::format("{},{},{},{},{},{:.3f},{:.9g},{:.9g}\n", one.iteration, one.support,
                        one.on_rule, one.survivors(), sfm_lambda(one.support),
                        sfm_complexity(one.support, answer.order), one.train_error, one.test_error);
    }
    return text;
}

std::string sfm_json(const SfmAnswer& answer) {
    using Json = nlohmann::ordered_json;
    const SfmSettings& settings = answer.question.settings;
    const SfmLaws& laws = answer.laws;
    Json iterations = Json::array();
    for (const SfmIteration& one : answer.iterations) {
        iterations.push_back({{"iteration", one.iteration},
                              {"support", one.support},
                              {"on_rule", one.on_rule},
                              {"survivors", one.survivors()},
                              {"lambda", sfm_lambda(one.support)},
                              {"complexity", sfm_complexity(one.support, answer.order)},
                              {"train_error", one.train_error},
                              {"test_error", one.test_error}});
    }
    const Json crossing = laws.crossing ? Json(*laws.crossing) : Json();
    const Json json{{"settings",
                     {{"p", settings.p},
                      {"operation", name_of(settings.operation)},
                      {"n", settings.pairs},
                      {"beta", settings.beta},
                      {"eta", settings.step},
                      {"target", kSfmTargetNames.at(static_cast<std::size_t>(settings.target))},
                      {"iterations", settings.iterations},
                      {"epsilon", settings.epsilon},
                      {"seed", settings.seed}}},
                    {"order", answer.order},
                    {"rule_features", answer.rule_features},
                    {"tau", laws.tau},
                    {"expected_survivors", laws.expected},
                    {"expected_survivors_step_1", laws.expected_unit_step},
                    {"crossing", crossing},
                    {"rule_energy", laws.rule_energy},
                    {"memory_energy", laws.memory_energy},
                    {"iterations", iterations},
                    // Not a number, beyond all pairs, becomes null.
                    {"over_n",
                     {{"n", laws.n},
                      {"tau", laws.tau_at},
                      {"expected_survivors", laws.expected_at},
                      {"expected_survivors_step_1", laws.expected_unit_step_at},
                      {"rule_energy", laws.rule_energy_at},
                      {"memory_energy", laws.memory_energy_at}}}};
    return json.dump(1) + "\n";
}

std::string sfm_in_words(const SfmAnswer& answer) {
    const SfmSettings& settings = answer.question.settings;
    const int cells = answer.order * answer.order;
    std::string text = fmt::format(
        "{} modulo {}: {} of {} pairs train, beta {:g}{}, eta {:g} n/m^2, target {}, seed {}\n",
        spec_of(settings.operation).study, settings.p, settings.pairs, cells, settings.beta,
        settings.beta > 0 ? "" : " (no gate)", settings.step,
        kSfmTargetNames.at(static_cast<std::size_t>(settings.target)), settings.seed);
    text += answer.rule_features > 0
                ? fmt::format("{} features of {} write the rule: {}\n", answer.rule_features, cells,
                              line_of(settings))
                : fmt::format("no feature of {} writes a rule: the target has none\n", cells);
    text += laws_in_words(answer);
    text += fmt::format("{:>9}{:>9}{:>9}{:>11}{:>10}{:>12}{:>13}{:>13}\n", "iteration", "support",
                        "on rule", "survivors", "lambda", "K, bits", "train error", "test error");
    for (const SfmIteration& one : answer.iterations) {
        text += fmt::format("{:>9}{:>9}{:>9}{:>11}{:>10.1f}{:>12.0f}{:>13.3g}{:>13.3g}\n",
                            one.iteration, one.support, one.on_rule, one.survivors(),
                            sfm_lambda(one.support), sfm_complexity(one.support, answer.order),
                            one.train_error, one.test_error);
    }
    return text + "An error of 1 is what knowing nothing costs. The machine is a proxy: it makes "
                  "hypotheses,\nand shows nothing of the transformer itself.\n";
}

int run_sfm(const SfmOptions& options, const StopSignal& stop) {
    const std::unique_ptr<OutputFile> csv =
        options.csv_path.empty() ? nullptr : open_target(options.csv_path, options.force);
    flush_denormals(); // as the window's thread has it
    const SfmAnswer answer =
        answer_theory({1, options.settings}, [&](const SfmAnswer&) { return !stop.received(); });
    stop.check();
    if (!answer.problem.empty()) {
        throw UsageError(answer.problem);
    }
    if (csv != nullptr) {
        csv->commit(sfm_csv(answer));
    }
    std::ostream& out = options.csv_path == "-" ? std::cerr : std::cout;
    out << (options.json ? sfm_json(answer) : sfm_in_words(answer));
    return static_cast<int>(ExitCode::kSuccess);
}

} // namespace grokscope
