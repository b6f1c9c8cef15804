using static Bench.Results;

namespace Bench.Buckets;

/// <summary>Requests to S3, by the names that S3 gives them.</summary>
sealed record RequestCounts(IReadOnlyDictionary<string, double> ByName)
{
    public double All => ByName.Values.Sum();

    public double GetCount(string name) => ByName.GetValueOrDefault(name);

    public static RequestCounts operator -(RequestCounts after, RequestCounts before) => new(
        after.ByName.Keys.Union(before.ByName.Keys)
            .ToDictionary(name => name, name => after.GetCount(name) - before.GetCount(name)));

    /// <summary>How many of each for one of so many pages, uploads or installations.</summary>
    public string For(int count) => string.Join(", ", ByName.Where(each => each.Value != 0).OrderBy(each => each.Key)
        .Select(each => $"{each.Key} {Text(each.Value / count, "0.##")}"));
}
