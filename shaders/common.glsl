// Put in front of every shader: what they share. A program sets the uniforms below only when its
// shaders use them.

// Ways to show an amplitude; the numbers are those of shader_number() in ui/scene/amplitude.h.
const int kLinear = 0;
const int kDecibel = 1;
const int kShape = 2;
// Decibels below the reference at which a height is zero.
const float kDecibelRange = 40.0;

uniform int u_scale;       // one of the above
uniform float u_reference; // amplitude shown at full height, > 0

// Height 0..1 of an amplitude; row_max is the largest amplitude of its row.
float height_of(float amplitude, float row_max) {
    float height = amplitude / u_reference;
    if (u_scale == kShape) {
        height = amplitude / max(row_max, 1e-12);
    } else if (u_scale == kDecibel) {
        // 20 log10(x) = 8.6859 ln x
        height = 1.0 + 8.685889638 * log(max(height, 1e-12)) / kDecibelRange;
    }
    return clamp(height, 0.0, 1.0);
}
