#include "app/commands/collapse_table.h"

#include "engine/protocol/shown_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace grokscope {

namespace {

std::string epoch_or_dash(const std::optional<std::int32_t>& epoch) {
    return epoch ? fmt::format("{}", *epoch) : "-";
}

std::string table_of(const CollapseRun& run) {
    const Condensation& figures = run.figures;
    std::string text = fmt::format(
        "run {}, {}, seed {}: memorised {}, grokked {}\n", run.number, run.config.label(),
        run.config.seed, epoch_or_dash(figures.memorised), epoch_or_dash(figures.grokked));
    if (!figures.memorised) {
        return text + "  it has not memorised: there is nothing to reckon from\n";
    }
    text += fmt::format("  {:<22}{:>12}{:>12}{:>10}{:>10}\n", "figure", "memorised", "last",
                        "half-way", "leads by");
    for (const CondensedFigure& figure : figures.figures) {
        const auto lead = lead_of(figures, figure);
        const std::string note = remark_on(figure);
        text +=
            fmt::format("  {:<22}{:>12.5g}{:>12.5g}{:>10}{:>10}{}{}\n",
                        kCondensed[figure.curve.spec].label, figure.at_memorised, figure.at_last,
                        figure.half_epoch ? fmt::format("{:.0f}", *figure.half_epoch) : "-",
                        lead ? fmt::format("{:+.0f}", *lead) : "-", note.empty() ? "" : "  ", note);
    }
    if (figures.figures.size() < 2) {
        text +=
            "  no figure but test accuracy was read twice since: `grokscope measure` reads them "
            "of recorded weights\n";
    }
    return text;
}

std::string spread_of(const std::vector<const CollapseRun*>& runs) {
    std::vector<Condensation> figures;
    for (const CollapseRun* run : runs) {
        figures.push_back(run->figures);
    }
    std::string text =
        fmt::format("{}, {} seeds: epochs by which each leads the grok epoch, below 0 it lags\n",
                    runs.front()->config.label(), runs.size());
    text += fmt::format("  {:<22}{:>10}{:>10}{:>10}{:>8}{:>8}\n", "figure", "median", "least",
                        "most", "runs", "stays");
    for (const LeadSpread& spread : lead_spreads(figures)) {
        const auto number = [&](double value) {
            return spread.runs > 0 ? fmt::format("{:+.0f}", value) : std::string("-");
        };
        text += fmt::format("  {:<22}{:>10}{:>10}{:>10}{:>8}{:>8}\n", kCondensed[spread.spec].label,
                            number(spread.median), number(spread.least), number(spread.most),
                            spread.runs, spread.stays);
    }
    return text;
}

} // namespace

std::string collapse_in_words(const std::vector<CollapseRun>& runs) {
    std::string text;
    std::vector<std::vector<const CollapseRun*>> groups;
    for (const CollapseRun& run : runs) {
        text += table_of(run);
        const auto group = std::ranges::find_if(
            groups, [&](const auto& one) { return are_alike(one.front()->config, run.config); });
        if (group == groups.end()) {
            groups.push_back({&run});
        } else {
            group->push_back(&run);
        }
    }
    for (const auto& group : groups) {
        const auto grokked = std::ranges::count_if(
            group, [](const CollapseRun* run) { return run->figures.grokked.has_value(); });
        if (grokked > 1) {
            text += spread_of(group);
        }
    }
    return text;
}

std::string collapse_csv(const std::vector<CollapseRun>& runs) {
    std::string text =
        "run,configuration,seed,memorised_epoch,grok_epoch,figure,at_memorised,at_last,"
        "half_epoch,lead,crosses_back,stays,begins_late\n";
    const auto number = [](const auto& value) {
        return value ? fmt::format("{}", *value) : std::string("nan");
    };
    for (const CollapseRun& run : runs) {
        for (const CondensedFigure& figure : run.figures.figures) {
            text += fmt::format(
                "{},{},{},{},{},{},{},{},{},{},{},{},{}\n", run.number,
                csv_cell(run.config.label()), run.config.seed, number(run.figures.memorised),
                number(run.figures.grokked), kCondensed[figure.curve.spec].id, figure.at_memorised,
                figure.at_last, number(figure.half_epoch), number(lead_of(run.figures, figure)),
                figure.crosses_back, figure.stays ? 1 : 0, figure.begins_late ? 1 : 0);
        }
    }
    return text;
}

} // namespace grokscope
