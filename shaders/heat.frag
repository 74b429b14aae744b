// The heat map: frequency across, epoch down (oldest row at the top), one colour per cell.
// Space: pixels of the target, which is the map alone. A pixel lower than a cell shows the largest
// value of the cells it covers, so that no peak is lost.
// u_rows: amplitudes, R32F, one texel row per spectrum row, columns 0..u_frequencies-1, then the
//         row's maximum.
// u_table: colour table, N x 1, value 0 at the left.
// u_size: of the target in pixels. u_slots: rows that the full height stands for. u_count: rows
//         that exist; below them the target keeps u_empty (premultiplied).
uniform sampler2D u_rows;
uniform sampler2D u_table;
uniform vec2 u_size;
uniform int u_frequencies;
uniform int u_slots;
uniform int u_count;
uniform vec4 u_empty;

out vec4 frag_color;

void main() {
    vec2 place = vec2(gl_FragCoord.x, u_size.y - gl_FragCoord.y) / u_size; // pixel centre
    int column = clamp(int(place.x * float(u_frequencies)), 0, u_frequencies - 1);
    float half_pixel = 0.5 / u_size.y;
    int first = int((place.y - half_pixel) * float(u_slots) + 1e-3);
    int last = int((place.y + half_pixel) * float(u_slots) - 1e-3);
    last = max(first, last);
    if (first >= u_count) {
        frag_color = u_empty;
        return;
    }
    float height = 0.0;
    for (int row = first; row <= min(last, u_count - 1); ++row) {
        float row_max = texelFetch(u_rows, ivec2(u_frequencies, row), 0).r;
        height = max(height, height_of(texelFetch(u_rows, ivec2(column, row), 0).r, row_max));
    }
    int colors = textureSize(u_table, 0).x;
    frag_color = texelFetch(u_table, ivec2(int(height * float(colors - 1) + 0.5), 0), 0);
}
