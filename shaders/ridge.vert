// Ridge curtains: each instance is one spectrum row, first a filled strip from its curve down to
// its base, then its line; drawn in order, a row hides what lies behind it.
// Space: pixels of the target, origin bottom left. No vertex buffer: everything is fetched.
//
// Vertices of an instance, a triangle strip, with n = u_points:
//   0 .. 2n-1        curtain, curve and base in turn
//   2n, 2n+1         last of the curtain and first of the line again: empty triangles between them
//   2n+2 .. 6n+1     line, left and right side in turn, twice at each point: where it turns sharply
//                    the piece before and the piece behind end on their own
//
// u_curves: heights 0..1, R32F; columns 0..u_points-1 are the curve, column u_points is 1 when the
//         row is a ruler and else 0.
// u_first_row: texel row of instance 0. u_place: its place, 0 at the back; instance i stands at
//         u_place + i. u_slots: number of places.
// u_target: size of the target in pixels.
// u_origin: pixel of the curve's first point at height 0 in place 0. u_across: pixels from one point
//         to the next. u_step: pixels from one place to the next. u_height: pixels of height 1.
// u_line_width: pixels. u_line_old, u_line_new: colour at the back and at the front, straight
//         alpha; u_line_ruler: colour of a ruler, its alpha is its share.
// u_crowding: 0 pales lines that crowd, 1 does not (a row alone).
// u_fill_base, u_fill_top: premultiplied colour of the curtain at height 0 and 1.
uniform sampler2D u_curves;
uniform vec2 u_target;
uniform int u_points;
uniform int u_first_row;
uniform int u_slots;
uniform float u_place;
uniform vec2 u_origin;
uniform float u_across;
uniform vec2 u_step;
uniform float u_height;
uniform float u_line_width;
uniform vec4 u_line_old;
uniform vec4 u_line_new;
uniform vec4 u_line_ruler;
uniform float u_crowding;
uniform vec4 u_fill_base;
uniform vec4 u_fill_top;

out vec4 v_color;      // premultiplied
out float v_distance;  // pixels from the middle of the line
flat out float v_reach; // half the line's width in pixels; negative on the curtain

// A texel of this instance's row.
float texel(int column) {
    return texelFetch(u_curves, ivec2(column, u_first_row + gl_InstanceID), 0).r;
}

void main() {
    float depth = u_place + float(gl_InstanceID);
    vec2 base = u_origin + depth * u_step;
    int vertex = gl_VertexID;
    bool curtain = vertex <= 2 * u_points;
    // The two empty vertices repeat their neighbours.
    vertex += int(vertex == 2 * u_points + 1) - int(vertex == 2 * u_points);

    vec2 place;
    if (curtain) {
        int j = vertex / 2;
        float height = (vertex & 1) == 1 ? 0.0 : texel(j);
        place = base + vec2(u_across * float(j), u_height * height);
        // On the side to which the back is moved, as far as the row behind it reaches, and a pixel:
        // else the ends of hidden rows would show there, as specks.
        if (j == u_points - 1 && u_step.x < 0.0) {
            place.x += 1.0 - u_step.x;
        } else if (j == 0 && u_step.x > 0.0) {
            place.x -= 1.0 + u_step.x;
        }
        v_color = mix(u_fill_base, u_fill_top, height * height); // low rows keep the background
        v_distance = 0.0;
        v_reach = -1.0;
    } else {
        int index = vertex - 2 * u_points - 2;
        int j = index / 4;
        bool behind = (index & 2) != 0;
        float side = (index & 1) == 0 ? 1.0 : -1.0;
        float here = texel(j);
        float before = texel(max(j - 1, 0));
        float after = texel(min(j + 1, u_points - 1));
        vec2 incoming = normalize(vec2(u_across, u_height * (here - before)));
        vec2 outgoing = normalize(vec2(u_across, u_height * (after - here)));
        incoming = j == 0 ? outgoing : incoming;
        outgoing = j == u_points - 1 ? incoming : outgoing;
        // Joined where they meet at a blunt angle. At the tip of a peak the sides would meet above
        // and below it, and both pieces thin out all the way up.
        bool sharp = dot(incoming, outgoing) < 0.5;
        vec2 along = sharp ? (behind ? outgoing : incoming) : normalize(incoming + outgoing);
        vec2 normal = vec2(-along.y, along.x);
        float miter = sharp ? 1.0 : 1.0 / dot(along, outgoing);

        // Even ink: where neighbouring rows' lines crowd, on slopes along the depth, each is
        // paler, so that a steep face is a tone and not a blot.
        float gap = abs(dot(u_step, normal));
        float ink = clamp(gap / (1.6 * u_line_width), 0.25, 1.0);

        float ruler = texel(u_points);
        vec4 color = mix(u_line_old, u_line_new, depth / float(max(u_slots - 1, 1)));
        color = mix(color, vec4(u_line_ruler.rgb, 1.0), ruler * u_line_ruler.a);
        color.a *= mix(ink, 1.0, max(0.4 * ruler, u_crowding));
        v_color = vec4(color.rgb * color.a, color.a);
        v_reach = 0.5 * u_line_width * (1.0 + 0.5 * ruler);
        v_distance = side * (v_reach + 1.0); // one pixel more, in which it fades
        place = base + vec2(u_across * float(j), u_height * here) + normal * miter * v_distance;
    }
    gl_Position = vec4(2.0 * place / u_target - 1.0, 0.0, 1.0);
}
