package io.mcprollout.sandbox.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A plot of lines over named places, with a logarithmic scale; values that are not finite or not above zero leave a gap.
 *
 * @param title what it shows
 * @param unit of the values
 * @param places names along the bottom
 * @param low end of the scale, a power of ten
 * @param high end of the scale, a power of ten
 */
record Plot(String title, String unit, List<String> places, double low, double high, List<Line> lines) {
    private static final List<String> COLOURS = List.of("#2563eb", "#d97706", "#b45309", "#9333ea", "#be123c");
    private static final int WIDTH = 760;
    private static final int HEIGHT = 400;
    private static final int LEFT = 70;
    private static final int RIGHT = 200;
    private static final int TOP = 50;
    private static final int BOTTOM = 50;

    /** Values of one engine, one for each place. */
    record Line(String name, List<Double> values) {}

    /** Writes it as SVG. */
    void write(Path file) {
        TextFile.write(file, svg());
    }

    String svg() {
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\">%n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>%n",
                WIDTH,
                HEIGHT));
        text(svg, LEFT, 24, "start", "#111", title);
        for (double value = low; value <= high * 1.001; value *= 10) {
            double y = y(value);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>%n",
                    LEFT,
                    WIDTH - RIGHT,
                    y,
                    y));
            text(svg, LEFT - 8, y + 4, "end", "#555", number(value) + " " + unit);
        }
        for (int i = 0; i < places.size(); i++) {
            text(svg, x(i), HEIGHT - BOTTOM + 22.0, "middle", "#555", places.get(i));
        }
        for (int i = 0; i < lines.size(); i++) {
            line(svg, lines.get(i), COLOURS.get(i % COLOURS.size()), TOP + 20.0 * i);
        }
        return svg.append("</svg>\n").toString();
    }

    private void line(StringBuilder svg, Line line, String colour, double legend) {
        StringBuilder path = new StringBuilder();
        boolean pen = false;
        for (int i = 0; i < line.values().size(); i++) {
            double value = line.values().get(i);
            boolean shown = Double.isFinite(value) && value > 0;
            if (shown) {
                double y = y(Math.max(low, Math.min(high, value)));
                path.append(String.format(Locale.ROOT, "%s%.1f %.1f ", pen ? "L" : "M", x(i), y));
                svg.append(String.format(
                        Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>%n", x(i), y, colour));
            }
            pen = shown;
        }
        svg.append(String.format(
                Locale.ROOT, "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n", path, colour));
        text(svg, WIDTH - RIGHT + 16.0, legend + 4, "start", colour, line.name());
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String colour, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n",
                x,
                y,
                anchor,
                colour,
                text.replace("&", "&amp;").replace("<", "&lt;")));
    }

    private static String number(double value) {
        return value >= 1 ? String.format(Locale.ROOT, "%.0f", value) : Double.toString(Math.round(value * 1e6) / 1e6);
    }

    private double x(int place) {
        return LEFT + (WIDTH - LEFT - RIGHT) * (place + .5) / places.size();
    }

    private double y(double value) {
        double share = (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low));
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
    }
}
