namespace PyRepo.Advisories;

/// <summary>The metrics of a CVSS vector string, such as <c>AV:N/AC:L</c>.</summary>
readonly ref struct CvssVector
{
    /// <summary>The longest vector of any version, with every optional metric, is shorter.</summary>
    const int MaxLength = 400;

    readonly Dictionary<string, string> _metrics;

    CvssVector(Dictionary<string, string> metrics) => _metrics = metrics;

    /// <summary>Parses metrics that are separated by slashes. Returns false if one is malformed or occurs twice.
    /// </summary>
    public static bool TryParse(string text, out CvssVector vector)
    {
        vector = default;
        if (text.Length is 0 or > MaxLength)
            return false;
        var metrics = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var metric in text.Split('/'))
        {
            if (metric.Split(':') is not [{ Length: > 0 } name, { Length: > 0 } value]
                || !metrics.TryAdd(name, value))
            {
                return false;
            }
        }
        vector = new CvssVector(metrics);
        return true;
    }

    /// <summary>Returns the position of a metric's value among the possible ones, or -1.</summary>
    public int IndexOf(string metric, string values) =>
        _metrics.TryGetValue(metric, out var value) && value.Length == 1
            ? values.IndexOf(value, StringComparison.Ordinal)
            : -1;

    /// <summary>Returns the weight of a metric's value, or null if the metric is missing or has another value.
    /// </summary>
    public double? GetWeight(string metric, string values, params ReadOnlySpan<double> weights) =>
        IndexOf(metric, values) is >= 0 and var index ? weights[index] : null;
}
