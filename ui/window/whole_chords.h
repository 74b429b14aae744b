// A chord stays whole between two frames. ImGui takes in one frame all keys that changed since the
// last, and then asks which modifiers are held: where Ctrl went down a frame before A, and came up
// in the frame of A, a field saw a plain A. Frames of software GL are longer than such a press.
// Threads: main thread only.
#pragma once

#include <vector>

struct ImGuiInputEvent;

namespace grokscope::ui {

/// Lives around one ImGui::NewFrame(): what stands in ImGui's queue from the change of a modifier
/// on, behind another key that goes down, is left for the frame after.
class WholeChords {
public:
    WholeChords();
    ~WholeChords();
    WholeChords(const WholeChords&) = delete; // its events go back once
    WholeChords& operator=(const WholeChords&) = delete;

private:
    std::vector<ImGuiInputEvent> later_;
};

} // namespace grokscope::ui
