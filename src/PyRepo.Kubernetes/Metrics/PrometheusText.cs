using System.Globalization;
using System.Text;

namespace PyRepo.Kubernetes.Metrics;

/// <summary>Prometheus' text format, version 0.0.4.</summary>
sealed class PrometheusText
{
    readonly StringBuilder _text = new();

    public void Head(string name, string type, string help) =>
        _text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

    public void Line(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0)
            _text.Append('{').Append(labels).Append('}');
        _text.Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    public static string Labels(ReadOnlySpan<MetricLabel> labels)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
            text.Append(text.Length > 0 ? "," : "").Append(name).Append("=\"").Append(Escaped(value)).Append('"');
        return text.ToString();
    }

    static string Escaped(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    public override string ToString() => _text.ToString();
}
