using System.Globalization;
using System.Net;
using System.Text;

namespace Bench;

/// <summary>
/// The principal rows as an SVG: a bar for each, as many times its reference's time as it took, on a logarithmic scale.
/// </summary>
/// <remarks>It has a light background of its own, so that it is readable on a dark page, too.</remarks>
sealed class Chart(IEnumerable<Result> results)
{
    const int Width = 930;
    const int Left = 440;
    const int Right = 760;
    const int Row = 22;
    const int Gap = 46;
    const string Met = "#2b8a6e";
    const string Missed = "#d9822b";
    const string Other = "#5b7fb5";
    const string Ink = "#333";
    const string Faint = "#767676";

    readonly StringBuilder _svg = new();
    readonly Bar[] _bars = [.. results.Select(result => result.Bar).OfType<Bar>()];
    int _y = 12;

    public string Draw()
    {
        Panel("pyrepo's time or CPU, × its reference's",
            "left of × 1: quicker than it; the black mark is the aim, orange misses it",
            [.. _bars.Where(bar => !bar.IsPeer)]);
        Panel("other servers' time, × pyrepo's", "right of × 1: slower than pyrepo",
            [.. _bars.Where(bar => bar.IsPeer).GroupBy(bar => bar.Label).SelectMany(bars => bars)]);
        return string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {_y}" width="{Width}" height="{_y}" font-family="system-ui, sans-serif" font-size="12">
            <rect width="{Width}" height="{_y}" rx="6" fill="#fbfbfa"/>
            {_svg}</svg>

            """);
    }

    void Panel(string title, string explanation, Bar[] bars)
    {
        if (bars.Length == 0)
            return;
        var scale = new Scale(bars);
        Text(16, _y + 16, title, Ink, "font-weight=\"600\" font-size=\"14\"");
        Text(Width - 16, _y + 16, explanation, Faint, "text-anchor=\"end\"");
        var top = _y + Gap - 4;
        var bottom = top + bars.Length * Row + 4;
        foreach (var mark in scale.Marks)
        {
            Line(scale.At(mark), top, bottom, mark == 1 ? Faint : "#e2e2e0", mark == 1 ? 1.5 : 1);
            Text(scale.At(mark), top - 5, $"× {Number(mark)}", Faint, "text-anchor=\"middle\" font-size=\"11\"");
        }

        for (var n = 0; n < bars.Length; n++)
            Draw(bars[n], scale, top + 4 + n * Row);
        _y = bottom + 16;
    }

    void Draw(Bar bar, Scale scale, int y)
    {
        var color = bar.IsPeer ? Other : bar.IsMissed ? Missed : Met;
        var (from, to) = (scale.At(Math.Min(1, bar.Times)), scale.At(Math.Max(1, bar.Times)));
        var width = Math.Max(1.5, to - from);
        Add($"""<rect x="{from:0.#}" y="{y + 1}" width="{width:0.#}" height="{Row - 8}" fill="{color}"/>""");
        var (label, reference) = (Escape(bar.Label), $"""<tspan fill="{Faint}">{Escape(bar.Reference)}</tspan>""");
        Add($"""<text x="{Left - 12}" y="{y + 12}" text-anchor="end" fill="{Ink}">{label} {reference}</text>""");
        var last = to;
        if (bar.Aim is { } aim)
        {
            Line(scale.At(aim), y - 1, y + Row - 5, Ink, 2);
            last = Math.Max(to, scale.At(aim));
        }

        Text(last + 6, y + 12, $"× {Number(bar.Times)}", Ink, "font-weight=\"600\"");
        if (bar.Aim is { } most)
            Text(Width - 16, y + 12, $"aim × {Number(most)}", Faint, "text-anchor=\"end\"");
    }

    void Line(double x, int top, int bottom, string color, double width) => Add(
        $"""<line x1="{x:0.#}" x2="{x:0.#}" y1="{top}" y2="{bottom}" stroke="{color}" stroke-width="{width}"/>""");

    void Text(double x, int y, string text, string color, string more) =>
        Add($"""<text x="{x:0.#}" y="{y}" fill="{color}" {more}>{Escape(text)}</text>""");

    void Add(FormattableString line) => _svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    static string Number(double value) => Results.Text(value, value >= 10 ? "N0" : value >= 2 ? "0.#" : "0.##");

    static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>
    /// From the smallest figure to the largest, with marks at 1, 2, 5, 10, …, or at powers of ten where those would be
    /// many.
    /// </summary>
    sealed class Scale
    {
        const int MaxMarks = 7;
        readonly double _low;
        readonly double _high;

        public Scale(Bar[] bars)
        {
            double[] all = [1, .. bars.Select(bar => bar.Times), .. bars.Select(bar => bar.Aim).OfType<double>()];
            (_low, _high) = (Math.Log10(all.Min()) - 0.05, Math.Log10(all.Max()) + 0.05);
            double[] steps = [1, 2, 5];
            var marks = Enumerable.Range(-4, 12).SelectMany(power => steps.Select(step => step * Math.Pow(10, power)))
                .Where(mark => Math.Log10(mark) >= _low && Math.Log10(mark) <= _high).ToArray();
            Marks = marks.Length <= MaxMarks
                ? marks
                : [.. marks.Where(mark => Math.Abs(Math.Log10(mark) - Math.Round(Math.Log10(mark))) < 1e-9)];
        }

        public IReadOnlyList<double> Marks { get; }

        public double At(double times) =>
            Left + (Right - Left) * (Math.Log10(times) - _low) / (_high - _low);
    }
}
