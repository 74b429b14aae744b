#include "ui/window/type_ahead.h"

#include "ui/core/actions.h"
#include "ui/window/input_queue.h"

#include <algorithm>
#include <utility>

namespace grokscope::ui {

namespace {

/// Since the last frame.
bool field_has_caret() {
    return ImGui::GetCurrentContext()->WantTextInputNextFrame == 1;
}

/// Text, a key that goes down, and one that comes up whose way down is kept: those held before must
/// not seem to be held on.
bool belongs_behind(const ImGuiInputEvent& event, const std::vector<ImGuiInputEvent>& kept) {
    if (event.Type != ImGuiInputEventType_Key || event.Key.Down) {
        return event.Type == ImGuiInputEventType_Text || event.Type == ImGuiInputEventType_Key;
    }
    return std::ranges::any_of(kept, [&](const ImGuiInputEvent& other) {
        return other.Type == ImGuiInputEventType_Key && other.Key.Key == event.Key.Key;
    });
}

/// The first event of the last `characters` of text, with the key that went down for it.
int first_event_of(int characters) {
    int first = input_queue().Size;
    for (int i = input_queue().Size - 1; i >= 0 && characters > 0; --i) {
        if (input_queue()[i].Type == ImGuiInputEventType_Text) {
            first = i;
            --characters;
        }
    }
    const bool by_key = first > 0 && first < input_queue().Size &&
                        input_queue()[first - 1].Type == ImGuiInputEventType_Key &&
                        input_queue()[first - 1].Key.Down;
    return by_key ? first - 1 : first;
}

} // namespace

TypeAhead::TypeAhead() = default;
TypeAhead::~TypeAhead() = default;

std::vector<KeyPress> TypeAhead::let_through(std::vector<KeyPress> presses,
                                             const std::function<bool(Action)>& opens) {
    if (frames_left_ > 0) {
        presses_.insert(presses_.end(), presses.begin(), presses.end());
        keep_events_from(0);
        if (!field_has_caret() && --frames_left_ > 0) {
            return {};
        }
        release();
        return std::exchange(presses_, {});
    }
    const bool typing = field_has_caret();
    const auto opener = std::ranges::find_if(presses, [&](const KeyPress& press) {
        return (!typing || press.chord.ctrl) && opens(action_of(press));
    });
    if (opener != presses.end()) {
        keep_behind(presses, static_cast<std::size_t>(opener - presses.begin()));
    }
    return presses;
}

void TypeAhead::keep_behind(std::vector<KeyPress>& presses, std::size_t opener) {
    const auto behind = presses.begin() + static_cast<std::ptrdiff_t>(opener) + 1;
    // The letter that opened it is not meant for the field.
    int characters = std::max(presses[opener].characters - (presses[opener].chord.ctrl ? 0 : 1), 0);
    for (auto press = behind; press != presses.end(); ++press) {
        characters += press->characters;
    }
    presses_.assign(behind, presses.end());
    presses.erase(behind, presses.end());
    keep_events_from(first_event_of(characters));
    frames_left_ = kPatience;
}

void TypeAhead::keep_events_from(int first) {
    ImVector<ImGuiInputEvent>& events = input_queue();
    int left = first;
    for (int i = first; i < events.Size; ++i) {
        if (belongs_behind(events[i], events_)) {
            events_.push_back(events[i]);
        } else {
            events[left++] = events[i];
        }
    }
    events.resize(left);
}

void TypeAhead::release() {
    frames_left_ = 0;
    for (const ImGuiInputEvent& event : std::exchange(events_, {})) {
        input_queue().push_back(event);
    }
}

} // namespace grokscope::ui
