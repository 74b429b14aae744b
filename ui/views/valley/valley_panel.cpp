#include "ui/views/valley/valley_panel.h"

#include "ui/core/claims.h"
#include "ui/core/plot_axes.h"
#include "ui/core/run_fields.h"
#include "ui/core/run_looks.h"
#include "ui/core/series.h"
#include "ui/core/study_controller.h"
#include "ui/core/text.h"
#include "ui/kit/about_button.h"
#include "ui/kit/curve_painter.h"
#include "ui/kit/sheet.h"
#include "ui/kit/widgets.h"
#include "ui/views/valley/info.h"
#include "ui/views/valley/valley_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

namespace grokscope::ui {

namespace {

constexpr float kValleyGap = 14;
constexpr float kNarrow = 230; ///< columns stand under each other below that, at 100 %

/// The loss is looked along in one block as published by Nanda et al.
bool is_plain(const RunConfig& config) {
    return config.layers == 1 && config.norm == Norm::kNone &&
           config.activation == Activation::kRelu && config.sequence == Sequence::kPair;
}

/// One column: whose weights, and the answer about them, if it is there.
struct Column {
    const char* name;
    StudySubject subject;
    std::shared_ptr<const StudyAnswer> answer;
};

/// Half-way to memorising, just after both events, and at the cursor. An update of epoch e makes
/// the weights that are the input of e + 1.
std::vector<Column> columns_of(const RunRecord& run, std::int32_t cursor) {
    std::vector<Column> columns;
    if (const auto memorised = run.mark(MarkKind::kMemorised)) {
        columns.push_back({text::kValleyMemorising, {run.id, *memorised / 2}, nullptr});
        columns.push_back({text::kValleyMemorised, {run.id, *memorised + 1}, nullptr});
    }
    if (const auto grokked = run.mark(MarkKind::kGrokked)) {
        columns.push_back({text::kValleyGrokked, {run.id, *grokked + 1}, nullptr});
    }
    columns.push_back({text::kValleyCursor, {run.id, std::max(cursor, 0)}, nullptr});
    return columns;
}

struct LossRange {
    double low = std::numeric_limits<double>::infinity();
    double high = 0;

    void add(const std::vector<double>& losses) {
        for (const double loss : losses) {
            if (std::isfinite(loss) && loss > 0) {
                low = std::min(low, std::max(loss, kLogFloor));
                high = std::max(high, std::min(loss, kLargestValue));
            }
        }
    }
};

/// All columns on one scale.
LossRange range_of(const std::vector<Column>& columns, std::vector<double> ValleyLine::*split) {
    LossRange range;
    for (const Column& column : columns) {
        if (column.answer != nullptr) {
            for (const ValleyLine& line : column.answer->valley.lines) {
                range.add(line.*split);
            }
        }
    }
    if (!(range.high > 0)) {
        return {0.1, 10};
    }
    return {range.low / 1.5, range.high * 1.5};
}

CurveLook look_of(const Theme& theme, bool top) {
    CurveLook look;
    look.style.color = top ? theme.palette->text : theme.palette->muted;
    look.thickness = theme.curve(top);
    look.scale = theme.scale;
    return look;
}

void draw_plot(const PanelInput& input, const Rect& area, const Valley& valley,
               std::vector<double> ValleyLine::*split, const LossRange& range, bool first) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float line = theme.small->FontSize;
    PlotFrame frame;
    frame.area = area;
    frame.x_min = -0.25;
    frame.x_max = static_cast<double>(valley.places.size()) - 0.75;
    frame.y_min = range.low;
    frame.y_max = range.high;
    frame.log_y = true;
    for (const double tick : log_ticks(range.low, range.high, area.height, 2.2 * line)) {
        const float y = std::round(frame.y_of(tick));
        list.AddLine({area.x, y}, {area.right(), y}, u32(palette.grid), theme.px(1));
        if (first) {
            const std::string name = text::value(tick, 2);
            draw_text(list, theme.small,
                      {area.x - theme.px(5) - text_size(theme.small, name).x, y - line / 2},
                      palette.muted, name);
        }
    }
    const float middle = std::round(frame.x_of(static_cast<double>(valley.places.size() / 2)));
    list.AddLine({middle, area.y}, {middle, area.bottom()}, u32(palette.line), theme.px(1));
    list.AddRect({area.x, area.y}, {area.right(), area.bottom()}, u32(palette.line));
    list.PushClipRect({area.x, area.y}, {area.right(), area.bottom()}, true);
    CurvePainter painter;
    for (std::size_t i = valley.lines.size(); i-- > 0;) { // the top one over the others
        Series series;
        const std::vector<double>& losses = valley.lines[i].*split;
        for (std::size_t place = 0; place < losses.size(); ++place) {
            series.append(static_cast<std::int32_t>(place), losses[place]);
        }
        (void)painter.paint(list, frame, series, look_of(theme, i == 0), palette.panel);
    }
    list.PopClipRect();
}

void draw_places(const PanelInput& input, const Rect& area, const Valley& valley) {
    const Theme& theme = input.theme;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    PlotFrame frame;
    frame.area = area;
    frame.x_min = -0.25;
    frame.x_max = static_cast<double>(valley.places.size()) - 0.75;
    float free = -1e9F;
    for (std::size_t i = 0; i < valley.places.size(); ++i) {
        const std::string name = text::value(valley.places[i], 2);
        const float width = text_size(theme.small, name).x;
        const float x = std::clamp(frame.x_of(static_cast<double>(i)) - width / 2, area.x,
                                   area.right() - width);
        const bool edge = i == 0 || i + 1 == valley.places.size() || valley.places[i] == 0;
        const bool room = x > free && (edge || area.width > theme.px(420));
        if (room) {
            draw_text(list, theme.small, {x, area.bottom() + theme.px(3)}, theme.palette->muted,
                      name);
            free = x + width + theme.px(4);
        }
    }
}

/// Which weights they are, in words.
std::string weights_in_words(const StudyAnswer& answer) {
    return text::kValleyWeights + text::grouped(answer.epoch) +
           (answer.exact ? text::kValleyExact : text::kValleyRounded);
}

void draw_column(const PanelInput& input, const Rect& area, const Column& column,
                 const std::array<LossRange, 2>& ranges, bool first) {
    const Theme& theme = input.theme;
    const Palette& palette = *theme.palette;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float line = theme.small->FontSize;
    float y = area.y;
    draw_text(list, theme.strong, {area.x, y}, palette.text,
              fitted(theme.strong, column.name, area.width));
    y += theme.strong->FontSize + theme.px(2);
    if (column.answer == nullptr || !column.answer->problem.empty()) {
        const std::string words = column.answer == nullptr ? std::string(text::kValleyComputing)
                                                           : as_sentence(column.answer->problem);
        list.AddText(theme.small, theme.small->FontSize, {area.x, y}, u32(palette.muted),
                     words.c_str(), nullptr, area.width);
        return;
    }
    const StudyAnswer& answer = *column.answer;
    for (const std::string& words :
         {weights_in_words(answer), text::kValleyBend + text::value(answer.valley.eigenvalue, 3) +
                                        ", " + text::kValleyLength +
                                        text::value(answer.valley.length, 3)}) {
        draw_text(list, theme.small, {area.x, y}, palette.muted,
                  fitted(theme.small, words, area.width));
        y += line + theme.px(1);
    }
    y += theme.px(4);
    const float foot = line + theme.px(6);
    const float each = (area.bottom() - y - foot - theme.px(8) - 2 * line) / 2;
    for (const auto& [split, name, range] :
         {std::tuple{&ValleyLine::train, text::kValleyTrain, ranges[0]},
          std::tuple{&ValleyLine::test, text::kValleyTest, ranges[1]}}) {
        draw_text(list, theme.small, {area.x, y}, palette.muted,
                  fitted(theme.small, name, area.width));
        y += line + theme.px(1);
        const Rect plot{area.x, y, area.width, each - theme.px(1)};
        draw_plot(input, plot, answer.valley, split, range, first);
        y += each + theme.px(4);
        if (split == &ValleyLine::test) {
            draw_places(input, plot, answer.valley);
        }
    }
}

void draw_legend(const PanelInput& input) {
    const Theme& theme = input.theme;
    for (const bool top : {true, false}) {
        const CurveLook look = look_of(theme, top);
        const ImVec2 corner = ImGui::GetCursorScreenPos();
        const float y = std::round(corner.y + theme.small->FontSize / 2);
        ImGui::GetWindowDrawList()->AddLine({corner.x, y}, {corner.x + theme.px(24), y},
                                            u32(look.style.color), look.thickness);
        ImGui::Dummy({theme.px(28), theme.small->FontSize});
        ImGui::SameLine(0, theme.px(4));
        text_in(theme.small, theme.palette->text, top ? text::kValleyTop : text::kValleyRandom);
        ImGui::SameLine(0, theme.px(18));
    }
    text_in(theme.small, theme.palette->muted,
            fitted(theme.small, text::kValleyAxis, ImGui::GetContentRegionAvail().x));
}

/// As they are asked for here: what is not answered yet is empty.
std::vector<Column> answered_columns(const PanelInput& input, const RunRecord& run) {
    std::vector<Column> columns = columns_of(run, input.cursor_epoch());
    if (input.study == nullptr) {
        return columns;
    }
    std::vector<StudySubject> subjects;
    for (Column& column : columns) {
        column.answer = input.study->answer(StudyKind::kValley, column.subject, run.life);
        subjects.push_back(column.subject);
    }
    const bool trains = run.state == RunState::kRunning;
    if (columns.back().answer == nullptr && input.view.cursor.live &&
        (trains || input.picture == nullptr)) {
        // While it trains the last one that was looked at stays until the next is there.
        columns.back().answer =
            input.study->newest(StudyKind::kValley, run.id, columns.back().subject.epoch, run.life);
    }
    const std::vector<std::uint32_t> lives(subjects.size(), run.life);
    input.study->want(StudyKind::kValley, std::move(subjects), lives);
    input.draw_again(input.study->next_change());
    return columns;
}

/// Room for the names of the values.
float left_of_plots(const Theme& theme) {
    return text_size(theme.small, "1e-10").x + theme.px(8);
}

/// Beside each other, or below where they would be too narrow.
void draw_columns(const PanelInput& input, const Rect& area, const std::vector<Column>& columns,
                  bool in_row) {
    const std::array ranges{range_of(columns, &ValleyLine::train),
                            range_of(columns, &ValleyLine::test)};
    const float labels = left_of_plots(input.theme);
    const float gap = input.theme.px(kValleyGap);
    const auto count = static_cast<float>(columns.size());
    const float width = area.width - labels;
    const float across = in_row ? (width - gap * (count - 1)) / count : width;
    const float down = in_row ? area.height : (area.height - gap * (count - 1)) / count;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto at = static_cast<float>(i);
        const float x = area.x + labels + (in_row ? at * (across + gap) : 0);
        const float y = area.y + (in_row ? 0 : at * (down + gap));
        draw_column(input, {x, y, across, down}, columns[i], ranges, i == 0 || !in_row);
    }
}

/// Why there is nothing to look along, or nothing.
std::string words_without_valley(const RunRecord* run) {
    Facts facts;
    facts.run = moment_at(run, run == nullptr ? -1 : run->last_epoch());
    facts.plain_model = run == nullptr || is_plain(run->config);
    return claim(Place::kValley, facts).words;
}

/// What the sheet shows, for tests.
void tell_log(const PanelInput& input, const std::vector<Column>& columns) {
    if (!input.log.on()) {
        return;
    }
    std::string told;
    for (const Column& column : columns) {
        told += (told.empty() ? "" : "; ") + std::string(column.name) + ": ";
        if (column.answer == nullptr) {
            told += "waiting";
        } else if (!column.answer->problem.empty()) {
            told += column.answer->problem;
        } else {
            told += weights_in_words(*column.answer) + ", " +
                    text::value(column.answer->valley.eigenvalue, 4);
        }
    }
    input.log.fact("valley", told);
}

} // namespace

bool ValleyPanel::draw(const PanelInput& input, const Rect& window) {
    const Theme& theme = input.theme;
    const RunRecord* run = input.selected();
    const std::string name = run == nullptr ? std::string() : run_label(input.view, *run, true);
    const bool stays = begin_sheet(input, window,
                                   {.id = "##valley",
                                    .title = kValleyInfo.title,
                                    .subtitle = name,
                                    .close = "close_valley",
                                    .width = 1180});
    const std::string said = words_without_valley(run);
    if (!said.empty()) {
        paragraph(theme.text, theme.palette->text, said);
    }
    input.log.fact("valley said", said);
    if (run != nullptr && is_plain(run->config) && run->last_epoch() >= 0) {
        const std::vector<Column> columns = answered_columns(input, *run);
        draw_legend(input);
        const ImVec2 corner = ImGui::GetCursorScreenPos();
        const float width = ImGui::GetContentRegionAvail().x;
        const float above = corner.y - ImGui::GetWindowPos().y;
        const float high =
            std::max(window.height - theme.px(24) - above - theme.px(104), theme.px(260));
        const auto count = static_cast<float>(columns.size());
        const float gap = theme.px(kValleyGap);
        const float each = (width - left_of_plots(theme) - gap * (count - 1)) / count;
        const bool in_row = each >= theme.px(kNarrow) * 0.7F;
        const float used =
            in_row ? std::min(high, theme.px(560)) : count * (theme.px(300) + gap) - gap;
        draw_columns(input, {corner.x, corner.y, width, used}, columns, in_row);
        ImGui::Dummy({width, used});
        tell_log(input, columns);
        paragraph(theme.small, theme.palette->muted, text::kValleyNote);
        text_in(theme.mono, theme.palette->muted, text::kValleyCommand);
    }
    about_sheet_button(input, kValleyInfo.name);
    end_sheet();
    return stays;
}

void ValleyPanel::draw_picture(const PanelInput& input, const Rect& area) {
    const Theme& theme = input.theme;
    const RunRecord* run = input.selected();
    if (run == nullptr || !is_plain(run->config) || run->last_epoch() < 0) {
        throw std::runtime_error(words_without_valley(run));
    }
    const std::vector<Column> columns = answered_columns(input, *run);
    if (std::ranges::any_of(columns, [](const Column& one) { return one.answer == nullptr; })) {
        throw std::runtime_error(text::kValleyNotYet);
    }
    if (const std::string& problem = columns.back().answer->problem; !problem.empty()) {
        throw std::runtime_error(problem);
    }
    const float pad = theme.px(22);
    ImGui::SetCursorScreenPos({area.x + pad, area.y + theme.px(14)});
    ImGui::BeginGroup();
    text_in(theme.figure, theme.palette->text, kValleyInfo.title);
    draw_legend(input);
    ImGui::EndGroup();
    const float top = ImGui::GetCursorScreenPos().y + theme.px(4);
    draw_columns(input, {area.x + pad, top, area.width - 2 * pad, area.bottom() - top - pad},
                 columns, true);
}

} // namespace grokscope::ui
