#include "ui/views/inside/layer_choice.h"

#include "ui/core/text.h"

namespace grokscope::ui {

void choose_layer(const InsideFrame& frame, AblationButtons& row) {
    int& layer = frame.input.view.settings.inside.ablation.layer;
    const int last = frame.run.config.layers - 1;
    if (row.press("layer_previous", "", "<", Look::kPlain, layer > 0)) {
        --layer;
    }
    if (row.press("layer_next", "", ">", Look::kPlain, layer < last)) {
        ++layer;
    }
    row.skip(4);
    const std::string words =
        text::kLayer + std::to_string(layer) + text::kOfLayers + std::to_string(last);
    row.say(words.c_str());
    frame.input.log.fact("inside_layer", std::to_string(layer));
}

std::string head_name(const InspectReply& reply, int head) {
    return reply.layers > 1
               ? std::to_string(reply.query.attention_layer) + "." + std::to_string(head)
               : std::to_string(head);
}

} // namespace grokscope::ui
