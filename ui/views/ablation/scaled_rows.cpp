#include "ui/views/ablation/scaled_rows.h"

#include "ui/core/text.h"
#include "ui/views/ablation/ablation.h"

#include <string>

namespace grokscope::ui {

namespace {

constexpr float kSlider = 110;

/// What the model says to the pairs in question; nothing while that is not known.
std::string answers_in_words(const InsideFrame& frame, const Ablation& ablation) {
    const InspectReply& reply = frame.reply;
    if (reply.query.ablation != ablation) {
        return text::kComputing;
    }
    return reply.ablated_shares && reply.intact_shares
               ? scaled_answers(ablation.scaled, *reply.intact_shares, *reply.ablated_shares)
               : text::kNoPairsWithZero;
}

} // namespace

float draw_scaled_rows(const InsideFrame& frame, AblationButtons& row, Pass pass) {
    const Theme& theme = frame.theme();
    Ablation& ablation = frame.input.view.settings.inside.ablation;
    const auto label_of = [](ScaledRows rows) {
        return rows == ScaledRows::kBoth ? text::kBothRows : rows_label(rows);
    };
    row.keep_together(text::kScaleRows,
                      {label_of(ScaledRows::kZero), label_of(ScaledRows::kFirst),
                       label_of(ScaledRows::kSecond), label_of(ScaledRows::kBoth)});
    row.say(text::kScaleRows);
    for (const ScaledRows rows :
         {ScaledRows::kZero, ScaledRows::kFirst, ScaledRows::kSecond, ScaledRows::kBoth}) {
        const bool on = ablation.scales_rows() && ablation.scaled == rows;
        const std::string name(name_of(rows));
        if (row.press("apart_rows", name, label_of(rows), on ? Look::kSelected : Look::kPlain)) {
            choose_rows(ablation, rows);
        }
    }
    if (!ablation.scales_rows()) {
        return row.bottom();
    }
    const ImVec2 at = row.place(theme.px(kSlider));
    if (pass == Pass::kDraw) {
        ImGui::SetCursorScreenPos(at);
        ImGui::PushFont(theme.small);
        ImGui::SetNextItemWidth(theme.px(kSlider));
        auto factor = static_cast<float>(ablation.row_scale);
        // It never comes to rest at 1, where the slider would go away under the mouse.
        if (ImGui::SliderFloat("##row_scale", &factor, 0, text::kMostRowScale, text::kRowScale,
                               ImGuiSliderFlags_AlwaysClamp | ImGuiSliderFlags_NoInput)) {
            scale_rows(ablation, static_cast<double>(factor));
        }
        ImGui::PopFont();
        describe_item(frame.input, "apart_row_scale");
    }
    const float top = row.bottom() + theme.px(2);
    const float lines = 2 * theme.small->FontSize + theme.px(4);
    if (pass == Pass::kDraw) {
        const std::string words = answers_in_words(frame, ablation);
        put_paragraph(frame.list(), theme.small, frame.palette().text,
                      {frame.area.x, top, frame.area.width, lines}, frame.area.width, words);
        frame.input.log.fact("apart_answers", words);
    }
    return top + lines;
}

} // namespace grokscope::ui
