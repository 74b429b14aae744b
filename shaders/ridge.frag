// Colours the curtain flat and fades the line over one pixel at its sides.
// v_color: premultiplied. v_distance: pixels from the middle of the line. v_reach: half its width,
// negative on the curtain.
in vec4 v_color;
in float v_distance;
flat in float v_reach;

out vec4 frag_color;

void main() {
    float cover = 1.0;
    if (v_reach >= 0.0) {
        cover = 1.0 - smoothstep(v_reach - 0.5, v_reach + 0.5, abs(v_distance));
        // A line thinner than a pixel is drawn paler, not dashed.
        cover *= min(1.0, 2.0 * v_reach);
    }
    frag_color = v_color * cover;
}
